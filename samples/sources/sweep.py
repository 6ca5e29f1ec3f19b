"""Draws documents that nobody chose: `python -m sources.sweep <seed> <count> <folder>`.

Contents, page, font, borders, layout, producer and what happens to the finished file are drawn by
lot from the seed. The folder gets a manifest and goldens, for `shenbao golden check`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

from . import families, golden, invent, post
from .calc import SIDES, calc
from .canvas import TRUETYPE, Pen, reportlab
from .catalogue import Make, drawn
from .html import BORDERS as HTML
from .html import chromium, weasyprint
from .look import Look
from .sheet import Layout
from .typeset import STROKES, typst
from .writer import BORDERS as WRITER
from .writer import writer

FONTS = ["Noto Serif CJK SC", "Noto Sans CJK SC", *TRUETYPE]
# Without lines between cells that are filled alike nothing tells where a cell ends.
RULED = {"solid", "hairline", "thick", "double", "dashed", "dotted", "open"}
PRODUCERS: dict[str, tuple[Make, set[str], list[str]]] = {
    "Calc": (calc, RULED & set(SIDES), FONTS),
    "Writer": (writer, RULED & set(WRITER), [*TRUETYPE]),
    "Chromium": (chromium, RULED & set(HTML), FONTS),
    "WeasyPrint": (weasyprint, RULED & set(HTML), FONTS),
    "Typst": (typst, RULED & set(STROKES), FONTS),
    "reportlab": (reportlab, {"solid", "open"}, [*TRUETYPE, "STSong-Light"]),
}


def layout(chance: Random) -> Layout:
    return Layout(
        title=chance.choice(["above", "above", "inside"]),
        side=chance.choice(["heads", "rows", "none"]),
        levels=chance.choice(["merged", "merged", "first", "each"]),
    )


def look(chance: Random, borders: set[str], fonts: list[str]) -> Look:
    grid = layout(chance)
    # A label that runs down beside the head row cannot be printed again with it.
    repeat = grid.side != "heads" and chance.random() < 0.4
    size = chance.choice([7, 8, 9, 9.5, 10, 10.5, 11, 12])
    # Large type needs a large page: levels wrapped at two characters are no form's print.
    small = size > 10.5 or chance.random() < 0.2
    return Look(
        font=chance.choice(fonts),
        size=size,
        border=chance.choice(["solid", *sorted(borders)]),
        page="A3" if small else chance.choice(["A4", "A4", "A4", "Letter"]),
        landscape=chance.random() < 0.2,
        margin=chance.choice([28, 36, 42, 56, 72]),
        padding=chance.choice([1.5, 2, 3, 5]),
        align_top=chance.random() < 0.15,
        break_forms=chance.random() < 0.4,
        repeat_head=repeat,
        split_rows=chance.random() < 0.7,
        running=chance.choice(["", "", "绩效目标公开"]),
        footer=chance.choice(["", "第 {page} 页", "— {page} —", "{page}/{pages}"]),
        indent=chance.random() < 0.2,
        layout=grid,
    )


def pen(chance: Random) -> Pen:
    return Pen(
        by_glyph=chance.random() < 0.3,
        fills=chance.random() < 0.3,
        short=chance.choice([0, 0, 0.8]),
        label_on=chance.choice(["first", "first", "last", "tallest"]),
    )


def afterwards(chance: Random) -> list[Callable[[Path], None]]:
    steps = [post.rotated(90), post.rotated(180), post.rotated(270), post.cropped(40, 60)]
    return [chance.choice(steps)] if chance.random() < 0.25 else []


def contents(chance: Random) -> list:
    """Invented forms, now and then one of the families whose contents are given."""
    if chance.random() < 0.15:
        plain = [form for form in families.load() if form.layout != "sichuan"]
        return [chance.choice(plain)]
    return invent.forms(chance, chance.choice([1, 1, 2, 3]), chance.choice([4, 12, 20, 45]))


def main(seed: str, count: int, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for number in range(count):
        chance = Random(f"{seed}/{number}")
        forms = contents(chance)
        producer = chance.choice(sorted(PRODUCERS))
        draw, borders, fonts = PRODUCERS[producer]
        drawing = look(chance, borders, fonts)
        if producer == "reportlab":
            draw = partial(draw, pen=pen(chance))
        if isinstance(forms[0], families.Declared):
            # Their grids are given with their contents.
            drawing.layout = Layout(levels=drawing.layout.levels)
            drawing.repeat_head = False
        name = f"{seed}-{number:03}-{producer.lower()}"
        path = folder / f"{name}.pdf"
        drawn(draw, forms, drawing, *afterwards(chance))(path)
        golden.write(folder / "golden" / name, forms)
        entries.append(f'[[sample]]\nid = "{name}"\nfile = "{name}.pdf"\n# {drawing}\n')
        print(json.dumps({"id": name, "border": drawing.border, "size": drawing.size}), flush=True)
    (folder / "manifest.toml").write_text("\n".join(entries), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
