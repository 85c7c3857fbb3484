"""A receipt as a list of content lines, free of any printer."""

from dataclasses import dataclass
from enum import StrEnum


class Align(StrEnum):
    """Where a line stands."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Text:
    """Words; wrapped by the encoder at the paper's width. `large` is double height and width."""

    text: str
    align: Align = Align.LEFT
    bold: bool = False
    large: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """Something at the left edge and something at the right; on two lines where one is too narrow."""

    left: str
    right: str
    bold: bool = False
    large: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code, centred."""

    content: str


@dataclass(frozen=True, slots=True)
class Logo:
    """The station's logo, centred; nothing where the printer was given none."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Empty lines."""

    lines: int = 1


ReceiptLine = Text | Pair | Rule | QrCode | Logo | Gap


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is to be on the paper, from top to bottom; the encoder cuts after it. The drawer opens before its first line."""

    lines: tuple[ReceiptLine, ...]
    open_drawer: bool = False
