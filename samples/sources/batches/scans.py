"""Scans of other samples: what they say is what those say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..catalogue import Sample
from ..scans import (
    CLEAN,
    GRADES,
    GRAY,
    SHARP,
    after,
    as_pdf,
    as_png,
    as_tiff,
    jpeg2000,
    with_hidden_text,
)

FOLDER = Path(__file__).parent.parent.parent

# Words of soil-calc-2023, and what an archive's recogniser made of them.
MISREAD = {"宁溪区环境监测站": "宁溪区环境监侧站", "300-350个": "300-850个"}


def samples(others: list[Sample]) -> list[Sample]:
    """A scan of each kind, each of another family or producer where that is possible."""
    known = {sample.id: sample for sample in others}

    def path(id: str) -> Path:
        return FOLDER / known[id].file

    def scan(id: str, source: str, made: str, purpose: str, make: Callable, suffix="pdf", more=()):
        forms = [form for each in (*more, source) for form in known[each].forms]
        made = f"{made}, of {' after '.join((source, *more))}"
        return Sample(
            id, forms, "simulate.py", made, purpose, make, "scans", suffix, scan=True
        )

    return [
        scan(
            "scan-gray",
            "self-bridge-typst",
            "300 dpi gray, JPEG 75",
            "A good scan: scores, budget and spending must be exact.",
            as_pdf(path("self-bridge-typst"), GRAY),
        ),
        scan(
            "scan-turned",
            "hunan-tea-calc",
            "grade B: 200 dpi, up to 1° askew, noise, JPEG 60",
            "The everyday scan.",
            as_pdf(path("hunan-tea-calc"), GRADES["B"]),
        ),
        scan(
            "scan-seal",
            "transfer-library-chromium",
            "grade C: 150 dpi colour, askew, blurred, show-through, red seal, JPEG 40",
            "A poor scan with a seal over print and rules: what is misread must be flagged.",
            as_pdf(path("transfer-library-chromium"), GRADES["C"]),
        ),
        scan(
            "scan-fax",
            "long-term-herbarium-typst",
            "grade D: 200 dpi, 1 bit, salt and pepper, CCITT G4",
            "A fax.",
            as_pdf(path("long-term-herbarium-typst"), GRADES["D"]),
        ),
        scan(
            "scan-png",
            "buoys-typst",
            "200 dpi, sixteen grays, PNG file",
            "An image file that tells its resolution.",
            as_png(path("buoys-typst"), CLEAN),
            "png",
        ),
        scan(
            "scan-pages",
            "culture-origin",
            "200 dpi, 1 bit, TIFF file of two pages, CCITT G4",
            "A file of several pictures, a form on each.",
            as_tiff(path("culture-origin"), GRADES["D"]),
            "tif",
        ),
        scan(
            "scan-sideways",
            "hubei-lake-typst",
            "grade B, turned by 90°",
            "A page that went through the scanner sideways.",
            as_pdf(path("hubei-lake-typst"), GRADES["B"], 90),
        ),
        scan(
            "scan-upside-down",
            "instruments-cid",
            "grade B, turned by 180°",
            "A page that stands on its head: the grid alone does not tell.",
            as_pdf(path("instruments-cid"), GRADES["B"], 180),
        ),
        scan(
            "scan-mixed",
            "meals-chromium-dashed",
            "grade B, appended to an exported document",
            "An exported page is read from its text, the scanned one after it from its picture.",
            after(path("children-cid"), path("meals-chromium-dashed"), SHARP),
            more=("children-cid",),
        ),
        scan(
            "scan-hidden-text",
            "soil-calc-2023",
            "grade B, straight, with invisible text over it, two words of it wrong",
            "An archive's own recogniser is a second opinion, never the source.",
            with_hidden_text(path("soil-calc-2023"), SHARP, MISREAD),
        ),
        scan(
            "scan-jpeg2000",
            "guangdong-greenway-calc",
            "200 dpi colour, JPEG 2000",
            "The coding of digital archives.",
            as_pdf(path("guangdong-greenway-calc"), CLEAN, encode=jpeg2000),
        ),
    ]
