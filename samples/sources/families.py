"""The families beyond the first two: their contents, and the grids that they are printed on.

`contents/families.json` holds data in the keys of the contract as it is to be read, numbers digit
by digit; a layout below prints it. Keys of the template that a form does not print are null.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

from .contents import FOLDER, Number, target
from .sheet import Layout, Sheet, amount, levels

TEMPLATES = Path(__file__).parents[2] / "src/template/families"


@dataclass
class Declared:
    """One form: `data` in the contract's keys, indicators as records."""

    id: str
    template: str
    layout: str
    data: dict
    rows: list[dict]
    print: dict

    @property
    def name(self) -> str:
        return self.data.get("project_name") or self.data["department_name"]


def load(*ids: str) -> list[Declared]:
    """The forms of these ids, in the order asked for; all without any."""
    text = (FOLDER / "families.json").read_text(encoding="utf-8")
    forms = {}
    for entry in json.loads(text, parse_float=Number)["forms"]:
        columns = entry["columns"]
        rows = []
        for cells in entry["indicators"]:
            row = dict(zip(("level1", "level2", "level3"), cells))
            period = cells[3 + len(columns) :]
            row |= {k: meaning(v) for k, v in zip(columns, cells[3:])} | (
                {"period": period[0]} if period else {}
            )
            rows.append(row)
        look = entry.get("print", {})
        forms[entry["id"]] = Declared(
            entry["id"], entry["template"], entry["layout"], entry["data"], rows, look
        )
    return [forms[i] for i in ids] if ids else list(forms.values())


def meaning(value: object) -> object:
    """A target if it is written as one, with sign and unit columns beside it kept apart."""
    if isinstance(value, list) and len(value) == 3 and value[0] == "定性":
        return target([value[1]], "plain", {}) | {"sign": "定性"}
    if isinstance(value, list):
        parts = target(value, "plain", {})
        return parts | {"parts": value} if len(value) == 3 else parts
    return value


def keys(template: str) -> tuple[list[str], list[str], dict[str, list[str]]]:
    """Dotted keys of the head, keys of an indicator, and keys of the records of each list."""
    spec = tomllib.loads((TEMPLATES / f"{template}.toml").read_text(encoding="utf-8"))
    head = [f["key"] for f in spec["fields"]]
    row = [c["key"] for c in spec["indicators"]["columns"] if "key" in c]
    lists = {s["key"]: [c["key"] for c in s["columns"]] for s in spec.get("lists", [])}
    return head, row, lists


def data(form: Declared) -> dict:
    """The contract's `data`: what is printed, and null for every other key of the template."""
    head, row, lists = keys(form.template)
    whole: dict = {}
    for key in head:
        *path, last = key.split(".")
        at, value = whole, form.data
        for step in path:
            at = at.setdefault(step, {})
            value = (value or {}).get(step)
        value = (value or {}).get(last)
        if isinstance(value, list):
            value = "\n".join(value)
        at[last] = value
    for key, columns in lists.items():
        if key in form.data:
            whole[key] = [{c: r.get(c) for c in columns} for r in form.data[key]]
    split = form.layout in ("sichuan", "self_evaluation_signs")
    records = []
    for record in form.rows:
        entry = {key: record.get(key) for key in row}
        for key, value in entry.items():
            if isinstance(value, dict):
                shown = {k: v for k, v in value.items() if k not in ("sign", "parts")}
                if split and "parts" in value:
                    shown["text"] = value["parts"][1]
                entry[key] = shown
        records.append(entry)
    return whole | {"indicators": records}


def faults(form: Declared) -> list[str]:
    """What is wrong with a form's contents: keys that the template has not."""
    head, row, lists = keys(form.template)
    known = set(head) | set(lists)

    def unknown(value: dict, path: str) -> list[str]:
        found = []
        for key, inner in value.items():
            dotted = f"{path}{key}"
            if isinstance(inner, dict):
                found += unknown(inner, f"{dotted}.")
            elif dotted not in known:
                found.append(f"no key {dotted}")
        return found

    return unknown(form.data, "") + [f"no column {k}" for r in form.rows for k in r if k not in row]


