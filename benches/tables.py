#!/usr/bin/env python3
"""Compares the tables that shenbao rebuilds with those of pdfplumber, camelot, tabula and PyMuPDF.

The documents are samples that show one form on one page; the truth is `samples/grids.json`, made
from their contents and never from what a reader says. Accuracy is the adjacency F1 of the ICDAR
2013 competition: pairs of neighbouring filled cells, by text without blanks. Speed is pages per
CPU second (user + system, child processes included), without the time to start a tool.
Usage: tables.py SHENBAO SAMPLES [--append RESULTS.md]
"""

import argparse
import json
import logging
import resource
import subprocess
import sys
import tempfile
import unicodedata
import warnings
from collections import Counter
from pathlib import Path

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

Cell = tuple[int, int, int, int, str]
"""Row, column, rows, columns, text."""


def squeeze(text: str | None) -> str:
    return "".join(unicodedata.normalize("NFKC", text or "").split())


def relations(cells: list[Cell]) -> Counter:
    """Each filled cell with its next filled neighbour to the right and below, once a pair."""
    slots = {}
    for number, (row, col, rows, cols, _) in enumerate(cells):
        for r in range(row, row + rows):
            for c in range(col, col + cols):
                slots[r, c] = number
    height = max((r for r, _ in slots), default=-1) + 1
    width = max((c for _, c in slots), default=-1) + 1
    found = Counter()
    for number, (row, col, rows, cols, text) in enumerate(cells):
        if not squeeze(text):
            continue
        pairs = set()
        for r in range(row, row + rows):
            pairs.add((next_filled(cells, slots, [(r, c) for c in range(col + cols, width)]), "right"))
        for c in range(col, col + cols):
            pairs.add((next_filled(cells, slots, [(r, c) for r in range(row + rows, height)]), "below"))
        for other, way in pairs:
            if other is not None and other != number:
                found[squeeze(text), squeeze(cells[other][4]), way] += 1
    return found


def next_filled(cells: list[Cell], slots: dict, way: list) -> int | None:
    return next((slots[s] for s in way if s in slots and squeeze(cells[slots[s]][4])), None)


def by_boxes(boxes: list[tuple[float, float, float, float, str]]) -> list[Cell]:
    """Cells with spans from boxes (left, top, right, bottom, text); edges within 2 pt are one."""

    def edges(values: list[float]) -> list[float]:
        kept: list[float] = []
        for value in sorted(values):
            if not kept or value - kept[-1] > 2:
                kept.append(value)
        return kept

    def at(kept: list[float], value: float) -> int:
        return min(range(len(kept)), key=lambda i: abs(kept[i] - value))

    xs = edges([b[0] for b in boxes] + [b[2] for b in boxes])
    ys = edges([b[1] for b in boxes] + [b[3] for b in boxes])
    cells = []
    for left, top, right, bottom, text in boxes:
        row, col = at(ys, top), at(xs, left)
        rows, cols = at(ys, bottom) - row, at(xs, right) - col
        if rows > 0 and cols > 0:
            cells.append((row, col, rows, cols, text))
    return cells


def pdfplumber_tables(path: Path) -> list[list[Cell]]:
    import pdfplumber

    with pdfplumber.open(path) as pdf:
        page = pdf.pages[0]
        return [
            by_boxes([(*box, page.crop(box, strict=False).extract_text()) for box in table.cells])
            for table in page.find_tables()
        ]


def pymupdf_tables(path: Path) -> list[list[Cell]]:
    import pymupdf

    with pymupdf.open(path) as pdf:
        page = pdf[0]
        return [
            by_boxes([(*box, page.get_text("text", clip=box)) for box in table.cells if box])
            for table in page.find_tables().tables
        ]


def camelot_tables(flavor: str):
    def read(path: Path) -> list[list[Cell]]:
        import camelot

        tables = camelot.read_pdf(str(path), pages="1", flavor=flavor, suppress_stdout=True)
        return [
            [(r, c, 1, 1, text) for r, row in enumerate(t.df.values.tolist()) for c, text in enumerate(row)]
            for t in tables
        ]

    return read


