"""The central departments' family: other header, funds and columns, amounts in 万元."""

from __future__ import annotations

from functools import partial

from .. import post
from ..calc import calc
from ..canvas import Pen, reportlab
from ..catalogue import Sample, sample
from ..contents import load, pick
from ..html import chromium, weasyprint
from ..look import Look
from ..office import freeze
from ..sheet import Layout
from ..typeset import typst
from ..writer import writer


def samples() -> list[Sample]:
    form = partial(pick, "central")
    return [
        sample(
            "polar-writer",
            form("极地冰芯"),
            "LibreOffice Writer",
            writer,
            Look("AR PL UMing CN", 10.5, border="thick", bold="bold"),
            "docx printed by Writer",
            "Weights that add up to 90; goals numbered 目标1, 目标2.",
            freeze,
        ),
        sample(
            "hydrology-calc",
            form("全国水文"),
            "LibreOffice Calc",
            calc,
            Look("WenQuanYi Zen Hei", 10.5),
            "xlsx printed by Calc",
            "No weights; the unit stands in a caption over the table; a per mille sign.",
            freeze,
        ),
        sample(
            "opera-chromium",
            form("地方戏曲"),
            "Chromium",
            chromium,
            Look("AR PL UKai CN", 11, border="open", layout=Layout(side="rows")),
            "HTML printed by Chromium",
            "Weights with two decimals; no colon in the labels.",
            freeze,
        ),
        sample(
            "buoys-typst",
            form("深海浮标"),
            "Typst",
            typst,
            Look("Noto Sans CJK SC", 10, footer="{page}/{pages}"),
            "Typst table",
            "Side labels set one character a line; amounts with four decimals; 成本 first.",
        ),
        sample(
            "training-truetype",
            form("基层检察"),
            "reportlab",
            partial(reportlab, pen=Pen(fills=True)),
            Look("AR PL UMing CN", 11, border="hairline"),
            "drawn with reportlab",
            "Weights that add up to 100; hairlines as filled rectangles.",
        ),
        sample(
            "instruments-cid",
            form("大型科学"),
            "reportlab",
            reportlab,
            Look("STSong-Light", 10, layout=Layout(levels="first")),
            "drawn with reportlab",
            "A font that is not embedded; 成本指标 under 产出指标, about and greater-than.",
        ),
        sample(
            "drone-weasyprint",
            form("民用无人机"),
            "WeasyPrint",
            weasyprint,
            Look("Noto Serif CJK SC", 10.5, border="double"),
            "HTML printed by WeasyPrint",
            "The unit in a caption; no weights; double borders.",
            freeze,
        ),
        sample(
            "plants-typst-horizontal",
            form("濒危植物"),
            "Typst",
            typst,
            Look("AR PL UMing CN", 10.5, border="horizontal", padding=4),
            "Typst table",
            "Ruled in one direction only: no vertical lines.",
        ),
        sample(
            "central-all-typst",
            load("central"),
            "Typst",
            typst,
            Look("WenQuanYi Zen Hei", 9.5, running="部门预算公开附表", footer="第 {page} 页"),
            "Typst tables, rewritten by qpdf",
            "Eight forms in a run under a running head.",
            post.OBJECT_STREAMS,
        ),
    ]