class Page:
    """A sheet under way: cells are added row by row, from left to right."""

    def __init__(self, form: Declared, widths: list[float], layout: Layout) -> None:
        self.form, self.layout = form, layout
        self.sheet = Sheet(len(widths), layout.widths or widths)
        self.sheet.above = [(form.data["title"], "title")]
        if year := form.print.get("year"):
            self.sheet.above.append((year, "year"))
        self.row = 0

    def add(self, spans: list[tuple]) -> None:
        """A row of (columns, text, role[, rows]); columns count from 0, `(from, to)` or one."""
        for span, text, role, *rows in spans:
            first, last = span if isinstance(span, tuple) else (span, span)
            if isinstance(text, list):
                shown = text
            else:
                shown = None if text is None else str(text)
            self.sheet.add(self.row, first, last, shown, role, *(rows or [1]))
        self.row += 1

    def money(self, dotted: str) -> str:
        value = self.form.data["funds"] if dotted.startswith("funds.") else self.form.data
        for step in dotted.removeprefix("funds.").split("."):
            value = (value or {}).get(step)
        style = self.form.print.get("amounts", "grouped")
        if style == "wan" and value is not None:
            return f"{value}万"
        return amount(None if value is None else str(value), style)

    def text(self, key: str):
        return self.form.data.get(key)

    def goal(self, key: str) -> list[str]:
        return self.form.data["goals"].get(key) or []

    def table(self, rows: list[dict], heads: list[tuple], side: list[str] | None) -> None:
        """The indicators: heads are (columns, header, key)."""
        sheet, start = self.sheet, self.row
        sheet.head_rows = range(start, start + 1)
        if side is not None:
            sheet.add(start, 0, 0, side, "side", len(rows) + 1)
        self.add([(span, header, "head") for span, header, _ in heads])
        self.records(rows, heads)

    def records(self, rows: list[dict], heads: list[tuple]) -> None:
        for span, _, key in heads:
            span = span if isinstance(span, tuple) else (span, span)
            if key in ("level1", "level2"):
                labels = [(r[key], r["level1"] + (r["level2"] if key == "level2" else "")) for r in rows]
                levels(self.sheet, self.layout, self.row, span, labels)
                continue
            for at, row in enumerate(rows, self.row):
                self.sheet.add(at, *span, shown(row, key), "name" if key == "level3" else "target")
        self.row += len(rows)


def shown(row: dict, key: str) -> str | None:
    """What an indicator prints in a column; `target.sign` and the like for parts of a target."""
    key, _, part = key.partition(".")
    value = row.get(key)
    if part:
        if "parts" not in value:
            return {"sign": value.get("sign"), "number": value["text"], "unit": None}[part]
        return value["parts"][("sign", "number", "unit").index(part)]
    if isinstance(value, dict):
        return value["text"]
    return None if value is None else str(value)


def self_evaluation(form: Declared, layout: Layout) -> Sheet:
    """Ten columns: side, levels 1 to 3, target, actual, weight, score, deviation (2)."""
    page = Page(form, [28, 50, 58, 86, 60, 60, 36, 40, 52, 52], layout)
    page.add([((0, 1), "项目名称", "label"), ((2, 9), page.text("project_name"), "value")])
    page.add([((0, 1), "主管部门", "label"), ((2, 4), page.text("competent_department"), "value"),
              ((5, 6), "实施单位", "label"), ((7, 9), page.text("implementing_unit"), "value")])
    page.add([((0, 1), ["项目资金", "（万元）"], "label", 5), (2, None, "fund"), (3, "年初预算数", "head"),
              (4, "全年预算数", "head"), (5, "全年执行数", "head"), ((6, 7), "分值", "head"), (8, "执行率", "head"), (9, "得分", "head")])
    execution = form.data["execution"]
    for label, key in [("年度资金总额", "total"), ("其中：当年财政拨款", "fiscal_appropriation"), ("上年结转资金", "carry_over"), ("其他资金", "other")]:
        rate = form.data["funds"]["rate"].get(key)
        total = key == "total"
        page.add([(2, label, "fund"), (3, page.money(f"funds.initial.{key}"), "amount"), (4, page.money(f"funds.budget.{key}"), "amount"),
                  (5, page.money(f"funds.spent.{key}"), "amount"), ((6, 7), execution["weight"] if total else "—", "value"),
                  (8, f"{execution['rate'] if total else rate}%" if total or rate else "—", "value"), (9, execution["score"] if total else "—", "value")])
    page.add([(0, ["年度", "总体", "目标"], "side", 2), ((1, 4), "预期目标", "head"), ((5, 9), "实际完成情况", "head")])
    page.add([((1, 4), page.goal("annual"), "goal"), ((5, 9), page.goal("actual"), "goal")])
    heads = [(1, "一级指标", "level1"), (2, "二级指标", "level2"), (3, "三级指标", "level3"), (4, "年度指标值", "target"), (5, "实际完成值", "actual"),
             (6, "分值", "weight"), (7, "得分", "score"), ((8, 9), "偏差原因分析及改进措施", "deviation")]
    page.table(form.rows, heads, ["绩", "效", "指", "标"])
    page.add([((0, 5), "总分", "label"), (6, form.data["total_weight"], "value"), (7, form.data["total_score"], "value"), ((8, 9), None, "value")])
    return page.sheet