def tabula_tables(path: Path) -> list[list[Cell]]:
    import tabula

    tables = tabula.read_pdf(str(path), pages=1, output_format="json", silent=True)
    return [
        by_boxes(
            [
                (c["left"], c["top"], c["left"] + c["width"], c["top"] + c["height"], c["text"])
                for row in table["data"]
                for c in row
                if c["width"] > 0 and c["height"] > 0
            ]
        )
        for table in tables
    ]


def cpu() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(u.ru_utime + u.ru_stime for u in used)


def shenbao(binary: str, files: list[Path]) -> tuple[list, float]:
    """The grids of all files, and the CPU seconds of reading them and writing their JSON."""
    with tempfile.TemporaryDirectory() as out:
        command = [binary, "convert", *map(str, files), "--out", out, "--formats", "json"]
        before = cpu()
        subprocess.run([*command, "--tables", "all", "--jobs", "1", "--quiet"], check=False)
        seconds = cpu() - before
        grids = []
        for file in files:
            data = json.loads((Path(out) / f"{file.stem}.json").read_text(encoding="utf-8"))
            keys = ("row", "col", "row_span", "col_span", "text")
            grids.append([[tuple(c[k] for k in keys) for c in t["cells"]] for t in data["tables"]])
    return grids, seconds


def peer(read, files: list[Path]) -> tuple[list, float]:
    """The same of a tool that is called file by file; a file that it fails on has no tables."""
    grids = []
    try:
        read(files[0])  # Imports and starts what it needs.
    except Exception:
        pass
    before = cpu()
    for file in files:
        try:
            grids.append(read(file))
        except Exception:
            grids.append([])
    return grids, cpu() - before


def score(grids: list, truths: list[list[Cell]]) -> tuple[float, int]:
    """Mean F1 over the documents, and on how many it is 1."""
    scores = []
    for tables, truth in zip(grids, truths):
        want = relations(truth)
        got = sum((relations(table) for table in tables), Counter())
        common = sum((want & got).values())
        both = sum(want.values()) + sum(got.values())
        scores.append(2 * common / both if both else 1.0)
    return sum(scores) / len(scores), sum(s == 1 for s in scores)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("samples", type=Path)
    parser.add_argument("--append", type=Path)
    args = parser.parse_args()
    truth = json.loads((args.samples / "grids.json").read_text(encoding="utf-8"))
    files = [args.samples / name for name in truth]
    truths = [[tuple(cell) for cell in cells] for cells in truth.values()]
    from importlib.metadata import version

    tools = [
        (f"pdfplumber {version('pdfplumber')}", pdfplumber_tables),
        (f"PyMuPDF {version('pymupdf')}", pymupdf_tables),
        (f"camelot {version('camelot-py')} lattice", camelot_tables("lattice")),
        (f"camelot {version('camelot-py')} hybrid", camelot_tables("hybrid")),
        (f"tabula {version('tabula-py')}", tabula_tables),
    ]
    rows = [("shenbao", *measured(shenbao(args.binary, files), truths))]
    for name, read in tools:
        rows.append((name, *measured(peer(read, files), truths)))
        print(rows[-1], file=sys.stderr, flush=True)
    lines = [
        "## Tables",
        "",
        f"{len(files)} samples of one form on one page, in all border styles; adjacency F1 (mean),",
        "documents with F1 = 1, pages per CPU second in one process. Tools that do not tell merged",
        "cells lose the pairs that such a cell has in each of its rows.",
        "",
        "| tool | F1 | exact | pages/s |",
        "|---|--:|--:|--:|",
        *(f"| {name} | {f1:.3f} | {exact} | {speed:.1f} |" for name, f1, exact, speed in rows),
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    if args.append:
        before = args.append.read_text(encoding="utf-8").split("\n## Tables")[0].rstrip("\n")
        args.append.write_text(f"{before}\n\n{text}", encoding="utf-8")


def measured(result: tuple[list, float], truths: list) -> tuple[float, int, float]:
    grids, seconds = result
    return *score(grids, truths), len(truths) / max(seconds, 1e-6)


if __name__ == "__main__":
    main()
