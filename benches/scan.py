#!/usr/bin/env python3
"""Measures what reading scans is worth: simulated scans of the samples against their goldens.

    scan.py SHENBAO SAMPLES GOLDEN [--grades ABCD] [--seed N] [--pages N] [--only NAME...]
            [--simulator simulate.py] [--scans DIR] [--out SCANS.md]

The scans are made by samples/simulate.py, or by another program with its arguments and outputs,
from the samples of at most so many pages, once; a second run with the same seed reads them again.
The truth is the golden of the exported document. Needs pdftotext, pdftoppm and
scan-requirements.txt.

Counted are the leaves of the data that are not null in the truth; of a target value its text,
operator, value, unit and deadline. Blanks and the width of punctuation count for nothing. A leaf
is flagged if a warning or an error points at it, at what it is part of, or at a part of it, unless
the exported document has the same finding there: that one speaks of the form, not of the scan.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import unicodedata
import xml.etree.ElementTree as xml
from collections import Counter, defaultdict
from pathlib import Path

# The reference runs on ONNX Runtime, which would report to its maker.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

TARGET = {"text", "operator", "value", "unit", "deadline"}
BINS = [0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 1.01]
FOLD = str.maketrans({"。": ".", "、": ",", "“": '"', "”": '"', "‘": "'", "’": "'"})


def folded(value):
    if isinstance(value, str):
        text = unicodedata.normalize("NFKC", value).translate(FOLD)
        return re.sub(r"\s+", "", text)
    return value


def leaves(value, at=""):
    """(pointer, value) of every leaf that is not null."""
    if isinstance(value, dict):
        is_target = {"kind", "operator", "text"} <= value.keys()
        for key, inner in value.items():
            if not is_target or key in TARGET:
                yield from leaves(inner, f"{at}/{key}")
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from leaves(inner, f"{at}/{i}")
    elif value is not None:
        yield at, value


def convert(binary: str, pdf: Path, folder: Path, jobs: int = 1):
    """The output of a document and CPU seconds, wall seconds, peak kilobytes of making it."""
    command = [binary, "convert", str(pdf), "--out", str(folder), "--formats", "json",
               "--tables", "all", "--jobs", str(jobs), "--quiet"]
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    try:
        output = json.loads((folder / f"{pdf.stem}.json").read_text())
    except FileNotFoundError:
        output = {"forms": [], "tables": [], "findings": [], "evidence": {}}
    return output, (usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss)


def grids(output) -> dict[int, list]:
    """Of each page its tables' cells with their spans."""
    pages = defaultdict(list)
    for table in output["tables"]:
        cells = [(c["row"], c["col"], c["row_span"], c["col_span"]) for c in table["cells"]]
        pages[table["page"]].append(sorted(cells))
    return pages


def doubts(output, exported) -> list[str]:
    """Where findings point that the exported document does not have."""
    def of(document):
        return [(f["code"], f["at"]) for f in document["findings"]
                if f.get("at") and f["severity"] != "info"]

    # Forms may be numbered otherwise.
    place = lambda at: at.split("/", 3)[3:]
    known = [(code, place(at)) for code, at in of(exported)]
    return [at for code, at in of(output) if (code, place(at)) not in known]


def is_flagged(pointer: str, flags: list[str]) -> bool:
    return any(pointer == flag or pointer.startswith(flag + "/") or flag.startswith(pointer + "/")
               for flag in flags)


def pair(truth, found):
    """Each true form with the number of the form found for it: by name, else in order."""
    free = list(range(len(found)))
    for i, form in enumerate(truth):
        name = folded(form["data"].get("project_name"))
        same = [j for j in free if folded(found[j]["data"].get("project_name")) == name]
        j = same[0] if same else i if i in free else None
        if j is not None:
            free.remove(j)
        yield form, j


