"""Fill: litres, price and amount as the pump reported them, and whether they agree."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.domain.copying import replace
from core.domain.ids import (
    AuthorisationId,
    DebtId,
    FillId,
    GradeCode,
    NozzleNumber,
    OrderId,
    PumpNumber,
    SaleId,
    ShiftId,
)
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.pump import EndedFill, Preset, PresetKind
from core.domain.refusals.pumps import FillNotYours, FillStateUnfit, FillTaken

SMALLEST_VOLUME = Litres(10)  # what a pump can measure
_SAME_MOMENT = timedelta(seconds=2)
# So long may a record without a moment of its own have waited to be seen.
_SEEN_WITHIN = timedelta(hours=24)


class FillState(StrEnum):
    """unpaid -> in_sale -> paid (back to unpaid when the sale is cancelled or refunded); or for_order -> settled;
    or for_prepay -> settled.

    What a person decides of one that is unpaid: owed (in_sale when it is collected, owed again when that bill is given
    up), disputed, tested, written_off; each of them may wait at the counter again.
    """

    UNPAID = "unpaid"
    IN_SALE = "in_sale"
    PAID = "paid"
    FOR_ORDER = "for_order"
    FOR_PREPAY = "for_prepay"  # paid before it flowed; something is left to give back
    SETTLED = "settled"
    EMPTY = "empty"  # nozzle lifted and hung up, nothing delivered, no order waiting on it
    OWED = "owed"  # the customer is gone, without a word or with a promise: its debt says who and until when
    DISPUTED = "disputed"  # the customer says otherwise, and somebody has to decide
    TESTED = "tested"  # no sale: the pump was tried, and the fuel went back into a tank
    WRITTEN_OFF = "written_off"  # nobody will pay it


class FillSource(StrEnum):
    """How the station came to know of a fill."""

    PUMP = "pump"  # told when it ended
    HISTORY = "history"  # found later in what the controller keeps
    KEYED = "keyed"  # nobody is connected to the pump: a person read it there
    COUNTER = "counter"  # nothing but the nozzle's counter told of it, and a person said that it was one


# What was found out afterwards is marked, wherever it is shown.
RECOVERED = (FillSource.HISTORY, FillSource.COUNTER)


@dataclass(frozen=True, slots=True)
class Fill:
    """One delivery of fuel as the pump reported it. Never edited: the amount is the pump's own (legal metrology)."""

    id: FillId
    pump: PumpNumber
    nozzle: NozzleNumber
    grade: GradeCode
    transaction: int
    volume: Litres
    price: UnitPrice
    amount: Money
    started_at: datetime | None
    ended_at: datetime
    recorded_at: datetime
    shift: ShiftId | None = None  # the shift that was open when it was recorded
    authorisation: AuthorisationId | None = None
    order: OrderId | None = None
    sale: SaleId | None = None
    state: FillState = FillState.UNPAID
    totaliser: Litres | None = None
    source: FillSource = FillSource.PUMP
    timed: bool = True  # `ended_at` is the controller's own time; else when its record was first seen
    debt: DebtId | None = None  # who owes it, and until when

    @property
    def is_recovered(self) -> bool:
        """Whether it was found out afterwards."""
        return self.source in RECOVERED

    def agrees(self) -> bool:
        """Whether the amount is within what 0.01 L costs of litres times price (JJG 443)."""
        difference = self.amount - self.price.amount_for(self.volume)
        return abs(difference.fen) <= self.price.smallest_payment.fen

    def is_over(self, preset: Preset) -> bool:
        """Whether the pump went further than it was let, by more than it can measure."""
        if preset.kind is PresetKind.AMOUNT:
            return self.amount > preset.amount + self.price.smallest_payment
        return preset.kind is PresetKind.VOLUME and self.volume > preset.volume + SMALLEST_VOLUME

    def is_told_again_by(self, ended: EndedFill) -> bool:
        """Whether a record under this fill's number tells of this fill once more.

        Numbers come again after some ten thousands, and after a controller was restarted: figures, counter and moment
        tell two fills apart then.
        """
        ours = (self.nozzle, self.volume, self.price, self.amount)
        if ours != (ended.nozzle, ended.volume, ended.price, ended.amount):
            return False
        apart = abs(self.ended_at - ended.ended_at)
        if self.timed and ended.timed:
            # A controller whose clock was set meanwhile tells the same fill at another time.
            return apart <= _SAME_MOMENT or (bool(self.volume) and self._has_counter_of(ended))
        if self.totaliser is not None and ended.totaliser is not None:
            return self.totaliser == ended.totaliser
        return apart <= _SEEN_WITHIN

    def _has_counter_of(self, ended: EndedFill) -> bool:
        return self.totaliser is not None and self.totaliser == ended.totaliser

    def taken_into(self, sale: SaleId) -> "Fill":
        """The fill on that sale's bill. Raises FillTaken when it is on another or is not to be paid here."""
        if self.state is FillState.IN_SALE and self.sale == sale:
            return self
        if self.state not in (FillState.UNPAID, FillState.OWED):
            raise FillTaken(self.id, self.pump)
        return replace(self, state=FillState.IN_SALE, sale=sale)

    def given_back(self, sale: SaleId) -> "Fill":
        """The fill off that sale's bill again; still owed where it was."""
        self._must_be_in(sale)
        state = FillState.UNPAID if self.debt is None else FillState.OWED
        return replace(self, state=state, sale=None)

    def paid(self, sale: SaleId) -> "Fill":
        """The fill once its sale is complete."""
        self._must_be_in(sale)
        return replace(self, state=FillState.PAID)

    def reinstated(self, sale: SaleId) -> "Fill":
        """A paid fill that waits at the counter again, because the sale that it was on was refunded."""
        if self.state is not FillState.PAID or self.sale != sale:
            raise FillNotYours(self.id, sale)
        return replace(self, state=FillState.UNPAID, sale=None, debt=None)

    def owed(self, debt: DebtId) -> "Fill":
        """The fill of a customer who has gone without paying."""
        self.must_be(FillState.UNPAID, FillState.DISPUTED)
        return replace(self, state=FillState.OWED, debt=debt)

    def disputed(self) -> "Fill":
        """The fill that a customer does not want to pay as it is."""
        self.must_be(FillState.UNPAID)
        return replace(self, state=FillState.DISPUTED)

    def tested(self) -> "Fill":
        """The fill that was none: a trial of the pump."""
        self.must_be(FillState.UNPAID, FillState.DISPUTED)
        return replace(self, state=FillState.TESTED)

    def written_off(self) -> "Fill":
        """The fill that nobody will pay."""
        self.must_be(FillState.UNPAID, FillState.DISPUTED, FillState.OWED)
        return replace(self, state=FillState.WRITTEN_OFF)

    def waiting_again(self) -> "Fill":
        """At the counter once more, after something else was decided of it."""
        self.must_be(FillState.OWED, FillState.DISPUTED, FillState.TESTED, FillState.WRITTEN_OFF)
        return replace(self, state=FillState.UNPAID, debt=None)

    def must_be(self, *states: FillState) -> None:
        """Raises FillStateUnfit."""
        if self.state not in states:
            raise FillStateUnfit(self.id, self.pump, self.state)

    def settled(self) -> "Fill":
        """The fill once its online order is complete, or nothing of its prepay is left."""
        if self.state not in (FillState.FOR_ORDER, FillState.FOR_PREPAY):
            raise FillTaken(self.id, self.pump)
        return replace(self, state=FillState.SETTLED)

    def _must_be_in(self, sale: SaleId) -> None:
        if self.state is not FillState.IN_SALE or self.sale != sale:
            raise FillNotYours(self.id, sale)
