"""Forms as HTML tables, printed by Chromium or WeasyPrint."""

from __future__ import annotations

import subprocess
import tempfile
from html import escape
from pathlib import Path

from .look import Look, glued
from .sheet import Cell, Sheet

BORDERS = {
    "solid": "table,td{border:0.75pt solid #000}",
    "hairline": "table,td{border:0.2pt solid #000}",
    "thick": "td{border:0.75pt solid #000}table{border:2.25pt solid #000}",
    "double": "table,td{border:2.5pt double #000}",
    "dashed": "table,td{border:0.75pt dashed #000}",
    "dotted": "table,td{border:1pt dotted #333}",
    "open": "td{border:0.75pt solid #000}table{border-style:hidden}",
    "shaded": "td{background:#e3ebf4;border:1.5pt solid #fff}.label,.head,.side,.level,.fund"
    "{background:#b9cde3}",
    "none": "td{border:none}",
}


def text_of(text: str) -> str:
    """Escaped text whose ambiguous blanks cannot be broken."""
    return "".join(
        f'<span class="g">{escape(part)}</span>' if keep else escape(part)
        for part, keep in glued(text)
    )


def cell(c: Cell) -> str:
    spans = (f' rowspan="{c.rows}"' if c.rows > 1 else "") + (
        f' colspan="{c.cols}"' if c.cols > 1 else ""
    )
    inner = (
        "<br>".join(text_of(t) for t in c.text)
        if c.role != "goal"
        else "".join(f"<div>{text_of(t)}</div>" for t in c.text)
    )
    return f'<td class="{c.role}"{spans}>{inner}</td>'


def rows(sheet: Sheet, among: range) -> str:
    lines = []
    for row in among:
        cells = sorted((c for c in sheet.cells if c.row == row), key=lambda c: c.col)
        lines.append("<tr>" + "".join(cell(c) for c in cells) + "</tr>")
    return "\n".join(lines)


def table(sheet: Sheet, look: Look) -> str:
    """One form. With `repeat_head` the indicator rows are a second table, flush with the first."""
    widths = look.column_widths(sheet.widths)
    cols = "<colgroup>" + "".join(f'<col style="width:{w:.2f}pt">' for w in widths) + "</colgroup>"
    above = "".join(f'<div class="{role}">{text_of(text)}</div>' for text, role in sheet.above)
    if not look.repeat_head:
        body = f"<table>{cols}<tbody>{rows(sheet, range(sheet.rows))}</tbody></table>"
    else:
        first = sheet.head_rows.start
        body = (
            f'<table class="upper">{cols}<tbody>{rows(sheet, range(first))}</tbody></table>'
            f"<table>{cols}<thead>{rows(sheet, sheet.head_rows)}</thead>"
            f"<tbody>{rows(sheet, range(sheet.head_rows.stop, sheet.rows))}</tbody></table>"
        )
    return f"<section>{above}{body}</section>"


def document(sheets: list[Sheet], look: Look, extra_css: str = "") -> str:
    """A whole HTML document."""
    width, height = look.page_size
    middle = "top" if look.align_top else "middle"
    boxes = ""
    if look.running:
        boxes += f'@top-center{{content:"{look.running}";font:8pt "{look.font}"}}'
    if look.footer:
        foot = (
            '"'
            + look.footer.replace("{page}", '" counter(page) "').replace(
                "{pages}", '" counter(pages) "'
            )
            + '"'
        )
        boxes += f'@bottom-center{{content:{foot};font:8pt "{look.font}"}}'
    css = f"""
@page{{size:{width}pt {height}pt;margin:{look.margin}pt;{boxes}}}
body{{margin:0;font:{look.size}pt/1.35 "{look.font}"}}
table{{border-collapse:collapse;table-layout:fixed;width:100%;margin-bottom:16pt}}
table.upper{{margin-bottom:-0.75pt}}
td{{padding:{look.padding}pt;vertical-align:{middle};text-align:center;overflow-wrap:break-word}}
.title{{font-size:{look.size * 1.6:.1f}pt;font-weight:{look.bold or "normal"};text-align:center}}
.year{{text-align:center;padding-bottom:3pt}} .caption{{text-align:right}}
.amount{{text-align:right}} .fund,.goal,.name{{text-align:left}} .goal{{vertical-align:top}}
.head,.label{{font-weight:{look.bold or "normal"}}}
.goal div{{text-indent:{"2em" if look.indent else "0"}}} .g{{white-space:nowrap}}
section{{break-after:{"page" if look.break_forms else "auto"}}}
section:last-child{{break-after:auto}}
tr{{break-inside:{"auto" if look.split_rows else "avoid"}}} .prose{{margin:0 0 8pt;text-indent:2em}}
{BORDERS[look.border]}
{extra_css}"""
    mark = f'<div class="mark">{look.watermark}</div>' if look.watermark else ""
    prose = "".join(f'<p class="prose">{text_of(p)}</p>' for p in look.prose)
    tables = "\n".join(table(s, look) for s in sheets)
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>forms</title>'
        f"<style>{css}</style></head><body>{mark}{prose}{tables}</body></html>"
    )


def chromium(sheets: list[Sheet], look: Look, out: Path, extra_css: str = "") -> None:
    """Prints with headless Chromium."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "form.html"
        page.write_text(document(sheets, look, extra_css), encoding="utf-8")
        subprocess.run(
            [
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-pdf-header-footer",
                f"--user-data-dir={folder}/profile",
                f"--print-to-pdf={out}",
                page.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )


def weasyprint(sheets: list[Sheet], look: Look, out: Path, extra_css: str = "", **options) -> None:
    """Prints with WeasyPrint; `options` go to its `write_pdf`."""
    import weasyprint as printer

    printer.HTML(string=document(sheets, look, extra_css)).write_pdf(out, **options)
