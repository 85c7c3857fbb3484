"""A fill at a pump that nobody is connected to: what a person read there, and what is checked before it is believed."""

from dataclasses import dataclass
from enum import StrEnum

from core.domain.counter import LARGEST_FILL, TOLERANCE, Finding, compared
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.litres import NO_LITRES, Litres
from core.domain.money import ZERO, Money
from core.domain.price import UnitPrice
from core.domain.refusals.keyed import (
    CounterWentBack,
    KeyedCounterApart,
    KeyedFiguresApart,
    KeyedFillEmpty,
    KeyedFillLarge,
)

# More than a lorry's tank: who fills more than this is asked whether a figure slipped in.
LARGE_FILL = Litres(600_000)


class Doubt(StrEnum):
    """What a person was asked about and stands by."""

    FIGURES = "figures"  # amount and litres times price are apart
    COUNTER = "counter"  # the counter moved by more or less than was keyed
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class KeyedFill:
    """What was read at the pump: its display, its counter after the fill, or both.

    `replaced` says why the counter begins anew; `sure` has the doubts that were asked and answered.
    """

    pump: PumpNumber
    nozzle: NozzleNumber
    volume: Litres | None = None
    amount: Money | None = None
    counter: Litres | None = None
    replaced: str = ""
    sure: frozenset[Doubt] = frozenset()


@dataclass(frozen=True, slots=True)
class BelievedFill:
    """What is to be booked of it. `unexplained` is how far the counter ran beside the fill, below zero where it ran less."""

    volume: Litres
    amount: Money
    unexplained: Litres


def believed(keyed: KeyedFill, before: Litres | None, price: UnitPrice) -> BelievedFill:
    """Check what was keyed against the counter as it was before (None: never read) and the price of a litre.

    The display's amount is the truth. Raises KeyedFillEmpty, CounterWentBack, and, unless the person stands by it,
    KeyedFillLarge, KeyedFiguresApart, KeyedCounterApart.
    """
    ran = _ran(keyed, None if keyed.replaced else before)
    volume, amount = _figures(keyed, ran, price)
    if volume > LARGEST_FILL or (volume > LARGE_FILL and Doubt.LARGE not in keyed.sure):
        raise KeyedFillLarge(keyed.pump, volume.millilitres, can_be=volume <= LARGEST_FILL)
    expected = price.amount_for(volume)
    if abs(amount.fen - expected.fen) > price.smallest_payment.fen and Doubt.FIGURES not in keyed.sure:
        raise KeyedFiguresApart(keyed.pump, volume.millilitres, amount.fen, expected.fen)
    unexplained = ran - volume if ran is not None else NO_LITRES
    if abs(unexplained.millilitres) <= TOLERANCE.millilitres:
        unexplained = NO_LITRES
    elif Doubt.COUNTER not in keyed.sure:
        assert ran is not None
        raise KeyedCounterApart(keyed.pump, ran.millilitres, volume.millilitres)
    return BelievedFill(volume, amount, unexplained)


def _ran(keyed: KeyedFill, before: Litres | None) -> Litres | None:
    """By how much the counter moved; None where one of its readings is missing."""
    if keyed.counter is None or before is None:
        return None
    finding, ahead = compared(before, keyed.counter)
    if finding is Finding.FELL:
        raise CounterWentBack(keyed.pump, before.millilitres, keyed.counter.millilitres)
    return ahead


def _figures(keyed: KeyedFill, ran: Litres | None, price: UnitPrice) -> tuple[Litres, Money]:
    volume = keyed.volume
    if volume is None and keyed.amount is not None and ran is None:
        volume = price.volume_for(keyed.amount)
    volume = volume if volume is not None else ran
    if volume is None or volume <= NO_LITRES:
        raise KeyedFillEmpty(keyed.pump)
    amount = keyed.amount if keyed.amount is not None else price.amount_for(volume)
    if amount <= ZERO:
        raise KeyedFillEmpty(keyed.pump)
    return volume, amount
