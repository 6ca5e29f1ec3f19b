"""Lays a sheet out over pages: wraps text, sizes rows, breaks between rows and inside them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from .look import Look, glued
from .sheet import Cell, Sheet

Line = tuple[str, float]
"""Text of a line and its indent in points."""


@dataclass(frozen=True)
class Area:
    """A box in points from the page's top left corner."""

    x0: float
    y0: float
    x1: float
    y1: float

    def edges(self) -> list[tuple[float, float, float, float]]:
        return [
            (self.x0, self.y0, self.x1, self.y0),
            (self.x0, self.y1, self.x1, self.y1),
            (self.x0, self.y0, self.x0, self.y1),
            (self.x1, self.y0, self.x1, self.y1),
        ]

    def on_edge(self, edge: tuple[float, float, float, float]) -> bool:
        x0, y0, x1, y1 = edge
        return (x0 == x1 and x0 in (self.x0, self.x1)) or (y0 == y1 and y0 in (self.y0, self.y1))


@dataclass
class Piece:
    """The lines of a cell (or of its part on a page) and where they go."""

    area: Area
    lines: list[Line]
    role: str
    size: float
    middle: bool


@dataclass
class Page:
    pieces: list[Piece] = field(default_factory=list)
    tables: list[tuple[Area, list[tuple[Area, str]]]] = field(default_factory=list)


def wrap(text: str, room: float, width: Callable[[str], float], indent: float = 0) -> list[Line]:
    """Breaks a paragraph into lines: between CJK characters, at blanks between Latin words."""
    atoms: list[str] = []
    for part, keep in glued(text):
        atoms += [part] if keep else re.findall(r"[\x21-\x7e]+ ?|.", part)
    closing, opening = "，。、；：！？）》”’,.;:!?)]", "（《“‘"
    lines: list[Line] = []
    line, start = "", indent
    for number, atom in enumerate(atoms):
        head = atom
        # A closing mark must not begin a line: it goes over together with what stands before it.
        if number + 1 < len(atoms) and atoms[number + 1][0] in closing or atom[-1] in opening:
            head += atoms[number + 1] if number + 1 < len(atoms) else ""
        if line and width(line + head.rstrip()) > room - start and atom[0] not in closing:
            lines.append((line.rstrip(), start))
            line, start = "", 0
        line += atom
    return [*lines, (line.rstrip(), start)]