class Score:
    def __init__(self) -> None:
        self.count = Counter()
        self.bins = defaultdict(Counter)
        self.misses: list[str] = []

    def document(self, name: str, truth, output, exported) -> None:
        flags = doubts(output, exported)
        for form, j in pair(truth, output["forms"]):
            data = dict(leaves(output["forms"][j]["data"])) if j is not None else {}
            for key, want in leaves(form["data"]):
                self.leaf(name, key, want, data.get(key), j, flags, output["evidence"])

    def leaf(self, name, key, want, got, form, flags, evidence) -> None:
        self.count["all"] += 1
        pointer = f"/forms/{form}/data{key}"
        right = folded(want) == folded(got)
        # What no form was found for is reported as such, on the page.
        flagged = form is None or is_flagged(pointer, flags)
        self.count["right" if right else "wrong"] += 1
        if right and flagged:
            self.count["needless"] += 1
        if not right and not flagged:
            self.count["unflagged"] += 1
            self.count["amounts"] += key.startswith("/funds") and key != "/funds/unit"
            self.misses.append(f"{name} {key}: {want!r} read as {got!r}")
        if pointer in evidence:
            confidence = evidence[pointer]["confidence"]
            bin = max(b for b in BINS if b <= confidence)
            self.bins[bin]["right" if right else "wrong"] += 1

    def pages(self, truth, output) -> None:
        want, got = grids(truth), grids(output)
        for page, tables in want.items():
            self.count["pages"] += 1
            self.count["grids"] += got.get(page) == tables


def line_crops(pdf: Path, scan: dict, folder: Path):
    """Pictures of the lines of text of a scan, at the places that the exported page tells."""
    import cv2
    import numpy as np

    page_xml = subprocess.check_output(["pdftotext", "-bbox-layout", str(pdf), "-"])
    space = "{http://www.w3.org/1999/xhtml}"
    for number, page in enumerate(xml.fromstring(page_xml).iter(f"{space}page")):
        if number >= len(scan["pages"]):
            return
        picture = cv2.imread(str(folder / scan["pages"][number]["picture"]))
        map = np.array(scan["pages"][number]["to_pixels"]).reshape(3, 3)
        for line in page.iter(f"{space}line"):
            box = [float(line.get(k)) for k in ("xMin", "yMin", "xMax", "yMax")]
            corners = np.array([[[x, y]] for x in box[::2] for y in box[1::2]])
            spots = cv2.perspectiveTransform(corners, map).reshape(-1, 2)
            (x0, y0), (x1, y1) = spots.min(0).astype(int) - 1, spots.max(0).astype(int) + 2
            crop = picture[max(y0, 0):y1, max(x0, 0):x1]
            if crop.size:
                yield crop


