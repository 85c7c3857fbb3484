"""Sale and SaleLine: totals, what is still due, when it is complete."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from core.domain.coupon import BasketLine, CouponUse, CouponUseState, Discount
from core.domain.fill import Fill
from core.domain.ids import FillId, GoodsId, GradeCode, LineId, SaleId, ShiftId, StaffId
from core.domain.litres import NO_LITRES, Litres
from core.domain.money import ZERO, Money, total
from core.domain.payment import Payment, PaymentState
from core.domain.price import UnitPrice
from core.domain.product import Goods
from core.domain.refusals import (
    LineNotFound,
    NothingDue,
    PaymentUnclear,
    QuantityUnfit,
    SaleHasMoney,
    SaleIsClosed,
    SaleIsEmpty,
)

MOST_PIECES = 999


@dataclass(frozen=True, slots=True)
class SaleLine:
    """One line of the bill: a fill or goods. `gross` is the pump's amount or pieces times price."""

    id: LineId
    title: str  # the goods' name; for fuel the grade's code, named by core.wording.names
    gross: Money
    discount: Money = ZERO
    # fuel
    fill: FillId | None = None
    grade: GradeCode | None = None
    pump: int | None = None
    nozzle: int | None = None
    volume: Litres = NO_LITRES
    fuel_price: UnitPrice | None = None
    # goods
    goods: GoodsId | None = None
    quantity: int = 1
    piece_price: Money = ZERO

    @property
    def net(self) -> Money:
        """What the line costs after its part of the discount."""
        return self.gross - self.discount


