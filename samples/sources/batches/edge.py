"""Forms at the edges: sixty indicators, long goals, narrow columns, mixed families, exports."""

from __future__ import annotations

from functools import partial

from ..calc import calc
from ..canvas import Pen, reportlab
from ..catalogue import Sample, sample
from ..contents import load, pick
from ..exports import export
from ..html import chromium, weasyprint
from ..look import Look
from ..office import freeze
from ..sheet import Layout
from ..typeset import typst
from ..writer import writer

PROSE = [
    "一、项目经费情况说明",
    "本项目由沧澜市启明学校负责实施，依据特殊教育提升行动计划设立，用于康复训练师资、辅助器具和专用"
    "教室的日常运行。项目年度预算安排73.5万元，其中当年财政拨款60万元。",
    "二、项目绩效目标申报情况见下表。",
]


REPORT = [
    "历史风貌区保护更新项目情况说明",
    "云岚市历史风貌区形成于二十世纪二三十年代，现存里弄、花园住宅和公共建筑二百一十六处，其中优秀历史"
    "建筑三十七处。受年代久远、使用强度高等因素影响，部分建筑结构老化、设施陈旧，居民厨卫合用的情况较为"
    "普遍，消防通道不畅，雨季积水时有发生，保护与民生改善的任务都很紧迫。",
    "项目按照北片、中片、南片的顺序分期实施。北片已完成价值评估、结构检测和修缮设计，具备开工条件；中片"
    "正在编制更新实施方案；南片开展前期研究。各片区均设立现场工作站，由规划师、建筑师和居民代表共同参与，"
    "重要事项提交专家委员会审议，审议意见和办理结果向社会公开。",
    "项目资金由财政资金和社会资金共同承担，实行专账核算、专款专用，按照工程进度和合同约定拨付。年度绩效"
    "目标如下表所示，年中开展绩效运行监控，年末开展绩效自评，评价结果作为安排下一年度预算的重要依据。",
]
WIDE = Layout(widths=[26, 46, 60, 40, 100, 56, 50, 104])


def samples() -> list[Sample]:
    form = partial(pick, "edge")
    long = form("机关党建", "历史风貌区")
    parks = form("城市公园")
    return [
        sample(
            "dehumidifier-weasyprint",
            form("档案库房"),
            "WeasyPrint",
            weasyprint,
            Look("WenQuanYi Zen Hei", 11),
            "HTML printed by WeasyPrint",
            "One indicator only: every level is a single row.",
            freeze,
        ),
        sample(
            "parks-chromium-head-repeated",
            parks,
            "Chromium",
            chromium,
            Look("WenQuanYi Zen Hei", 9, repeat_head=True, layout=Layout(side="none")),
            "HTML printed by Chromium",
            "Sixty indicators over pages; the head row is repeated, merged levels run over breaks.",
            freeze,
        ),
        sample(
            "parks-calc-no-repeat",
            parks,
            "LibreOffice Calc",
            calc,
            Look("AR PL UMing CN", 10, footer="第 {page} 页，共 {pages} 页", margin=48),
            "xlsx printed by Calc",
            "Sixty indicators over pages; the head row is printed once.",
            freeze,
        ),
        sample(
            "parks-calc-print-titles",
            parks,
            "LibreOffice Calc",
            calc,
            Look("WenQuanYi Zen Hei", 10, repeat_head=True, margin=48, layout=Layout(side="rows")),
            "xlsx printed by Calc",
            "The head row is a print title; the labels beside are merged.",
            freeze,
        ),
        sample(
            "parks-truetype-label-last",
            parks,
            "reportlab",
            partial(reportlab, pen=Pen(label_on="last")),
            Look("AR PL UMing CN", 9, margin=50),
            "drawn with reportlab",
            "Merged labels that run over a page break are printed on the last page only.",
        ),
        sample(
            "portal-writer-narrow",
            form("望潮市综合交通"),
            "LibreOffice Writer",
            writer,
            Look("WenQuanYi Zen Hei", 10, layout=Layout(widths=[24, 38, 44, 60, 60, 60, 56, 70])),
            "docx printed by Writer",
            "A project name of sixty characters, Latin words, levels wrapped in narrow columns.",
            freeze,
        ),
        sample(
            "wetland-typst-blank-level",
            form("湿地公园"),
            "Typst",
            typst,
            Look("Noto Serif CJK SC", 10),
            "Typst table",
            "Level 1 is printed blank in two places, one of them the first row.",
        ),
        sample(
            "quarter-writer-long-goals",
            long,
            "LibreOffice Writer",
            writer,
            Look(
                "AR PL UMing CN",
                10.5,
                indent=True,
                layout=WIDE,
                running="历史风貌区保护更新项目绩效目标",
            ),
            "docx printed by Writer",
            "Goals of four and seven paragraphs; the row is cut inside the cells.",
            freeze,
        ),
        sample(
            "quarter-truetype-long-goals",
            long,
            "reportlab",
            partial(reportlab, pen=Pen(short=0.8)),
            Look("WenQuanYi Zen Hei", 8.5, indent=True, prose=REPORT, layout=WIDE),
            "drawn with reportlab",
            "The same row cut over pages; borders stop short of the corners.",
        ),
        sample(
            "party-chromium-dotted",
            form("机关党建"),
            "Chromium",
            chromium,
            Look("AR PL UKai CN", 10.5, border="dotted"),
            "HTML printed by Chromium",
            "Only free-text values, one of them wrapped; an amount of one 分.",
            freeze,
        ),
        sample(
            "soil-calc-2023",
            form("跨年度土壤"),
            "LibreOffice Calc",
            calc,
            Look("WenQuanYi Zen Hei", 10, border="double"),
            "xlsx printed by Calc",
            "Ranges, words for operators, full-width digits, a period of months, dates in 年月日.",
            freeze,
        ),
        sample(
            "school-weasyprint-prose",
            form("特殊教育"),
            "WeasyPrint",
            weasyprint,
            Look(
                "Noto Serif CJK SC",
                10,
                prose=PROSE,
                align_top=True,
                layout=Layout(widths=[26, 36, 40, 60, 70, 62, 62, 84]),
            ),
            "HTML printed by WeasyPrint",
            "A report before the form, its amount in 万元; wrapped labels at the top of cells.",
            freeze,
        ),
        sample(
            "mixed-families",
            [*pick("central", "基层检察"), *pick("city", "地震烈度"), *pick("central", "濒危植物")],
            "Chromium",
            chromium,
            Look("WenQuanYi Zen Hei", 9.5),
            "HTML printed by Chromium",
            "Two families in one document.",
            freeze,
        ),
        *exports(),
    ]


def exports() -> list[Sample]:
    """Text exports with the damage that real ones have."""
    forms = load("export")
    return [
        Sample(
            "export-shifted",
            forms[:2],
            "text export",
            "written by sources/exports.py",
            "Rows shifted to the left and right, a label cut off.",
            export(
                forms[:2],
                [6, 7],
                [
                    {1: "name-left", 2: "right", 5: "cut", 6: "left"},
                    {2: "name-left", 4: "lost-side", 6: "cut"},
                ],
            ),
            suffix="txt",
        ),
        Sample(
            "export-ragged",
            forms[2:],
            "text export",
            "written by sources/exports.py",
            "Project-level funds in the export; a break inside a form; two column counts.",
            export(forms[2:], [7, 6], [{3: "break", 4: "right"}, {1: "right", 4: "left"}]),
            suffix="txt",
        ),
    ]
