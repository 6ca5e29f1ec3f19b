"""The ten seed forms through every producer, and the seed's own text export."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

from .. import post
from ..calc import calc
from ..canvas import Pen, reportlab
from ..catalogue import Sample, sample
from ..contents import FOLDER, load
from ..html import chromium, weasyprint
from ..look import Look
from ..office import freeze
from ..sheet import Layout
from ..typeset import typst
from ..writer import writer


def copy_export(out: Path) -> None:
    shutil.copyfile(FOLDER / "declarations-2026.txt", out)


def samples() -> list[Sample]:
    """All ten seed forms in one file, once a producer."""
    forms = load("seed")
    return [
        Sample(
            "seed-export",
            forms,
            "text export",
            "the seed's own export, as it was found",
            "Real damage: three column counts, shifted rows, cut labels, leaked markup.",
            copy_export,
            origin="seed",
            suffix="txt",
        ),
        sample(
            "seed-calc",
            forms,
            "LibreOffice Calc",
            calc,
            Look("AR PL UMing CN", 10),
            "xlsx (openpyxl) printed by Calc",
            "Ten forms in one worksheet; breaks fall inside forms, no head is repeated.",
            freeze,
            origin="seed",
        ),
        sample(
            "seed-writer",
            forms,
            "LibreOffice Writer",
            writer,
            Look("WenQuanYi Zen Hei", 9, padding=4, margin=44),
            "docx (python-docx) printed by Writer",
            "Rows cut inside a cell by the page break; merged labels run over it.",
            freeze,
            origin="seed",
        ),
        sample(
            "seed-chromium",
            forms,
            "Chromium",
            chromium,
            Look("Noto Serif CJK SC", 9),
            "HTML printed by headless Chromium",
            "Type 3 fonts, as Chromium writes them for CFF outlines; several forms a page.",
            freeze,
            origin="seed",
        ),
        sample(
            "seed-weasyprint",
            forms,
            "WeasyPrint",
            weasyprint,
            Look("WenQuanYi Zen Hei", 9, border="thick", layout=Layout(side="rows")),
            "HTML printed by WeasyPrint",
            "Embedded TrueType subset; thick outer border; the side label leaves the head row out.",
            freeze,
            origin="seed",
        ),
        sample(
            "seed-typst",
            forms,
            "Typst",
            typst,
            Look(
                "Noto Sans CJK SC",
                9,
                repeat_head=True,
                footer="第 {page} 页 共 {pages} 页",
                layout=Layout(side="rows"),
            ),
            "Typst table",
            "CFF outlines; the head of the indicators is repeated on every page.",
            origin="seed",
        ),
        sample(
            "seed-reportlab-cid",
            forms,
            "reportlab",
            reportlab,
            Look("STSong-Light", 9),
            "drawn with reportlab, STSong-Light with UniGB-UCS2-H",
            "A predefined CMap and a font that is not embedded.",
            origin="seed",
        ),
        sample(
            "seed-reportlab-truetype",
            forms,
            "reportlab",
            partial(reportlab, pen=Pen(twice=0.3, label_on="tallest")),
            Look("AR PL UKai CN", 9, border="dashed", watermark="征求意见稿", running="内部资料"),
            "drawn with reportlab, AR PL UKai embedded as several subsets",
            "Fake bold (text drawn twice), dashed borders, a watermark under the text.",
            origin="seed",
        ),
        sample(
            "seed-form-4",
            [forms[3]],
            "WeasyPrint",
            weasyprint,
            Look(
                "AR PL UMing CN",
                9,
                landscape=True,
                border="hairline",
                layout=Layout(title="inside"),
            ),
            "HTML printed by WeasyPrint, landscape, object streams by qpdf",
            "The longest seed form alone, landscape, its title inside the table, hairlines.",
            post.OBJECT_STREAMS,
            origin="seed",
        ),
    ]
