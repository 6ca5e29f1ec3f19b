"""Writes `golden/<sample>/data.json` from the contents, never from what our reader says."""

from __future__ import annotations

import json
from pathlib import Path

from . import families
from .contents import Form, Number


def write_json(value: object, indent: int = 0) -> str:
    """JSON with `Number`s digit by digit, short leaves on one line."""
    pad = "  " * (indent + 1)
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict) and value:
        flat = indent > 2 and all(not isinstance(v, (dict, list)) for v in value.values())
        items = [f"{json.dumps(k)}: {write_json(v, indent + 1)}" for k, v in value.items()]
        if flat:
            return "{" + ", ".join(items) + "}"
        return "{\n" + ",\n".join(pad + item for item in items) + "\n" + pad[2:] + "}"
    if isinstance(value, list) and value:
        items = [write_json(v, indent + 1) for v in value]
        return "[\n" + ",\n".join(pad + item for item in items) + "\n" + pad[2:] + "]"
    return json.dumps(value, ensure_ascii=False)


def amounts(block: dict) -> dict:
    """A funds block with its amounts as numbers."""
    return {k: None if v is None else Number(v.replace(",", "")) for k, v in block.items()}


def data(form: Form | families.Declared) -> dict:
    """The contract's `data` of one form."""
    if isinstance(form, families.Declared):
        return families.data(form)
    head = dict(form.head)
    funds = {"unit": form.funds["unit"]}
    funds |= {k: amounts(v) for k, v in form.funds.items() if k != "unit"}
    goals = {k: None if v is None else "\n".join(v) for k, v in form.goals.items()}
    central = form.template == "central-project-target"
    if central:
        # A field of the family that none of the samples prints.
        head["execution_weight"] = None
    rows = []
    for row in form.indicators:
        entry = {
            "level1": row.level1,
            "level2": row.level2,
            "level3": row.level3,
            "target": row.target,
        }
        if central:
            entry["weight"] = None if row.weight is None else Number(row.weight)
        rows.append(entry)
    return head | {"funds": funds, "goals": goals, "indicators": rows}


def write(folder: Path, forms: list[Form]) -> None:
    """Writes the golden of one sample into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "forms": [{"template": form.template, "data": data(form)} for form in forms],
        "findings": {"errors": []},
    }
    (folder / "data.json").write_text(write_json(content) + "\n", encoding="utf-8")
