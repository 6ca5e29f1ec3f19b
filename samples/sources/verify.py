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

from .build import SAMPLES
from .catalogue import Sample, all_samples
from .contents import Form
from .sheet import amount, date


def squeeze(text: str) -> str:
    """NFKC without white space: radicals become characters."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def texts(form: Form) -> list[str]:
    """Everything the form prints, as printed."""
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
                left, right = text[:blank.start()][-6:], text[blank.end():][:6]
                if re.search(r"[A-Za-z0-9]$", left) and re.match(r"[A-Za-z0-9]", right):
                    continue
                near = r"\s*".join(re.escape(c) for c in left.replace(" ", ""))
                far = r"\s*".join(re.escape(c) for c in right.replace(" ", ""))
                if re.search(f"{near}[ \u00a0]*\n+{far}", raw):
                    complaints.append(f"line broken at a blank: {left}|{right}")
    return complaints


def main(wanted: list[str]) -> None:
    for sample in all_samples():
        if sample.suffix != "pdf" or wanted and sample.id not in wanted:
            continue
        for complaint in check(sample):
            print(f"{sample.id}: {complaint}")


if __name__ == "__main__":
    main(sys.argv[1:])