def self_evaluation_short(form: Declared, layout: Layout) -> Sheet:
    """The weight before the target; funds with (A), (B) and the rate B/A; no score of execution."""
    page = Page(form, [52, 62, 96, 40, 72, 72, 40, 92], layout)
    page.sheet.above.append(("单位：万元", "caption"))
    page.add([(0, "项目名称", "label"), ((1, 7), page.text("project_name"), "value")])
    page.add([(0, "主管部门", "label"), ((1, 3), page.text("competent_department"), "value"), (4, "实施单位", "label"), ((5, 7), page.text("implementing_unit"), "value")])
    page.add([(0, "项目预算执行情况", "label", 4), ((1, 2), None, "fund"), ((3, 4), "全年预算数（A）", "head"), ((5, 6), "全年执行数（B）", "head"), (7, "执行率（B/A）", "head")])
    for label, key in [("年度资金总额", "total"), ("其中：财政拨款", "fiscal_appropriation"), ("其他资金", "other")]:
        rate = form.data["execution"]["rate"] if key == "total" else form.data["funds"]["rate"][key]
        page.add([((1, 2), label, "fund"), ((3, 4), page.money(f"funds.budget.{key}"), "amount"), ((5, 6), page.money(f"funds.spent.{key}"), "amount"), (7, f"{rate}%", "value")])
    page.add([(0, "年度总体目标完成情况", "side", 2), ((1, 3), "年初目标", "head"), ((4, 7), "完成情况", "head")])
    page.add([((1, 3), page.goal("annual"), "goal"), ((4, 7), page.goal("actual"), "goal")])
    heads = [(0, "一级指标", "level1"), (1, "二级指标", "level2"), (2, "三级指标", "level3"), (3, "分值", "weight"), (4, "年度指标值", "target"),
             (5, "全年实际值", "actual"), (6, "得分", "score"), (7, "未完成原因和改进措施", "deviation")]
    page.table(form.rows, heads, None)
    page.add([((0, 2), "合计", "label"), (3, form.data["total_weight"], "value"), ((4, 5), None, "value"), (6, form.data["total_score"], "value"), (7, None, "value")])
    return page.sheet


def self_evaluation_signs(form: Declared, layout: Layout) -> Sheet:
    """Sichuan: sign, number and unit in columns of their own; side labels that read like labels."""
    page = Page(form, [50, 62, 80, 44, 58, 44, 50, 44, 44], layout)
    page.sheet.above.append(("单位：万元", "caption"))
    page.add([((0, 1), "项目名称", "label"), ((2, 8), page.text("project_name"), "value")])
    page.add([((0, 1), "主管部门", "label"), ((2, 4), page.text("competent_department"), "value"), ((5, 6), "实施单位", "label"), ((7, 8), page.text("implementing_unit"), "value")])
    page.add([((0, 1), "预算执行情况", "label", 3), ((2, 3), None, "fund"), (4, "全年预算数", "head"), ((5, 6), "全年执行数", "head"), ((7, 8), "执行率", "head")])
    for label, key in [("资金总额", "total"), ("其中：财政拨款", "fiscal_appropriation")]:
        rate = form.data["execution"]["rate"] if key == "total" else form.data["funds"]["rate"][key]
        page.add([((2, 3), label, "fund"), (4, page.money(f"funds.budget.{key}"), "amount"), ((5, 6), page.money(f"funds.spent.{key}"), "amount"), ((7, 8), f"{rate}%", "value")])
    page.add([((0, 1), "年度目标完成情况", "label", 2), ((2, 4), "年初目标", "head"), ((5, 8), "完成情况", "head")])
    page.add([((2, 4), page.goal("annual"), "goal"), ((5, 8), page.goal("actual"), "goal")])
    heads = [(0, "一级指标", "level1"), (1, "二级指标", "level2"), (2, "三级指标", "level3"), (3, "指标性质", "target.sign"), (4, "指标值", "target.number"),
             (5, "度量单位", "target.unit"), (6, "完成值", "actual"), (7, "权重", "weight"), (8, "得分", "score")]
    page.table(form.rows, heads, None)
    page.add([((0, 6), "合计", "label"), (7, form.data["total_weight"], "value"), (8, form.data["total_score"], "value")])
    return page.sheet


