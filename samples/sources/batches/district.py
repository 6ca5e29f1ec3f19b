"""Forms in the districts' style: project-level funds, both goals, other dates and brackets."""

from __future__ import annotations

from functools import partial

from .. import post
from ..calc import calc
from ..canvas import Pen, reportlab
from ..catalogue import Sample, sample
from ..contents import pick
from ..html import chromium, weasyprint
from ..look import Look
from ..office import freeze
from ..sheet import Layout
from ..typeset import typst
from ..writer import writer


def samples() -> list[Sample]:
    """One form a file, each in another producer's style."""
    form = partial(pick, "district")
    return [
        sample(
            "river-writer-double",
            form("青埠区河道"),
            "LibreOffice Writer",
            writer,
            Look("AR PL UMing CN", 10, page="Letter", border="double", padding=4),
            "docx printed by Writer",
            "Double borders on Letter paper; funds of several years; both goals in paragraphs.",
            freeze,
        ),
        sample(
            "meals-chromium-dashed",
            form("社区老年"),
            "Chromium",
            chromium,
            Look("WenQuanYi Zen Hei", 10, border="dashed", bold="bold"),
            "HTML printed by Chromium",
            "Dashed borders, numbered goals, bold labels that Chromium synthesises.",
            freeze,
        ),
        sample(
            "schools-typst-hairline",
            form("中小学校舍"),
            "Typst",
            typst,
            Look("Noto Serif CJK SC", 9.5, border="hairline", bold="bold", indent=True),
            "Typst table",
            "Hairlines, a true bold face, paragraphs set off by an indent.",
        ),
        sample(
            "grid-calc-landscape",
            form("城市运行"),
            "LibreOffice Calc",
            calc,
            Look("WenQuanYi Zen Hei", 10, landscape=True, footer="第 {page} 页"),
            "xlsx printed by Calc, landscape",
            "Landscape; the first level 1 is printed blank; amounts without separators.",
            freeze,
        ),
        sample(
            "culture-weasyprint-open",
            form("公共文化"),
            "WeasyPrint",
            weasyprint,
            Look("Noto Serif CJK SC", 9.5, border="open", layout=Layout(title="inside")),
            "HTML printed by WeasyPrint",
            "The outer border is missing; the title stands inside the table.",
            freeze,
        ),
        sample(
            "children-cid",
            form("困境儿童"),
            "reportlab",
            reportlab,
            Look("STSong-Light", 10, layout=Layout(side="rows")),
            "drawn with reportlab, STSong-Light with UniGB-UCS2-H",
            "A font that is not embedded; a range, a numeral in words, a half-year deadline.",
        ),
        sample(
            "lift-truetype-fills",
            form("老旧住房"),
            "reportlab",
            partial(reportlab, pen=Pen(fills=True, twice=0.25)),
            Look("WenQuanYi Zen Hei", 9, indent=True),
            "drawn with reportlab, WenQuanYi Zen Hei embedded",
            "Borders are thin filled rectangles; labels in fake bold; a period of years.",
        ),
        sample(
            "trees-weasyprint-shaded",
            form("古树名木"),
            "WeasyPrint",
            weasyprint,
            Look("WenQuanYi Zen Hei", 10, border="shaded"),
            "HTML printed by WeasyPrint",
            "Shaded cells instead of borders.",
            freeze,
        ),
        sample(
            "trail-calc-quotes",
            form("青埠区旱溪"),
            "LibreOffice Calc",
            calc,
            Look("AR PL UMing CN", 9.5),
            "xlsx printed by Calc",
            "The first level 1 is blank, goals stand in stray quotes, a value has no sign, 0 for 0.00.",
            freeze,
        ),
        sample(
            "districts-chromium-flow",
            form("社区老年", "困境儿童", "古树名木"),
            "Chromium",
            chromium,
            Look("AR PL UMing CN", 8.5, margin=36, layout=Layout(levels="each", side="none")),
            "HTML printed by Chromium",
            "Three forms in one run; levels printed in every row; no label beside the indicators.",
            freeze,
        ),
        sample(
            "districts-two-up",
            form("公共文化", "古树名木"),
            "Typst",
            typst,
            Look("AR PL UKai CN", 10, break_forms=True),
            "Typst tables, two pages on one sheet by pikepdf",
            "Two forms side by side on one landscape A3 sheet.",
            post.two_up,
        ),
    ]
