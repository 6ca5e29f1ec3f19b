"""Estimates where text wraps, for producers that do not size rows by themselves."""

from __future__ import annotations

from unicodedata import east_asian_width

from .sheet import Sheet


def width(text: str, size: float) -> float:
    """Width in points: CJK characters are one em wide, the others a little over half."""
    return sum(size if east_asian_width(c) in "WFA" else 0.56 * size for c in text)


def lines(paragraphs: list[str], room: float, size: float) -> int:
    """How many lines the paragraphs take in `room` points, on the safe side."""
    return sum(max(1, -(-int(width(p, size) * 1.04) // max(int(room), 1))) for p in paragraphs)


def row_heights(sheet: Sheet, widths: list[float], size: float, padding: float) -> list[float]:
    """Heights in which every cell of the sheet has room, in points."""
    line = size * 1.38
    heights = [line + 2 * padding] * sheet.rows
    for cell in sorted(sheet.cells, key=lambda c: c.rows):
        room = sum(widths[cell.col : cell.col + cell.cols]) - 2 * padding - 2
        factor = 1.6 if cell.role == "title" else 1
        need = lines(cell.text, room, size * factor) * line * factor + 2 * padding
        have = sum(heights[cell.row : cell.row + cell.rows])
        if need > have:
            heights[cell.row + cell.rows - 1] += need - have
    return heights