def transfer(form: Declared, layout: Layout) -> Sheet:
    """Seven columns: side, levels 1 to 3 (2), value (2)."""
    page = Page(form, [30, 66, 80, 70, 80, 76, 76], layout)
    page.add([((0, 1), "专项名称", "label"), ((2, 6), page.text("project_name"), "value")])
    page.add([((0, 1), "中央主管部门", "label"), ((2, 3), page.text("central_department"), "value"), (4, "专项实施期", "label"), ((5, 6), page.text("period"), "value")])
    page.add([((0, 1), "省级财政部门", "label"), ((2, 3), page.text("provincial_finance"), "value"), (4, "省级主管部门", "label"), ((5, 6), page.text("provincial_department"), "value")])
    page.sheet.add(page.row, 0, 1, ["资金情况", "（万元）"], "label", 3)
    for label, key in [("年度金额：", "total"), ("其中：中央补助", "central"), ("地方资金", "local")]:
        page.add([((2, 3), label, "fund"), ((4, 6), page.money(f"funds.annual.{key}"), "amount")])
    page.add([((0, 1), "年度总体目标", "label"), ((2, 6), page.goal("annual"), "goal")])
    heads = [(1, "一级指标", "level1"), (2, "二级指标", "level2"), ((3, 4), "三级指标", "level3"), ((5, 6), "指标值", "target")]
    page.table(form.rows, heads, ["绩", "效", "指", "标"])
    return page.sheet


def transfer_weights(form: Declared, layout: Layout) -> Sheet:
    """Weights in per cent; the goal below its heading; two head fields a row."""
    page = Page(form, [60, 80, 110, 90, 60], layout)
    page.sheet.above.append(("金额单位：万元", "caption"))
    page.add([(0, "专项（项目）名称", "label"), ((1, 4), page.text("project_name"), "value")])
    page.add([(0, "中央主管部门", "label"), ((1, 4), page.text("central_department"), "value")])
    page.add([(0, "地方财政部门", "label"), ((1, 2), page.text("provincial_finance"), "value"), (3, "地方主管部门", "label"), (4, page.text("provincial_department"), "value")])
    page.sheet.add(page.row, 0, 0, "资金情况", "label", 3)
    for label, key in [("年度资金总额", "total"), ("其中：中央财政资金", "central"), ("地方财政资金", "local")]:
        page.add([((1, 2), label, "fund"), ((3, 4), page.money(f"funds.annual.{key}"), "amount")])
    page.add([((0, 4), "年度目标", "head")])
    page.add([((0, 4), page.goal("annual"), "goal")])
    heads = [(0, "一级指标", "level1"), (1, "二级指标", "level2"), (2, "三级指标", "level3"), (3, "指标值", "target"), (4, "权重（%）", "weight")]
    page.table(form.rows, heads, None)
    return page.sheet


def overall(form: Declared, layout: Layout) -> Sheet:
    """The department's tasks with three amounts each; the funds by kind of spending."""
    page = Page(form, [36, 60, 70, 90, 76, 76, 60], layout)
    page.add([((0, 1), "部门（单位）名称", "label"), ((2, 6), page.text("department_name"), "value")])
    tasks = form.data["tasks"]
    page.sheet.add(page.row, 0, 0, ["年度", "主要", "任务"], "side", len(tasks) + 3)
    page.add([(1, "任务名称", "head", 2), ((2, 3), "主要内容", "head", 2), ((4, 6), "预算金额（万元）", "head")])
    page.add([(4, "总额", "head"), (5, "财政拨款", "head"), (6, "其他资金", "head")])
    for task in tasks:
        page.add([(1, task["name"], "name"), ((2, 3), task["content"], "name"), (4, task["total"], "amount"), (5, task["fiscal_appropriation"], "amount"), (6, task["other"], "amount")])
    total = form.data["tasks_total"]
    page.add([((1, 3), "金额合计", "label"), (4, total["total"], "amount"), (5, total["fiscal_appropriation"], "amount"), (6, total["other"], "amount")])
    page.sheet.add(page.row, 0, 1, ["部门预算", "（万元）"], "label", 3)
    for label, key in [("资金总额", "total"), ("其中：基本支出", "basic"), ("项目支出", "project")]:
        page.add([((2, 3), label, "fund"), ((4, 6), page.money(f"funds.annual.{key}"), "amount")])
    page.add([(0, ["年度", "总体", "目标"], "side"), ((1, 6), page.goal("annual"), "goal")])
    heads = [(1, "一级指标", "level1"), (2, "二级指标", "level2"), ((3, 4), "三级指标", "level3"), (5, "指标值", "target"), (6, "权重", "weight")]
    page.table(form.rows, heads, ["年度", "绩效", "指标"])
    return page.sheet