class SaleState(StrEnum):
    """open -> completed | cancelled."""

    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Sale:
    """What one customer pays at the counter."""

    id: SaleId
    shift: ShiftId
    cashier: StaffId
    opened_at: datetime
    lines: tuple[SaleLine, ...] = ()
    coupon: CouponUse | None = None  # pending or held or redeemed; a refused or released one is off the bill
    payments: tuple[Payment, ...] = ()
    state: SaleState = SaleState.OPEN
    number: str = ""  # "20261122-0143", given in the completing transaction, so without gaps
    completed_at: datetime | None = None

    @property
    def gross(self) -> Money:
        """Before discounts."""
        return total(line.gross for line in self.lines)

    @property
    def discount(self) -> Money:
        """All that was taken off."""
        return total(line.discount for line in self.lines)

    @property
    def total(self) -> Money:
        """What the customer owes in all."""
        return self.gross - self.discount

    @property
    def paid(self) -> Money:
        """What is certainly ours."""
        return total(p.amount for p in self.payments if p.state is PaymentState.CAPTURED)

    @property
    def due(self) -> Money:
        """What is still to be paid."""
        return self.total - self.paid

    @property
    def change(self) -> Money:
        """Cash to give back."""
        return total(p.change for p in self.payments if p.state is PaymentState.CAPTURED)

    @property
    def unclear_payment(self) -> Payment | None:
        """The payment with no clear answer yet, if there is one."""
        return next((p for p in self.payments if p.state is PaymentState.PENDING), None)

    def with_goods(self, line: LineId, goods: Goods, quantity: int) -> "Sale":
        """The bill with more of these goods, on the line they already have where there is one."""
        self._must_be_changeable()
        if not 1 <= quantity <= MOST_PIECES:
            raise QuantityUnfit(quantity)
        for known in self.lines:
            if known.goods == goods.id and known.piece_price == goods.price:
                return self.with_quantity(known.id, known.quantity + quantity)
        fresh = SaleLine(
            line,
            goods.name,
            goods.price * quantity,
            goods=goods.id,
            quantity=quantity,
            piece_price=goods.price,
        )
        return self._with_lines((*self.lines, fresh))

    def with_quantity(self, line: LineId, quantity: int) -> "Sale":
        """The bill with another quantity on a goods line."""
        self._must_be_changeable()
        known = self.line(line)
        if known.goods is None or not 1 <= quantity <= MOST_PIECES:
            raise QuantityUnfit(quantity)
        changed = replace(known, quantity=quantity, gross=known.piece_price * quantity)
        return self._with_lines(tuple(changed if each.id == line else each for each in self.lines))

    def with_fill(self, line: LineId, fill: Fill) -> "Sale":
        """The bill with this fill. The same fill again changes nothing."""
        self._must_be_changeable()
        if any(known.fill == fill.id for known in self.lines):
            return self
        fresh = SaleLine(
            line,
            fill.grade,
            fill.amount,
            fill=fill.id,
            grade=fill.grade,
            pump=fill.pump,
            nozzle=fill.nozzle,
            volume=fill.volume,
            fuel_price=fill.price,
        )
        return self._with_lines((*self.lines, fresh))

    def without_line(self, line: LineId) -> "Sale":
        """The bill without that line."""
        self._must_be_changeable()
        self.line(line)
        return self._with_lines(tuple(each for each in self.lines if each.id != line))

    def line(self, line: LineId) -> SaleLine:
        """The line of that id. Raises LineNotFound."""
        for known in self.lines:
            if known.id == line:
                return known
        raise LineNotFound(line)

    def basket(self) -> tuple[BasketLine, ...]:
        """The bill as the coupon rules see it."""
        return tuple(BasketLine(line.id, line.gross, line.grade, line.volume) for line in self.lines)

    def with_coupon(self, use: CouponUse | None, discount: Discount | None) -> "Sale":
        """The bill with this coupon's discount spread over its lines; with None, without any."""
        self._must_be_changeable()
        parts = dict(discount.parts) if discount else {}
        lines = tuple(replace(line, discount=parts.get(line.id, ZERO)) for line in self.lines)
        if use is not None:
            use = replace(use, discount=discount.amount if discount else ZERO)
        return replace(self, lines=lines, coupon=use)

    def with_payment(self, payment: Payment) -> "Sale":
        """The bill with this payment added or, by its id, brought up to date."""
        if self.state is not SaleState.OPEN:
            raise SaleIsClosed(self.id)
        if any(known.id == payment.id for known in self.payments):
            return replace(
                self, payments=tuple(payment if known.id == payment.id else known for known in self.payments)
            )
        self.check_payable()
        return replace(self, payments=(*self.payments, payment))

    def check_payable(self) -> None:
        """Refuse a payment of a closed, empty or paid bill, or while another payment is unclear."""
        if self.state is not SaleState.OPEN:
            raise SaleIsClosed(self.id)
        if not self.lines:
            raise SaleIsEmpty
        if self.unclear_payment is not None:
            raise PaymentUnclear(self.unclear_payment.id)
        if self.due <= ZERO and self.total > ZERO:
            raise NothingDue

    def completed(self, number: str, at: datetime) -> "Sale":
        """The bill once nothing is due."""
        if self.state is not SaleState.OPEN:
            raise SaleIsClosed(self.id)
        if self.due > ZERO or self.unclear_payment is not None or not self.lines:
            raise ValueError("a sale completes when its lines are paid")
        coupon = replace(self.coupon, state=CouponUseState.REDEEMED) if self.coupon else None
        return replace(self, state=SaleState.COMPLETED, number=number, completed_at=at, coupon=coupon)

    def cancelled(self, at: datetime) -> "Sale":
        """The bill thrown away; only while no money is in it."""
        self._must_be_changeable()
        return replace(self, state=SaleState.CANCELLED, completed_at=at, coupon=None)

    def _with_lines(self, lines: tuple[SaleLine, ...]) -> "Sale":
        return replace(self, lines=lines)

    def _must_be_changeable(self) -> None:
        if self.state is not SaleState.OPEN:
            raise SaleIsClosed(self.id)
        if self.paid or self.unclear_payment is not None:
            raise SaleHasMoney(self.id)
