"""The neutral table between contents and producers: cells with spans, on the family's real grid."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby

from .contents import Form


@dataclass
class Cell:
    """A cell: `text` is a list of printed paragraphs; `role` says how it is set."""

    row: int
    col: int
    rows: int
    cols: int
    text: list[str]
    role: str


@dataclass
class Sheet:
    """A printed form. `above` holds (text, role) lines printed over the table."""

    columns: int
    widths: list[float]
    above: list[tuple[str, str]] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    rows: int = 0
    head_rows: range = range(0)

    def add(
        self, row: int, col: int, to: int, text: str | list[str] | None, role: str, rows: int = 1
    ) -> None:
        """Adds a cell over the columns `col..=to`."""
        paragraphs = [text] if isinstance(text, str) else (text or [])
        self.cells.append(Cell(row, col, rows, to - col + 1, paragraphs, role))
        self.rows = max(self.rows, row + rows)


@dataclass
class Layout:
    """How the family's grid is filled; every option is one that real forms show.

    * `title`: `above` the table, or `inside` it as two merged rows
    * `side`: the vertical label beside the indicators covers the column heads (`heads`), only the
      rows (`rows`), or is not printed (`none`)
    * `levels`: levels are `merged` down, printed `first` with blank cells below, or in `each` row
    """

    title: str = "above"
    side: str = "heads"
    levels: str = "merged"
    widths: list[float] | None = None


def date(iso: str, style: str) -> str:
    """A date as printed: `iso`, `slash` (2026/1/1) or `cjk` (2026年1月1日)."""
    year, month, day = iso.split("-")
    if style == "slash":
        return f"{year}/{int(month)}/{int(day)}"
    if style == "cjk":
        return f"{year}年{int(month)}月{int(day)}日"
    return iso


def amount(text: str | None, style: str) -> str:
    """An amount as printed: `grouped` (6,421,500.00) or `plain`."""
    if text is None:
        return ""
    if style == "plain":
        return text
    whole, point, cents = text.partition(".")
    return f"{int(whole.replace(',', '')):,}{point}{cents}"


def goal(paragraphs: list[str] | None, markup: bool, quotes: bool = False) -> list[str]:
    """A goal's printed paragraphs; with `markup`, the `<p>` that leaks from the editor, with
    `quotes`, straight quotes around the whole."""
    if not paragraphs:
        return []
    if quotes:
        first, *rest = paragraphs
        *between, last = [f'"{first}', *rest]
        return [*between, f'{last}"']
    if markup:
        return [" ".join(f"<p>{p}</p>" for p in paragraphs)]
    return paragraphs


def year_line(form: Form) -> str:
    return form.print.get("year", f"({form.head['fiscal_year']}年度)")


def start(form: Form, layout: Layout, columns: int, widths: list[float]) -> tuple[Sheet, int]:
    """A sheet with its title; returns the first free row."""
    sheet = Sheet(columns, layout.widths or widths)
    lines = [(form.head["title"], "title"), (year_line(form), "year")]
    if layout.title == "inside":
        for row, (text, role) in enumerate(lines):
            sheet.add(row, 0, columns - 1, text, role)
        return sheet, 2
    sheet.above = lines
    return sheet, 0


def indicators(
    sheet: Sheet, form: Form, layout: Layout, row: int, heads: list, spans: list
) -> None:
    """The indicator table from `row` on; `spans` are the (from, to) columns of its columns."""
    rows = form.indicators
    sheet.head_rows = range(row, row + 1)
    side = form.print.get("side", ["绩效", "指标"])
    if layout.side == "heads":
        sheet.add(row, 0, 0, side, "side", len(rows) + 1)
    else:
        sheet.add(row, 0, 0, None, "head")
        sheet.add(row + 1, 0, 0, side if layout.side == "rows" else None, "side", len(rows))
    for (first, last), text in zip(spans, heads):
        sheet.add(row, first, last, text, "head")
    blank = form.print.get("blank_level1", [])
    level1 = [("" if r.level1 in blank else r.level1, r.level1) for r in rows]
    levels(sheet, layout, row + 1, spans[0], level1)
    levels(sheet, layout, row + 1, spans[1], [(r.level2, r.level1 + r.level2) for r in rows])
    for at, entry in enumerate(rows, row + 1):
        texts = [(entry.level3, "name"), (entry.target["text"], "target"), (entry.weight, "weight")]
        for (first, last), (text, role) in zip(spans[2:], texts):
            sheet.add(at, first, last, text, role)


def levels(sheet: Sheet, layout: Layout, row: int, span: tuple, labels: list) -> None:
    """One column of level labels; equal neighbours are merged, left blank or printed again."""
    for _, group in groupby(enumerate(labels, row), key=lambda item: item[1]):
        group = list(group)
        at, (text, _) = group[0]
        if layout.levels == "merged":
            sheet.add(at, *span, text or None, "level", len(group))
            continue
        for number, (at, (text, _)) in enumerate(group):
            shown = text if number == 0 or layout.levels == "each" else None
            sheet.add(at, *span, shown or None, "level")


def shanghai(form: Form, layout: Layout) -> Sheet:
    """The Shanghai family's 8 columns: side, level 1, level 2, level 3 (3–5), value (6–7)."""
    sheet, row = start(form, layout, 8, [28, 52, 74, 56, 74, 70, 66, 78])
    head, look = form.head, form.print
    colon, of_which = look.get("colon", ":"), look.get("of_which", "其中:")
    dates, money = look.get("dates", "iso"), look.get("amounts", "grouped")
    for col, to, text, role in [
        (0, 1, "项目名称", "label"),
        (2, 3, head["project_name"], "value"),
        (4, 4, "项目性质", "label"),
        (5, 5, head["project_nature"], "value"),
        (6, 6, "项目类别", "label"),
        (7, 7, head["project_category"], "value"),
    ]:
        sheet.add(row, col, to, text, role)
    for offset, (left, right) in enumerate(
        [
            (("主管部门", head["competent_department"]), ("实施单位", head["implementing_unit"])),
            (
                ("计划开始日期", date(head["start_date"], dates)),
                ("计划完成日期", date(head["end_date"], dates)),
            ),
        ],
        1,
    ):
        sheet.add(row + offset, 0, 1, left[0], "label")
        sheet.add(row + offset, 2, 3, left[1], "value")
        sheet.add(row + offset, 4, 4, right[0], "label")
        sheet.add(row + offset, 5, 7, right[1], "value")
    row += 3
    sheet.add(row, 0, 1, look.get("funds", ["项目资金", "(元)"]), "label", 4)
    project, annual = form.funds["project"], form.funds["annual"]
    for offset, (left, paid, right, asked) in enumerate(
        [
            (f"项目资金总额{colon}", project["total"], f"年度资金申请总额{colon}", annual["total"]),
            (
                f"{of_which}财政资金",
                project["fiscal"],
                f"{of_which}当年财政拨款",
                annual["fiscal_appropriation"],
            ),
            (None, None, "上年结转资金", annual["carry_over"]),
            ("其他资金", project["other"], "其他资金", annual["other"]),
        ]
    ):
        sheet.add(row + offset, 2, 3, left, "fund")
        sheet.add(row + offset, 4, 4, amount(paid, money), "amount")
        sheet.add(row + offset, 5, 6, right, "fund")
        sheet.add(row + offset, 7, 7, amount(asked, money), "amount")
    row += 4
    sheet.add(row, 0, 0, look.get("goal_side", ["项目", "绩效", "目标"]), "side", 2)
    sheet.add(row, 1, 4, look.get("project_goal", "项目总目标"), "head")
    sheet.add(row, 5, 7, "年度总体目标", "head")
    markup, quotes = look.get("markup", False), look.get("quotes", False)
    sheet.add(row + 1, 1, 4, goal(form.goals["project"], markup, quotes), "goal")
    sheet.add(row + 1, 5, 7, goal(form.goals["annual"], markup, quotes), "goal")
    heads = ["一级指标", "二级指标", "三级指标", look.get("value_head", "年度(/项目)指标值")]
    indicators(sheet, form, layout, row + 2, heads, [(1, 1), (2, 2), (3, 5), (6, 7)])
    return sheet


