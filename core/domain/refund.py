"""Refund: what goes back of a completed sale, line by line, and to which of its payments. Never more than was sold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from core.domain.card_numbers import refuse_card_number
from core.domain.ids import FillId, LineId, PaymentId, RefundId, SaleId, ShiftId, StaffId
from core.domain.money import ZERO, Money, total
from core.domain.payment import ELECTRONIC, Payment, Tender
from core.domain.refusals.refunds import (
    NothingToRefund,
    RefundIsFinal,
    RefundNotFound,
    RefundOverPaid,
    RefundOverSold,
)
from core.domain.refusals.sales import SaleNotCompleted
from core.domain.refusals.typed import AmountUnfit, QuantityUnfit
from core.domain.sale import Sale, SaleState
from core.domain.sale_line import SaleLine

LONGEST_NOTE = 200


class RefundKind(StrEnum):
    """Why money goes back."""

    REFUND = "refund"
    VOID = "void"  # the whole bill, in the shift that sold it
    PREPAY_RETURN = "prepay_return"  # paid beforehand and not filled


class LegState(StrEnum):
    """pending -> done | refused -> to_cash."""

    PENDING = "pending"
    DONE = "done"
    REFUSED = "refused"
    TO_CASH = "to_cash"  # the provider would not: it was paid in cash


class RefundReason(StrEnum):
    """What a cashier chooses from; a note may say more."""

    WRONG_ITEM = "wrong_item"
    WRONG_AMOUNT = "wrong_amount"
    WRONG_TENDER = "wrong_tender"
    PAID_TWICE = "paid_twice"
    GOODS_RETURNED = "goods_returned"
    FUEL_COMPLAINT = "fuel_complaint"
    NOT_FILLED = "not_filled"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RefundLine:
    """What goes back of one line: pieces (a fill counts as one; 0 when only money goes back) and money."""

    line: LineId
    quantity: int
    amount: Money


@dataclass(frozen=True, slots=True)
class RefundLeg:
    """Money on its way back to one of the sale's payments; `id` is what the provider knows it by, asked again or not."""

    id: PaymentId
    of: PaymentId
    tender: Tender
    amount: Money
    state: LegState = LegState.PENDING
    provider_ref: str = ""
    reason: str = ""
    slip: str = ""
    shift: ShiftId | None = None  # the shift in which the money moved
    ended_at: datetime | None = None

    @property
    def paid_by(self) -> Tender:
        """How the money goes back in the end."""
        return Tender.CASH if self.state is LegState.TO_CASH else self.tender

    @property
    def is_paid(self) -> bool:
        """Whether the customer has the money."""
        return self.state in (LegState.DONE, LegState.TO_CASH)

    def done(self, at: datetime, shift: ShiftId, provider_ref: str = "", slip: str = "") -> "RefundLeg":
        """The money is with the customer."""
        return self._ended(LegState.DONE, at, shift, provider_ref=provider_ref, slip=slip)

    def refused(self, at: datetime, reason: str) -> "RefundLeg":
        """The provider will not give it back."""
        return self._ended(LegState.REFUSED, at, None, reason=reason)

    def to_cash(self, at: datetime, shift: ShiftId) -> "RefundLeg":
        """Refused by its provider, so paid from the drawer. Raises RefundIsFinal unless it was refused."""
        if self.state is not LegState.REFUSED:
            raise RefundIsFinal(self.id, self.state)
        return replace(self, state=LegState.TO_CASH, ended_at=at, shift=shift)

    def _ended(
        self,
        state: LegState,
        at: datetime,
        shift: ShiftId | None,
        *,
        provider_ref: str = "",
        reason: str = "",
        slip: str = "",
    ) -> "RefundLeg":
        if self.state is not LegState.PENDING:
            raise RefundIsFinal(self.id, self.state)
        return replace(
            self,
            state=state,
            ended_at=at,
            shift=shift,
            provider_ref=provider_ref or self.provider_ref,
            reason=reason,
            slip=slip or self.slip,
        )


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund with its number, "T20261122-0003". Its lines never change; its legs come to one end each."""

    id: RefundId
    sale: SaleId
    shift: ShiftId
    number: str
    kind: RefundKind
    lines: tuple[RefundLine, ...]
    legs: tuple[RefundLeg, ...]
    rounding: Money  # the lines' part of the bill's rounding, already left out of their amounts
    reason: RefundReason
    note: str
    by: StaffId
    approver: StaffId | None
    at: datetime
    reinstate: tuple[FillId, ...] = ()

    @property
    def total(self) -> Money:
        """What goes back in all."""
        return total(line.amount for line in self.lines)

    @property
    def is_settled(self) -> bool:
        """Whether the customer has all of it."""
        return all(leg.is_paid for leg in self.legs)

    def leg(self, leg: PaymentId) -> RefundLeg:
        """The leg of that id. Raises RefundNotFound."""
        for known in self.legs:
            if known.id == leg:
                return known
        raise RefundNotFound(leg)

    def with_leg(self, leg: RefundLeg) -> "Refund":
        """The refund with this leg brought up to date."""
        return replace(self, legs=tuple(leg if known.id == leg.id else known for known in self.legs))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked back of a line: pieces, or with 0 pieces a part of its money."""

    line: LineId
    quantity: int
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """What of a line was not given back yet, and what was sold of it."""

    sold_quantity: int
    sold: Money
    quantity: int
    amount: Money


