"""Pumps, fills and prices: what the rules say no to."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.refusals.refusal import Refusal


@dataclass(eq=False)
class PumpNotFound(Refusal):
    """The station has no such pump or nozzle."""

    pump: int
    nozzle: int | None = None


@dataclass(eq=False)
class PumpBusy(Refusal):
    """The pump is not free for this: it is filling, promised, or closed."""

    pump: int
    state: str


@dataclass(eq=False)
class PumpsStopped(Refusal):
    """An emergency stop stands: no pump is released until somebody ends it."""


@dataclass(eq=False)
class PumpHasUnpaidFills(Refusal):
    """Too many fills of this pump wait to be paid."""

    pump: int
    limit: int


@dataclass(eq=False)
class PumpRefused(Refusal):
    """The controller said no."""

    pump: int
    controller_code: int
    controller_message: str


@dataclass(eq=False)
class AuthorisationClosed(Refusal):
    """The authorisation has ended."""

    authorisation: str
    state: str


@dataclass(eq=False)
class FillNotFound(Refusal):
    """There is no such fill."""

    fill: str


@dataclass(eq=False)
class FillTaken(Refusal):
    """The fill is on another bill, paid, or belongs to an online order."""

    fill: str
    pump: int


@dataclass(eq=False)
class FillStateUnfit(Refusal):
    """What was decided of the fill before leaves no room for this."""

    fill: str
    pump: int
    state: str


@dataclass(eq=False)
class FillNotClaimed(Refusal):
    """The fill is on no open bill."""

    fill: str


@dataclass(eq=False)
class LitresUnfit(Refusal):
    """No more goes back into a tank than was delivered."""

    most_ml: int


@dataclass(eq=False)
class DebtNotFound(Refusal):
    """Nobody owes this fill."""

    debt: str


@dataclass(eq=False)
class DebtClosed(Refusal):
    """The fill was collected, written off, or found to be no debt."""

    number: str
    state: str


@dataclass(eq=False)
class WhoOwesMissing(Refusal):
    """A promise needs a name and a telephone number, and a day by which it is kept."""


@dataclass(eq=False)
class DueDayUnfit(Refusal):
    """The day by which it is to be paid is past, or too far away."""

    most_days: int


@dataclass(eq=False)
class MissingFillClosed(Refusal):
    """It has been decided already."""

    missing: str
    state: str


@dataclass(eq=False)
class CounterNotFill(Refusal):
    """The counter moved as no fill moves it: that cannot be booked as one."""

    pump: int
    nozzle: int


@dataclass(eq=False)
class FillNotYours(Refusal):
    """The fill is not on this bill."""

    fill: str
    sale: str


@dataclass(eq=False)
class PriceOutOfRange(Refusal):
    """The price looks like a slip of the finger."""

    price_li: int
    lowest_li: int
    highest_li: int


@dataclass(eq=False)
class PriceChangeInThePast(Refusal):
    """A price change needs a moment still to come."""

    due_at: datetime


@dataclass(eq=False)
class PriceChangeTwice(Refusal):
    """The grade already has a change at that moment."""

    grade: str
    due_at: datetime


@dataclass(eq=False)
class PriceChangeClosed(Refusal):
    """The price change has begun, is done, or was withdrawn."""

    change: str
    state: str


@dataclass(eq=False)
class GradeNotFound(Refusal):
    """The station does not sell this grade."""

    grade: str


@dataclass(eq=False)
class PriceNotConfirmed(Refusal):
    """The nozzle has not told its price, so litres cannot be turned into money."""

    pump: int
    nozzle: int
