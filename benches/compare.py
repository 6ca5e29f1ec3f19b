#!/usr/bin/env python3
"""Compares shenbao with pdftotext and pdfplumber on one file; prints ratios.

Every figure is a ratio of CPU seconds of whole processes (user + system, by the operating
system's own accounting), the median of several paired runs, because the machines that run this
are shared. Usage: compare.py SHENBAO PDF_FOLDER [--runs N] [--out RESULTS.md]
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

PAGES = 240


def run(command: list[str]) -> tuple[float, float, int]:
    """CPU seconds, wall seconds and peak resident kilobytes of one process."""
    before = os.times()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"failed with status {status}: {' '.join(command)}")
    wall = os.times().elapsed - before.elapsed
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss


def median_ratio(a: list[str], b: list[str], runs: int) -> float:
    """How many times faster `b` is than `a`: CPU of `a` by CPU of `b`, pair by pair."""
    run(a), run(b)
    return statistics.median(run(a)[0] / max(run(b)[0], 1e-6) for _ in range(runs))


def repeated(sample: Path, pages: int, folder: Path) -> Path:
    """The sample's pages over and over, until there are exactly that many."""
    count = int(subprocess.check_output(["qpdf", "--show-npages", sample]))
    times = -(-pages // count)
    out = folder / f"{sample.stem}-{pages}.pdf"
    files = [str(sample)] * times
    whole = folder / "whole.pdf"
    subprocess.check_call(["qpdf", "--empty", "--pages", *files, "--", str(whole)])
    subprocess.check_call(["qpdf", str(whole), "--pages", str(whole), f"1-{pages}", "--", str(out)])
    whole.unlink()
    return out


def shenbao(binary: str, pdf: Path, out: Path, formats: str, jobs: int) -> list[str]:
    shutil.rmtree(out, ignore_errors=True)
    return ["sh", "-c",
            f"rm -rf {out}; exec {binary} convert {pdf} --out {out} --formats {formats} "
            f"--jobs {jobs} --quiet"]


PLUMBER = """
import sys, pdfplumber
with pdfplumber.open(sys.argv[1]) as pdf:
    for page in pdf.pages:
        page.extract_tables()
        page.close()
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("samples", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as tmp:
        folder = Path(tmp)
        for name in ["seed-calc", "seed-weasyprint", "seed-chromium"]:
            sample = args.samples / f"{name}.pdf"
            pdf = repeated(sample, PAGES, folder)
            text = ["pdftotext", "-bbox-layout", str(pdf), "/dev/null"]
            out = folder / "out"
            one = shenbao(args.binary, pdf, out, "json", 1)
            book = shenbao(args.binary, pdf, out, "json,xlsx", 1)
            short = folder / "short.pdf"
            subprocess.check_call(["qpdf", str(pdf), "--pages", str(pdf), "1-16", "--", str(short)])
            plumber = [sys.executable, "-c", PLUMBER, str(short)]
            rows.append((name, "JSON against pdftotext -bbox-layout", "≥ 3", median_ratio(text, one, args.runs)))
            rows.append((name, "JSON and workbook against the same", "≥ 1.5", median_ratio(text, book, args.runs)))
            start = statistics.median(run([sys.executable, "-c", "import pdfplumber"])[0] for _ in range(3))
            per_page = (statistics.median(run(plumber)[0] for _ in range(3)) - start) / 16
            ours = statistics.median(run(one)[0] for _ in range(args.runs)) / PAGES
            rows.append((name, "JSON against pdfplumber's tables, per page", "≥ 40", per_page / ours))
            many = [f"{folder}/many"]
            Path(many[0]).mkdir(exist_ok=True)
            for i in range(8):
                shutil.copy(pdf, f"{many[0]}/{i}.pdf")
            single = statistics.median(run(shenbao(args.binary, Path(many[0]), out, "json", 1))[1] for _ in range(3))
            double = statistics.median(run(shenbao(args.binary, Path(many[0]), out, "json", 2))[1] for _ in range(3))
            rows.append((name, "two threads against one, wall, 8 files", "≥ 1.7", single / double))
            cost = {}
            for pages in (10, 100, 1000):
                file = repeated(sample, pages, folder)
                cost[pages] = run(shenbao(args.binary, file, out, "json", 1))
            rows.append((name, "cost per page, 1000 pages against 100", "≈ 1", (cost[1000][0] / 1000) / (cost[100][0] / 100)))
            rows.append((name, "peak memory on 1000 pages, MB", "< 150", cost[1000][2] / 1024))
            shutil.rmtree(many[0])
    lines = ["| file | what | wanted | measured |", "|---|---|--:|--:|"]
    lines += [f"| {f} | {what} | {want} | {value:.2f} |" for f, what, want, value in rows]
    text = "\n".join(lines)
    print(text)
    if args.out:
        head = "# Speed\n\nWritten by `make bench`; ratios of one run on one machine.\n\n"
        args.out.write_text(head + text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