@dataclass(frozen=True, slots=True)
class PlannedLeg:
    """So much to this payment."""

    of: PaymentId
    tender: Tender
    amount: Money


@dataclass(frozen=True, slots=True)
class RefundPlan:
    """What a refund would give back, before anybody agrees to it."""

    sale: SaleId
    lines: tuple[RefundLine, ...]
    legs: tuple[PlannedLeg, ...]
    rounding: Money

    @property
    def total(self) -> Money:
        """What goes back in all."""
        return total(line.amount for line in self.lines)


def left_of(sale: Sale, earlier: Sequence[Refund]) -> Mapping[LineId, Left]:
    """What can still go back, line by line. A refund counts from the moment it was written down."""
    shares = sale.shares()
    found = {}
    for line in sale.lines:
        before = [part for refund in earlier for part in refund.lines if part.line == line.id]
        found[line.id] = Left(
            line.quantity,
            shares[line.id],
            line.quantity - sum(part.quantity for part in before),
            shares[line.id] - total(part.amount for part in before),
        )
    return found


def everything_left(sale: Sale, earlier: Sequence[Refund]) -> tuple[Wanted, ...]:
    """All that can still go back."""
    return tuple(
        Wanted(line, left.quantity, None if left.quantity else left.amount)
        for line, left in left_of(sale, earlier).items()
        if left.quantity or left.amount
    )


@dataclass(frozen=True, slots=True)
class SoldBill:
    """A completed bill with all that went back of it."""

    sale: Sale
    refunds: tuple[Refund, ...]

    @property
    def left(self) -> Mapping[LineId, Left]:
        """What of each line can still go back."""
        return left_of(self.sale, self.refunds)

    @property
    def rest(self) -> tuple[Wanted, ...]:
        """All that can still go back."""
        return everything_left(self.sale, self.refunds)


def planned(sale: Sale, earlier: Sequence[Refund], wanted: Sequence[Wanted]) -> RefundPlan:
    """Work out what goes back of each line and to which payment.

    Pieces of a line give back equal parts of what was paid for it, to the fen: the last piece gives exactly the rest, so
    that a line refunded piece by piece comes to what one refund of it would have given. The money goes to the payments it
    came from: electronic ones first, the newest first, cash last, never more to one than it brought.

    Raises SaleNotCompleted, NothingToRefund, QuantityUnfit, AmountUnfit, RefundOverSold, RefundOverPaid.
    """
    if sale.state is not SaleState.COMPLETED:
        raise SaleNotCompleted(sale.id)
    if len({each.line for each in wanted}) != len(wanted):
        raise QuantityUnfit(0)
    left = left_of(sale, earlier)
    lines = []
    whole = ZERO
    for each in wanted:
        line = sale.line(each.line)
        part = _part(line, left[line.id], each)
        lines.append(part)
        whole += _before_rounding(line, left[line.id], part)
    if not lines or all(not line.quantity and not line.amount for line in lines):
        raise NothingToRefund
    amount = total(line.amount for line in lines)
    return RefundPlan(sale.id, tuple(lines), _legs(sale, earlier, amount), whole - amount)


