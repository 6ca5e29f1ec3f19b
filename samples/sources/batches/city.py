"""Forms in the city's style, and what may happen to a PDF after it was printed."""

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

MARK = (
    ".mark{position:fixed;z-index:-1;top:45%;left:8%;font-size:64pt;color:#ddd;"
    "transform:rotate(-35deg)}"
)


def samples() -> list[Sample]:
    """Mostly one form a file; the first file holds several in a run."""
    form = partial(pick, "city")
    return [
        sample(
            "city-writer-run",
            form("重大动物", "法律援助", "水文站网", "市级储备"),
            "LibreOffice Writer",
            writer,
            Look(
                "AR PL UKai CN",
                10,
                running="云岚市、望潮市2026年度项目绩效目标汇总",
                footer="— {page} —",
                split_rows=False,
                padding=4,
                margin=54,
            ),
            "docx printed by Writer",
            "Four forms in a run under a running head; rows are not cut by page breaks.",
            freeze,
        ),
        sample(
            "animals-typst-rotate",
            form("重大动物"),
            "Typst",
            typst,
            Look("WenQuanYi Zen Hei", 9, landscape=True),
            "Typst table, turned by pikepdf",
            "Stored upright with /Rotate 90: shown landscape.",
            post.rotated(90),
        ),
        sample(
            "law-truetype-sideways",
            form("法律援助"),
            "reportlab",
            reportlab,
            Look("AR PL UMing CN", 9.5, landscape=True, indent=True),
            "drawn with reportlab, turned by pikepdf",
            "Lies on its side without /Rotate: all glyphs run upwards.",
            post.sideways,
        ),
        sample(
            "hydrology-chromium-cropbox",
            form("水文站网"),
            "Chromium",
            chromium,
            Look("WenQuanYi Zen Hei", 10),
            "HTML printed by Chromium, boxes moved by pikepdf",
            "A CropBox away from the origin; text outside of it must not be read.",
            freeze,
            post.cropped(70, 50),
        ),
        sample(
            "grain-weasyprint-borderless",
            form("市级储备"),
            "WeasyPrint",
            weasyprint,
            Look(
                "WenQuanYi Zen Hei",
                9.5,
                border="none",
                padding=5,
                layout=Layout(side="none", levels="first", widths=[20, 62, 96, 60, 78, 76, 70, 96]),
            ),
            "HTML printed by WeasyPrint",
            "No border at all: only white space parts the cells.",
            freeze,
        ),
        sample(
            "museum-truetype-xobjects",
            form("博物馆藏品"),
            "reportlab",
            partial(reportlab, pen=Pen(by_glyph=True)),
            Look("WenQuanYi Zen Hei", 9.5),
            "drawn with reportlab, wrapped by pikepdf",
            "Nested form XObjects with matrices; every character is placed on its own.",
            post.in_xobjects(0.92),
        ),
        sample(
            "epidemics-calc-a3",
            form("传染病监测"),
            "LibreOffice Calc",
            calc,
            Look("AR PL UMing CN", 14, page="A3", bold="bold", border="thick", margin=56),
            "xlsx printed by Calc on A3",
            "A3 paper, large bold type; a goal in three paragraphs.",
            freeze,
        ),
        sample(
            "veterans-writer-aes128",
            form("退役军人"),
            "LibreOffice Writer",
            writer,
            Look("WenQuanYi Zen Hei", 10, border="dotted"),
            "docx printed by Writer, encrypted by qpdf",
            "AES-128 with an empty user password.",
            freeze,
            post.AES_128,
        ),
        sample(
            "quake-typst-aes256",
            form("地震烈度"),
            "Typst",
            typst,
            Look("AR PL UMing CN", 10),
            "Typst table, encrypted by qpdf",
            "AES-256 with an empty user password; the key is random, so the bytes never repeat.",
            post.AES_256,
            reproducible=False,
        ),
        sample(
            "quake-cid-rc4",
            form("地震烈度"),
            "reportlab",
            reportlab,
            Look("STSong-Light", 10, border="thick"),
            "drawn with reportlab, encrypted by qpdf",
            "RC4 with an empty user password over a font that is not embedded.",
            post.RC4,
        ),
        sample(
            "sports-calc-object-streams",
            form("公共体育"),
            "LibreOffice Calc",
            calc,
            Look("AR PL UKai CN", 10, border="hairline"),
            "xlsx printed by Calc, rewritten by qpdf",
            "Object streams and a cross-reference stream; a relative target, an ISO-like date.",
            freeze,
            post.OBJECT_STREAMS,
        ),
        sample(
            "coast-chromium-type3",
            form("海岸带"),
            "Chromium",
            chromium,
            Look("Noto Sans CJK SC", 9.5, bold="bold", layout=Layout(levels="first", side="rows")),
            "HTML printed by Chromium",
            "Type 3 fonts in two weights; levels printed once with blank cells below.",
            freeze,
        ),
        sample(
            "roads-cid-utf16",
            form("农村公路"),
            "reportlab",
            reportlab,
            Look("STSong-Light", 10, border="open", layout=Layout(levels="each")),
            "drawn with reportlab, CMap renamed by pikepdf",
            "UniGB-UTF16-H without an embedded font; 成本指标 under 产出指标, as until 2021.",
            post.font_encoding("UniGB-UTF16-H"),
        ),
        sample(
            "purchase-chromium-watermark",
            form("政府采购"),
            "Chromium",
            partial(chromium, extra_css=MARK),
            Look("WenQuanYi Zen Hei", 10, watermark="草案 不得外传"),
            "HTML printed by Chromium",
            "A grey diagonal watermark under the table.",
            freeze,
            post.LINEARIZED,
        ),
        sample(
            "purchase-typst-overprint",
            form("政府采购"),
            "Typst",
            typst,
            Look("Noto Sans CJK SC", 9.5, watermark="样 本"),
            "Typst table",
            "A translucent watermark over the text.",
        ),
        sample(
            "culture-origin",
            form("博物馆藏品", "公共体育"),
            "WeasyPrint",
            weasyprint,
            Look("AR PL UMing CN", 9, break_forms=True),
            "HTML printed by WeasyPrint, boxes moved",
            "The MediaBox does not begin at the origin; each form begins a page.",
            post.shifted_origin,
        ),
        sample(
            "law-weasyprint-upside-down",
            form("法律援助"),
            "WeasyPrint",
            weasyprint,
            Look("WenQuanYi Zen Hei", 10, border="thick"),
            "HTML printed by WeasyPrint, turned by pikepdf",
            "Stored upside down with /Rotate 180.",
            post.rotated(180),
        ),
    ]
