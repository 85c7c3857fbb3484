"""A receipt as a picture, for printers that know no Chinese and for characters that no printer knows."""

from functools import cache
from typing import TYPE_CHECKING

from core.devices.printers.encoder import closing, opening, qr_module
from core.devices.printers.profile import PrinterProfile
from core.devices.printers.wrapping import paired, wrapped
from core.domain.receipt import Align, Gap, Pair, QrCode, Receipt, ReceiptLine, Rule, Text
from core.resources import resource

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

BAND_ROWS = 256  # more than some printers' picture memory takes at once
_SIZE = 24
_LINE_ROWS = 32
_INK = 0
_PAPER = 255


def raster_job(receipt: Receipt, profile: PrinterProfile) -> bytes:
    """The whole receipt as bands of GS v 0, with drawer and cut as in the encoder's."""
    return opening(receipt) + b"".join(_bands(picture(receipt, profile))) + closing(profile)


def picture(receipt: Receipt, profile: PrinterProfile) -> "Image":
    """The receipt in grey, as wide as the paper prints."""
    from PIL import Image

    strips = [strip for line in receipt.lines for strip in _strips(line, profile)]
    whole = Image.new("L", (profile.dots, max(1, sum(strip.height for strip in strips))), _PAPER)
    top = 0
    for strip in strips:
        whole.paste(strip, (0, top))
        top += strip.height
    return whole


def _strips(line: ReceiptLine, profile: PrinterProfile) -> "list[Image]":
    match line:
        case Text(text, align, bold, large):
            font = _font(bold, 2 * _SIZE if large else _SIZE)
            lines = wrapped(_one_line(text), profile.dots, _measure(font))
            return [_written([(each, align)], font, profile) for each in lines]
        case Pair(left, right, bold, large):
            font = _font(bold, 2 * _SIZE if large else _SIZE)
            pairs = paired(_one_line(left), _one_line(right), profile.dots, _measure(font))
            return [_written([(a, Align.LEFT), (b, Align.RIGHT)], font, profile) for a, b in pairs]
        case Rule():
            return [_rule(profile)]
        case QrCode(content):
            return [_qr(content, profile)]
        case Gap(lines):
            return [_blank(_LINE_ROWS, profile)] * max(0, lines)


def _written(words: list[tuple[str, Align]], font: "FreeTypeFont", profile: PrinterProfile) -> "Image":
    from PIL import ImageDraw

    strip = _blank(int(font.size) * _LINE_ROWS // _SIZE, profile)
    draw = ImageDraw.Draw(strip)
    for text, align in words:
        free = profile.dots - int(font.getlength(text))
        left = {Align.LEFT: 0, Align.CENTRE: free // 2, Align.RIGHT: free}[align]
        draw.text((left, strip.height // 2), text, fill=_INK, font=font, anchor="lm")
    return strip


def _rule(profile: PrinterProfile) -> "Image":
    from PIL import ImageDraw

    strip = _blank(_LINE_ROWS // 2, profile)
    middle = strip.height // 2
    ImageDraw.Draw(strip).line([(0, middle), (profile.dots, middle)], fill=_INK, width=2)
    return strip


def _qr(content: str, profile: PrinterProfile) -> "Image":
    import segno

    code = segno.make_qr(content, error="m")
    module = qr_module(content, profile)
    strip = _blank(int(code.symbol_size(scale=module, border=4)[1]), profile)
    left = (profile.dots - strip.height) // 2
    for row, dark_ones in enumerate(code.matrix_iter(scale=module, border=4)):
        for column, dark in enumerate(dark_ones):
            if dark:
                strip.putpixel((left + column, row), _INK)
    return strip


def _blank(rows: int, profile: PrinterProfile) -> "Image":
    from PIL import Image

    return Image.new("L", (profile.dots, rows), _PAPER)


def _bands(whole: "Image") -> list[bytes]:
    # One bit a dot, black is one; a plain threshold keeps the edges of small strokes.
    dots = whole.point(lambda grey: 0 if grey >= 128 else 255).convert("1")
    width_bytes = whole.width // 8
    bands = []
    for top in range(0, whole.height, BAND_ROWS):
        band = dots.crop((0, top, whole.width, min(top + BAND_ROWS, whole.height)))
        head = b"\x1dv0\x00" + width_bytes.to_bytes(2, "little") + band.height.to_bytes(2, "little")
        bands.append(head + band.tobytes())
    return bands


def _one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


def _measure(font: "FreeTypeFont"):  # type: ignore[no-untyped-def]  # a closure over the font
    return lambda text: int(font.getlength(text))


@cache
def _font(bold: bool, size: int) -> "FreeTypeFont":
    from PIL import ImageFont

    weight = "Bold" if bold else "Regular"
    return ImageFont.truetype(str(resource(f"fonts/NotoSansSC-{weight}.ttf")), size)