def overall_functions(form: Declared, layout: Layout) -> Sheet:
    """Functions, tasks, projects and amounts in a table; explained indicators."""
    page = Page(form, [58, 70, 92, 92, 84], layout)
    page.sheet.above.append(("单位：万元", "caption"))
    page.add([(0, "单位名称", "label"), ((1, 4), page.text("department_name"), "value")])
    page.add([(0, "资金总额", "label"), (1, page.money("funds.annual.total"), "amount"), (2, "基本支出", "label"), ((3, 4), page.money("funds.annual.basic"), "amount")])
    page.add([(0, "项目支出", "label"), ((1, 4), page.money("funds.annual.project"), "amount")])
    page.add([(0, "部门职能", "head"), (1, "主要任务", "head"), ((2, 3), "支出项目", "head"), (4, "金额", "head")])
    for task in form.data["tasks"]:
        page.add([(0, task["function"], "name"), (1, task["name"], "name"), ((2, 3), task["content"], "name"), (4, task["total"], "amount")])
    page.add([((0, 3), "合计", "label"), (4, form.data["tasks_total"]["total"], "amount")])
    page.add([(0, "年度总体目标", "label"), ((1, 4), page.goal("annual"), "goal")])
    heads = [(0, "一级指标", "level1"), (1, "二级指标", "level2"), (2, "三级指标", "level3"), (3, "指标解释", "explanation"), (4, "目标值", "target")]
    page.table(form.rows, heads, None)
    return page.sheet


def overall_income(form: Declared, layout: Layout) -> Sheet:
    """Income and spending with their shares and two years before; indicators of two periods."""
    page = Page(form, [60, 76, 84, 66, 60, 66, 66], layout)
    page.add([((0, 1), "部门（单位）名称", "label"), ((2, 6), page.text("department_name"), "value")])
    page.add([((0, 1), "填报人", "label"), ((2, 3), page.text("contact"), "value"), (4, "联系电话", "label"), ((5, 6), page.text("phone"), "value")])
    page.add([(0, ["部门总体资金情况", "（万元）"], "label", 6), ((1, 2), "总体资金情况", "head", 2), (3, "当年金额", "head", 2), (4, "占比", "head", 2), ((5, 6), "近两年收支金额", "head")])
    page.add([(5, "2019年", "head"), (6, "2020年", "head")])
    funds = form.data["funds"]
    for side, lines in (("收入构成", [("财政拨款", "income.fiscal_appropriation", "income_fiscal"), ("其他资金", "income.other", "income_other")]),
                        ("支出构成", [("基本支出", "annual.basic", "basic"), ("项目支出", "annual.project", "project")])):
        page.sheet.add(page.row, 1, 1, side, "side", len(lines))
        for label, key, short in lines:
            page.add([(2, label, "fund"), (3, page.money(f"funds.{key}"), "amount"), (4, f"{funds['share'][short]}%", "value"),
                      (5, funds["before_last"][short], "amount"), (6, funds["last"][short], "amount")])
    page.add([((0, 1), "职能概述", "label"), ((2, 6), page.text("functions"), "goal")])
    page.add([((0, 1), "整体绩效总目标", "label", 2), ((2, 3), "长期目标", "head"), ((4, 6), "年度目标", "head")])
    page.add([((2, 3), page.goal("project"), "goal"), ((4, 6), page.goal("annual"), "goal")])
    heads = [(1, "一级指标", "level1"), (2, "二级指标", "level2"), (3, "三级指标", "level3"), ((4, 5), "指标值", "target"), (6, "绩效标准", "standard")]
    for name, side in (("长期", ["长期", "绩效", "指标"]), ("年度", ["年度", "绩效", "指标"])):
        page.table([r for r in form.rows if r["period"] == name], heads, side)
    return page.sheet


def hubei(form: Declared, layout: Layout) -> Sheet:
    """Costs of three years; the column of names has no header of its own but 绩效标准."""
    page = Page(form, [64, 78, 100, 66, 66, 70], layout)
    page.sheet.above.append(("单位：万元", "caption"))
    page.add([(0, "项目名称", "label"), ((1, 5), page.text("project_name"), "value")])
    for (a, x), (b, y) in [(("项目主管部门", "competent_department"), ("项目执行单位", "implementing_unit")), (("项目负责人", "responsible"), ("联系电话", "phone")),
                           (("项目类别", "project_category"), ("项目性质", "project_nature"))]:
        page.add([(0, a, "label"), ((1, 2), page.text(x), "value"), (3, b, "label"), ((4, 5), page.text(y), "value")])
    page.add([(0, "立项依据", "label"), ((1, 5), page.text("basis"), "goal")])
    page.add([(0, "项目实施方案", "label"), ((1, 5), page.text("plan"), "goal")])
    page.add([(0, "项目当年预算", "label"), ((1, 5), page.money("funds.annual.total"), "amount")])
    costs = form.data["costs"]
    page.sheet.add(page.row, 0, 0, "项目预算成本构成", "label", len(costs) + 1)
    page.add([(1, "成本构成", "head"), (2, "前年", "head"), (3, "上年", "head"), (4, "当年", "head"), (5, "测算依据", "head")])
    for cost in costs:
        page.add([(1, cost["item"], "name"), (2, cost["before_last"], "amount"), (3, cost["last"], "amount"), (4, cost["current"], "amount"), (5, cost["basis"], "name")])
    page.add([(0, "绩效目标", "label"), ((1, 5), page.goal("annual"), "goal")])
    heads = [(0, "一级指标", "level1"), (1, "二级指标", "level2"), ((2, 3), "绩效标准", "level3"), ((4, 5), "当年预期实现值", "target")]
    page.table(form.rows, heads, None)
    page.add([(0, "保障措施", "label"), ((1, 5), page.text("safeguards"), "goal")])
    return page.sheet


