"""What stands on a printed receipt: lines, pictures, codes, and what was wrong with the bytes."""

from dataclasses import dataclass, field
from enum import StrEnum

import segno

HALF_CELL_DOTS = 12
LINE_DOTS = 30


class Align(StrEnum):
    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Style:
    width: int = 1
    height: int = 1
    bold: bool = False
    underline: bool = False
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character as printed, with the dots it takes."""

    character: str
    style: Style
    dots: int
    """From its left to the next one's left, spacing included."""
    left_dots: int = 0
    """Spacing before it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text as the sender meant it, also where paper was too narrow and it ran into a second row."""

    glyphs: tuple[Glyph, ...]
    align: Align
    paper_dots: int
    spacing_dots: int = LINE_DOTS
    offset: int = 0

    @property
    def text(self) -> str:
        return "".join(glyph.character for glyph in self.glyphs)

    @property
    def dots(self) -> int:
        return sum(glyph.dots for glyph in self.glyphs)

    @property
    def width_half_cells(self) -> int:
        return -(-self.dots // HALF_CELL_DOTS)

    @property
    def overflow(self) -> bool:
        return self.dots > self.paper_dots

    @property
    def size(self) -> tuple[int, int]:
        """The largest width and height used in the line."""
        widths = [glyph.style.width for glyph in self.glyphs]
        heights = [glyph.style.height for glyph in self.glyphs]
        return max(widths, default=1), max(heights, default=1)

    @property
    def rows(self) -> list[tuple[Glyph, ...]]:
        """The line as paper shows it: broken where the next character has no room."""
        rows: list[list[Glyph]] = [[]]
        used = 0
        for glyph in self.glyphs:
            if rows[-1] and used + glyph.dots > self.paper_dots:
                rows.append([])
                used = 0
            rows[-1].append(glyph)
            used += glyph.dots
        return [tuple(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Feed:
    dots: int


@dataclass(frozen=True, slots=True)
class QrCode:
    content: str
    module_dots: int
    level: str
    align: Align

    @property
    def modules(self) -> tuple[bytes, ...]:
        """The code's rows, a byte for each module, 1 for a dark one; empty where the content is too long."""
        try:
            made = segno.make(self.content, error=self.level, micro=False, boost_error=False)
        except segno.DataOverflowError:
            return ()
        return tuple(bytes(row) for row in made.matrix)


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    bits: bytes
    align: Align
    scale_x: int = 1
    scale_y: int = 1


@dataclass(frozen=True, slots=True)
class Cut:
    full: bool


@dataclass(frozen=True, slots=True)
class Pulse:
    pin: int


Element = Line | Feed | QrCode | Picture | Cut | Pulse


@dataclass(frozen=True, slots=True)
class Wrong:
    offset: int
    message: str


@dataclass(slots=True)
class Receipt:
    paper_dots: int
    elements: list[Element] = field(default_factory=list)
    errors: list[Wrong] = field(default_factory=list)

    @property
    def lines(self) -> list[Line]:
        return [element for element in self.elements if isinstance(element, Line)]

    @property
    def qr_codes(self) -> list[QrCode]:
        return [element for element in self.elements if isinstance(element, QrCode)]

    @property
    def pulses(self) -> int:
        return sum(isinstance(element, Pulse) for element in self.elements)

    @property
    def is_cut(self) -> bool:
        return any(isinstance(element, Cut) for element in self.elements)

    @property
    def marks_paper(self) -> bool:
        """Whether anything stands on the paper, or should have."""
        return bool(self.errors) or any(
            isinstance(element, QrCode | Picture) or (isinstance(element, Line) and element.text.strip())
            for element in self.elements
        )
