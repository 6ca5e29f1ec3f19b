"""Forms drawn line by line with reportlab: every stroke and glyph is placed by us.

`Pen` says how text and borders get into the file (fonts, doubled text, thin fills …); the layout
over pages is in `flow.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from .flow import Area, Flow, Piece
from .look import Look
from .sheet import Sheet

rl_config.invariant = 1
TRUETYPE = {
    "WenQuanYi Zen Hei": ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
    "AR PL UMing CN": ("/usr/share/fonts/truetype/arphic/uming.ttc", 0),
    "AR PL UKai CN": ("/usr/share/fonts/truetype/arphic/ukai.ttc", 0),
}
LEFT = {"goal", "fund", "name", "prose"}


@dataclass
class Pen:
    """How marks get into the file.

    * `twice`: text is drawn a second time this far to the right (fake bold)
    * `by_glyph`: each character is positioned on its own
    * `fills`: borders are thin filled rectangles instead of strokes
    * `short`: borders stop this far before the corner
    * `label_on`: see `Flow`
    """

    twice: float = 0
    by_glyph: bool = False
    fills: bool = False
    short: float = 0
    label_on: str = "first"
    compress: bool = True


def register(font: str) -> str:
    """Makes the font known to reportlab; `STSong-Light` is not embedded."""
    if font not in pdfmetrics.getRegisteredFontNames():
        if font in TRUETYPE:
            path, index = TRUETYPE[font]
            pdfmetrics.registerFont(TTFont(font, path, subfontIndex=index))
        else:
            pdfmetrics.registerFont(UnicodeCIDFont(font))
    return font


class Drawing:
    """One PDF being drawn."""

    def __init__(self, out: Path, look: Look, pen: Pen) -> None:
        self.look, self.pen, self.font = look, pen, register(look.font)
        self.canvas = Canvas(str(out), pagesize=look.page_size, pageCompression=int(pen.compress))
        self.canvas.setTitle("forms")
        self.height = look.page_size[1]

    def width(self, text: str, size: float) -> float:
        return pdfmetrics.stringWidth(text, self.font, size)

    def string(self, x: float, y: float, text: str, size: float, bold: bool = False) -> None:
        """Text with its baseline start at (x, y), measured from the top left."""
        self.canvas.setFont(self.font, size)
        for shift in (0, self.pen.twice) if bold and self.pen.twice else (0,):
            if self.pen.by_glyph:
                at = x + shift
                for char in text:
                    self.canvas.drawString(at, self.height - y, char)
                    at += self.width(char, size)
            else:
                self.canvas.drawString(x + shift, self.height - y, text)

    def piece(self, piece: Piece) -> None:
        """The lines of one cell inside its area."""
        size, role, area = piece.size, piece.role, piece.area
        inner = area.x1 - area.x0 - 2 * self.look.padding
        step = size * 1.3
        top = area.y0 + self.look.padding
        if piece.middle:
            top += max(0, (area.y1 - area.y0 - 2 * self.look.padding - len(piece.lines) * step) / 2)
        for number, (text, indent) in enumerate(piece.lines):
            x = area.x0 + self.look.padding + indent
            room = inner - indent - self.width(text, size)
            if role in {"amount", "caption"}:
                x += room
            elif role not in LEFT:
                x += room / 2
            bold = role in {"title", "label", "head"}
            self.string(x, top + number * step + size * 0.95, text, size, bold)

    def line(self, x0: float, y0: float, x1: float, y1: float, width: float) -> None:
        """A border from the top left coordinates (x0, y0) to (x1, y1)."""
        cut = self.pen.short
        if x0 == x1:
            y0, y1 = y0 + cut, y1 - cut
        else:
            x0, x1 = x0 + cut, x1 - cut
        if self.pen.fills:
            half = width / 2
            self.canvas.rect(
                x0 - half,
                self.height - y1 - half,
                x1 - x0 + width,
                y1 - y0 + width,
                stroke=0,
                fill=1,
            )
        else:
            self.canvas.setLineWidth(width)
            self.canvas.line(x0, self.height - y0, x1, self.height - y1)

    def borders(self, cells: list[tuple[Area, str]], outer: Area) -> None:
        """The borders of the cells of one table on one page."""
        border = self.look.border
        if border == "none":
            return
        if border == "shaded":
            for area, role in cells:
                strong = role in {"label", "head", "side", "level", "fund"}
                self.canvas.setFillColorRGB(*((0.72, 0.8, 0.89) if strong else (0.91, 0.94, 0.97)))
                self.canvas.rect(
                    area.x0 + 0.6,
                    self.height - area.y1 + 0.6,
                    area.x1 - area.x0 - 1.2,
                    area.y1 - area.y0 - 1.2,
                    stroke=0,
                    fill=1,
                )
            self.canvas.setFillColorRGB(0, 0, 0)
            return
        self.canvas.setDash(*{"dashed": ([4, 2.5],), "dotted": ([0.8, 1.6],)}.get(border, ([],)))
        edges = {}
        for area, _ in cells:
            for edge in area.edges():
                edges[edge] = outer.on_edge(edge)
        for (x0, y0, x1, y1), outside in edges.items():
            if border == "open" and outside:
                continue
            width = {"hairline": 0.1, "thick": 2 if outside else 0.6}.get(border, 0.6)
            if border == "double":
                dx, dy = (0.9, 0) if x0 == x1 else (0, 0.9)
                self.line(x0 - dx, y0 - dy, x1 - dx, y1 - dy, 0.4)
                self.line(x0 + dx, y0 + dy, x1 + dx, y1 + dy, 0.4)
            else:
                self.line(x0, y0, x1, y1, width)
        self.canvas.setDash()

    def watermark(self) -> None:
        """Grey diagonal text under everything else."""
        look, canvas = self.look, self.canvas
        if look.watermark:
            canvas.saveState()
            canvas.setFillGray(0.85)
            canvas.translate(look.page_size[0] / 2, self.height / 2)
            canvas.rotate(40)
            canvas.setFont(self.font, 58)
            canvas.drawCentredString(0, 0, look.watermark)
            canvas.restoreState()

    def furniture(self, number: int, count: int) -> None:
        """Running head and foot."""
        look = self.look
        width = look.page_size[0]
        for text, y in ((look.running, look.margin * 0.6), (look.footer, self.height - 18)):
            text = text.replace("{page}", str(number)).replace("{pages}", str(count))
            self.string((width - self.width(text, 8)) / 2, y, text, 8)


def reportlab(sheets: list[Sheet], look: Look, out: Path, pen: Pen | None = None) -> None:
    """Draws with reportlab."""
    pen = pen or Pen()
    drawing = Drawing(out, look, pen)
    flow = Flow(look, drawing.width, pen.label_on)
    for sheet in sheets:
        flow.form(sheet)
    pages = flow.finish()
    for number, page in enumerate(pages, 1):
        drawing.watermark()
        for outer, cells in page.tables:
            drawing.borders(cells, outer)
        for piece in page.pieces:
            drawing.piece(piece)
        drawing.furniture(number, len(pages))
        drawing.canvas.showPage()
    drawing.canvas.save()
