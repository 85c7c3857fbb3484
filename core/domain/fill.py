"""Fill: litres, price and amount as the pump reported them, and whether they agree."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.copying import replace
from core.domain.ids import (
    AuthorisationId,
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
from core.domain.pump import EndedFill
from core.domain.refusals.pumps import FillNotYours, FillTaken


class FillState(StrEnum):
    """unpaid -> in_sale -> paid (back to unpaid when the sale is cancelled or refunded); or for_order -> settled;
    or for_prepay -> settled."""

    UNPAID = "unpaid"
    IN_SALE = "in_sale"
    PAID = "paid"
    FOR_ORDER = "for_order"
    FOR_PREPAY = "for_prepay"  # paid before it flowed; something is left to give back
    SETTLED = "settled"
    EMPTY = "empty"  # nozzle lifted and hung up, nothing delivered, no order waiting on it


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

    def agrees(self) -> bool:
        """Whether the amount is within what 0.01 L costs of litres times price (JJG 443)."""
        difference = self.amount - self.price.amount_for(self.volume)
        return abs(difference.fen) <= self.price.smallest_payment.fen

    def is_told_again_by(self, ended: EndedFill) -> bool:
        """Whether a record without a moment of its own, under this fill's number, tells of this fill once more."""
        ours = (self.nozzle, self.volume, self.price, self.amount, self.totaliser)
        return ours == (ended.nozzle, ended.volume, ended.price, ended.amount, ended.totaliser)

    def taken_into(self, sale: SaleId) -> "Fill":
        """The fill on that sale's bill. Raises FillTaken when it is on another or is not to be paid here."""
        if self.state is FillState.IN_SALE and self.sale == sale:
            return self
        if self.state is not FillState.UNPAID:
            raise FillTaken(self.id, self.pump)
        return replace(self, state=FillState.IN_SALE, sale=sale)

    def given_back(self, sale: SaleId) -> "Fill":
        """The fill off that sale's bill again."""
        self._must_be_in(sale)
        return replace(self, state=FillState.UNPAID, sale=None)

    def paid(self, sale: SaleId) -> "Fill":
        """The fill once its sale is complete."""
        self._must_be_in(sale)
        return replace(self, state=FillState.PAID)

    def reinstated(self, sale: SaleId) -> "Fill":
        """A paid fill that waits at the counter again, because the sale that it was on was refunded."""
        if self.state is not FillState.PAID or self.sale != sale:
            raise FillNotYours(self.id, sale)
        return replace(self, state=FillState.UNPAID, sale=None)

    def settled(self) -> "Fill":
        """The fill once its online order is complete, or nothing of its prepay is left."""
        if self.state not in (FillState.FOR_ORDER, FillState.FOR_PREPAY):
            raise FillTaken(self.id, self.pump)
        return replace(self, state=FillState.SETTLED)

    def _must_be_in(self, sale: SaleId) -> None:
        if self.state is not FillState.IN_SALE or self.sale != sale:
            raise FillNotYours(self.id, sale)
