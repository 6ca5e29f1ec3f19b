#!/usr/bin/env python3
"""Turns exported PDFs into scans of four grades; the exported PDF stays the truth.

    simulate.py [--grades ABCD] [--seed N] [--pages N] [--turn 0|90|180|270]
                --out DIR FILE.pdf...

    A  300 dpi gray, clean                          B  200 dpi gray, ±1°, light noise, JPEG 60
    C  150 dpi colour, ±2.5°, slight perspective,   D  200 dpi 1-bit fax, ±1°, rough edges, salt
       blur, speckle, uneven light, show-through,      and pepper, CCITT G4
       broken lines, red seal, JPEG 40

For each input and grade it writes `<name>-<grade>-<seed>.pdf`, the page pictures as they stand in
it, and `<name>-<grade>-<seed>.json`: of each page the picture's file, its dpi and `to_pixels`, the
homography (row by row) from points of the displayed exported page to pixels of the picture. Grids
and texts of the truth are those of the exported page, mapped through it.

The same arguments give the same pictures: every random number comes from a generator seeded by
the seed, the file's name, the grade and the page. Needs pdftoppm and `simulate-requirements.txt`.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import img2pdf
import numpy as np
from PIL import Image

cv2.setNumThreads(1)


@dataclass(frozen=True)
class Grade:
    """What a scanner, a copier and a fax do. Lengths in points unless said otherwise."""

    dpi: int
    skew: float = 0.0  # degrees, largest
    perspective: float = 0.0  # share of the page's side by which a corner moves, largest
    blur: float = 0.0  # standard deviation
    noise: float = 0.0  # standard deviation, gray levels
    speckle: float = 0.0  # dots a square inch
    light: float = 0.0  # loss of light at the darkest place, share
    through: float = 0.0  # ink of the reverse side that shines through, share
    broken: float = 0.0  # gaps an inch of rule
    seal: bool = False
    jpeg: int | None = None  # quality
    fax: float | None = None  # share of pixels turned over


GRADES = {
    "A": Grade(dpi=300),
    "B": Grade(dpi=200, skew=1.0, noise=4.0, jpeg=60),
    "C": Grade(
        dpi=150, skew=2.5, perspective=0.006, blur=0.28, noise=6.0, speckle=3.0, light=0.3,
        through=0.16, broken=0.12, seal=True, jpeg=40,
    ),
    "D": Grade(dpi=200, skew=1.0, noise=28.0, fax=0.003),
}  # fmt: skip


def rasterise(pdf: Path, page: int, dpi: int) -> np.ndarray:
    """The displayed page as height × width gray levels."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "page"
        # Printers draw no line thinner than one of their dots.
        command = ["pdftoppm", "-cropbox", "-thinlinemode", "solid", "-gray", "-singlefile"]
        pages = ["-r", str(dpi), "-f", str(page), "-l", str(page)]
        subprocess.run([*command, *pages, str(pdf), str(target)], check=True)
        return cv2.imread(str(target) + ".pgm", cv2.IMREAD_GRAYSCALE)


def page_count(pdf: Path) -> int:
    out = subprocess.run(["pdfinfo", str(pdf)], check=True, capture_output=True, text=True).stdout
    return int(next(line for line in out.splitlines() if line.startswith("Pages:")).split()[1])


def break_rules(page: np.ndarray, dpi: int, gaps: float, rng: np.random.Generator) -> np.ndarray:
    """Wipes out pieces of 1 to 4 points of the long lines."""
    ink = (page < 128).astype(np.uint8)
    out = page.copy()
    length = dpi // 3
    for axis, shape in ((1, (length, 1)), (0, (1, length))):
        lines = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(shape[::-1], np.uint8))
        ys, xs = np.nonzero(lines)
        if not len(ys):
            continue
        # About one pixel in `thickness` of a line's pixels is one step along it.
        thickness = max(1.0, dpi / 72)
        n = rng.poisson(len(ys) / thickness / dpi * gaps)
        for i in rng.integers(0, len(ys), n):
            half = int(rng.uniform(0.5, 2) * dpi / 72)
            across = int(np.ceil(dpi / 72 * 1.2))
            y, x = ys[i], xs[i]
            dy, dx = (across, half) if axis else (half, across)
            y0, x0 = max(0, y - dy), max(0, x - dx)
            piece = out[y0 : y + dy + 1, x0 : x + dx + 1]
            np.maximum(piece, int(rng.uniform(190, 255)), out=piece)
    return out


