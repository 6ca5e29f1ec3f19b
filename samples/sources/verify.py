"""Compares the samples with their contents by another reader (poppler): `python -m sources.verify`.

It reports texts that poppler does not find, blanks on which a line breaks (they cannot be read
back), and characters that a font does not have. A report is a reason to look at the page, not yet
a fault: poppler reads some fonts worse than they are printed.
"""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from bisect import bisect_right
from html import unescape

from .build import SAMPLES
from .catalogue import Sample, all_samples
from .contents import Form
from .families import Declared
from .sheet import amount, date


def squeeze(text: str) -> str:
    """NFKC without white space: radicals become characters."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def leaves(value: object) -> list[str]:
    """Every text in nested data; numbers are left out, since layouts print them in their ways."""
    if isinstance(value, dict):
        return [text for inner in value.values() for text in leaves(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in leaves(inner)]
    return [value] if type(value) is str and value else []


def texts(form: Form | Declared) -> list[str]:
    """Everything the form prints, as printed."""
    if isinstance(form, Declared):
        rows = [[r["level3"], r["target"]["text"]] for r in form.rows if "sign" not in r["target"]]
        funds = form.data.get("funds", {})
        return [t for t in leaves(form.data) + leaves(rows) if t != funds.get("unit")]
    look, found = form.print, []
    for key, value in form.head.items():
        if key in ("start_date", "end_date"):
            value = date(value, look.get("dates", "iso"))
        found.append(str(value))
    for block in form.funds.values():
        if isinstance(block, dict):
            found += [amount(v, look.get("amounts", "grouped")) for v in block.values() if v]
    for goal in form.goals.values():
        found += goal or []
    for row in form.indicators:
        found += [row.level3, row.target["text"], row.weight or ""]
    return [text for text in found if text]


def check(sample: Sample) -> list[str]:
    """Complaints about one sample."""
    path = SAMPLES / sample.file
    run = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, text=True)
    raw = run.stdout
    flat, complaints = squeeze(raw), []
    if "\ufffd" in raw:
        complaints.append("undecodable characters")
    for form in sample.forms:
        for text in texts(form):
            if squeeze(text) not in flat:
                complaints.append(f"not found: {text[:40]}")
                continue
            for blank in re.finditer(" ", text):
                left, right = text[: blank.start()][-6:], text[blank.end() :][:6]
                if re.search(r"[A-Za-z0-9]$", left) and re.match(r"[A-Za-z0-9]", right):
                    continue
                near = r"\s*".join(re.escape(c) for c in left.replace(" ", ""))
                far = r"\s*".join(re.escape(c) for c in right.replace(" ", ""))
                if re.search(f"{near}[ \u00a0]*\n+{far}", raw):
                    complaints.append(f"line broken at a blank: {left}|{right}")
    return complaints


def words(sample: Sample) -> list[tuple[str, float, float]]:
    """Runs of characters without a blank: (squeezed text, left, right) in points."""
    run = subprocess.run(
        ["pdftotext", "-raw", "-bbox", str(SAMPLES / sample.file), "-"],
        capture_output=True,
        text=True,
    )
    found = re.findall(
        r'<word xMin="([\d.-]+)" yMin="[\d.-]+" xMax="([\d.-]+)" yMax="[\d.-]+">(.*?)</word>',
        run.stdout,
    )
    return [(squeeze(unescape(text)), float(left), float(right)) for left, right, text in found]


def paragraphs(sample: Sample) -> list[str]:
    """Paragraphs that nobody can tell apart: the last line is full, the next has no sign."""
    found, printed = [], words(sample)
    starts, flat = [], ""
    for text, _, _ in printed:
        starts.append(len(flat))
        flat += text
    forms = [form for form in sample.forms if not isinstance(form, Declared)]
    plain = [form for form in forms if not form.print.get("markup")]
    for goal in (g for form in plain for g in form.goals.values() if g and len(g) > 1):
        ends, reach = [], []
        for paragraph in goal:
            at = flat.find(squeeze(paragraph))
            if at < 0:
                found.append(f"look at it, cut by a page break: {paragraph[:20]}")
                break
            first = bisect_right(starts, at) - 1
            last = bisect_right(starts, at + len(squeeze(paragraph)) - 1) - 1
            ends.append(printed[last][2])
            reach += [right for _, _, right in printed[first : last + 1]]
        for end, paragraph in zip(ends, goal[1:]):
            signed = re.match(r"\d+[.．、]|[一二三四五六七八九十]+、|目标\d", paragraph)
            if max(reach) - end < 20 and not signed:
                found.append(f"full line before: {paragraph[:20]}")
    return found


def main(wanted: list[str]) -> None:
    for sample in all_samples():
        if sample.suffix != "pdf" or sample.scan or wanted and sample.id not in wanted:
            continue
        for complaint in check(sample) + paragraphs(sample):
            print(f"{sample.id}: {complaint}")


if __name__ == "__main__":
    main(sys.argv[1:])
