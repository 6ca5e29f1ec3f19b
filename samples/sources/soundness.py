"""Checks that the invented contents are sound documents: sums, dates, taxonomy, weights.

Called before anything is drawn, so that a slip of the pen does not become a golden.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .contents import Form

LEVELS = {
    "成本指标": {"经济成本指标", "社会成本指标", "生态环境成本指标"},
    "产出指标": {"数量指标", "质量指标", "时效指标"},
    "效益指标": {"经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"},
    "满意度指标": {"服务对象满意度指标"},
}


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text.replace(",", ""))


def faults(form: Form) -> list[str]:
    """What is wrong with a form's contents."""
    found = []
    annual = {k: number(v) for k, v in form.funds["annual"].items()}
    if annual["total"] != annual["fiscal_appropriation"] + annual["carry_over"] + annual["other"]:
        found.append("annual sum")
    project = {k: number(v) for k, v in form.funds.get("project", {}).items()}
    year = form.head["fiscal_year"]
    first, last = form.head.get("start_date"), form.head.get("end_date")
    if first and not date.fromisoformat(first).year <= year <= date.fromisoformat(last).year:
        found.append("fiscal year outside the project's dates")
    if project.get("total") is not None:
        if project["total"] != project["fiscal"] + project["other"]:
            found.append("project sum")
        single = first[:4] == last[:4]
        if project["total"] < annual["total"] or single and project["total"] != annual["total"]:
            found.append("project total and annual total")
    pairs = set()
    for row in form.indicators:
        former = year <= 2022 and (row.level1, row.level2) == ("产出指标", "成本指标")
        if row.level2 not in LEVELS[row.level1] and not former:
            found.append(f"{row.level2} under {row.level1}")
        if (row.level2, row.level3) in pairs:
            found.append(f"twice: {row.level3}")
        pairs.add((row.level2, row.level3))
    weights = [number(row.weight) for row in form.indicators if row.weight]
    if weights and sum(weights) not in (90, 100):
        found.append(f"weights add up to {sum(weights)}")
    return found
