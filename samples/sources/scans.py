"""Turns finished samples into scans of them: pictures in PDFs, image files, mixed documents."""

from __future__ import annotations

import io
import re
import subprocess
import tempfile
import xml.etree.ElementTree as xml
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import img2pdf
import numpy as np
import pikepdf
import simulate
from pikepdf import Name
from PIL import Image
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from simulate import GRADES, Grade

from .post import save

SEED = 1
POINTS = 72
Encode = Callable[[np.ndarray], bytes]


def pictures(pdf: Path, grade: Grade, turn: int = 0) -> list[np.ndarray]:
    """A picture of each page, turned clockwise; colours are blue, green, red."""
    rasters = [
        simulate.rasterise(pdf, n, 2 * grade.dpi)
        for n in range(1, simulate.page_count(pdf) + 1)
    ]
    found = []
    for n, raster in enumerate(rasters):
        rng = np.random.default_rng([SEED, n])
        back = rasters[n - 1] if len(rasters) > 1 else np.flipud(raster)
        picture, _ = simulate.scan(raster, np.ascontiguousarray(back), grade, rng)
        found.append(np.ascontiguousarray(np.rot90(picture, -turn // 90)))
    return found


def encoded(grade: Grade) -> Encode:
    """As the simulator stores it."""
    return lambda picture: simulate.encode(picture, grade, 0)[0]


def image_of(picture: np.ndarray) -> Image.Image:
    return Image.fromarray(picture if picture.ndim == 2 else picture[..., ::-1])


def jpeg2000(picture: np.ndarray) -> bytes:
    """JPEG 2000 at a fifteenth of its size."""
    buffer = io.BytesIO()
    image_of(picture).save(buffer, "JPEG2000", quality_mode="rates", quality_layers=[15])
    return buffer.getvalue()


def in_pdf(pages: list[np.ndarray], dpi: int, encode: Encode) -> bytes:
    """A PDF with a picture on each page."""
    sizes = iter([(p.shape[1] * POINTS / dpi, p.shape[0] * POINTS / dpi) for p in pages])

    def layout(*_):
        width, height = next(sizes)
        return width, height, width, height

    blobs = [encode(page) for page in pages]
    made = img2pdf.convert(blobs, layout_fun=layout, nodate=True, producer="simulate.py")
    with pikepdf.open(io.BytesIO(made)) as pdf:
        # It is random; saving makes one of the content.
        if "/ID" in pdf.trailer:
            del pdf.trailer.ID
        finished = io.BytesIO()
        pdf.save(finished, deterministic_id=True)
    return finished.getvalue()


def as_pdf(source: Path, grade: Grade, turn: int = 0, encode: Encode | None = None):
    def make(out: Path) -> None:
        pages = pictures(source, grade, turn)
        out.write_bytes(in_pdf(pages, grade.dpi, encode or encoded(grade)))

    return make


def as_png(source: Path, grade: Grade):
    """A PNG file of sixteen grays that tells its resolution."""

    def make(out: Path) -> None:
        (page,) = pictures(source, grade)
        grays = (np.round(page / 17) * 17).astype(np.uint8)
        image_of(grays).save(out, dpi=(grade.dpi, grade.dpi), optimize=True)

    return make


def as_tiff(source: Path, grade: Grade):
    """A TIFF file with a fax picture for each page."""

    def make(out: Path) -> None:
        first, *rest = (image_of(p).convert("1") for p in pictures(source, grade))
        dpi = (grade.dpi, grade.dpi)
        first.save(out, compression="group4", dpi=dpi, save_all=True, append_images=rest)

    return make


def after(exported: Path, source: Path, grade: Grade):
    """An exported document followed by a scanned one."""

    def make(out: Path) -> None:
        scanned = io.BytesIO(in_pdf(pictures(source, grade), grade.dpi, encoded(grade)))
        with pikepdf.open(exported) as pdf, pikepdf.open(scanned) as more:
            pdf.pages.extend(more.pages)
            save(pdf, out)

    return make


def words(pdf: Path) -> list[tuple[float, float, float, float, str]]:
    """The words of the first page and their boxes in points: left, top, right, bottom, text."""
    command = ["pdftotext", "-bbox", "-f", "1", "-l", "1", str(pdf), "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)
    return [
        (*(float(w.get(k)) for k in ("xMin", "yMin", "xMax", "yMax")), w.text or "")
        for w in xml.fromstring(text).iter("{http://www.w3.org/1999/xhtml}word")
    ]


def with_hidden_text(source: Path, grade: Grade, misread: dict[str, str]):
    """A scan with the text that an archive's recogniser wrote invisibly over it; `misread` says
    which words it got wrong."""
    # Straight, so that the words stand where the picture shows them.
    grade = replace(grade, skew=0.0)

    def make(out: Path) -> None:
        left = dict(misread)
        (page,) = pictures(source, grade)
        scanned = in_pdf([page], grade.dpi, encoded(grade))
        width, height = (side * POINTS / grade.dpi for side in page.shape[1::-1])
        pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
        with tempfile.TemporaryDirectory() as folder:
            over = Path(folder) / "text.pdf"
            canvas = Canvas(str(over), pagesize=(width, height), invariant=1)
            for x0, y0, x1, y1, word in words(source):
                text = canvas.beginText(x0, height - y1 + (y1 - y0) * 0.2)
                text.setTextRenderMode(3)
                text.setFont("STSong-Light", (y1 - y0) * 0.8)
                word = left.pop(word, word)
                drawn = pdfmetrics.stringWidth(word, "STSong-Light", (y1 - y0) * 0.8)
                text.setHorizScale(100 * (x1 - x0) / max(drawn, 1e-3))
                text.textOut(word)
                canvas.drawText(text)
            canvas.save()
            with pikepdf.open(io.BytesIO(scanned)) as pdf, pikepdf.open(over) as hidden:
                layer = pdf.copy_foreign(hidden.pages[0].as_form_xobject())
                name = pdf.pages[0].add_resource(layer, Name.XObject, Name.Hidden)
                pdf.pages[0].contents_add(pdf.make_stream(f"q {name} Do Q\n".encode()))
                save(pdf, out)
        if left:
            raise ValueError(f"{source}: no such words: {', '.join(left)}")

    return make


GRAY = replace(GRADES["A"], jpeg=75)
CLEAN = replace(GRADES["A"], dpi=200)
SHARP = replace(GRADES["B"], noise=2.0)
__all__ = ["CLEAN", "GRADES", "GRAY", "SHARP", "after", "as_pdf", "as_png", "as_tiff", "jpeg2000",
           "with_hidden_text"]  # fmt: skip
