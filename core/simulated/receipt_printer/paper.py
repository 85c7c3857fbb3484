"""A receipt drawn as paper, to look at."""

from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from core.simulated.receipt_printer.receipt import (
    Align,
    Cut,
    Feed,
    Glyph,
    Line,
    Picture,
    Pulse,
    QrCode,
    Receipt,
)

FONT_FOLDER = Path(__file__).parents[3] / "resources" / "fonts"
MARGIN_DOTS = 32
TOP_DOTS = 36
BOTTOM_DOTS = 48
TOOTH_DOTS = 8
CELL_HEIGHT = 24
PAPER = 250
INK = 34
TABLE = 205

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


class Paper:
    """Draws receipts with one pair of fonts."""

    def __init__(self, font: Path | None = None) -> None:
        regular = font or FONT_FOLDER / "NotoSansSC-Regular.ttf"
        bold = regular.with_name(regular.name.replace("Regular", "Bold"))
        self._regular = regular if regular.exists() else None
        self._bold = bold if bold.exists() else self._regular

    def draw(self, receipt: Receipt) -> Image.Image:
        elements = list(receipt.elements)
        while elements and isinstance(elements[-1], Cut | Pulse):
            # The paper's own end shows the last cut.
            elements.pop()
        strips = [self._strip(element, receipt.paper_dots) for element in elements]
        drawn = [strip for strip in strips if strip is not None]
        height = TOP_DOTS + sum(strip.height for strip in drawn) + BOTTOM_DOTS
        sheet = Image.new("L", (receipt.paper_dots + 2 * MARGIN_DOTS, height), PAPER)
        y = TOP_DOTS
        for strip in drawn:
            sheet.paste(INK, (MARGIN_DOTS, y), strip)
            y += strip.height
        return _with_torn_edge(sheet)

    def _strip(self, element: object, paper_dots: int) -> Image.Image | None:
        """The element's ink on a strip as wide as the print area: 255 is full ink."""
        match element:
            case Line():
                return self._line(element)
            case Feed():
                return Image.new("L", (paper_dots, element.dots), 0)
            case QrCode():
                return _aligned(_qr(element), element.align, paper_dots)
            case Picture():
                return _aligned(_picture(element), element.align, paper_dots)
            case Cut():
                return _dashes(paper_dots)
            case _:
                return None

    def _line(self, line: Line) -> Image.Image:
        rows = [self._row(row, line) for row in line.rows]
        strip = Image.new("L", (line.paper_dots, sum(row.height for row in rows)), 0)
        y = 0
        for row in rows:
            strip.paste(row, (0, y))
            y += row.height
        return strip

    def _row(self, glyphs: tuple[Glyph, ...], line: Line) -> Image.Image:
        tallest = max((glyph.style.height for glyph in glyphs), default=1) * CELL_HEIGHT
        height = max(line.spacing_dots, tallest + line.spacing_dots - CELL_HEIGHT)
        row = Image.new("L", (line.paper_dots, height), 0)
        free = line.paper_dots - sum(glyph.dots for glyph in glyphs)
        x = {Align.LEFT: 0, Align.CENTRE: max(0, free // 2), Align.RIGHT: max(0, free)}[line.align]
        for glyph in glyphs:
            drawn = self._glyph(glyph)
            row.paste(drawn, (x, tallest - drawn.height))
            x += glyph.dots
        return row

    def _glyph(self, glyph: Glyph) -> Image.Image:
        height = glyph.style.height * CELL_HEIGHT
        cell = Image.new("L", (glyph.dots, height), 0)
        width = glyph.dots - glyph.left_dots
        drawn = self._shape(glyph.character, glyph.style.height, glyph.style.bold)
        wished = round(drawn.width * glyph.style.width / glyph.style.height)
        drawn = drawn.resize((max(1, min(wished, width)), drawn.height), Image.Resampling.LANCZOS)
        cell.paste(drawn, (glyph.left_dots + (width - drawn.width) // 2, 0))
        if glyph.style.underline:
            ImageDraw.Draw(cell).rectangle((0, height - 2, glyph.dots, height - 1), fill=255)
        if glyph.style.reverse:
            cell = cell.point(lambda ink: 255 - ink)
        return cell

    @lru_cache(maxsize=4096)  # noqa: B019 -- a paper lives as long as its printer
    def _shape(self, character: str, times: int, bold: bool) -> Image.Image:
        """The character's ink as high as its cell and as wide as it comes."""
        height = times * CELL_HEIGHT
        font = self._font(round(height * 0.94), bold)
        width = max(1, round(font.getlength(character)))
        shape = Image.new("L", (width, height), 0)
        # The base line stands a fifth above the cell's foot, for Han and Latin alike.
        ImageDraw.Draw(shape).text((0, round(height * 0.84)), character, font=font, fill=255, anchor="ls")
        return shape

    @lru_cache(maxsize=32)  # noqa: B019 -- a paper lives as long as its printer
    def _font(self, size: int, bold: bool) -> ImageFont.FreeTypeFont:
        path = self._bold if bold else self._regular
        if path is None:
            fallback = ImageFont.load_default(size)
            assert isinstance(fallback, ImageFont.FreeTypeFont)
            return fallback
        return ImageFont.truetype(str(path), size)


def _qr(code: QrCode) -> Image.Image:
    rows = [bytes(255 if dark else 0 for dark in row) for row in code.modules]
    small = Image.frombytes("L", (len(rows[0]), len(rows)), b"".join(rows))
    size = small.width * code.module_dots, small.height * code.module_dots
    return small.resize(size, Image.Resampling.NEAREST)


def _picture(picture: Picture) -> Image.Image:
    ink = Image.frombytes("1", (picture.width, picture.height), picture.bits).convert("L")
    size = picture.width * picture.scale_x, picture.height * picture.scale_y
    return ink.resize(size, Image.Resampling.NEAREST)


def _aligned(ink: Image.Image, align: Align, paper_dots: int) -> Image.Image:
    free = max(0, paper_dots - ink.width)
    x = {Align.LEFT: 0, Align.CENTRE: free // 2, Align.RIGHT: free}[align]
    strip = Image.new("L", (paper_dots, ink.height), 0)
    strip.paste(ink, (x, 0))
    return strip


def _dashes(paper_dots: int) -> Image.Image:
    """Where the knife went, if paper follows."""
    strip = Image.new("L", (paper_dots, 9), 0)
    draw = ImageDraw.Draw(strip)
    for x in range(0, paper_dots, 16):
        draw.line((x, 4, x + 7, 4), fill=60)
    return strip


def _with_torn_edge(sheet: Image.Image) -> Image.Image:
    """The sheet on a grey table, its lower edge as the knife's teeth leave it."""
    table = Image.new("L", (sheet.width + 24, sheet.height + 24), TABLE)
    shadow = Image.new("L", sheet.size, TABLE - 28)
    table.paste(shadow, (15, 15))
    mask = Image.new("L", sheet.size, 255)
    draw = ImageDraw.Draw(mask)
    for x in range(0, sheet.width, 2 * TOOTH_DOTS):
        foot = sheet.height
        draw.polygon(((x, foot), (x + TOOTH_DOTS, foot - TOOTH_DOTS), (x + 2 * TOOTH_DOTS, foot)), fill=0)
    table.paste(sheet, (12, 12), mask)
    return table
