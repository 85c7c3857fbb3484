"""Pictures on the paper: bands of dots for GS v 0, QR codes drawn here, the station's logo."""

import logging
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from core.devices.printers.profile import PrinterProfile

if TYPE_CHECKING:
    from PIL.Image import Image

_log = logging.getLogger(__name__)

BAND_ROWS = 256  # more than some printers' picture memory takes at once
INK = 0
PAPER = 255
_LOGO_ROWS = 160  # 20 mm


def bands(whole: "Image") -> list[bytes]:
    """A grey picture as wide as the paper, as commands."""
    # One bit a dot, black is one; a plain threshold keeps the edges of small strokes.
    dots = whole.point(lambda grey: 0 if grey >= 128 else 255).convert("1")
    width_bytes = whole.width // 8
    found = []
    for top in range(0, whole.height, BAND_ROWS):
        band = dots.crop((0, top, whole.width, min(top + BAND_ROWS, whole.height)))
        head = b"\x1dv0\x00" + width_bytes.to_bytes(2, "little") + band.height.to_bytes(2, "little")
        found.append(head + band.tobytes())
    return found


def blank(rows: int, profile: PrinterProfile) -> "Image":
    """White paper."""
    from PIL import Image

    return Image.new("L", (profile.dots, rows), PAPER)


def qr_module(content: str, profile: PrinterProfile) -> int:
    """Dots a module of this QR code: as large as the profile likes and the paper is wide, quiet zone included."""
    import segno

    modules = int(segno.make_qr(content, error="m").symbol_size(border=4)[0])
    return max(2, min(profile.qr_module, profile.dots // modules))


def qr_picture(content: str, profile: PrinterProfile) -> "Image":
    """A QR code in the middle of the paper."""
    import segno

    code = segno.make_qr(content, error="m")
    module = qr_module(content, profile)
    strip = blank(int(code.symbol_size(scale=module, border=4)[1]), profile)
    left = (profile.dots - strip.height) // 2
    for row, dark_ones in enumerate(code.matrix_iter(scale=module, border=4)):
        for column, dark in enumerate(dark_ones):
            if dark:
                strip.putpixel((left + column, row), INK)
    return strip


def logo(profile: PrinterProfile) -> "Image | None":
    """The station's logo in the middle of the paper, or None where there is none or its file is no picture."""
    return _drawn(profile.logo, profile) if profile.logo is not None else None


@cache
def _drawn(file: Path, profile: PrinterProfile) -> "Image | None":
    from PIL import Image

    try:
        with Image.open(file) as found:
            seen = found.convert("RGBA")
    except (OSError, ValueError) as error:  # said once: the answer is kept
        _log.warning("the logo %s cannot be drawn: %s", file, error)
        return None
    on_white = Image.new("RGBA", seen.size, "white")
    on_white.alpha_composite(seen)
    scale = min(profile.dots * 2 / 3 / seen.width, _LOGO_ROWS / seen.height)
    size = max(1, round(seen.width * scale)), max(1, round(seen.height * scale))
    # Greys become patterns of dots here, as a thermal head knows black alone.
    dots = on_white.convert("L").resize(size).convert("1").convert("L")
    strip = blank(size[1] + 8, profile)
    strip.paste(dots, ((profile.dots - size[0]) // 2, 0))
    return strip
