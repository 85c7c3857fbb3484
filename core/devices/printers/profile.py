"""What a printer model can do: how wide its paper is, whether it writes Chinese by itself, how its drawer hangs on it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PrinterProfile:
    """A printer with a font A of 12 x 24 dots and Chinese characters of 24 x 24: two cells each."""

    dots: int  # across the paper
    raster: bool = False  # every receipt as a picture, for firmware that knows no Chinese
    rare_as_picture: bool = True  # a receipt with a character that the printer has no glyph for, as a picture
    qr_module: int = 6  # dots a module of a QR code, at most
    qr_as_picture: bool = False  # for firmware that draws no QR codes
    feed_lines: int = 2  # before the cut
    drawer_pin: int = 2  # of the drawer's socket, 2 or 5
    drawer_high_is_open: bool | None = None  # what its switch says; None where it is not watched
    logo: Path | None = None

    @property
    def cells(self) -> int:
        """Half-width characters in a line."""
        return self.dots // 12


def profile_of(width_millimetres: int, *, raster: bool = False) -> PrinterProfile:
    """The profile of a paper width. Raises ValueError for any but 80 and 58."""
    match width_millimetres:
        case 80:
            return PrinterProfile(576, raster=raster)
        case 58:
            return PrinterProfile(384, raster=raster, qr_module=5, feed_lines=4)
    raise ValueError(f"a receipt is 80 or 58 mm wide, not {width_millimetres}")
