"""Makes the samples, their goldens and the manifest: `python -m sources.build [id…]`."""

from __future__ import annotations

import json
import shutil
import sys
from hashlib import sha256
from pathlib import Path

import pikepdf
from PIL import Image

from . import golden, guide
from .catalogue import Sample, all_samples, sheets

SAMPLES = Path(__file__).parent.parent
GOLDEN = SAMPLES.parent / "golden"


def pages(path: Path) -> int:
    """Number of pages; a text export and a picture have one."""
    if path.suffix == ".tif":
        with Image.open(path) as image:
            return image.n_frames
    if path.suffix != ".pdf":
        return 1
    with pikepdf.open(path) as pdf:
        return len(pdf.pages)


def entry(sample: Sample) -> str:
    """The sample's entry of the manifest."""
    path = SAMPLES / sample.file
    templates = sorted({form.template for form in sample.forms})
    fields = {
        "id": sample.id,
        "file": sample.file,
        "sha256": sha256(path.read_bytes()).hexdigest(),
        "origin": sample.origin,
        "producer": sample.producer,
        "made": sample.made,
        "purpose": sample.purpose,
        "template": templates[0] if len(templates) == 1 else templates,
        "forms": len(sample.forms),
        "pages": pages(path),
        "reproducible": sample.reproducible,
    }
    if sample.scan:
        fields["scan"] = True
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()]
    return "[[sample]]\n" + "\n".join(lines) + "\n"


def grids(samples: list[Sample]) -> dict:
    """The cells of each sample that shows a single form on a single page: `[row, column, rows,
    columns, text]`. For the bench of table readers; from the contents, like the goldens."""
    found = {}
    for sample in samples:
        if sample.layout is None or pages(SAMPLES / sample.file) != 1:
            continue
        (sheet,) = sheets(sample.forms, sample.layout)
        cells = sorted(sheet.cells, key=lambda c: (c.row, c.col))
        found[sample.file] = [[c.row, c.col, c.rows, c.cols, "".join(c.text)] for c in cells]
    return found


def main(wanted: list[str]) -> None:
    """Makes the samples of the given ids (all without any), then the goldens and the manifest."""
    samples = all_samples()
    for sample in samples:
        if wanted and sample.id not in wanted:
            continue
        path = SAMPLES / sample.file
        path.parent.mkdir(parents=True, exist_ok=True)
        sample.make(path)
        print(f"{sample.file}  {path.stat().st_size / 1024:.0f} kB", flush=True)
    if not wanted:
        guide.draw()
    for folder in (SAMPLES / origin for origin in ("seed", "invented", "scans")):
        pattern = "*" if folder.name == "scans" else "*.pdf"
        for stray in set(folder.glob(pattern)) - {SAMPLES / s.file for s in samples}:
            stray.unlink()
    for sample in samples:
        golden.write(GOLDEN / sample.id, sample.forms)
    known = {s.id for s in samples}
    for folder in GOLDEN.iterdir():
        if folder.is_dir() and folder.name not in known and (folder / "data.json").exists():
            shutil.rmtree(folder)
    lines = [
        f"  {json.dumps(file)}: {json.dumps(cells, ensure_ascii=False)}"
        for file, cells in grids(samples).items()
    ]
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    (SAMPLES / "grids.json").write_text(text, encoding="utf-8")
    head = (
        "# Made by samples/make.sh. What each sample is for and how it was made.\n"
        "# reproducible: the same versions of the producers write the same bytes again.\n\n"
    )
    (SAMPLES / "manifest.toml").write_text(
        head + "\n".join(entry(s) for s in samples), encoding="utf-8"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
