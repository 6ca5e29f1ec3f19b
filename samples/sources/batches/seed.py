"""The ten seed forms through every producer, and the seed's own text export."""

from __future__ import annotations

import shutil
from pathlib import Path

from ..calc import calc
from ..catalogue import Sample, sample
from ..contents import FOLDER, load
from ..html import chromium, weasyprint
from ..look import Look
from ..office import freeze
from ..sheet import Layout
from ..writer import writer


def copy_export(out: Path) -> None:
    shutil.copyfile(FOLDER / "declarations-2026.txt", out)


def samples() -> list[Sample]:
    """All ten seed forms in one file, once a producer."""
    forms = load("seed")
    return [
        Sample(
            "seed-export", forms, "text export", "the seed's own export, as it was found",
            "Real damage: three column counts, shifted rows, cut labels, leaked markup.",
            copy_export, origin="seed", suffix="txt"),
        sample(
            "seed-calc", forms, "LibreOffice Calc", calc,
            Look("AR PL UMing CN", 10), "xlsx (openpyxl) printed by Calc",
            "Ten forms in one worksheet; breaks fall inside forms, no head is repeated.",
            freeze, origin="seed"),
        sample(
            "seed-writer", forms, "LibreOffice Writer", writer,
            Look("WenQuanYi Zen Hei", 9, padding=4), "docx (python-docx) printed by Writer",
            "Rows cut inside a cell by the page break; merged labels run over it.",
            freeze, origin="seed"),
        sample(
            "seed-chromium", forms, "Chromium", chromium,
            Look("Noto Serif CJK SC", 9), "HTML printed by headless Chromium",
            "Type 3 fonts, as Chromium writes them for CFF outlines; several forms a page.",
            freeze, origin="seed"),
        sample(
            "seed-weasyprint", forms, "WeasyPrint", weasyprint,
            Look("WenQuanYi Zen Hei", 9, border="thick", layout=Layout(side="rows")),
            "HTML printed by WeasyPrint",
            "Embedded TrueType subset; thick outer border; goals set beside their label.",
            freeze, origin="seed"),
    ]
