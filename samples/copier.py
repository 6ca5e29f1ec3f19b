#!/usr/bin/env python3
"""A second opinion on scanners: makes what simulate.py makes, of the same grades, in other ways.

    copier.py [--grades ABCD] [--seed N] [--pages N] --out DIR FILE.pdf...

One simulator is one opinion, and what is tuned against it fits it. This one shares no picture code
with the other: cairo draws the page, a sensor takes the mean over each of its dots, toner lies
unevenly and spreads, the feed moves the sheet while a row is read, light falls off to one side, the
seal carries characters, the fax's threshold wanders over the page. Names, files and truth are those
of simulate.py, so whatever reads the one's output reads the other's.
"""

from __future__ import annotations

import subprocess
import tempfile
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from simulate import GRADES as KINDS
from simulate import Made, arguments, numbers, run

# How many dots of the drawing, in each direction, one dot of the sensor covers.
FINE = 3


@dataclass(frozen=True)
class Machine:
    """What happens to the sheet. Lengths in points unless said otherwise."""

    skew: float = 0.0  # degrees, largest
    keystone: float = 0.0  # share of the width by which the lower edge is longer or shorter, largest
    toner: float = 0.08  # share of the ink missing where the toner is thinnest
    spread: float = 0.0  # by how much ink grows (or shrinks) at most
    smear: float = 0.0  # way of the sheet while a row is read
    lens: float = 0.0  # side of the square a sharp dot becomes
    grain: float = 0.0  # standard deviation, gray levels
    dust: float = 0.0  # fibres and dots a square inch
    falloff: float = 0.0  # loss of light at the far edge, share
    reverse: float = 0.0  # ink of the reverse side that shines through, share
    dropouts: float = 0.0  # spots without toner a square inch
    stamped: bool = False
    wander: float | None = None  # of the fax's threshold, gray levels


MACHINES = {
    "A": Machine(toner=0.05, spread=0.06),
    "B": Machine(skew=1.0, toner=0.12, spread=0.1, smear=0.15, lens=0.3, grain=5.0),
    "C": Machine(
        skew=2.5, keystone=0.01, toner=0.25, spread=0.15, smear=0.4, lens=0.55, grain=7.0, dust=2.0,
        falloff=0.35, reverse=0.18, dropouts=0.4, stamped=True,
    ),
    "D": Machine(skew=1.0, toner=0.15, spread=0.15, smear=0.2, lens=0.3, grain=14.0, wander=18.0),
}  # fmt: skip


