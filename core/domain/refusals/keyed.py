"""Fills keyed by hand: what the rules say no to, and what they ask about first."""

from dataclasses import dataclass

from core.domain.refusals.refusal import Refusal


@dataclass(eq=False)
class PumpIsConnected(Refusal):
    """The controller tells this pump's fills; nobody keys them."""

    pump: int


@dataclass(eq=False)
class KeyedFillEmpty(Refusal):
    """Nothing was keyed that a fill could be booked from."""

    pump: int


@dataclass(eq=False)
class CounterWentBack(Refusal):
    """The counter shows less than it did: a slip, or a new counter, which needs a right and a reason."""

    pump: int
    before_ml: int
    counter_ml: int


@dataclass(eq=False)
class KeyedFillLarge(Refusal):
    """More than a tank holds. `can_be`: whether a person may stand by it."""

    pump: int
    volume_ml: int
    can_be: bool


@dataclass(eq=False)
class KeyedFiguresApart(Refusal):
    """The amount is not what the litres cost."""

    pump: int
    volume_ml: int
    amount_fen: int
    expected_fen: int


@dataclass(eq=False)
class KeyedCounterApart(Refusal):
    """The counter moved by another amount of litres than was keyed."""

    pump: int
    counter_ml: int
    volume_ml: int