def red_seal(shape: tuple[int, int], dpi: int, rng: np.random.Generator) -> np.ndarray:
    """Cover of a round seal with a star and a ring of strokes, 0 to 1, height × width."""
    height, width = shape
    cover = np.zeros(shape, np.float32)
    radius = dpi / 25.4 * rng.uniform(17, 22)
    centre = np.array([rng.uniform(0.25, 0.8) * width, rng.uniform(0.3, 0.85) * height])
    point = tuple(int(v) for v in centre)
    stroke = max(1, round(dpi / 25.4 * 1.1))
    cv2.circle(cover, point, int(radius), 1.0, stroke, cv2.LINE_AA)
    turns = np.arange(10) * np.pi / 5 - np.pi / 2
    reach = np.where(np.arange(10) % 2 == 0, 0.36, 0.15) * radius
    star = centre + np.stack([np.cos(turns), np.sin(turns)], 1) * reach[:, None]
    cv2.fillPoly(cover, [star.astype(np.int32)], 1.0, cv2.LINE_AA)
    for angle in np.linspace(0.75, 2.25, 14) * np.pi:
        direction = np.array([np.cos(angle), np.sin(angle)])
        side = np.array([-direction[1], direction[0]])
        for _ in range(7):  # strokes of a character
            a, b = rng.uniform(-1, 1, (2, 2)) * radius * 0.09
            middle = centre + direction * radius * 0.76
            ends = [middle + direction * p[0] + side * p[1] for p in (a, b)]
            corners = [tuple(int(v) for v in end) for end in ends]
            cv2.line(cover, *corners, 1.0, max(1, stroke // 2), cv2.LINE_AA)
    worn = cv2.GaussianBlur(rng.random(shape, np.float32), (0, 0), dpi / 90)
    return cover * np.clip(0.85 + (worn - 0.5) * 4, 0.35, 0.95)


def mapping(shape: tuple[int, int], grade: Grade, rng: np.random.Generator) -> np.ndarray:
    """Homography from pixels of the straight page to pixels of the scan, 3 × 3."""
    height, width = shape
    angle = rng.uniform(-1, 1) * grade.skew
    turn = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0), [0, 0, 1]])
    if not grade.perspective:
        return turn
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + rng.uniform(-1, 1, (4, 2)) * grade.perspective * np.array([width, height])
    return turn @ cv2.getPerspectiveTransform(corners, moved.astype(np.float32))


def scan(page: np.ndarray, back: np.ndarray, grade: Grade, rng: np.random.Generator):
    """The scan of a page given at twice the grade's resolution, and the homography from its pixels."""
    fine = 2 * grade.dpi
    if grade.broken:
        page = break_rules(page, fine, grade.broken, rng)
    if grade.through:
        back = cv2.GaussianBlur(cv2.flip(back, 1), (0, 0), fine / 120)
        if back.shape != page.shape:
            back = cv2.resize(back, page.shape[::-1])
        page = np.minimum(page, 255 - (255 - back.astype(np.float32)) * grade.through)
    page = page.astype(np.float32)
    if grade.seal:
        cover = red_seal(page.shape, fine, rng)[..., None]
        colour = np.array([50, 45, 215], np.float32)  # blue, green, red
        page = page[..., None] * (1 - cover + cover * colour / 255)
    shape = (page.shape[0] // 2, page.shape[1] // 2)
    there = mapping(page.shape[:2], grade, rng)
    there = np.diag([0.5, 0.5, 1]) @ there
    page = cv2.GaussianBlur(page, (0, 0), 0.8)
    out = cv2.warpPerspective(
        page, there, shape[::-1], flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255)
    )
    if grade.blur:
        out = cv2.GaussianBlur(out, (0, 0), grade.blur * grade.dpi / 72)
    if grade.speckle:
        n = rng.poisson(grade.speckle * shape[0] * shape[1] / grade.dpi**2)
        for x, y, r, v in zip(
            rng.integers(0, shape[1], n), rng.integers(0, shape[0], n),
            rng.uniform(0.3, 1.0, n), rng.uniform(20, 150, n), strict=True,
        ):  # fmt: skip
            centre = (int(x) * 8, int(y) * 8)
            level = (float(v),) * (out.shape[2] if out.ndim == 3 else 1)
            cv2.circle(out, centre, int(r * 8), level, -1, cv2.LINE_AA, 3)
    if grade.light:
        small = cv2.resize(rng.random((4, 3), np.float32), shape[::-1], interpolation=cv2.INTER_CUBIC)
        span = max(1e-6, float(small.max() - small.min()))
        shade = 1 - grade.light * (small - small.min()) / span
        out = out * (shade[..., None] if out.ndim == 3 else shade)
    if grade.noise:
        out = out + rng.normal(0, grade.noise, shape).astype(np.float32).reshape(
            shape + (1,) * (out.ndim - 2)
        )
    out = np.clip(out, 0, 255).astype(np.uint8)
    if grade.fax is not None:
        out = np.where(out < 150, 0, 255).astype(np.uint8)
        out[rng.random(shape) < grade.fax] ^= 255
    return out, there


