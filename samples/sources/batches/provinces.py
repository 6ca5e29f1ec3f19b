"""The families of the provinces, of whole departments, of grants and of self-evaluation."""

from __future__ import annotations

from ..calc import calc
from ..canvas import reportlab
from ..catalogue import Sample, sample
from ..families import load
from ..html import chromium, weasyprint
from ..look import Look
from ..office import freeze
from ..sheet import Layout
from ..typeset import typst
from ..writer import writer


def samples() -> list[Sample]:
    """Two grids a family where there are two, each by another producer."""
    return [
        sample(
            "self-grain-calc",
            load("self-grain"),
            "LibreOffice Calc",
            calc,
            Look("WenQuanYi Zen Hei", 9, margin=36),
            "xlsx printed by Calc",
            "Self-evaluation: a matrix of funds, scores and their total, reasons of deviations.",
            freeze,
        ),
        sample(
            "self-bridge-typst",
            load("self-bridge"),
            "Typst",
            typst,
            Look("Noto Serif CJK SC", 9.5),
            "Typst table",
            "Self-evaluation: the weight before the target, budget (A) and spending (B).",
        ),
        sample(
            "transfer-seed-writer",
            load("transfer-seed"),
            "LibreOffice Writer",
            writer,
            Look("AR PL UMing CN", 10.5, border="thick"),
            "docx printed by Writer",
            "A grant for a province; goals numbered 目标1 to 目标3.",
            freeze,
        ),
        sample(
            "transfer-library-chromium",
            load("transfer-library"),
            "Chromium",
            chromium,
            Look("AR PL UKai CN", 10.5, layout=Layout(levels="first")),
            "HTML printed by Chromium",
            "A grant with weights in per cent; level labels are printed once, not merged.",
            freeze,
        ),
        sample(
            "overall-archive-weasyprint",
            load("overall-archive"),
            "WeasyPrint",
            weasyprint,
            Look("Noto Serif CJK SC", 9.5, border="hairline"),
            "HTML printed by WeasyPrint",
            "A whole department: tasks with three amounts under a divided header, weights of 90.",
            freeze,
        ),
        sample(
            "overall-harbour-cid",
            load("overall-harbour"),
            "reportlab",
            reportlab,
            Look("STSong-Light", 10),
            "drawn with reportlab",
            "A whole department: functions, tasks, projects and amounts; explained indicators.",
        ),
        sample(
            "overall-water-typst",
            load("overall-water"),
            "Typst",
            typst,
            Look("AR PL UMing CN", 9.5),
            "Typst table",
            "A whole department: shares and two years before in a matrix, indicators of two periods.",
        ),
        sample(
            "self-ancient-cid",
            load("self-ancient"),
            "reportlab",
            reportlab,
            Look("STSong-Light", 9.5),
            "drawn with reportlab",
            "Self-evaluation with sign, number and unit in columns of their own.",
        ),
        sample(
            "hubei-sponge-writer",
            load("hubei-sponge"),
            "LibreOffice Writer",
            writer,
            Look("WenQuanYi Zen Hei", 10),
            "docx printed by Writer",
            "Costs of three years; 绩效标准 heads the names; safeguards below the indicators.",
            freeze,
        ),
        sample(
            "hubei-lake-typst",
            load("hubei-lake"),
            "Typst",
            typst,
            Look("AR PL UMing CN", 10.5, border="open"),
            "Typst table",
            "A short form of a district: 满意度 under 效益指标, 指标内容 for the name.",
        ),
        sample(
            "hunan-tea-calc",
            load("hunan-tea"),
            "LibreOffice Calc",
            calc,
            Look("AR PL UMing CN", 10),
            "xlsx printed by Calc",
            "Amounts printed 250万, a level without rows, signatures below the table.",
            freeze,
        ),
        sample(
            "hunan-fire-chromium",
            load("hunan-fire"),
            "Chromium",
            chromium,
            Look("WenQuanYi Zen Hei", 9.5, border="dashed"),
            "HTML printed by Chromium",
            "The total with its parts; standards and remarks behind the values.",
            freeze,
        ),
        sample(
            "guangdong-greenway-calc",
            load("guangdong-greenway"),
            "LibreOffice Calc",
            calc,
            Look("WenQuanYi Zen Hei", 9, landscape=True),
            "xlsx printed by Calc, landscape",
            "Indicators of the medium term and of the year side by side under headings.",
            freeze,
        ),
        sample(
            "long-term-school-weasyprint",
            load("long-term-school"),
            "WeasyPrint",
            weasyprint,
            Look("WenQuanYi Zen Hei", 9.5, border="double"),
            "HTML printed by WeasyPrint",
            "Indicators of the long term above those of the year; boxes ticked in text.",
            freeze,
        ),
        sample(
            "long-term-herbarium-typst",
            load("long-term-herbarium"),
            "Typst",
            typst,
            Look("Noto Sans CJK SC", 9.5),
            "Typst table",
            "The form of 2015: both parts side by side without headings of their own.",
        ),
        sample(
            "sichuan-court-writer",
            load("sichuan-court", "sichuan-court-2"),
            "LibreOffice Writer",
            writer,
            Look("Noto Serif CJK SC", 9, landscape=True, split_rows=False),
            "docx printed by Writer, landscape",
            "One wide table for a department: sign, number and unit in columns of their own.",
            freeze,
        ),
    ]