def hubei_short(form: Declared, layout: Layout) -> Sheet:
    """A district's short form: funds of the higher level, 指标内容 for the name."""
    page = Page(form, [30, 66, 96, 60, 84, 84], layout)
    page.add([((0, 1), "项目名称", "label"), ((2, 5), page.text("project_name"), "value")])
    page.add([((0, 1), "项目主管部门", "label"), (2, page.text("competent_department"), "value"), ((3, 4), "项目执行单位", "label"), (5, page.text("implementing_unit"), "value")])
    page.sheet.add(page.row, 0, 1, ["资金情况", "（万元）"], "label", 3)
    for label, key in [("年度资金总额：", "total"), ("其中：上级资金", "superior"), ("本级财政资金", "fiscal_appropriation")]:
        page.add([((2, 3), label, "fund"), ((4, 5), page.money(f"funds.annual.{key}"), "amount")])
    page.add([((0, 1), "总体目标", "label"), ((2, 5), page.goal("project"), "goal")])
    page.add([((0, 1), "年度目标", "label"), ((2, 5), page.goal("annual"), "goal")])
    heads = [(1, "一级指标", "level1"), (2, "二级指标", "level2"), ((3, 4), "指标内容", "level3"), (5, "指标值", "target")]
    page.table(form.rows, heads, ["绩", "效", "指", "标"])
    return page.sheet


def hunan(form: Declared, layout: Layout) -> Sheet:
    """Local budget and funds of the higher level printed `250万`; signatures below."""
    page = Page(form, [56, 72, 92, 60, 80, 80], layout)
    page.sheet.above.append(("单位：万元", "caption"))
    page.add([(0, "项目支出名称", "label"), ((1, 2), page.text("project_name"), "value"), (3, "预算部门", "label"), ((4, 5), page.text("competent_department"), "value")])
    page.add([(0, "年度本级预算金额", "label"), (1, page.money("funds.annual.fiscal_appropriation"), "amount"), (2, "上级资金", "label"), (3, page.money("funds.annual.superior"), "amount"),
              (4, "实施期", "label"), (5, page.text("period"), "value")])
    page.add([((0, 2), "实施期目标", "head"), ((3, 5), "本年度目标", "head")])
    page.add([((0, 2), page.goal("project"), "goal"), ((3, 5), page.goal("annual"), "goal")])
    heads = [(0, "一级指标", "level1"), (1, "二级指标", "level2"), (2, "三级指标", "level3"), ((3, 4), "指标值及单位", "target"), (5, "绩效标准（计划标准）", "standard")]
    page.table(form.rows, heads, None)
    # A second level that no indicator stands under.
    page.add([(0, None, "level"), (1, "社会效益指标", "level"), (2, None, "name"), ((3, 4), None, "target"), (5, None, "target")])
    signed = form.data["signatures"]
    page.add([(0, "填报人", "label"), (1, signed["filled_by"], "value"), (2, "审核人", "label"), (3, signed["reviewed_by"], "value"), (4, "联系电话", "label"), (5, form.data["phone"], "value")])
    return page.sheet


def hunan_total(form: Declared, layout: Layout) -> Sheet:
    """The total with its parts, and a remark behind each indicator."""
    page = Page(form, [28, 52, 68, 84, 70, 62, 70], layout)
    page.add([((0, 1), "项目名称", "label"), ((2, 6), page.text("project_name"), "value")])
    page.add([((0, 1), "预算部门", "label"), ((2, 3), page.text("competent_department"), "value"), (4, "实施单位", "label"), ((5, 6), page.text("implementing_unit"), "value")])
    page.add([((0, 1), "项目属性", "label"), ((2, 3), page.text("project_attribute"), "value"), (4, "实施期", "label"), ((5, 6), page.text("period"), "value")])
    page.sheet.add(page.row, 0, 1, ["项目资金", "（万元）"], "label", 4)
    for label, key in [("年度资金总额", "total"), ("本级财政资金", "fiscal_appropriation"), ("上级资金", "superior"), ("其他资金", "other")]:
        page.add([((2, 3), label, "fund"), ((4, 6), page.money(f"funds.annual.{key}"), "amount")])
    page.add([((0, 1), "实施期目标", "label"), ((2, 6), page.goal("project"), "goal")])
    page.add([((0, 1), "年度目标", "label"), ((2, 6), page.goal("annual"), "goal")])
    heads = [(1, "一级指标", "level1"), (2, "二级指标", "level2"), (3, "三级指标", "level3"), (4, "指标值及单位", "target"), (5, "绩效标准", "standard"), (6, "备注", "remark")]
    page.table(form.rows, heads, ["绩", "效", "指", "标"])
    return page.sheet


