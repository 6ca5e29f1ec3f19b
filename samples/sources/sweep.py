"""Draws documents that nobody chose: `python -m sources.sweep <seed> <count> <folder> [<kind>]`.

Contents, page, font, borders, layout, producer and what happens to the finished file are drawn by
lot from the seed. The folder gets a manifest and goldens, for `shenbao golden check`. With
the kind `--scanned` they are what offices print and scan: A4, unbroken borders, no type below 9
points; with `--unruled` their tables have lines between rows, or none.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

from . import families, golden, invent, post
from .calc import SIDES, calc
from .canvas import TRUETYPE, Pen, reportlab
from .catalogue import Make, sheets
from .contents import Form
from .exports import Damage, export
from .html import BORDERS as HTML
from .html import chromium, weasyprint
from .look import Look
from .sheet import Layout
from .typeset import STROKES, typst
from .writer import BORDERS as WRITER
from .writer import writer

FONTS = ["Noto Serif CJK SC", "Noto Sans CJK SC", *TRUETYPE]
RULED = {"solid", "hairline", "thick", "double", "dashed", "dotted", "open"}
# Not `shaded`: between cells that are filled alike nothing tells where one ends.
UNRULED = {"none", "horizontal"}
PRODUCERS: dict[str, tuple[Make, set[str], list[str]]] = {
    "Calc": (calc, set(SIDES), FONTS),
    "Writer": (writer, set(WRITER), [*TRUETYPE]),
    "Chromium": (chromium, set(HTML), FONTS),
    "WeasyPrint": (weasyprint, set(HTML), FONTS),
    "Typst": (typst, set(STROKES), FONTS),
    "reportlab": (reportlab, RULED | {"none"}, [*TRUETYPE, "STSong-Light"]),
}


def layout(chance: Random) -> Layout:
    return Layout(
        title=chance.choice(["above", "above", "inside"]),
        side=chance.choice(["heads", "rows", "none"]),
        levels=chance.choice(["merged", "merged", "first", "each"]),
    )


def look(chance: Random, borders: list[str], fonts: list[str]) -> Look:
    grid = layout(chance)
    # A label that runs down beside the head row cannot be printed again with it.
    repeat = grid.side != "heads" and chance.random() < 0.4
    size = chance.choice([7, 8, 9, 9.5, 10, 10.5, 11, 12])
    # Large type needs a large page: levels wrapped at two characters are no form's print.
    small = size > 10.5 or chance.random() < 0.2
    return Look(
        font=chance.choice(fonts),
        size=size,
        border=chance.choice(borders),
        page="A3" if small else chance.choice(["A4", "A4", "A4", "Letter"]),
        landscape=chance.random() < 0.2,
        margin=chance.choice([28, 36, 42, 56, 72]),
        padding=chance.choice([1.5, 2, 3, 5]),
        align_top=chance.random() < 0.15,
        break_forms=chance.random() < 0.4,
        repeat_head=repeat,
        split_rows=chance.random() < 0.7,
        running=chance.choice(["", "", "绩效目标公开"]),
        watermark=chance.choice(["", "", "", "公示稿"]),
        bold=chance.choice(["", "bold"]),
        footer=chance.choice(["", "第 {page} 页", "— {page} —", "{page}/{pages}"]),
        indent=chance.random() < 0.2,
        layout=grid,
    )


def pen(chance: Random) -> Pen:
    return Pen(
        twice=chance.choice([0, 0, 0.3]),
        by_glyph=chance.random() < 0.3,
        fills=chance.random() < 0.3,
        short=chance.choice([0, 0, 0.8]),
        label_on=chance.choice(["first", "first", "last", "tallest"]),
    )


def cairo(out: Path) -> None:
    """Draws the file anew with another library: other fonts, operators and matrices."""
    made = out.with_suffix(".tmp")
    subprocess.run(["pdftocairo", "-pdf", str(out), str(made)], check=True)
    made.replace(out)


STEPS: list[Callable[[Path], None]] = [
    post.rotated(90),
    post.rotated(180),
    post.rotated(270),
    post.cropped(40, 60),
    post.shifted_origin,
    post.in_xobjects(0.8),
    post.OBJECT_STREAMS,
    post.AES_256,
    cairo,
]


def contents(chance: Random) -> list:
    """Invented forms, now and then one of the families whose contents are given."""
    if chance.random() < 0.2:
        form = chance.choice([form for form in families.load() if form.layout != "sichuan"])
        inventor = invent.Inventor(chance)
        form.data["project_name" if form.data.get("project_name") else "department_name"] = inventor.name()
        for row in form.rows:
            if "target" in row and not {"sign", "parts"} & set(row["target"]):
                row["level3"] = inventor.of("subjects") + row["level3"]
                row["target"] = inventor.target("数量指标", row["level3"], "plain")
        return [form]
    return invent.forms(chance, chance.choice([1, 1, 2, 3]), chance.choice([4, 12, 20, 45]))


def damages(chance: Random, form: Form) -> Damage:
    kinds = ["right", "left", "name-left", "cut", "lost-side", "break"]
    rows = range(len(form.indicators))
    return {row: chance.choice(kinds) for row in rows if chance.random() < 0.15}


def text_export(chance: Random, path: Path) -> list[Form]:
    """A damaged text export, of the one family of which there are any."""
    inventor = invent.Inventor(chance)
    forms = [inventor.shanghai(20) for _ in range(chance.randint(1, 4))]
    for form in forms:
        form.print["dates"] = "iso"
    columns = [chance.choice([6, 7]) for _ in forms]
    export(forms, columns, [damages(chance, form) for form in forms])(path)
    return forms


def document(chance: Random, producer: str, path: Path, kind: str) -> list:
    """Draws a document; returns its forms."""
    forms = contents(chance)
    draw, known, fonts = PRODUCERS[producer]
    borders = sorted(known & UNRULED) if kind == "--unruled" else ["solid", *sorted(known & RULED)]
    drawing = look(chance, borders, fonts)
    if kind == "--scanned":
        drawing.border = "thick" if drawing.border == "thick" else "solid"
        drawing.page, drawing.size = "A4", chance.choice([9, 9.5, 10, 10.5])
    if producer == "reportlab":
        draw = partial(draw, pen=pen(chance))
    if isinstance(forms[0], families.Declared):
        # Their grids are given with their contents.
        drawing.layout = Layout(levels=drawing.layout.levels)
        drawing.repeat_head = False
    grids = sheets(forms, drawing.layout)
    for sheet in grids:
        sheet.widths = [width * chance.uniform(0.8, 1.25) for width in sheet.widths]
    draw(grids, drawing, path)
    if kind != "--scanned" and chance.random() < 0.3:
        chance.choice(STEPS)(path)
    return forms


def main(seed: str, count: int, folder: Path, kind: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    producers = sorted(PRODUCERS)
    if kind == "--unruled":
        producers = [name for name in producers if PRODUCERS[name][1] & UNRULED]
    if not kind:
        producers.append("export")
    entries = []
    for number in range(count):
        chance = Random(f"{seed}/{number}")
        producer = chance.choice(producers)
        name = f"{seed}-{number:03}-{producer.lower()}"
        path = folder / f"{name}.{'txt' if producer == 'export' else 'pdf'}"
        if producer == "export":
            forms = text_export(chance, path)
        else:
            forms = document(chance, producer, path, kind)
        golden.write(folder / "golden" / name, forms)
        entries.append(f'[[sample]]\nid = "{name}"\nfile = "{path.name}"\n')
        print(path.name, flush=True)
    (folder / "manifest.toml").write_text("\n".join(entries), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), "".join(sys.argv[4:5]))