def encode(picture: np.ndarray, grade: Grade, turn: int) -> tuple[bytes, str]:
    """The picture's bytes as they stand in the PDF, and the ending of its name."""
    picture = np.ascontiguousarray(np.rot90(picture, -turn // 90))
    if grade.jpeg:
        done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, grade.jpeg])
        assert done
        with Image.open(io.BytesIO(data.tobytes())) as image:
            assert image.size == picture.shape[1::-1]
        return data.tobytes(), "jpg"
    image, buffer = Image.fromarray(picture), io.BytesIO()
    if grade.fax is not None:
        image.convert("1").save(buffer, "TIFF", compression="group4")
        return buffer.getvalue(), "tif"
    image.save(buffer, "PNG")
    return buffer.getvalue(), "png"


Made = tuple[np.ndarray, np.ndarray]
"""A picture, and the homography from points of the displayed page to its pixels."""


def store(pdf: Path, name: str, seed: int, made: list[Made], turn: int, out: Path) -> None:
    """Writes the pictures of a document, the PDF that they make up, and where things are in them."""
    grade = GRADES[name]
    stem = f"{pdf.stem}-{name}-{seed}" + (f"-turn{turn}" if turn else "")
    pages, blobs, sizes = [], [], []
    for n, (picture, to_pixels) in enumerate(made, 1):
        data, ending = encode(picture, grade, turn)
        file = f"{stem}-p{n:02}.{ending}"
        (out / file).write_bytes(data)
        pages.append({
            "page": n, "picture": file, "dpi": grade.dpi, "turn": turn,
            "pixels": list(picture.shape[1::-1]),
            "to_pixels": [round(float(v), 9) for v in to_pixels.flatten()],
        })  # fmt: skip
        blobs.append(data)
        width, height = picture.shape[1::-1] if turn % 180 == 0 else picture.shape[:2]
        sizes.append((width * 72 / grade.dpi, height * 72 / grade.dpi))
    rest = iter(sizes)
    document = img2pdf.convert(
        blobs, layout_fun=lambda *_: next(rest) * 2, nodate=True, producer="simulate.py"
    )
    (out / f"{stem}.pdf").write_bytes(document)
    truth = {"truth": pdf.name, "grade": name, "seed": seed, "pages": pages}
    (out / f"{stem}.json").write_text(json.dumps(truth, indent=1) + "\n")


def numbers(pdf: Path, most: int | None) -> range:
    """The pages that are scanned."""
    total = page_count(pdf)
    return range(1, min(total, most or total) + 1)


def simulate(pdf: Path, name: str, seed: int, most: int | None) -> list[Made]:
    grade = GRADES[name]
    made = []
    rasters = [rasterise(pdf, n, 2 * grade.dpi) for n in numbers(pdf, most)]
    for n, raster in enumerate(rasters, 1):
        key = zlib.crc32(f"{pdf.stem}/{name}/{n}".encode())
        rng = np.random.default_rng([seed, key])
        back = rasters[n % len(rasters)] if len(rasters) > 1 else cv2.flip(raster, 0)
        picture, there = scan(raster, back, grade, rng)
        made.append((picture, there @ np.diag([2 * grade.dpi / 72, 2 * grade.dpi / 72, 1])))
    return made


def arguments(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--grades", default="ABCD")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pages", type=int, help="most pages of each document")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("files", type=Path, nargs="+")
    return parser


def run(args: argparse.Namespace, make: Callable[..., list[Made]], turn: int = 0) -> None:
    """Scans each file in each grade."""
    args.out.mkdir(parents=True, exist_ok=True)
    for pdf in args.files:
        for name in args.grades:
            store(pdf, name, args.seed, make(pdf, name, args.seed, args.pages), turn, args.out)


def main() -> None:
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--turn", type=int, default=0, choices=(0, 90, 180, 270), help="clockwise")
    args = parser.parse_args()
    run(args, simulate, args.turn)


if __name__ == "__main__":
    main()
