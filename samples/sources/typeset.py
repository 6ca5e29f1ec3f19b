"""Forms as Typst tables."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from .look import Look, glued
from .sheet import Cell, Sheet

FONT_FOLDERS = [
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/truetype/wqy",
    "/usr/share/fonts/truetype/arphic",
]
STROKES = {
    "solid": "0.7pt",
    "hairline": "0.15pt",
    "dashed": '(thickness: 0.7pt, dash: "dashed")',
    "dotted": '(thickness: 0.8pt, dash: "densely-dotted")',
    "none": "none",
    "shaded": "none",
    "horizontal": "(x: none, y: 0.6pt)",
    "open": "(x, y) => (left: if x > 0 { 0.7pt }, top: if y > 0 { 0.7pt })",
}
LEFT = {"goal", "fund", "name"}


def content(text: str) -> str:
    """Typst content that prints the text literally; ambiguous blanks are boxed."""
    return "".join(
        f"#box({json.dumps(part, ensure_ascii=False)})"
        if keep
        else f"#{json.dumps(part, ensure_ascii=False)};"
        for part, keep in glued(text)
    )


def cell(c: Cell, look: Look) -> str:
    """One `table.cell` with its place, spans and alignment."""
    side = "left" if c.role in LEFT else "right" if c.role == "amount" else "center"
    high = "top" if c.role == "goal" or look.align_top else "horizon"
    mark = " #parbreak() " if c.role == "goal" else " #linebreak() "
    body = mark.join(content(t) for t in c.text)
    if look.bold and c.role in {"label", "head", "title"}:
        body = f"#text(weight: {json.dumps(look.bold)})[{body}]"
    if c.role == "title":
        body = f"#text(size: {look.size * 1.6:.1f}pt)[{body}]"
    shade = ""
    if look.border == "shaded":
        tone = "b9cde3" if c.role in {"label", "head", "side", "level", "fund"} else "e9eff6"
        shade = f' fill: rgb("{tone}"), stroke: 1.5pt + white,'
    return (
        f"table.cell(x: {c.col}, y: {c.row}, colspan: {c.cols}, rowspan: {c.rows},"
        f" align: {side} + {high},{shade} breakable: {str(look.split_rows).lower()})[{body}]"
    )


def table(sheet: Sheet, look: Look) -> str:
    """One form: title lines and table."""
    widths = ", ".join(f"{w:.2f}pt" for w in look.column_widths(sheet.widths))
    above = []
    for text, role in sheet.above:
        size = look.size * (1.6 if role == "title" else 1)
        side = "right" if role == "caption" else "center"
        above.append(f"#align({side})[#text(size: {size:.1f}pt)[{content(text)}]]")
    cells = sorted(sheet.cells, key=lambda c: (c.row, c.col))
    inside, heads = [], []
    for c in cells:
        (heads if look.repeat_head and c.row in sheet.head_rows else inside).append(cell(c, look))
    if heads:
        inside.insert(0, f"table.header(level: 1, {', '.join(heads)})")
    body = ",\n  ".join(inside)
    return "\n".join(above) + (
        f"\n#table(columns: ({widths}), inset: (x: {look.padding}pt, y: {look.padding + 1.5}pt),"
        f" stroke: {STROKES[look.border]},\n  {body})\n"
    )


def document(sheets: list[Sheet], look: Look) -> str:
    """The whole Typst source."""
    width, height = look.page_size
    foot = look.footer.replace("{page}", "#context counter(page).display()").replace(
        "{pages}", "#context counter(page).final().first()"
    )
    mark = ""
    if look.watermark:
        mark = (
            f", foreground: rotate(-40deg, text(size: 60pt, fill: rgb(0, 0, 0, 28))"
            f"[{look.watermark}])"
        )
    indent = "(amount: 2em, all: true)" if look.indent else "0pt"
    gap = "\n#pagebreak()\n" if look.break_forms else "\n#v(14pt)\n"
    prose = "\n".join(
        f"#par(first-line-indent: (amount: 2em, all: true))[{content(p)}]\n" for p in look.prose
    )
    return (
        f"#set document(title: none, date: none)\n"
        f"#set page(width: {width}pt, height: {height}pt, margin: {look.margin}pt,"
        f" header: [#set text(8pt); #align(center)[{look.running}]],"
        f" footer: [#set text(8pt); #align(center)[{foot}]]{mark})\n"
        f'#set text(font: "{look.font.removesuffix(" CN")}", size: {look.size}pt,'
        f' lang: "zh", region: "cn",'
        f" cjk-latin-spacing: none)\n"
        f"#set par(leading: 0.5em, spacing: 0.6em, justify: false)\n"
        f"#show table.cell: set par(first-line-indent: {indent})\n{prose}\n"
        + gap.join(table(sheet, look) for sheet in sheets)
    )


def typst(sheets: list[Sheet], look: Look, out: Path) -> None:
    """Prints with Typst."""
    import typst as printer

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "form.typ"
        source.write_text(document(sheets, look), encoding="utf-8")
        printer.compile(
            str(source), output=str(out), font_paths=FONT_FOLDERS, ignore_system_fonts=True
        )
