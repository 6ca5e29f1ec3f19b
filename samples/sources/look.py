"""How a sample looks: page, font, borders. The same description serves every producer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .sheet import Layout

PAGES = {"A4": (595.28, 841.89), "A3": (841.89, 1190.55), "Letter": (612.0, 792.0)}


@dataclass
class Look:
    """Sizes in points.

    * `border`: `solid`, `hairline`, `thick`, `double`, `dashed`, `open` (no outer border),
      `shaded` (fills instead of lines), `none`
    * `break_forms`: each form begins a page
    * `repeat_head`: the indicator table's head row is printed again on every page
    * `split_rows`: a row may be cut by a page break
    * `running`: text at the head of every page, `footer`: at its foot (`{page}`, `{pages}`)
    """

    font: str = "Noto Serif CJK SC"
    size: float = 9
    border: str = "solid"
    page: str = "A4"
    landscape: bool = False
    margin: float = 42
    padding: float = 3
    align_top: bool = False
    break_forms: bool = False
    repeat_head: bool = False
    split_rows: bool = True
    running: str = ""
    footer: str = ""
    watermark: str = ""
    bold: str = ""
    indent: bool = False
    prose: list[str] = field(default_factory=list)
    layout: Layout = field(default_factory=Layout)

    @property
    def page_size(self) -> tuple[float, float]:
        width, height = PAGES[self.page]
        return (height, width) if self.landscape else (width, height)

    def column_widths(self, widths: list[float]) -> list[float]:
        """The grid's widths stretched to the space between the margins."""
        room = self.page_size[0] - 2 * self.margin
        return [w * room / sum(widths) for w in widths]


def glued(text: str) -> list[tuple[str, bool]]:
    """Splits a text into (part, must not be broken).

    A line break swallows the blank it falls on. Between Latin words every reader puts it back;
    beside a CJK character nobody can know, so such blanks stay inside a line.
    """
    parts, at = [], 0
    word = r"(?:[A-Za-z0-9.%-]+|\S)[,.;:，、。；：]?"
    for found in re.finditer(rf"{word}(?: +{word})+", text):
        words = found.group()
        if re.fullmatch(r"[\x21-\x7e]+(?: [\x21-\x7e]+)+", words) and "," not in words:
            continue
        parts += [(text[at : found.start()], False), (words, True)]
        at = found.end()
    parts.append((text[at:], False))
    return [part for part in parts if part[0]]


def unbroken(text: str) -> str:
    """The text with no-break spaces where `glued` forbids a break: for office documents."""
    return "".join(part.replace(" ", "\u00a0") if keep else part for part, keep in glued(text))
