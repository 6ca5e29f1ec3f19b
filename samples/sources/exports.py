"""Damaged text exports: what a PDF-to-text tool makes of a form's table.

Columns are lost or doubled, rows slide to the left or right, labels are cut, tags leak.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from .contents import Form
from .sheet import amount, goal, year_line

Damage = dict[int, str]
"""What happens to an indicator row (counted from 0): `right`, `left`, `name-left`, `cut`,
`lost-side`, `break`."""


def pad(cells: list[str], columns: int) -> str:
    return "\t".join(cells + [""] * (columns - len(cells)))


def head(form: Form, columns: int) -> list[str]:
    """Title, header, funds and goals. With 7 columns there is an empty one before the third."""
    h, gap = form.head, [""] if columns == 7 else []
    project, annual = form.funds["project"], form.funds["annual"]
    lines = [
        [h["title"]],
        [year_line(form)],
        [
            "项目名称",
            h["project_name"],
            *gap,
            "项目性质",
            h["project_nature"],
            "项目类别",
            h["project_category"],
        ],
        ["主管部门", h["competent_department"], *gap, "实施单位", h["implementing_unit"]],
        ["计划开始日期", h["start_date"], *gap, "计划完成日期", h["end_date"]],
        [
            "项目资金 (元)",
            "项目资金总额:",
            amount(project["total"], ""),
            "年度资金申请总额:",
            *gap,
            amount(annual["total"], ""),
        ],
        [
            "",
            "其中: 财政资金",
            amount(project["fiscal"], ""),
            "其中: 当年财政拨款",
            *gap,
            amount(annual["fiscal_appropriation"], ""),
        ],
        ["", "", "", "上年结转资金", *gap, amount(annual["carry_over"], "")],
        [
            "",
            "其他资金",
            amount(project["other"], ""),
            "其他资金",
            *gap,
            amount(annual["other"], ""),
        ],
        ["项目 绩效 目标", "项目总目标", "", *gap, "年度总体目标"],
    ]
    markup = form.print.get("markup", False)
    goals = [" ".join(goal(form.goals[k], markup)) for k in ("project", "annual")]
    lines.append(["", goals[0], "", *gap, goals[1]])
    lines.append(["", "一级指标", "二级指标", "三级指标", *gap, "年度(/项目)指标值"])
    return [pad(line, columns) for line in lines]


def rows(form: Form, columns: int, damage: Damage) -> list[str]:
    """The indicator rows with their damage."""
    gap = [""] if columns == 7 else []
    lines, number = [], 0
    for level1, group in groupby(form.indicators, key=lambda r: r.level1):
        shown1 = level1
        for level2, members in groupby(group, key=lambda r: r.level2):
            shown2 = level2
            for row in members:
                hurt = damage.get(number, "")
                side = "绩效 指标" if number == 0 else ""
                name, value = row.level3, row.target["text"]
                label = shown2[:-1] if hurt == "cut" else shown2
                cells = {
                    "right": ["", side, shown1, label, name, value],
                    "left": [shown1, label, name, *gap, value],
                    "name-left": [side, shown1, name, label, value],
                    "lost-side": [shown1, label, name, "", value],
                }.get(hurt, [side, shown1, label, name, *gap, value])
                if hurt == "break":
                    lines.append("")
                lines.append(pad(cells, columns))
                shown1 = shown2 = ""
                number += 1
    return lines


def export(forms: list[Form], columns: list[int], damages: list[Damage]) -> Callable[[Path], None]:
    """Writes the forms one after the other, each with its own column count and damage."""

    def make(out: Path) -> None:
        blocks = ["\n".join(head(f, c) + rows(f, c, d)) for f, c, d in zip(forms, columns, damages)]
        out.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")

    return make
