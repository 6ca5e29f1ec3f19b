"""Forms as workbooks (openpyxl), printed by LibreOffice Calc."""

from __future__ import annotations

import tempfile
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break

from .look import Look, unbroken
from .measure import row_heights
from .office import to_pdf
from .sheet import Sheet

SIDES = {
    "solid": "thin",
    "hairline": "hair",
    "thick": "medium",
    "double": "double",
    "dashed": "dashed",
    "dotted": "dotted",
    "open": "thin",
}
LEFT = {"goal", "fund", "name"}
SHADES = {"label", "head", "side", "level", "fund"}
CHARACTER = 6.2
"""Points that one unit of a column width takes."""


def style(sheet, cell, at: int, look: Look, columns: int, last: int) -> None:
    """Merges a cell and gives it its borders, fill, font and alignment."""
    top, left = at + cell.row, cell.col + 1
    bottom, right = top + cell.rows - 1, left + cell.cols - 1
    line = SIDES.get(look.border)
    for row in range(top, bottom + 1):
        for col in range(left, right + 1):
            if line:
                edge = look.border == "open"
                sheet.cell(row, col).border = Border(
                    left=Side(style=None if edge and col == 1 else line),
                    right=Side(style=None if edge and col == columns else line),
                    top=Side(style=None if edge and row == at else line),
                    bottom=Side(style=None if edge and row == last else line),
                )
            if look.border == "shaded":
                tone = "B9CDE3" if cell.role in SHADES else "E3EBF4"
                sheet.cell(row, col).fill = PatternFill("solid", fgColor=tone)
    if cell.rows > 1 or cell.cols > 1:
        sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    target = sheet.cell(top, left)
    target.value = "\n".join(unbroken(t) for t in cell.text) or None
    target.data_type = "s" if cell.text else "n"
    align = "left" if cell.role in LEFT else "right" if cell.role == "amount" else "center"
    target.alignment = Alignment(
        horizontal=align,
        vertical="top" if cell.role == "goal" or look.align_top else "center",
        wrap_text=True,
    )
    bold = bool(look.bold) and cell.role in {"label", "head", "title"}
    size = look.size * 1.6 if cell.role == "title" else look.size
    target.font = Font(name=look.font, size=size, bold=bold)


def place(page, sheet: Sheet, look: Look, row: int) -> int:
    """Writes one form from `row` on; returns the row behind it."""
    widths = look.column_widths(sheet.widths)
    for text, role in sheet.above:
        page.merge_cells(start_row=row, start_column=1, end_row=row, end_column=sheet.columns)
        target = page.cell(row, 1, unbroken(text))
        factor = 1.6 if role == "title" else 1
        target.font = Font(name=look.font, size=look.size * factor, bold=bool(look.bold))
        target.alignment = Alignment(
            horizontal="right" if role == "caption" else "center", vertical="center"
        )
        page.row_dimensions[row].height = look.size * factor * 1.8
        row += 1
    for offset, height in enumerate(row_heights(sheet, widths, look.size, look.padding)):
        page.row_dimensions[row + offset].height = height
    for cell in sheet.cells:
        style(page, cell, row, look, sheet.columns, row + sheet.rows - 1)
    return row + sheet.rows


def workbook(sheets: list[Sheet], look: Look, tabs: bool) -> Workbook:
    """All forms in one worksheet, or one worksheet each (`tabs`)."""
    book = Workbook()
    page = book.active
    row = 1
    for number, sheet in enumerate(sheets):
        if tabs and number:
            page, row = book.create_sheet(), 1
        first = row
        row = place(page, sheet, look, row) + 1
        if look.break_forms and not tabs and number + 1 < len(sheets):
            page.row_breaks.append(Break(id=row - 1))
        for column, width in enumerate(look.column_widths(sheet.widths), 1):
            page.column_dimensions[get_column_letter(column)].width = width / CHARACTER
        if look.repeat_head:
            head = first + len(sheet.above) + sheet.head_rows.start
            page.print_title_rows = f"{head}:{head}"
        set_up(page, look)
    return book


def set_up(page, look: Look) -> None:
    """Page format, fit to one page wide, running head and foot."""
    page.page_setup.orientation = "landscape" if look.landscape else "portrait"
    page.page_setup.paperSize = {"A4": 9, "A3": 8, "Letter": 1}[look.page]
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    inches = look.margin / 72
    page.page_margins.left = page.page_margins.right = inches
    page.page_margins.top = page.page_margins.bottom = inches + 0.15
    page.page_margins.header = page.page_margins.footer = inches / 2
    page.oddHeader.center.text = look.running or None
    if look.footer:
        page.oddFooter.center.text = look.footer.replace("{page}", "&P").replace("{pages}", "&N")


def calc(sheets: list[Sheet], look: Look, out: Path, tabs: bool = False) -> None:
    """Prints with LibreOffice Calc."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{out.stem}.xlsx"
        workbook(sheets, look, tabs).save(path)
        to_pdf(path, out)
