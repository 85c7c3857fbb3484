"""Goods and their places: what the rules say no to."""

from dataclasses import dataclass

from core.domain.refusals.refusal import Refusal


@dataclass(eq=False)
class GoodsNotFound(Refusal):
    """No goods carry this barcode."""

    barcode: str


@dataclass(eq=False)
class BarcodeTaken(Refusal):
    """Other goods have this barcode; perhaps some that are no longer sold."""

    name: str
    barcode: str


@dataclass(eq=False)
class QuickKeyTaken(Refusal):
    """Other goods have this place among the quick keys."""

    name: str