class Flow:
    """Fills pages with forms. `label_on` chooses the page on which the text of a merged cell
    that runs over a break is printed: `first`, `last` or `tallest`. A part without room for it is
    passed over."""

    def __init__(self, look: Look, width: Callable[[str, float], float], label_on: str) -> None:
        self.look, self.width, self.label_on = look, width, label_on
        self.pages = [Page()]
        self.y = look.margin
        self.bottom = look.page_size[1] - look.margin
        for text in look.prose:
            self.free(text, "prose", look.size)

    def size(self, role: str) -> float:
        return self.look.size * (1.6 if role == "title" else 1)

    def lines(self, cell: Cell, room: float) -> list[Line]:
        size = self.size(cell.role)
        indent = 2 * size if self.look.indent and cell.role == "goal" else 0
        return [
            line
            for text in cell.text
            for line in wrap(text, room, lambda t: self.width(t, size), indent)
        ]

    def free(self, text: str, role: str, size: float) -> None:
        """A line or paragraph outside the table."""
        left, right = self.look.margin, self.look.page_size[0] - self.look.margin
        indent = 2 * size if role == "prose" else 0
        lines = wrap(
            text, right - left - 2 * self.look.padding, lambda t: self.width(t, size), indent
        )
        height = len(lines) * size * 1.3 + 2 * self.look.padding
        if self.y + height > self.bottom:
            self.turn()
        area = Area(left, self.y, right, self.y + height)
        self.pages[-1].pieces.append(Piece(area, lines, role, size, False))
        self.y += height

    def turn(self) -> None:
        self.pages.append(Page())
        self.y = self.look.margin

    def form(self, sheet: Sheet) -> None:
        """Places one form."""
        look = self.look
        begun = self.y > look.margin
        if begun and (look.break_forms or self.y > self.bottom - 150):
            self.turn()
        elif begun:
            self.y += 14
        for text, role in sheet.above:
            self.free(text, role, self.size(role))
        widths = look.column_widths(sheet.widths)
        edges = [look.margin]
        for w in widths:
            edges.append(edges[-1] + w)
        wrapped = {
            id(c): self.lines(c, edges[c.col + c.cols] - edges[c.col] - 2 * look.padding)
            for c in sheet.cells
        }
        heights = self.heights(sheet, wrapped)
        parts = self.parts(sheet, heights)
        self.place(sheet, wrapped, parts, edges)

    def heights(self, sheet: Sheet, wrapped: dict) -> list[float]:
        pad = 2 * self.look.padding
        heights = [self.look.size * 1.3 + pad] * sheet.rows
        for cell in sorted(sheet.cells, key=lambda c: c.rows):
            need = len(wrapped[id(cell)]) * self.size(cell.role) * 1.3 + pad
            have = sum(heights[cell.row : cell.row + cell.rows])
            if need > have:
                heights[cell.row + cell.rows - 1] += need - have
        return [round(h, 3) for h in heights]

    def parts(self, sheet: Sheet, heights: list[float]) -> list[tuple[int, int, float, float]]:
        """Where each row lies: (row, page, y0, y1); a row cut by a break has two parts.

        A repeated head row appears as one more part of its row.
        """
        parts: list[tuple[int, int, float, float]] = []

        def put(row: int, height: float) -> None:
            parts.append((row, len(self.pages) - 1, self.y, self.y + height))
            self.y += height

        line = self.look.size * 1.3
        for row, height in enumerate(heights):
            room = self.bottom - self.y
            if height > room:
                fits = int((room - 2 * self.look.padding) / line)
                cut = fits * line + 2 * self.look.padding
                if self.look.split_rows and height > 4 * line and fits >= 2:
                    put(row, cut)
                    height -= fits * line
                self.turn()
                if (
                    self.look.repeat_head
                    and row not in sheet.head_rows
                    and (row >= sheet.head_rows.stop)
                ):
                    for head in sheet.head_rows:
                        put(head, heights[head])
            put(row, height)
        return parts

    def place(self, sheet: Sheet, wrapped: dict, parts: list, edges: list[float]) -> None:
        """Puts every cell's borders and text on its pages."""
        on_page: dict[int, list[tuple[Area, str]]] = {}
        for cell in sheet.cells:
            mine = [p for p in parts if cell.row <= p[0] < cell.row + cell.rows]
            areas: list[tuple[int, Area]] = []
            for row, page, y0, y1 in mine:
                last = areas[-1] if areas else None
                if last and last[0] == page and last[1].y1 == y0:
                    areas[-1] = (page, Area(last[1].x0, last[1].y0, last[1].x1, y1))
                else:
                    areas.append((page, Area(edges[cell.col], y0, edges[cell.col + cell.cols], y1)))
            for page, area in areas:
                on_page.setdefault(page, []).append((area, cell.role))
            self.text(cell, wrapped[id(cell)], areas, cell.row in sheet.head_rows)
        for page, cells in on_page.items():
            outer = Area(
                edges[0], min(a.y0 for a, _ in cells), edges[-1], max(a.y1 for a, _ in cells)
            )
            self.pages[page].tables.append((outer, cells))

    def text(self, cell: Cell, lines: list[Line], areas: list, head: bool) -> None:
        size = self.size(cell.role)
        middle = cell.role != "goal" and not self.look.align_top
        if head and cell.rows == 1:
            chosen = [(area, lines) for area in areas]
        elif cell.rows == 1 and len(areas) > 1:
            height = areas[0][1].y1 - areas[0][1].y0 - 2 * self.look.padding
            room = int(height / (size * 1.3) + 0.01)
            chosen = [(areas[0], lines[:room]), (areas[1], lines[room:])]
        else:
            need = len(lines) * size * 1.3 + 2 * self.look.padding
            fits = [a for a in areas if a[1].y1 - a[1].y0 >= need - 0.1] or areas
            tall = sorted(fits, key=lambda a: a[1].y0 - a[1].y1)
            area = {"first": fits[0], "last": fits[-1], "tallest": tall[0]}[self.label_on]
            chosen = [(area, lines)]
        for (page, area), shown in chosen:
            if shown and shown != [("", 0)]:
                self.pages[page].pieces.append(Piece(area, shown, cell.role, size, middle))

    def finish(self) -> list[Page]:
        return self.pages
