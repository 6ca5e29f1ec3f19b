"""The form of the README's guide: one that no family describes. Its bodies do not exist."""

from __future__ import annotations

from pathlib import Path

from .look import Look
from .sheet import Sheet
from .typeset import typst

FILE = Path(__file__).parents[2] / "docs/service-form.pdf"
HEAD = [
    ["服务项目名称", "社区健康档案整理服务"],
    ["购买主体", "云岭区卫生健康局", "承接主体", "云岭区惠民服务中心"],
    ["合同期限", "2025年3月-2025年12月", "合同金额", "86.50"],
    ["其中：本级预算", "60.00", "社会资金", "26.50"],
]
GOAL = (
    "为辖区六万名居民整理健康档案，建立动态更新机制，提高家庭医生签约服务的针对性。"
)
HEADERS = ["一级指标", "二级指标", "考核内容", "考核标准值", "扣分办法"]
ROWS = [
    ["产出指标", "数量指标", "整理健康档案", "≥60000份", "每少100份扣1分"],
    ["产出指标", "质量指标", "档案合格率", "≥95%", "每低1%扣2分"],
    ["产出指标", "时效指标", "完成时间", "2025年11月底前", "逾期不得分"],
    ["效益指标", "社会效益指标", "签约服务覆盖率", "≥45%", "每低1%扣1分"],
    ["满意度指标", "服务对象满意度指标", "居民满意度", "≥90%", "每低1%扣1分"],
]
FOOT = ["经办人", "李青", "联系电话", "020-5551234"]
PAIR, PAIRS = [(0, 0), (1, 5)], [(0, 0), (1, 2), (3, 3), (4, 5)]
COLUMNS = [(0, 0), (1, 1), (2, 3), (4, 4), (5, 5)]


def sheet() -> Sheet:
    """The printed grid: six columns."""
    made = Sheet(6, [70, 90, 70, 80, 80, 90])
    made.above = [
        ("政府购买服务项目绩效申报表", "title"),
        ("（2025年度）", "year"),
        ("单位：万元", "caption"),
    ]

    def add(spans: list, texts: list[str], roles: list[str]) -> None:
        row = made.rows
        for number, ((first, last), text) in enumerate(zip(spans, texts)):
            made.add(row, first, last, text, roles[number % len(roles)])

    for texts in HEAD:
        add(PAIR if len(texts) == 2 else PAIRS, texts, ["label", "value"])
    add([(0, 5)], ["服务目标"], ["head"])
    add([(0, 5)], [GOAL], ["goal"])
    made.head_rows = range(made.rows, made.rows + 1)
    add(COLUMNS, HEADERS, ["head"])
    for texts in ROWS:
        add(COLUMNS, texts, ["target"])
    add(PAIRS, FOOT, ["label", "value"])
    return made


def draw() -> None:
    """Writes the PDF."""
    typst([sheet()], Look("Noto Sans CJK SC", 10), FILE)
