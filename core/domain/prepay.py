"""Prepay: fuel that is paid before it flows, until every fen of it is fuel or back with the customer."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from core.domain.events.prepays import PrepayFilled, PrepayOverran
from core.domain.fill import Fill
from core.domain.ids import (
    AuthorisationId,
    FillId,
    GradeCode,
    LineId,
    NozzleNumber,
    PrepayId,
    PumpNumber,
    SaleId,
    StaffId,
)
from core.domain.litres import NO_LITRES, Litres
from core.domain.money import ZERO, Money
from core.domain.pump import Authorisation, PumpReading, PumpState
from core.domain.refusals.prepays import (
    PrepayFillBegan,
    PrepayIsClosed,
    PrepayIsReleased,
    PrepayNotOverrun,
    PrepayOwes,
    PumpNotReleased,
)

LONGEST_PLATE = 12


class PrepayState(StrEnum):
    """paid -> released -> filled -> settled; released -> paid when taken back; paid -> returned; filled -> returned.

    A fill that used everything settles it at once.
    """

    PAID = "paid"
    RELEASED = "released"
    FILLED = (
        "filled"  # fuel was delivered, or nothing was, and money is left; or more was delivered than was paid
    )
    SETTLED = "settled"
    RETURNED = "returned"  # nothing was filled, and all of it is back


OPEN_PREPAYS = (PrepayState.PAID, PrepayState.RELEASED, PrepayState.FILLED)
DELIVERING = (PumpState.STARTED, PumpState.FUELLING, PumpState.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Prepay:
    """Money for one fill. What a pump delivers beyond it is owed, unless it is less than the pump can measure."""

    id: PrepayId
    number: str  # "P20261122-0143-1": the bill's number and the place among its prepays
    sale: SaleId
    line: LineId
    amount: Money
    paid_at: datetime
    by: StaffId
    pump: PumpNumber
    nozzle: NozzleNumber
    grade: GradeCode
    ready_at: datetime  # since when it waits for this pump: paid, or moved here
    state: PrepayState = PrepayState.PAID
    authorisation: AuthorisationId | None = None  # the last one that was asked for
    reason: str = ""  # code of why it could not be released, or was taken back
    moved_from: PumpNumber | None = None
    to_pump: PumpNumber | None = None  # where it goes as soon as its pump has given back the promise
    to_nozzle: NozzleNumber | None = None
    to_grade: GradeCode | None = None
    fill: FillId | None = None
    used: Money = ZERO  # as the pump says
    volume: Litres = NO_LITRES
    filled_at: datetime | None = None
    returned: Money = ZERO
    deposit: bool = False  # the customer has gone: it is kept until somebody asks for it
    plate: str = ""
    ended_at: datetime | None = None
    overrun_sale: SaleId | None = None  # the bill on which the customer paid what was delivered beyond it

    @property
    def is_open(self) -> bool:
        """Whether money of it is still owed, as fuel or back."""
        return self.state in OPEN_PREPAYS

    @property
    def kept(self) -> Money:
        """What of it was sold as fuel."""
        return min(self.used, self.amount)

    @property
    def overrun(self) -> Money:
        """What the pump delivered beyond it."""
        return max(self.used - self.amount, ZERO)

    @property
    def owed(self) -> Money:
        """What the customer has still to pay, or somebody to waive: fuel that was delivered beyond it."""
        return self.overrun if self.state is PrepayState.FILLED else ZERO

    @property
    def to_return(self) -> Money:
        """What goes back if nothing more is filled; nothing of what is closed."""
        return self.amount - self.kept - self.returned if self.is_open else ZERO

    @property
    def is_released(self) -> bool:
        """Whether its pump may deliver at any moment."""
        return self.state is PrepayState.RELEASED

    @property
    def is_awaited(self) -> bool:
        """Whether a customer who has paid waits at its pump, or on the way to it, for the release."""
        return self.state in (PrepayState.PAID, PrepayState.RELEASED) and not self.deposit

    @property
    def is_moving(self) -> bool:
        """Whether it waits for its pump's promise to be taken back, to go to another."""
        return self.to_pump is not None

    def released(self, authorisation: AuthorisationId) -> "Prepay":
        """Its pump is being asked."""
        self.must_wait()
        return replace(
            self, state=PrepayState.RELEASED, authorisation=authorisation, reason="", deposit=False
        )

    def not_released(self, reason: str) -> "Prepay":
        """Its pump could not be asked just now."""
        self.must_wait()
        return replace(self, reason=reason)

    def taken_back(self, reason: str, at: datetime) -> "Prepay":
        """Nothing was filled, and its pump promises nothing any more; where it was to move, it has."""
        if self.state is not PrepayState.RELEASED:
            raise PumpNotReleased(self.number)
        waiting = replace(self, state=PrepayState.PAID, reason=reason)
        return waiting.arrived(at) if self.is_moving else waiting

    def moving(self, pump: PumpNumber, nozzle: NozzleNumber, grade: GradeCode) -> "Prepay":
        """It is to go to that nozzle. Raises PrepayIsClosed for one that was filled."""
        if self.state not in (PrepayState.PAID, PrepayState.RELEASED):
            raise PrepayIsClosed(self.number)
        return replace(self, to_pump=pump, to_nozzle=nozzle, to_grade=grade)

    def staying(self) -> "Prepay":
        """It is to go nowhere: its fill has begun."""
        return replace(self, to_pump=None, to_nozzle=None, to_grade=None)

    def arrived(self, at: datetime) -> "Prepay":
        """At the nozzle that it was to go to."""
        if self.to_pump is None or self.to_nozzle is None or self.to_grade is None:
            raise ValueError("it was to go nowhere")
        there = replace(
            self,
            pump=self.to_pump,
            nozzle=self.to_nozzle,
            grade=self.to_grade,
            moved_from=self.pump,
            ready_at=at,
            reason="",
        )
        return there.staying()

    def filled(self, fill: Fill) -> "Prepay":
        """With the fill it paid for; settled where nothing is left of it and nothing worth a payment is owed."""
        if self.state not in (PrepayState.PAID, PrepayState.RELEASED):
            raise PrepayIsClosed(self.number)
        done = replace(
            self.staying(),
            state=PrepayState.FILLED,
            fill=fill.id,
            used=fill.amount,
            volume=fill.volume,
            filled_at=fill.recorded_at,
            reason="",
        )
        # A pump cannot stop closer than it measures: so much more is the station's own.
        if done.to_return or done.overrun > fill.price.smallest_payment:
            return done
        return replace(done, state=PrepayState.SETTLED, ended_at=fill.recorded_at)

    def overrun_paid(self, sale: SaleId, at: datetime) -> "Prepay":
        """What was delivered beyond it is paid by that bill. Raises PrepayNotOverrun."""
        return replace(self.overrun_waived(at), overrun_sale=sale)

    def overrun_waived(self, at: datetime) -> "Prepay":
        """Nobody pays what was delivered beyond it. Raises PrepayNotOverrun."""
        if not self.owed:
            raise PrepayNotOverrun(self.number)
        return replace(self, state=PrepayState.SETTLED, ended_at=at)

    def given_back(self, at: datetime) -> "Prepay":
        """All that is left of it goes back. Raises PrepayIsReleased, PrepayIsClosed, PrepayOwes."""
        self.must_have_rest()
        state = PrepayState.SETTLED if self.kept else PrepayState.RETURNED
        return replace(self, state=state, returned=self.returned + self.to_return, ended_at=at)

    def left(self, plate: str) -> "Prepay":
        """The customer has gone without what is left. Raises PrepayIsReleased, PrepayIsClosed, PrepayOwes."""
        self.must_have_rest()
        return replace(self, deposit=True, plate=plate[:LONGEST_PLATE] or self.plate)

    def must_wait(self) -> None:
        """Refuse whatever does not wait for its pump."""
        if self.state is PrepayState.RELEASED:
            raise PrepayIsReleased(self.number, self.pump)
        if self.state is not PrepayState.PAID:
            raise PrepayIsClosed(self.number)

    def must_have_rest(self) -> None:
        """Refuse what is closed, could be filled at this very moment, or was filled with more than was paid."""
        if not self.is_open:
            raise PrepayIsClosed(self.number)
        if self.state is PrepayState.RELEASED:
            raise PrepayIsReleased(self.number, self.pump)
        if self.owed:
            raise PrepayOwes(self.number, self.owed.fen)

    def must_not_flow(self, reading: PumpReading | None) -> None:
        """Refuse once its fill has begun."""
        if self.state is PrepayState.RELEASED and reading is not None and reading.state in DELIVERING:
            raise PrepayFillBegan(self.number, self.pump)

    def is_of(self, authorisation: Authorisation) -> bool:
        """Whether a fill of this authorisation, ended or not, is what it paid for."""
        return self.authorisation == authorisation.id and self.state in (
            PrepayState.PAID,
            PrepayState.RELEASED,
        )


def prepay_filled(prepay: Prepay) -> tuple[PrepayFilled | PrepayOverran, ...]:
    """What is told of a prepay that has just been filled."""
    figures = (prepay.amount.fen, prepay.used.fen, prepay.to_return.fen)
    filled = PrepayFilled(prepay.id, prepay.number, prepay.pump, *figures)
    if not prepay.owed:
        return (filled,)
    return filled, PrepayOverran(prepay.id, prepay.number, prepay.pump, prepay.owed.fen)