def beside(page: Page, side: list[str], spans: list[tuple], parts: list[tuple]) -> None:
    """Parts of the table side by side under their headings, level 1 in common."""
    form, start = page.form, page.row
    groups = [[r for r in form.rows if r["period"] == name] for name, _, _ in parts]
    page.sheet.add(start, 0, 0, side, "side", len(groups[0]) + 2)
    page.add([(spans[0], "一级指标", "head", 2), *((span, heading, "head") for _, heading, span in parts)])
    heads = [h for h in spans[1]]
    page.add([(span, header, "head") for part in heads for span, header, _ in part])
    row = page.row
    page.records(groups[0], [(spans[0], "", "level1"), *heads[0]])
    for group, part in zip(groups[1:], heads[1:]):
        page.row = row
        page.records(group, part)


def guangdong(form: Declared, layout: Layout) -> Sheet:
    """Indicators of the medium term and of the year side by side."""
    page = Page(form, [26, 44, 72, 62, 60, 72, 62, 60], layout)
    page.add([((0, 1), "项目名称", "label"), ((2, 7), page.text("project_name"), "value")])
    page.add([((0, 1), "主管部门", "label"), ((2, 4), page.text("competent_department"), "value"), (5, "实施单位", "label"), ((6, 7), page.text("implementing_unit"), "value")])
    page.add([((0, 1), "中期市财政预算（万元）", "label"), ((2, 3), page.money("funds.project.total"), "amount"), ((4, 5), "本年度申请市财政预算资金（万元）", "label"), ((6, 7), page.money("funds.annual.total"), "amount")])
    page.add([((0, 1), "绩效目标", "label", 2), ((2, 4), "中期滚动目标（2019-2021）", "head"), ((5, 7), "年度目标", "head")])
    page.add([((2, 4), page.goal("project"), "goal"), ((5, 7), page.goal("annual"), "goal")])
    parts = [("中期", "中期绩效指标", (2, 4)), ("年度", "年度绩效指标", (5, 7))]
    heads = [[(2, "二级指标", "level2"), (3, "三级指标", "level3"), (4, "指标值", "target")], [(5, "二级指标", "level2"), (6, "三级指标", "level3"), (7, "计划指标值", "target")]]
    beside(page, ["绩", "效", "指", "标"], [1, heads], parts)
    return page.sheet


def side_by_side(form: Declared, layout: Layout) -> Sheet:
    """The application form of 2015: funds and goals of the medium term beside those of the year."""
    page = Page(form, [28, 50, 66, 76, 60, 66, 76, 60], layout)
    page.add([((0, 1), "项目名称", "label"), ((2, 7), page.text("project_name"), "value")])
    page.add([((0, 1), "主管部门及代码", "label"), ((2, 4), page.text("competent_department"), "value"), (5, "实施单位", "label"), ((6, 7), page.text("implementing_unit"), "value")])
    page.add([((0, 1), "项目属性", "label"), ((2, 4), page.text("project_attribute"), "value"), (5, "项目期", "label"), ((6, 7), page.text("period"), "value")])
    page.sheet.add(page.row, 0, 1, ["项目资金", "（万元）"], "label", 3)
    for (a, x), (b, y) in [(("中期资金总额：", "total"), ("年度资金总额：", "total")), (("其中：财政拨款", "fiscal"), ("其中：财政拨款", "fiscal_appropriation")), (("其他资金", "other"), ("其他资金", "other"))]:
        page.add([((2, 3), a, "fund"), (4, page.money(f"funds.project.{x}"), "amount"), ((5, 6), b, "fund"), (7, page.money(f"funds.annual.{y}"), "amount")])
    page.add([((0, 1), ["总体", "目标"], "label", 2), ((2, 4), "中期目标（2020年—2022年）", "head"), ((5, 7), "年度目标", "head")])
    page.add([((2, 4), page.goal("project"), "goal"), ((5, 7), page.goal("annual"), "goal")])
    heads = [[(2, "二级指标", "level2"), (3, "三级指标", "level3"), (4, "指标值", "target")], [(5, "二级指标", "level2"), (6, "三级指标", "level3"), (7, "指标值", "target")]]
    groups = [[r for r in form.rows if r["period"] == name] for name in ("中期", "年度")]
    start = page.row
    page.sheet.add(start, 0, 0, ["绩", "效", "指", "标"], "side", len(groups[0]) + 1)
    page.add([(1, "一级指标", "head"), *((span, header, "head") for part in heads for span, header, _ in part)])
    row = page.row
    page.records(groups[0], [(1, "", "level1"), *heads[0]])
    page.row = row
    page.records(groups[1], heads[1])
    return page.sheet