def _part(line: SaleLine, left: Left, wanted: Wanted) -> RefundLine:
    if wanted.quantity < 0 or wanted.quantity > left.quantity:
        raise RefundOverSold(line.id, left.amount.fen, (wanted.amount or left.amount).fen)
    if wanted.quantity == 0:
        amount = wanted.amount or ZERO
        if amount <= ZERO:
            raise AmountUnfit(amount.fen)
    elif wanted.quantity == left.quantity:
        amount = left.amount
    else:
        given = left.sold - left.amount
        upto = left.sold.part(left.sold_quantity - left.quantity + wanted.quantity, left.sold_quantity)
        amount = min(max(ZERO, upto - given), left.amount)
    if amount > left.amount:
        raise RefundOverSold(line.id, left.amount.fen, amount.fen)
    return RefundLine(line.id, wanted.quantity, amount)


def _before_rounding(line: SaleLine, left: Left, part: RefundLine) -> Money:
    """The part of the line's net that corresponds to the amount, in proportion; for showing the rounding apart."""
    if not left.sold:
        return ZERO
    before = line.net.part((left.sold - left.amount).fen, left.sold.fen)
    return line.net.part((left.sold - left.amount + part.amount).fen, left.sold.fen) - before


def _legs(sale: Sale, earlier: Sequence[Refund], amount: Money) -> tuple[PlannedLeg, ...]:
    given: dict[PaymentId, Money] = {}
    for refund in earlier:
        for leg in refund.legs:
            given[leg.of] = given.get(leg.of, ZERO) + leg.amount
    legs = []
    rest = amount
    for payment in _in_order(sale):
        part = min(rest, payment.amount - given.get(payment.id, ZERO))
        if part > ZERO:
            legs.append(PlannedLeg(payment.id, payment.tender, part))
            rest -= part
    if rest:
        raise RefundOverPaid("", (amount - rest).fen, amount.fen)
    return tuple(legs)


def _in_order(sale: Sale) -> list[Payment]:
    newest_first = list(reversed(sale.legs))
    groups = (
        [payment for payment in newest_first if payment.tender in ELECTRONIC],
        [payment for payment in newest_first if payment.tender in (Tender.BANK_CARD, Tender.CREDIT)],
        [payment for payment in newest_first if payment.tender is Tender.CASH],
    )
    return [payment for group in groups for payment in group]


def written(
    plan: RefundPlan,
    *,
    refund: RefundId,
    legs: Sequence[PaymentId],
    number: str,
    shift: ShiftId,
    kind: RefundKind,
    reason: RefundReason,
    note: str,
    by: StaffId,
    approver: StaffId | None,
    at: datetime,
    reinstate: tuple[FillId, ...] = (),
) -> Refund:
    """The planned refund as it is written down before anything is asked outside; `legs` are fresh ids, one a leg.

    Cash is with the customer at once; everything else is pending.
    """
    begun = tuple(
        RefundLeg(leg, each.of, each.tender, each.amount) for leg, each in zip(legs, plan.legs, strict=True)
    )
    return Refund(
        refund,
        plan.sale,
        shift,
        number,
        kind,
        plan.lines,
        tuple(leg.done(at, shift) if leg.tender is Tender.CASH else leg for leg in begun),
        plan.rounding,
        reason,
        refuse_card_number(note)[:LONGEST_NOTE],
        by,
        approver,
        at,
        reinstate,
    )
