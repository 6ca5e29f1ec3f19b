"""Invents forms at random: contents that no sample has, sound by the rules of `soundness`.

The meaning of every target value is made together with its text, never read from it.
"""

from __future__ import annotations

import json
from calendar import monthrange
from random import Random

from .contents import FOLDER, OPERATORS, Form, Indicator, target
from .soundness import LEVELS, faults

WORDS = json.loads((FOLDER / "words.json").read_text(encoding="utf-8"))
FUNDS = ("total", "fiscal_appropriation", "carry_over", "other")
NUMBERED = ["{}.", "{}、", "（{}）", "目标{}：", ""]
WORDED = {
    "≥": ["不低于{}", "不少于{}", "{}以上", "大于等于{}"],
    "≤": ["不超过{}", "{}以内", "小于等于{}", "不高于{}"],
}


class Inventor:
    """Draws forms from a seeded source of chance; the same seed gives the same forms."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.year = chance.randint(2023, 2027)

    def of(self, kind: str) -> str:
        """One of the words of a kind."""
        return self.chance.choice(WORDS[kind])

    def form(self, most: int) -> Form:
        """A form with at most `most` indicators."""
        return self.chance.choice([self.shanghai, self.central])(most)

    def name(self) -> str:
        name = self.of("subjects") + self.of("actions")
        if self.chance.random() < 0.2:
            tail = self.chance.choice(["（二期）", "(本级)", "项目", "及配套工程"])
            name = f"{self.year}年{name}{tail}"
        if self.chance.random() < 0.15:
            name += f"——{self.of('subjects')}、{self.of('subjects')}{self.of('actions')}"
        return name

    def bodies(self) -> tuple[str, str]:
        """The department in charge and the unit that does the work."""
        place = self.of("places") + self.of("ranks")
        body = place + self.of("bodies")
        own = self.chance.choice([body, f"{body}（本级）"])
        unit = place + self.of("subjects") + self.of("units")
        return body, own if self.chance.random() < 0.3 else unit

    def split(self, total: int, parts: int) -> list[int]:
        """The total in so many parts, some of them 0."""
        rest, found = total, []
        for _ in range(parts - 1):
            part = self.chance.choice([0, 0, rest // self.chance.randint(2, 9)])
            found.append(part)
            rest -= part
        return [rest, *found]

    def goal(self) -> list[str]:
        """Paragraphs, numbered or not."""
        count = self.chance.choice([1, 1, 1, 2, 3, 5, 8])
        mark = self.chance.choice(NUMBERED) if count > 1 else ""
        return [
            mark.format(number)
            + "，".join(self.clause() for _ in range(self.chance.randint(2, 5)))
            + "。"
            for number in range(1, count + 1)
        ]

    def clause(self) -> str:
        words = {"s": self.of("subjects"), "a": self.of("actions")}
        return self.of("clauses").format(n=self.chance.randint(2, 980), **words)

    def indicators(self, most: int, style: str, weighted: bool) -> list[Indicator]:
        """Indicators in the order of the taxonomy; weights add up to 90."""
        above = {level2: level1 for level1, below in LEVELS.items() for level2 in below}
        rows: dict[tuple[str, str], Indicator] = {}
        for level2, names in WORDS["names"].items():
            always = level2 in ("数量指标", "社会效益指标")
            if not always and self.chance.random() < 0.4:
                continue
            for _ in range(self.chance.choice([1, 1, 2, 2, 3, 5])):
                name = self.chance.choice(["", *WORDS["subjects"]]) + self.chance.choice(names)
                if len(rows) < most:
                    value = self.target(level2, name, style)
                    rows[level2, name] = Indicator(above[level2], level2, name, value)
        found = list(rows.values())
        if weighted:
            for row, share in zip(found, self.split(90 - len(found), len(found))):
                row.weight = str(1 + share)
        return found

    def target(self, level2: str, name: str, style: str) -> dict:
        """A target value that fits the name."""
        chance = self.chance
        if level2 == "时效指标" and "率" not in name:
            return self.deadline() if chance.random() < 0.7 else self.free()
        if any(word in name for word in ("率", "满意度", "比例")):
            return self.number(chance.choice("≥≥≥="), chance.randint(60, 100), "%", style)
        if level2.endswith("成本指标"):
            unit = chance.choice(["元", "万元", "元/人"])
            return self.number("≤", chance.randint(1, 90000), unit, style)
        if level2 == "数量指标" or chance.random() < 0.3:
            return self.number(
                chance.choice("≥≥≤="), chance.randint(1, 30000), self.of("counted"), style
            )
        return self.free()

    def number(self, sign: str, number: int, unit: str, style: str) -> dict:
        """A number as the budget system prints it, plain, or in words."""
        chance = self.chance
        if style == "machine":
            part = chance.choice(["00", "00", "00", "50", f"{chance.randint(0, 99):02}"])
            return target([sign, f"{number}.{part}", unit], style, {})
        if sign in WORDED and chance.random() < 0.3:
            text = chance.choice(WORDED[sign]).format(f"{number}{unit}")
            meaning = {"operator": OPERATORS[sign], "value": str(number), "unit": unit}
            return target([{"text": text} | meaning], style, {})
        shown = f"{number:,}" if chance.random() < 0.2 else str(number)
        bare = sign == "=" and chance.random() < 0.5
        return target(["" if bare else sign, shown, unit], style, {})

    def deadline(self) -> dict:
        month = self.chance.randint(1, 12)
        last = f"{self.year}-{month:02}-{monthrange(self.year, month)[1]}"
        year = self.chance.choice(["", f"{self.year}年"])
        text = f"{year}{month}月底前{self.chance.choice(['', '完成', '全部完成'])}"
        return target([{"text": text, "operator": "<=", "deadline": last}], "plain", {})

    def free(self) -> dict:
        return target([self.of("free")], "plain", {})

    def shanghai(self, most: int) -> Form:
        chance = self.chance
        department, unit = self.bodies()
        scale = chance.choice([1, 100, 10_000])
        annual = self.split(scale * chance.randint(100, 9_000_000), 3)
        project = {"total": None, "fiscal": None, "other": None}
        years = 1
        if chance.random() < 0.5:
            years = chance.choice([1, 2, 3])
            later = 0 if years == 1 else 100 * chance.randint(100, 9_000_000)
            parts = [annual[0] + annual[1] + later, annual[2]]
            project = amounts(project, [sum(parts), *parts])
        head = {
            "title": "财政项目支出绩效目标申报表",
            "fiscal_year": self.year,
            "project_name": self.name(),
            "project_nature": self.of("natures"),
            "project_category": self.of("categories"),
            "competent_department": department,
            "implementing_unit": unit,
            "start_date": f"{self.year}-{chance.randint(1, 9):02}-{chance.randint(1, 28):02}",
            "end_date": f"{self.year + years - 1}-12-{chance.choice([10, 15, 31])}",
        }
        goals = {"project": self.goal() if chance.random() < 0.5 else None, "annual": self.goal()}
        style = chance.choice(["machine", "plain"])
        look = {
            "value": style,
            "dates": chance.choice(["iso", "slash", "cjk"]),
            "colon": chance.choice([":", "：", ""]),
            "of_which": chance.choice(["其中:", "其中："]),
            "year": chance.choice(["({}年度)", "（{}年度）", "（{} 年度）"]).format(self.year),
            "side": chance.choice([["绩效", "指标"], list("绩效指标")]),
        }
        funds = {"unit": "元", "project": project, "annual": amounts(FUNDS, [sum(annual), *annual])}
        rows = self.indicators(most, style, weighted=False)
        return Form("shanghai-project-target", head, funds, goals, rows, look)

    def central(self, most: int) -> Form:
        chance = self.chance
        department, unit = self.bodies()
        annual = self.split(chance.randint(100, 9_000_000), 3)
        code = chance.choice(["", f"{chance.randint(101, 699)}-"])
        head = {
            "title": "项目支出绩效目标表",
            "fiscal_year": self.year,
            "project_name": self.name(),
            "competent_department": code + department,
            "implementing_unit": unit,
            "project_attribute": chance.choice(["延续项目", "新增项目"]),
            "project_period": chance.choice(["1年", "3年", "5年", "长期"]),
        }
        look = {
            "value": "plain",
            "year": f"（{self.year}年度）",
            "side": chance.choice([["绩效", "指标"], list("绩效指标")]),
            "funds": chance.choice([["项目资金", "（万元）"], ["项目资金（万元）"]]),
        }
        funds = {"unit": "万元", "annual": amounts(FUNDS, [sum(annual), *annual])}
        rows = self.indicators(most, "plain", weighted=chance.random() < 0.6)
        return Form(
            "central-project-target", head, funds, {"annual": self.goal()}, rows, look
        )


def amounts(keys, cents: list[int]) -> dict:
    """Amounts with two decimals from hundredths."""
    return {key: f"{c // 100}.{c % 100:02}" for key, c in zip(keys, cents)}


def forms(chance: Random, count: int, most: int) -> list[Form]:
    """Sound forms of different names, with at most `most` indicators each."""
    inventor, found = Inventor(chance), {}
    while len(found) < count:
        form = inventor.form(most)
        if wrong := faults(form):
            raise ValueError(f"{form.name}: {', '.join(wrong)}")
        found.setdefault(form.name, form)
    return list(found.values())