def stacked(form: Declared, layout: Layout) -> Sheet:
    """Indicators of the long term above those of the year, each with column heads of its own."""
    page = Page(form, [40, 60, 76, 110, 80, 70], layout)
    page.add([(0, "项目名称", "label"), ((1, 5), page.text("project_name"), "value")])
    page.add([(0, "主管部门", "label"), ((1, 2), page.text("competent_department"), "value"), (3, "项目单位", "label"), ((4, 5), page.text("implementing_unit"), "value")])
    page.add([(0, "项目属性", "label"), ((1, 2), page.text("project_attribute"), "value"), (3, "起止时间", "label"), ((4, 5), page.text("period"), "value")])
    page.sheet.add(page.row, 0, 0, ["资金", "（万元）"], "label", 3)
    for label, key in [("年度资金总额", "total"), ("财政拨款", "fiscal_appropriation"), ("其他资金", "other")]:
        page.add([((1, 2), label, "fund"), ((3, 5), page.money(f"funds.annual.{key}"), "amount")])
    page.add([(0, "立项依据", "label"), ((1, 5), page.text("basis"), "goal")])
    page.add([(0, "进度计划", "label"), ((1, 5), page.text("schedule"), "goal")])
    page.add([(0, "长期目标", "label"), ((1, 5), page.goal("project"), "goal")])
    page.add([(0, "年度目标", "label"), ((1, 5), page.goal("annual"), "goal")])
    heads = [(1, "一级指标", "level1"), (2, "二级指标", "level2"), (3, "指标内容", "level3"), (4, "指标值", "target"), (5, "备注", "remark")]
    for name, side in (("长期", ["长期", "绩效", "指标"]), ("年度", ["年度", "绩效", "指标"])):
        page.table([r for r in form.rows if r["period"] == name], heads, side)
    return page.sheet


def wide(forms: list[Declared], layout: Layout) -> Sheet:
    """One table for a department: unit, project, budget and goal merged down over the indicators."""
    page = Page(forms[0], [56, 62, 60, 92, 52, 58, 96, 44, 60, 44, 40, 54], layout)
    page.sheet.above.append(("金额单位:元", "caption"))
    heads = [(4, "一级指标", "level1"), (5, "二级指标", "level2"), (6, "三级指标", "level3"), (7, "指标性质", "target.sign"), (8, "指标值", "target.number"),
             (9, "度量单位", "target.unit"), (10, "权重", "weight"), (11, "指标方向性", "direction")]
    page.sheet.head_rows = range(0, 2)
    page.add([(0, "单位名称", "head", 2), (1, "项目名称", "head", 2), (2, "预算数", "head", 2), (3, "年度目标", "head", 2), ((4, 11), "绩效指标", "head")])
    page.add([(span, header, "head") for span, header, _ in heads])
    count = sum(len(f.rows) for f in forms)
    page.sheet.add(page.row, 0, 0, forms[0].data["implementing_unit"], "value", count)
    for form in forms:
        page.form = form
        page.sheet.add(page.row, 1, 1, form.data["project_name"], "value", len(form.rows))
        page.sheet.add(page.row, 2, 2, page.money("funds.annual.total"), "amount", len(form.rows))
        page.sheet.add(page.row, 3, 3, page.goal("annual"), "goal", len(form.rows))
        page.records(form.rows, heads)
    return page.sheet


LAYOUTS = {
    "self_evaluation": self_evaluation,
    "self_evaluation_short": self_evaluation_short,
    "self_evaluation_signs": self_evaluation_signs,
    "transfer": transfer,
    "transfer_weights": transfer_weights,
    "overall": overall,
    "overall_functions": overall_functions,
    "overall_income": overall_income,
    "hubei": hubei,
    "hubei_short": hubei_short,
    "hunan": hunan,
    "hunan_total": hunan_total,
    "guangdong": guangdong,
    "stacked": stacked,
    "beside": side_by_side,
}


def build(forms: list[Declared], layout: Layout) -> list[Sheet]:
    """The printed grids of some forms; those of a wide table share one."""
    if forms[0].layout == "sichuan":
        return [wide(forms, layout)]
    return [LAYOUTS[form.layout](form, layout) for form in forms]