def reference(scans: Path, pairs: list[tuple[Path, dict]]) -> float:
    """CPU seconds of the reference recogniser for the lines of some documents, one thread."""
    from rapidocr import RapidOCR
    from rapidocr.ch_ppocr_rec.typings import TextRecInput

    engine = RapidOCR(params={"EngineConfig.onnxruntime.intra_op_num_threads": 1,
                              "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                              "Global.log_level": "error"})
    crops = [crop for pdf, scan in pairs for crop in line_crops(pdf, scan, scans)]
    # The first call loads the model.
    engine(crops[0], use_det=False, use_cls=False)
    start = time.process_time()
    engine.text_rec(TextRecInput(img=crops))
    return time.process_time() - start


def page_count(pdf: Path) -> int:
    info = subprocess.check_output(["pdfinfo", str(pdf)], text=True)
    return int(re.search(r"^Pages:\s+(\d+)", info, re.M)[1])


def report(scores: dict[str, Score], costs: list[str]) -> str:
    share = lambda a, b: f"{100 * a / b:.2f}" if b else "–"
    lines = ["# Reading scans", "",
             "Made by `make bench-scan`: simulated scans of the samples, compared with their goldens.",
             "", "| grade | leaves | exact % | grids exact % | wrong, not flagged | of these amounts "
             "| right, but flagged % |", "|---|---|---|---|---|---|---|"]
    for grade, score in scores.items():
        c = score.count
        lines.append(f"| {grade} | {c['all']} | {share(c['right'], c['all'])} "
                     f"| {share(c['grids'], c['pages'])} | {c['unflagged']} | {c['amounts']} "
                     f"| {share(c['needless'], c['right'])} |")
    lines += ["", "## Calibration", "",
              "Share in % of the values that are right, by their confidence (number of values).", "",
              "| confidence from | " + " | ".join(scores) + " |", "|---|" + "---|" * len(scores)]
    for bin in BINS[:-1]:
        cells = [s.bins[bin] for s in scores.values()]
        shown = [f"{share(c['right'], c.total())} ({c.total()})" for c in cells]
        lines.append(f"| {bin} | " + " | ".join(shown) + " |")
    lines += ["", "## Cost", "", *costs, "", "## Wrong and not flagged", ""]
    missed = [f"- {grade}: {m}" for grade, s in scores.items() for m in s.misses]
    return "\n".join([*lines, *(missed or ["None."]), ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("samples", type=Path)
    parser.add_argument("golden", type=Path)
    parser.add_argument("--grades", default="ABCD")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pages", type=int, default=2, help="most pages of a document")
    parser.add_argument("--only", nargs="*", help="names of samples")
    beside = Path(__file__).parent.parent / "samples/simulate.py"
    parser.add_argument("--simulator", type=Path, default=beside)
    parser.add_argument("--scans", type=Path, default=Path("target/scans"))
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()

    pdfs = sorted(p for p in args.samples.rglob("*.pdf")
                  # Samples that are scans already have no exported truth.
                  if p.parent.name != "scans" and (args.golden / p.stem / "data.json").exists()
                  and (not args.only or p.stem in args.only) and page_count(p) <= args.pages)
    args.scans.mkdir(parents=True, exist_ok=True)
    name = lambda pdf, grade: f"{pdf.stem}-{grade}-{args.seed}"
    missing = [p for p in pdfs
               if not all((args.scans / f"{name(p, g)}.pdf").exists() for g in args.grades)]
    if missing:
        subprocess.check_call([sys.executable, str(args.simulator), "--grades", args.grades, "--seed",
                               str(args.seed), "--out", str(args.scans), *map(str, missing)])
    scores = {grade: Score() for grade in args.grades}
    cpu, peak, pages = 0.0, 0, 0
    costs = []
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary)
        for pdf in pdfs:
            truth = json.loads((args.golden / pdf.stem / "data.json").read_text())["forms"]
            exported, _ = convert(args.binary, pdf, out)
            for grade, score in scores.items():
                scan = args.scans / f"{name(pdf, grade)}.pdf"
                output, (seconds, _, kilobytes) = convert(args.binary, scan, out)
                score.document(scan.stem, truth, output, exported)
                score.pages(exported, output)
                if grade == "B":
                    cpu, peak = cpu + seconds, max(peak, kilobytes)
                    pages += output["source"]["pages"] if "source" in output else 0
        if "B" in args.grades:
            known = [(p, json.loads((args.scans / f"{name(p, 'B')}.json").read_text())) for p in pdfs]
            base = reference(args.scans, known)
            longest = max(pdfs, key=page_count)
            scan = args.scans / f"{name(longest, 'B')}.pdf"
            walls = [[convert(args.binary, scan, out, jobs)[1][1] for jobs in (1, 2)] for _ in range(3)]
            speedup = statistics.median(one / two for one, two in walls)
            costs = [f"- Grade B, {pages} pages: {cpu / base:.2f} times the CPU time of the reference "
                     "(the Python package's recogniser on the lines alone), everything included.",
                     f"- Two threads {speedup:.2f} times as fast as one on {longest.name}.",
                     f"- Peak memory of a document on one thread: {peak / 1024:.0f} MB."]
    text = report(scores, costs)
    print(text)
    if args.out:
        args.out.write_text(text)


if __name__ == "__main__":
    main()
