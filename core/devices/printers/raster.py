"""A receipt as a picture, for printers that know no Chinese and for characters that no printer knows."""

from functools import cache
from typing import TYPE_CHECKING

from core.devices.printers.encoder import closing, opening
from core.devices.printers.pictures import INK, PAPER, bands, blank, logo, qr_picture
from core.devices.printers.profile import PrinterProfile
from core.devices.printers.wrapping import paired, wrapped
from core.domain.receipt import Align, Gap, Logo, Pair, QrCode, Receipt, ReceiptLine, Rule, Text
from core.resources import resource

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

_SIZE = 24
_LINE_ROWS = 32


def raster_job(receipt: Receipt, profile: PrinterProfile) -> bytes:
    """The whole receipt as bands of GS v 0, with drawer and cut as in the encoder's."""
    return opening(receipt, profile) + b"".join(bands(picture(receipt, profile))) + closing(profile)


def picture(receipt: Receipt, profile: PrinterProfile) -> "Image":
    """The receipt in grey, as wide as the paper prints."""
    from PIL import Image

    strips = [strip for line in receipt.lines for strip in _strips(line, profile)]
    whole = Image.new("L", (profile.dots, max(1, sum(strip.height for strip in strips))), PAPER)
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
            return [qr_picture(content, profile)]
        case Logo():
            drawn = logo(profile)
            return [] if drawn is None else [drawn]
        case Gap(lines):
            return [blank(_LINE_ROWS, profile)] * max(0, lines)


def _written(words: list[tuple[str, Align]], font: "FreeTypeFont", profile: PrinterProfile) -> "Image":
    from PIL import ImageDraw

    strip = blank(int(font.size) * _LINE_ROWS // _SIZE, profile)
    draw = ImageDraw.Draw(strip)
    for text, align in words:
        free = profile.dots - int(font.getlength(text))
        left = {Align.LEFT: 0, Align.CENTRE: free // 2, Align.RIGHT: free}[align]
        draw.text((left, strip.height // 2), text, fill=INK, font=font, anchor="lm")
    return strip


def _rule(profile: PrinterProfile) -> "Image":
    from PIL import ImageDraw

    strip = blank(_LINE_ROWS // 2, profile)
    middle = strip.height // 2
    ImageDraw.Draw(strip).line([(0, middle), (profile.dots, middle)], fill=INK, width=2)
    return strip


def _one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


def _measure(font: "FreeTypeFont"):  # type: ignore[no-untyped-def]  # a closure over the font
    return lambda text: int(font.getlength(text))


@cache
def _font(bold: bool, size: int) -> "FreeTypeFont":
    from PIL import ImageFont

    weight = "Bold" if bold else "Regular"
    return ImageFont.truetype(str(resource(f"fonts/NotoSansSC-{weight}.ttf")), size)
