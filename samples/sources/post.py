"""Changes finished PDFs: rotation, crop boxes, form XObjects, encryption, object streams."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name


def save(pdf: pikepdf.Pdf, out: Path) -> None:
    pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.preserve)


def size(page: pikepdf.Page) -> tuple[float, float]:
    x0, y0, x1, y1 = (float(v) for v in page.mediabox)
    return x1 - x0, y1 - y0


def prepend(pdf: pikepdf.Pdf, page: pikepdf.Page, matrix: str, after: bytes = b"") -> None:
    """Puts the page's whole content under a matrix; `after` is drawn outside of it."""
    page.contents_add(pdf.make_stream(f"q {matrix} cm\n".encode()), prepend=True)
    page.contents_add(pdf.make_stream(b"\nQ\n" + after), prepend=False)


def rotated(degrees: int):
    """Stores the page turned and asks the viewer by /Rotate to turn it back."""

    def step(out: Path) -> None:
        with pikepdf.open(out, allow_overwriting_input=True) as pdf:
            for page in pdf.pages:
                turn(pdf, page, degrees)
                page.rotate(degrees, relative=False)
            save(pdf, out)

    return step


def turn(pdf: pikepdf.Pdf, page: pikepdf.Page, degrees: int) -> None:
    """Turns the content counterclockwise."""
    width, height = size(page)
    matrix, box = {
        90: (f"0 1 -1 0 {height:.3f} 0", (height, width)),
        180: (f"-1 0 0 -1 {width:.3f} {height:.3f}", (width, height)),
        270: (f"0 -1 1 0 0 {width:.3f}", (height, width)),
    }[degrees]
    prepend(pdf, page, matrix)
    page.mediabox = Array([0, 0, *box])


def sideways(out: Path) -> None:
    """Turns the content and leaves /Rotate alone: the page is shown lying on its side."""
    with pikepdf.open(out, allow_overwriting_input=True) as pdf:
        for page in pdf.pages:
            turn(pdf, page, 90)
        save(pdf, out)


def cropped(left: float, bottom: float):
    """Moves the content inside a larger MediaBox; a CropBox shows the old page.

    Outside of it stand crop marks and a line of text that no viewer shows.
    """

    def step(out: Path) -> None:
        with pikepdf.open(out, allow_overwriting_input=True) as pdf:
            for page in pdf.pages:
                width, height = size(page)
                font = pdf.make_indirect(
                    Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
                )
                page.add_resource(font, Name.Font, Name("/FCrop"))
                marks = (
                    f"BT /FCrop 9 Tf {left:.0f} {bottom / 3:.0f} Td"
                    f" (prepress job 4711 do not print) Tj ET\n"
                    f"0.5 w {left} 5 m {left} {bottom - 5} l S"
                ).encode()
                prepend(pdf, page, f"1 0 0 1 {left} {bottom}", marks)
                page.mediabox = Array([0, 0, width + 2 * left, height + 2 * bottom])
                page.cropbox = Array([left, bottom, left + width, bottom + height])
            save(pdf, out)

    return step


def shifted_origin(out: Path) -> None:
    """A MediaBox whose corner is not the origin, as imposition programs write it."""
    with pikepdf.open(out, allow_overwriting_input=True) as pdf:
        for page in pdf.pages:
            width, height = size(page)
            prepend(pdf, page, "1 0 0 1 -300 120")
            page.mediabox = Array([-300, 120, width - 300, height + 120])
        save(pdf, out)


def in_xobjects(scale: float):
    """Puts every page into a form XObject, and that into another with a matrix of its own."""

    def step(out: Path) -> None:
        with pikepdf.open(out, allow_overwriting_input=True) as pdf:
            for page in pdf.pages:
                width, height = size(page)
                inner = as_form(pdf, page)
                outer = pdf.make_stream(b"q /Inner Do Q")
                outer.stream_dict = Dictionary(
                    Type=Name.XObject,
                    Subtype=Name.Form,
                    BBox=Array([0, 0, width, height]),
                    Matrix=Array([scale, 0, 0, scale, 20, 30]),
                    Resources=Dictionary(XObject=Dictionary(Inner=inner)),
                )
                page.obj.Resources = Dictionary(XObject=Dictionary(Outer=outer))
                page.obj.Contents = pdf.make_stream(b"q 1 0 0 1 -5 -10 cm /Outer Do Q")
            save(pdf, out)

    return step


def as_form(pdf: pikepdf.Pdf, page: pikepdf.Page) -> pikepdf.Object:
    """The page as a form XObject of its own: qpdf's would follow later changes of the page."""
    form = page.as_form_xobject()
    copy = pdf.make_stream(form.read_bytes())
    for key in ("/Type", "/Subtype", "/BBox", "/Resources"):
        copy.stream_dict[key] = form.stream_dict[key]
    return copy


def two_up(out: Path) -> None:
    """Puts pages side by side on sheets twice as wide, as print shops do."""
    with pikepdf.open(out, allow_overwriting_input=True) as pdf:
        pages = list(pdf.pages)
        for left, right in zip(pages[::2], pages[1::2], strict=True):
            width, height = size(left)
            halves = [as_form(pdf, page) for page in (left, right)]
            left.obj.Resources = Dictionary(XObject=Dictionary(L=halves[0], R=halves[1]))
            left.obj.Contents = pdf.make_stream(
                f"q /L Do Q q 1 0 0 1 {width:.3f} 0 cm /R Do Q".encode()
            )
            left.mediabox = Array([0, 0, 2 * width, height])
        del pdf.pages[1::2]
        save(pdf, out)


def font_encoding(name: str):
    """Renames the predefined CMap of the composite fonts; the codes must be the same in both."""

    def step(out: Path) -> None:
        with pikepdf.open(out, allow_overwriting_input=True) as pdf:
            for obj in pdf.objects:
                if isinstance(obj, Dictionary) and obj.get("/Subtype") == Name.Type0:
                    obj.Encoding = Name(f"/{name}")
            save(pdf, out)

    return step


def qpdf(*options: str):
    """Rewrites the file with qpdf."""

    def step(out: Path) -> None:
        made = out.with_suffix(".tmp")
        subprocess.run(["qpdf", *options, str(out), str(made)], check=True)
        made.replace(out)

    return step


OBJECT_STREAMS = qpdf("--deterministic-id", "--object-streams=generate", "--recompress-flate")
LINEARIZED = qpdf("--deterministic-id", "--linearize")
AES_128 = qpdf(
    "--static-id",
    "--static-aes-iv",
    "--encrypt",
    "",
    "owner",
    "128",
    "--use-aes=y",
    "--modify=none",
    "--",
)
AES_256 = qpdf("--static-id", "--encrypt", "", "owner", "256", "--extract=n", "--")
RC4 = qpdf(
    "--static-id", "--allow-weak-crypto", "--encrypt", "", "owner", "128", "--use-aes=n", "--"
)
