"""Loads the contents of the forms: what a sample says, apart from how it looks.

`contents/*.json` hold forms in the keys of the data contract. An indicator is a short list:

* `[level1, level2, level3, "及时"]`: free text (or, in the seed, a machine-printed value);
* `[level1, level2, level3, "≥", "95.00", "%"]`: operator, number and unit, printed in the
  form's `print.value` style: `machine` is `≥95.00(%)`, `plain` is `≥95.00%`;
* `[level1, level2, level3, {"text": ..., "operator": ..., "value": ...}]`: the printed text with
  its meaning written by hand.

The meaning of a target therefore never comes from reading a PDF.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "contents"

OPERATORS = {
    "≥": ">=",
    "≤": "<=",
    "=": "=",
    "＝": "=",
    ">": ">",
    "＞": ">",
    "<": "<",
    "＜": "<",
    "": "=",
}
MACHINE = re.compile(r"([≥≤=])(\d+\.\d{2})\((.+)\)")
TARGET_KEYS = (
    "text",
    "kind",
    "operator",
    "value",
    "value_max",
    "unit",
    "deadline",
    "deadline_start",
    "reference",
)


class Number(str):
    """A decimal number that is written into JSON digit by digit as it stands here."""


@dataclass
class Indicator:
    """One row of the indicator table; `target` has the contract's keys."""

    level1: str
    level2: str
    level3: str
    target: dict
    weight: str | None = None


@dataclass
class Form:
    """One form: `head` in the contract's keys, goals as lists of paragraphs."""

    template: str
    head: dict
    funds: dict
    goals: dict
    indicators: list[Indicator]
    print: dict = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.head["project_name"]


def target(cell: list, style: str, free: dict) -> dict:
    """The target of an indicator from what follows its three levels."""
    parts = dict.fromkeys(TARGET_KEYS)
    if len(cell) == 3:
        operator, number, unit = cell
        text = f"{operator}{number}({unit})" if style == "machine" else f"{operator}{number}{unit}"
        value = number.replace(",", "")
        parts |= {"operator": OPERATORS[operator], "value": value, "unit": unit or None}
    else:
        (given,) = cell
        if isinstance(given, dict):
            text = given["text"]
            parts |= given
        elif machine := MACHINE.fullmatch(given):
            text = given
            operator, number, unit = machine.groups()
            parts |= {"operator": OPERATORS[operator], "value": number, "unit": unit}
        else:
            text = given
            parts |= free.get(given, {})
    unknown = set(parts) - set(TARGET_KEYS)
    if unknown:
        raise ValueError(f"unknown keys {unknown} in {cell}")
    numbers = {k: Number(parts[k]) for k in ("value", "value_max") if parts[k] is not None}
    says = any(parts[k] is not None for k in ("operator", "value", "deadline"))
    return parts | numbers | {"text": text, "kind": "quantitative" if says else "qualitative"}


def load(group: str) -> list[Form]:
    """The forms of `contents/<group>.json`, in file order."""
    data = json.loads((FOLDER / f"{group}.json").read_text(encoding="utf-8"))
    forms = []
    for entry in data["forms"]:
        entry = dict(entry)
        template, funds, goals = entry.pop("template"), entry.pop("funds"), entry.pop("goals")
        rows, look = entry.pop("indicators"), entry.pop("print", {})
        weights = entry.pop("weights", None) or [None] * len(rows)
        if len(weights) != len(rows):
            raise ValueError(f"{entry['project_name']}: {len(weights)} weights, {len(rows)} rows")
        style = look.get("value", "machine")
        indicators = [
            Indicator(*row[:3], target(row[3:], style, data.get("free_targets", {})), weight)
            for row, weight in zip(rows, weights)
        ]
        forms.append(Form(template, entry, funds, goals, indicators, look))
    return forms


def pick(group: str, *names: str) -> list[Form]:
    """The forms of a group whose project names begin with `names`, in the order asked for."""
    forms = load(group)
    if not names:
        return forms
    chosen = []
    for name in names:
        found = [form for form in forms if form.name.startswith(name)]
        if len(found) != 1:
            raise ValueError(f"{group}: {len(found)} forms named {name}")
        chosen += found
    return chosen