def drawn(pdf: Path, page: int, dpi: int) -> np.ndarray:
    """The displayed page as height × width of ink, 0 to 1."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "page"
        command = ["pdftocairo", "-png", "-gray", "-cropbox", "-singlefile", "-r", str(dpi)]
        subprocess.run([*command, "-f", str(page), "-l", str(page), str(pdf), str(target)], check=True)
        gray = cv2.imread(f"{target}.png", cv2.IMREAD_GRAYSCALE)
    return 1 - gray.astype(np.float32) / 255


def clouds(shape: tuple[int, int], coarse: int, rng: np.random.Generator) -> np.ndarray:
    """A smooth random field from 0 to 1, with about `coarse` hills along the longer side."""
    cells = [max(2, round(coarse * side / max(shape))) for side in shape]
    field = cv2.resize(rng.random(cells, np.float32), shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.clip(field, 0, 1)


def grown(ink: np.ndarray, by: float) -> np.ndarray:
    """Ink spread by so many dots, or drawn back if negative; parts of a dot are mixed."""
    if by == 0:
        return ink
    change = cv2.dilate if by > 0 else cv2.erode
    whole, part = divmod(abs(by), 1)
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    out = change(ink, cross, iterations=int(whole)) if whole else ink
    return (1 - part) * out + part * change(out, cross)


@cache
def face(size: int) -> ImageFont.FreeTypeFont:
    found = subprocess.check_output(["fc-match", "-f", "%{file}", "Noto Serif CJK SC:bold"], text=True)
    return ImageFont.truetype(found, size)


def seal(shape: tuple[int, int], dot: float, rng: np.random.Generator) -> np.ndarray:
    """Cover of a round seal, 0 to 1: a ring, a star, an office's name along the upper arc. `dot` is
    the number of dots a point is wide."""
    radius = rng.uniform(54, 62) * dot
    side = int(2 * radius) + 8
    picture = Image.new("L", (side, side), 0)
    pen, middle = ImageDraw.Draw(picture), side / 2
    ring = [middle - radius, middle - radius, middle + radius, middle + radius]
    pen.ellipse(ring, outline=255, width=max(1, round(3 * dot)))
    spikes = np.pi * (np.arange(10) / 5 - 0.5)
    reach = radius * np.where(np.arange(10) % 2, 0.14, 0.36)
    star = np.stack([np.cos(spikes), np.sin(spikes)], 1) * reach[:, None] + middle
    pen.polygon([tuple(point) for point in star], fill=255)
    name = "某某市财政局预算专用章"
    size = max(6, round(0.24 * radius))
    for place, character in enumerate(name):
        turn = -120 + 240 * place / (len(name) - 1)
        glyph = Image.new("L", (size, size), 0)
        ImageDraw.Draw(glyph).text((size / 2, size / 2), character, 255, face(size), "mm")
        glyph = glyph.rotate(-turn, expand=True, resample=Image.Resampling.BICUBIC)
        angle = np.radians(turn - 90)
        x = middle + 0.76 * radius * np.cos(angle) - glyph.width / 2
        y = middle + 0.76 * radius * np.sin(angle) - glyph.height / 2
        picture.paste(255, (round(x), round(y)), glyph)
    pressed = np.asarray(picture.rotate(rng.uniform(-20, 20)), np.float32) / 255
    pressed = pressed * (0.55 + 0.45 * clouds(pressed.shape, 6, rng))
    cover = np.zeros(shape, np.float32)
    top = int(rng.uniform(0.2, 0.75) * (shape[0] - side))
    left = int(rng.uniform(0.15, 0.85) * (shape[1] - side))
    top, left = max(0, top), max(0, left)
    part = cover[top : top + side, left : left + side]
    part[:] = pressed[: part.shape[0], : part.shape[1]]
    return cover


def there(shape: tuple[int, int], machine: Machine, rng: np.random.Generator) -> np.ndarray:
    """Homography from dots of the drawing to dots of the sheet on the glass, 3 × 3."""
    height, width = shape
    angle = np.radians(rng.uniform(-1, 1) * machine.skew)
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    to, back = np.eye(3), np.eye(3)
    to[:2, 2], back[:2, 2] = (-width / 2, -height / 2), (width / 2, height / 2)
    tilt = np.eye(3)
    tilt[2, 1] = rng.uniform(-1, 1) * machine.keystone / height
    return back @ turn @ tilt @ to


def dusty(light: np.ndarray, machine: Machine, dpi: int, rng: np.random.Generator) -> None:
    height, width = light.shape[:2]
    for _ in range(rng.poisson(machine.dust * height * width / dpi**2)):
        x, y = rng.integers(0, width), rng.integers(0, height)
        reach = rng.exponential(0.9) * dpi / 72
        angle = rng.uniform(0, np.pi)
        end = (int(x + reach * np.cos(angle)), int(y + reach * np.sin(angle)))
        level = rng.uniform(0.1, 0.6)
        tone = (level,) * (3 if light.ndim == 3 else 1)
        cv2.line(light, (int(x), int(y)), end, tone, 1, cv2.LINE_AA)


def scan(ink: np.ndarray, behind: np.ndarray, grade: str, rng: np.random.Generator):
    """The picture, and the homography from dots of the drawing to its pixels. `ink` is drawn `FINE`
    times as fine as the sensor's dots."""
    machine, kind = MACHINES[grade], KINDS[grade]
    dpi, dot = kind.dpi, FINE * kind.dpi / 72
    ink = grown(ink, rng.uniform(-0.5, 1) * machine.spread * dot)
    ink = ink * (1 - machine.toner * clouds(ink.shape, 9, rng))
    if machine.dropouts:
        holes = rng.poisson(machine.dropouts * ink.size / (FINE * dpi) ** 2)
        for _ in range(holes):
            spot = (int(rng.integers(0, ink.shape[1])), int(rng.integers(0, ink.shape[0])))
            axes = (int(rng.uniform(0.4, 2.2) * dot), int(rng.uniform(0.4, 1.6) * dot))
            cv2.ellipse(ink, spot, axes, rng.uniform(0, 180), 0, 360, float(rng.uniform(0, 0.3)), -1)
    light = 1 - ink
    if machine.reverse:
        shown = cv2.resize(cv2.flip(behind, 1), ink.shape[::-1])
        shown = cv2.blur(shown, (int(1.2 * dot), int(1.2 * dot)))
        light = light * (1 - machine.reverse * shown)
    if machine.stamped:
        cover = seal(ink.shape, dot, rng)[..., None]
        light = light[..., None] * (1 - cover * (1 - np.array([0.28, 0.2, 0.8], np.float32)))
    place = there(ink.shape, machine, rng)
    light = cv2.warpPerspective(light, place, ink.shape[::-1], borderValue=(1.0,) * 3)
    if machine.lens:
        side = max(1, round(machine.lens * dot))
        light = cv2.blur(light, (side, side))
    if machine.smear:
        light = cv2.blur(light, (1, max(1, round(machine.smear * dot))))
    size = (ink.shape[1] // FINE, ink.shape[0] // FINE)
    light = cv2.resize(light[: size[1] * FINE, : size[0] * FINE], size, interpolation=cv2.INTER_AREA)
    if machine.dust:
        dusty(light, machine, dpi, rng)
    if machine.falloff:
        edge = np.linspace(0, 1, size[0]) ** rng.uniform(1.5, 3)
        shade = (1 - machine.falloff * (edge if rng.random() < 0.5 else edge[::-1]))[None, :]
        light = light * (shade[..., None] if light.ndim == 3 else shade)
    levels = 250 * light
    if machine.grain:
        grain = rng.normal(0, machine.grain, levels.shape[:2])
        levels = levels + (grain[..., None] if levels.ndim == 3 else grain)
    if machine.wander is not None:
        threshold = 150 + machine.wander * (2 * clouds(levels.shape, 5, rng) - 1)
        levels = np.where(levels < threshold, 0, 255)
        levels[rng.random(levels.shape) < kind.fax] = 0
        levels[rng.random(levels.shape) < kind.fax] = 255
    return np.clip(levels, 0, 255).astype(np.uint8), np.diag([1 / FINE, 1 / FINE, 1]) @ place


def copy(pdf: Path, grade: str, seed: int, most: int | None) -> list[Made]:
    dpi = FINE * KINDS[grade].dpi
    made = []
    inks = [drawn(pdf, n, dpi) for n in numbers(pdf, most)]
    for n, ink in enumerate(inks, 1):
        rng = np.random.default_rng([seed, zlib.crc32(f"{pdf.stem}:{grade}:{n}".encode())])
        picture, place = scan(ink, inks[n % len(inks)][::-1], grade, rng)
        made.append((picture, place @ np.diag([dpi / 72, dpi / 72, 1])))
    return made


if __name__ == "__main__":
    run(arguments(__doc__.splitlines()[0]).parse_args(), copy)
