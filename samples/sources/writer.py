"""Forms as text documents (python-docx), printed by LibreOffice Writer."""

from __future__ import annotations

import tempfile
from pathlib import Path

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from reportlab.pdfbase import pdfmetrics

from .canvas import register
from .flow import wrap
from .look import Look, glued
from .office import to_pdf
from .sheet import Cell, Sheet

BORDERS = {
    "solid": ("single", 6),
    "hairline": ("single", 2),
    "thick": ("single", 8),
    "double": ("double", 4),
    "dashed": ("dashed", 6),
    "dotted": ("dotted", 6),
    "open": ("single", 6),
    "none": ("nil", 0),
    "shaded": ("nil", 0),
}
ALIGN = {"amount": WD_ALIGN_PARAGRAPH.RIGHT, "caption": WD_ALIGN_PARAGRAPH.RIGHT}
LEFT = {"goal", "fund", "name"}


def element(parent, tag: str, **attributes):
    """Appends a WordprocessingML element."""
    child = OxmlElement(tag)
    for key, value in attributes.items():
        child.set(qn(f"w:{key}"), str(value))
    parent.append(child)
    return child


def broken(text: str, look: Look, room: float) -> list[str]:
    """The text in the lines it takes in `room` points.

    Writer breaks Chinese text at no-break spaces too, so where a blank must not be lost the lines
    are broken by hand. The finished page does not show the difference.
    """
    if not room or all(not keep for _, keep in glued(text)):
        return [text]
    font = register(look.font)
    return [
        line
        for line, _ in wrap(text, room - 1, lambda t: pdfmetrics.stringWidth(t, font, look.size))
    ]


def write(paragraph, text: str, role: str, look: Look, room: float = 0) -> None:
    """One paragraph in the look's font, in a cell with `room` points from side to side."""
    paragraph.alignment = ALIGN.get(
        role,
        WD_ALIGN_PARAGRAPH.LEFT if role in LEFT or role == "prose" else WD_ALIGN_PARAGRAPH.CENTER,
    )
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    if look.indent and role in {"goal", "prose"}:
        form.first_line_indent = Pt(2 * look.size)
    run = paragraph.add_run()
    for number, line in enumerate(broken(text, look, room)):
        if number:
            run.add_break()
        run.add_text(line)
    run.font.size = Pt(look.size * (1.6 if role == "title" else 1))
    run.bold = bool(look.bold) and role in {"title", "label", "head"}
    run.font.name = look.font
    run._element.rPr.rFonts.set(qn("w:eastAsia"), look.font)


def fill(target, cell: Cell, look: Look, room: float) -> None:
    """Writes a cell that is `room` points wide inside its margins."""
    top = cell.role == "goal" or look.align_top
    target.vertical_alignment = (
        WD_CELL_VERTICAL_ALIGNMENT.TOP if top else WD_CELL_VERTICAL_ALIGNMENT.CENTER
    )
    for number, text in enumerate(cell.text or [""]):
        paragraph = target.paragraphs[0] if number == 0 else target.add_paragraph()
        write(paragraph, text, cell.role, look, room)
    if look.border == "shaded":
        tone = "B9CDE3" if cell.role in {"label", "head", "side", "level"} else "E3EBF4"
        element(target._tc.get_or_add_tcPr(), "w:shd", val="clear", color="auto", fill=tone)


def rule(table, look: Look) -> None:
    """The table's borders and cell margins."""
    properties = table._tbl.tblPr
    value, size = BORDERS[look.border]
    borders = element(properties, "w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        outer = not side.startswith("inside")
        if look.border == "open" and outer:
            element(borders, f"w:{side}", val="nil")
        else:
            wide = 18 if look.border == "thick" and outer else size
            element(borders, f"w:{side}", val=value, sz=wide, space=0, color="000000")
    margins = element(properties, "w:tblCellMar")
    for side in ("top", "left", "bottom", "right"):
        points = look.padding if side in ("left", "right") else look.padding * 0.6
        element(margins, f"w:{side}", w=int(points * 20), type="dxa")


def place(document, sheet: Sheet, look: Look) -> None:
    """One form: its title lines and its table."""
    for text, role in sheet.above:
        write(document.add_paragraph(), text, role, look)
    widths = look.column_widths(sheet.widths)
    table = document.add_table(rows=sheet.rows, cols=sheet.columns)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    rule(table, look)
    for column, width in zip(table.columns, widths):
        column.width = Pt(width)
    grid = [list(row.cells) for row in table.rows]
    for row in grid:
        for target, width in zip(row, widths):
            target.width = Pt(width)
    for cell in sheet.cells:
        target = grid[cell.row][cell.col]
        if cell.rows > 1 or cell.cols > 1:
            target = target.merge(grid[cell.row + cell.rows - 1][cell.col + cell.cols - 1])
        room = sum(widths[cell.col : cell.col + cell.cols]) - 2 * look.padding
        fill(target, cell, look, room)
    repeated = set()
    if look.repeat_head:
        # Word repeats only rows at the top of a table: here the merged title rows.
        repeated = {c.row for c in sheet.cells if c.role in {"title", "year"}}
    for number, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()
        if not look.split_rows:
            element(properties, "w:cantSplit")
        if number in repeated:
            element(properties, "w:tblHeader")


def number_field(paragraph, look: Look, before: str, after: str) -> None:
    """A page number field between two texts."""
    write(paragraph, before, "year", look)
    run = paragraph.add_run()
    run.font.size = Pt(8)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        if kind:
            element(run._r, "w:fldChar", fldCharType=kind)
        else:
            element(run._r, "w:instrText").text = text
    paragraph.add_run(after).font.size = Pt(8)


def document(sheets: list[Sheet], look: Look) -> Document:
    """All forms in one document."""
    made = Document()
    section = made.sections[0]
    section.page_width, section.page_height = (Pt(v) for v in look.page_size)
    section.orientation = WD_ORIENT.LANDSCAPE if look.landscape else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = Pt(look.margin)
    section.top_margin = section.bottom_margin = Pt(look.margin)
    section.header_distance = section.footer_distance = Pt(look.margin / 2)
    if look.running:
        write(section.header.paragraphs[0], look.running, "year", look)
    if look.footer:
        before, _, after = look.footer.partition("{page}")
        number_field(section.footer.paragraphs[0], look, before, after)
    for text in look.prose:
        write(made.add_paragraph(), text, "prose", look)
    for number, sheet in enumerate(sheets):
        place(made, sheet, look)
        if number + 1 < len(sheets):
            gap = made.add_paragraph()
            if look.break_forms:
                gap.add_run().add_break(WD_BREAK.PAGE)
    return made


def writer(sheets: list[Sheet], look: Look, out: Path) -> None:
    """Prints with LibreOffice Writer."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{out.stem}.docx"
        document(sheets, look).save(path)
        to_pdf(path, out)
