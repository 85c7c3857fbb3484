"""Sale: its lines, totals, what is still due, when it is complete."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.copying import replace
from core.domain.coupon import BasketLine, CouponUse, CouponUseState, Discount
from core.domain.fill import Fill
from core.domain.ids import (
    GradeCode,
    LineId,
    PaymentId,
    PrepayId,
    SaleId,
    ShiftId,
    StaffId,
)
from core.domain.member import SaleMember
from core.domain.money import ZERO, Money, total
from core.domain.offer import PointsAsked, Reckoning, RoundTo, Step, StepKind
from core.domain.payment import Payment, PaymentState
from core.domain.points import PointsUse, PointsUseState
from core.domain.product import Goods
from core.domain.refusals.payments import NothingDue, PaymentUnclear
from core.domain.refusals.sales import (
    DiscountUnfit,
    LineNotFound,
    LineUnfit,
    SaleHasMoney,
    SaleIsClosed,
    SaleIsEmpty,
)
from core.domain.refusals.typed import AmountUnfit, QuantityUnfit, TitleMissing
from core.domain.sale_line import SaleLine, come_to, priced
from core.domain.words import one_line

MOST_PIECES = 999
# What one piece may cost: below it nothing is sold by hand, above it a finger slipped.
HIGHEST_PIECE_PRICE = Money(9_999_999)
LONGEST_TITLE = 60
LONGEST_LABEL = 40


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
    member: SaleMember | None = None
    points: PointsUse | None = None  # like the coupon: off the bill once refused or released
    round_to: RoundTo | None = None  # how far somebody rounded it by hand; None is as the station's rule says
    rounding: Money = ZERO  # taken off the total, never negative, in no line's discount
    steps: tuple[Step, ...] = ()  # how the discounts and the rounding came about, and what did not, with why
    place: str = ""  # the till that has the bill open
    held_at: datetime | None = None  # set aside for another customer to be served
    held_label: str = ""  # kept when it is recalled

    @property
    def gross(self) -> Money:
        """Before discounts."""
        return Money(come_to(self.lines)[0])

    @property
    def discount(self) -> Money:
        """All that was taken off the lines; the rounding is beside it."""
        gross, net = come_to(self.lines)
        return Money(gross - net)

    @property
    def total(self) -> Money:
        """What the customer owes in all."""
        return Money(come_to(self.lines)[1] - self.rounding.fen)

    @property
    def is_blank(self) -> bool:
        """Whether nothing has happened on it: nobody misses it when it is thrown away."""
        return not (self.lines or self.payments or self.coupon or self.member)

    @property
    def is_held(self) -> bool:
        """Whether it is set aside and nobody works on it."""
        return self.held_at is not None

    @property
    def is_changeable(self) -> bool:
        """Whether lines may come and go: open, and without money in it or on its way."""
        return self.state is SaleState.OPEN and not self.paid and self.unclear_payment is None

    @property
    def is_well_begun(self) -> bool:
        """Whether a line that goes would be noticed: there is fuel on it, it was held, or somebody tried to pay."""
        fuel = any(not line.is_goods for line in self.lines)
        return fuel or bool(self.held_label) or bool(self.payments)

    def step(self, kind: StepKind) -> Step | None:
        """The first step of this kind, taken or not."""
        return next((step for step in self.steps if step.kind is kind), None)

    def shares(self) -> Mapping[LineId, Money]:
        """What each line brought: its net less its part of the rounding (largest remainder); they sum to the total."""
        if not self.lines:
            return {}
        weights = [0 if line.stands_apart else line.net.fen for line in self.lines]
        parts = self.rounding.split(weights)
        return {line.id: line.net - part for line, part in zip(self.lines, parts, strict=True)}

    @property
    def paid(self) -> Money:
        """What is certainly ours."""
        fen = 0
        for payment in self.payments:
            if payment.state is PaymentState.CAPTURED:
                fen += payment.amount.fen
        return Money(fen)

    @property
    def due(self) -> Money:
        """What is still to be paid."""
        # In one go: every payment asks this several times.
        fen = come_to(self.lines)[1] - self.rounding.fen
        for payment in self.payments:
            if payment.state is PaymentState.CAPTURED:
                fen -= payment.amount.fen
        return Money(fen)

    @property
    def change(self) -> Money:
        """Cash to give back."""
        return total(payment.change for payment in self.legs)

    @property
    def legs(self) -> tuple[Payment, ...]:
        """The payments that brought the money: captured ones that were not taken back, in order."""
        brought: list[Payment] = []
        taken_back: set[PaymentId] = set()
        for payment in self.payments:
            if payment.state is not PaymentState.CAPTURED:
                continue
            if payment.reverses is None:
                brought.append(payment)
            else:
                taken_back.add(payment.reverses)
        return tuple([each for each in brought if each.id not in taken_back] if taken_back else brought)

    @property
    def unclear_payment(self) -> Payment | None:
        """The payment with no clear answer yet, if there is one."""
        for payment in self.payments:
            if payment.state is PaymentState.PENDING:
                return payment
        return None

    def with_goods(self, line: LineId, goods: Goods, quantity: int) -> "Sale":
        """The bill with more of these goods, on the line they already have where there is one."""
        self._must_be_changeable()
        if not 1 <= quantity <= MOST_PIECES:
            raise QuantityUnfit(quantity)
        for known in self.lines:
            if known.goods == goods.id and known.piece_price == goods.price and known.listed_price is None:
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

    def with_keyed(self, line: LineId, title: str, price: Money, quantity: int) -> "Sale":
        """The bill with goods that have no place in the catalogue."""
        self._must_be_changeable()
        name = one_line(title)[:LONGEST_TITLE]
        if not name:
            raise TitleMissing
        if not ZERO < price <= HIGHEST_PIECE_PRICE:
            raise AmountUnfit(price.fen)
        if not 1 <= quantity <= MOST_PIECES:
            raise QuantityUnfit(quantity)
        fresh = SaleLine(line, name, price * quantity, quantity=quantity, piece_price=price, keyed=True)
        return self._with_lines((*self.lines, fresh))

    def with_quantity(self, line: LineId, quantity: int) -> "Sale":
        """The bill with another quantity on a goods line."""
        self._must_be_changeable()
        known = self.line(line)
        if not known.is_goods or not 1 <= quantity <= MOST_PIECES:
            raise QuantityUnfit(quantity)
        return self._with_line(priced(known, known.piece_price, quantity))

    def with_price(self, line: LineId, price: Money, reason: str) -> "Sale":
        """The bill with another price a piece on a goods line; the catalogue's own price takes the change back."""
        self._must_be_changeable()
        known = self.line(line)
        if not known.is_goods:
            raise LineUnfit(line)
        if not ZERO <= price <= HIGHEST_PIECE_PRICE:
            raise AmountUnfit(price.fen)
        listed = known.listed_price if known.listed_price is not None else known.piece_price
        changed = priced(known, price, known.quantity)
        if price == listed:
            return self._with_line(replace(changed, listed_price=None, reason=""))
        return self._with_line(replace(changed, listed_price=listed, reason=one_line(reason)[:LONGEST_TITLE]))

    def with_line_discount(self, line: LineId, off: Money, reason: str) -> "Sale":
        """The bill with so much off this line by hand, before anything else; zero takes that back."""
        self._must_be_changeable()
        known = self.line(line)
        if known.stands_apart:
            raise LineUnfit(line)
        if not ZERO <= off <= known.gross:
            raise DiscountUnfit(known.gross.fen, off.fen)
        why = one_line(reason)[:LONGEST_TITLE] if off else ""
        return self._with_line(replace(known, by_hand=off, reason=why))

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

    def with_prepay(  # noqa: PLR0917 - what is paid for
        self,
        line: LineId,
        prepay: PrepayId,
        pump: int,
        nozzle: int,
        grade: GradeCode,
        amount: Money,
    ) -> "Sale":
        """The bill with fuel for so much, to be filled once it is paid. No offer, coupon or rounding touches it."""
        self._must_be_changeable()
        if not ZERO < amount <= HIGHEST_PIECE_PRICE:
            raise AmountUnfit(amount.fen)
        fresh = SaleLine(line, grade, amount, grade=grade, pump=pump, nozzle=nozzle, prepay=prepay)
        return self._with_lines((*self.lines, fresh))

    def with_overrun(self, line: LineId, prepay: PrepayId, fill: Fill, amount: Money) -> "Sale":
        """The bill with what this fill came to beyond its prepay; its litres were counted when it ended."""
        self._must_be_changeable()
        if any(known.overrun == prepay for known in self.lines):
            return self
        fresh = SaleLine(
            line,
            fill.grade,
            amount,
            grade=fill.grade,
            pump=fill.pump,
            nozzle=fill.nozzle,
            fuel_price=fill.price,
            overrun=prepay,
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
        """The bill as offers, coupons, points and rounding see it: what is paid before it flows is none of theirs."""
        return tuple(
            BasketLine(
                line.id, line.gross, line.grade, line.volume, line.title if line.goods else "", line.quantity
            )
            for line in self.lines
            if not line.stands_apart
        )

    def with_coupon(self, use: CouponUse | None, discount: Discount | None) -> "Sale":
        """The bill with this coupon's discount spread over its lines; with None, without any."""
        self._must_be_changeable()
        parts = dict(discount.parts) if discount else {}
        lines = tuple(replace(line, discount=parts.get(line.id, ZERO)) for line in self.lines)
        if use is not None:
            use = replace(use, discount=discount.amount if discount else ZERO)
        return replace(self, lines=lines, coupon=use)

    def with_coupon_use(self, use: CouponUse | None) -> "Sale":
        """The bill with this coupon on it, or without one; what it takes off is reckoned next."""
        self._must_be_changeable()
        return replace(self, coupon=use)

    def with_points(self, use: PointsUse | None) -> "Sale":
        """The bill with these points on it, or without any; what they take off is reckoned next."""
        self._must_be_changeable()
        return replace(self, points=use)

    def with_member(self, member: SaleMember | None) -> "Sale":
        """The bill of this member, or of nobody known."""
        self._must_be_changeable()
        return replace(self, member=member)

    def with_rounding(self, to: RoundTo | None) -> "Sale":
        """The bill rounded down so far by hand; None leaves it to the station's rule."""
        self._must_be_changeable()
        return replace(self, round_to=to)

    @property
    def by_hand(self) -> Mapping[LineId, Money]:
        """What people wanted off each line."""
        return {line.id: line.by_hand for line in self.lines if line.by_hand}

    @property
    def points_asked(self) -> PointsAsked | None:
        """The points that are set aside for this bill."""
        use = self.points
        if use is None or use.state is not PointsUseState.HELD:
            return None
        return PointsAsked(use.asked, use.rule)

    def reckoned(self, found: Reckoning) -> "Sale":
        """The bill with everything that was reckoned for it."""
        self._must_be_changeable()
        off = found.discounts
        lines = tuple(
            line
            if line.discount == off.get(line.id, ZERO)
            else replace(line, discount=off.get(line.id, ZERO))
            for line in self.lines
        )
        coupon, points = self.coupon, self.points
        if coupon is not None:
            step = found.step(StepKind.COUPON)
            amount, why = (
                (step.amount, step.why if not step.applied else "") if step else (ZERO, coupon.reason)
            )
            coupon = replace(coupon, discount=amount, reason=why)
        if points is not None:
            step = found.step(StepKind.POINTS)
            amount, why = (
                (step.amount, step.why if not step.applied else "") if step else (ZERO, points.reason)
            )
            points = replace(points, points=found.points, worth=amount, reason=why)
        return replace(
            self, lines=lines, coupon=coupon, points=points, rounding=found.rounding, steps=found.steps
        )

    def held(self, at: datetime, label: str) -> "Sale":
        """The bill set aside under this name. Raises SaleIsEmpty, SaleHasMoney."""
        self._must_be_changeable()
        if not self.lines:
            raise SaleIsEmpty
        return replace(self, held_at=at, held_label=one_line(label)[:LONGEST_LABEL], place="")

    def recalled(self, by: StaffId, place: str) -> "Sale":
        """The bill in these hands at this till; it stays where it is kept, only nobody else works on it."""
        if self.state is not SaleState.OPEN:
            raise SaleIsClosed(self.id)
        return replace(self, held_at=None, cashier=by, place=place)

    def with_payment(self, payment: Payment) -> "Sale":
        """The bill with this payment added or, by its id, brought up to date."""
        if self.state is not SaleState.OPEN:
            raise SaleIsClosed(self.id)
        for place, known in enumerate(self.payments):
            if known.id == payment.id:
                kept = self.payments
                return replace(self, payments=(*kept[:place], payment, *kept[place + 1 :]))
        if payment.reverses is None:
            self.check_payable()
        elif self.unclear_payment is not None:
            raise PaymentUnclear(self.unclear_payment.id)
        return replace(self, payments=(*self.payments, payment))

    def check_payable(self) -> Money:
        """What is due. Refuse a payment of a closed, empty or paid bill, or while another payment is unclear."""
        if self.state is not SaleState.OPEN:
            raise SaleIsClosed(self.id)
        if not self.lines:
            raise SaleIsEmpty
        if self.unclear_payment is not None:
            raise PaymentUnclear(self.unclear_payment.id)
        due = self.due
        if due.fen <= 0 < self.total.fen:
            raise NothingDue
        return due

    def completed(self, number: str, at: datetime) -> "Sale":
        """The bill once nothing is due."""
        if self.state is not SaleState.OPEN:
            raise SaleIsClosed(self.id)
        if self.due.fen > 0 or self.unclear_payment is not None or not self.lines:
            raise ValueError("a sale completes when its lines are paid")
        # What took nothing off is not used up: it comes off the bill, and so is free again.
        coupon, points = self.coupon, self.points
        used = replace(coupon, state=CouponUseState.REDEEMED) if coupon and coupon.discount else None
        spent = replace(points, state=PointsUseState.REDEEMED) if points and points.worth else None
        return replace(
            self,
            state=SaleState.COMPLETED,
            number=number,
            completed_at=at,
            coupon=used,
            points=spent,
            held_at=None,
        )

    def cancelled(self, at: datetime) -> "Sale":
        """The bill thrown away; only while no money is in it."""
        self._must_be_changeable()
        return replace(
            self, state=SaleState.CANCELLED, completed_at=at, coupon=None, points=None, held_at=None
        )

    def _with_line(self, changed: SaleLine) -> "Sale":
        return self._with_lines(tuple(changed if each.id == changed.id else each for each in self.lines))

    def _with_lines(self, lines: tuple[SaleLine, ...]) -> "Sale":
        return replace(self, lines=lines)

    def _must_be_changeable(self) -> None:
        if self.state is not SaleState.OPEN:
            raise SaleIsClosed(self.id)
        if self.paid or self.unclear_payment is not None:
            raise SaleHasMoney(self.id)


@dataclass(frozen=True, slots=True)
class HeldBill:
    """A bill on the list of those that wait: `who` rang it up, `elsewhere` is the till that has it open, if one has."""

    sale: Sale
    who: str
    elsewhere: str = ""