def central(form: Form, layout: Layout) -> Sheet:
    """The central departments' 7 columns: side, levels 1–3 (3–4), value, weight."""
    sheet, row = start(form, layout, 7, [30, 66, 80, 70, 90, 100, 62])
    head, look = form.head, form.print
    if caption := look.get("unit_caption"):
        sheet.above.append((caption, "caption"))
    sheet.add(row, 0, 1, "项目名称", "label")
    sheet.add(row, 2, 6, head["project_name"], "value")
    for offset, (left, right) in enumerate(
        [
            (
                ("主管部门及代码", head["competent_department"]),
                ("实施单位", head["implementing_unit"]),
            ),
            (("项目属性", head["project_attribute"]), ("项目期", head["project_period"])),
        ],
        1,
    ):
        sheet.add(row + offset, 0, 1, left[0], "label")
        sheet.add(row + offset, 2, 3, left[1], "value")
        sheet.add(row + offset, 4, 4, right[0], "label")
        sheet.add(row + offset, 5, 6, right[1], "value")
    row += 3
    sheet.add(row, 0, 1, look.get("funds", ["项目资金", "（万元）"]), "label", 4)
    annual, money = form.funds["annual"], look.get("amounts", "grouped")
    labels = look.get("fund_labels", ["年度资金总额：", "其中：财政拨款", "上年结转", "其他资金"])
    keys = ["total", "fiscal_appropriation", "carry_over", "other"]
    for offset, (label, key) in enumerate(zip(labels, keys)):
        sheet.add(row + offset, 2, 3, label, "fund")
        sheet.add(row + offset, 4, 6, amount(annual[key], money), "amount")
    row += 4
    sheet.add(row, 0, 0, look.get("goal_side", ["年度", "总体", "目标"]), "side")
    sheet.add(row, 1, 6, goal(form.goals["annual"], False), "goal")
    heads = ["一级指标", "二级指标", "三级指标", "指标值"]
    if form.indicators[0].weight is None:
        spans = [(1, 1), (2, 2), (3, 4), (5, 6)]
    else:
        heads.append(look.get("weight_head", "分值（权重）"))
        spans = [(1, 1), (2, 2), (3, 4), (5, 5), (6, 6)]
    indicators(sheet, form, layout, row + 1, heads, spans)
    return sheet


def build(form: Form, layout: Layout) -> Sheet:
    """The printed grid of a form."""
    return {"shanghai-project-target": shanghai, "central-project-target": central}[form.template](
        form, layout
    )
