"""Refunds with their lines and legs, and how much of each line and payment has gone back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from core.domain.ids import FillId, PaymentId, RefundId, SaleId, ShiftId, StaffId
from core.domain.money import Money
from core.domain.refund import (
    LegState,
    Refund,
    RefundKind,
    RefundLeg,
    RefundLine,
    RefundReason,
    left_of,
)
from core.domain.refusals.refunds import RefundNotFound
from core.domain.sale import Sale
from core.persistence.column_types import one_of
from core.persistence.repositories.refund_sums import RefundSums
from core.persistence.rows import RowsOf, written
from core.persistence.tables.refunds import (
    refund_legs,
    refund_lines,
    refund_numbers,
    refunded_lines,
    refunded_payments,
    refunds,
)
from core.persistence.transaction import Command, Query, Transaction
from core.persistence.words import Executable, bindparam, insert_of, select


class _Head(NamedTuple):
    id: RefundId
    sale: SaleId
    shift: ShiftId
    number: str
    kind: RefundKind
    rounding: Money
    reason: RefundReason
    note: str
    by: StaffId
    approver: StaffId | None
    at: datetime
    reinstate: tuple[FillId, ...]


_FIELDS = _Head._fields
_INSERT = written(refunds, _FIELDS)
_HEADS = select(*(refunds.c[name] for name in _FIELDS))
_BY_ID = Query(_HEADS.where(refunds.c.id == bindparam("refund")), _Head)
_BY_NUMBER = Query(_HEADS.where(refunds.c.number == bindparam("number")), _Head)
_OF_SALE = Query(_HEADS.where(refunds.c.sale == bindparam("sale")).order_by(refunds.c.number), _Head)
_RECENT = Query(_HEADS.order_by(refunds.c.number.desc()).limit(bindparam("limit")), _Head)
_LINES = RowsOf(refund_lines, RefundLine, beside=("refund", "sale", "position"))
_LINES_OF = _LINES.where(refund_lines.c.refund == bindparam("refund"), order=[refund_lines.c.position])
_LEGS = RowsOf(refund_legs, RefundLeg, beside=("refund", "position"))
_LEGS_OF = _LEGS.where(refund_legs.c.refund == bindparam("refund"), order=[refund_legs.c.position])
_LEG = _LEGS.where(refund_legs.c.id == bindparam("leg"))
_PLACE = Query(
    select(refund_legs.c.refund, refund_legs.c.position).where(refund_legs.c.id == bindparam("leg")),
    lambda refund, position: (refund, position),
)
_UNSETTLED = Query(
    select(refund_legs.c.refund)
    .where(one_of(refund_legs.c.state, [LegState.PENDING, LegState.REFUSED]))
    .order_by(refund_legs.c.id),
    RefundId,
)


def _given_back(table: Any, key: Sequence[str], fixed: Sequence[str], sums: Sequence[str]) -> Command:
    """A command that adds to what went back; the table's checks say whether that is too much."""

    fresh = insert_of(table).values({name: bindparam(name) for name in (*key, *fixed, *sums)})
    added: Executable = fresh.on_conflict_do_update(
        index_elements=list(key), set_={name: table.c[name] + fresh.excluded[name] for name in sums}
    )
    return Command(added, (*key, *fixed, *sums))


_LINE_GAVE = _given_back(refunded_lines, ("sale", "line"), ("sold_quantity", "sold"), ("quantity", "amount"))
_PAYMENT_GAVE = _given_back(refunded_payments, ("payment",), ("took",), ("given_back",))


def _next_number() -> Executable:
    first: Any = insert_of(refund_numbers).values(day=bindparam("day"), last=1)
    counted = first.on_conflict_do_update(index_elements=["day"], set_={"last": refund_numbers.c.last + 1})
    number: Executable = counted.returning(refund_numbers.c.last)
    return number


_NEXT_NUMBER = Query(_next_number(), int)


class SqlRefunds:
    """Port Refunds."""

    def __init__(self, transaction: Transaction, station: ZoneInfo) -> None:
        self._transaction = transaction
        self._station = station
        self._sums = RefundSums(transaction, station)

    def add(self, refund: Refund, sale: Sale) -> None:
        run = self._transaction.run
        run(_INSERT, *(getattr(refund, name) for name in _FIELDS))
        sold = left_of(sale, ())
        for place, line in enumerate(refund.lines):
            run(_LINES.insert, refund.id, refund.sale, place, *_LINES.of(line))
            whole = sold[line.line]
            sold_as = (whole.sold_quantity, whole.sold)
            run(_LINE_GAVE, sale.id, line.line, *sold_as, line.quantity, line.amount)
        took = {payment.id: payment.amount for payment in sale.legs}
        for place, leg in enumerate(refund.legs):
            run(_LEGS.insert, refund.id, place, *_LEGS.of(leg))
            run(_PAYMENT_GAVE, leg.of, took[leg.of], leg.amount)
            self._sums.add_leg(leg)
        self._sums.add_lines(refund, sale)

    def save_leg(self, leg: RefundLeg) -> None:
        before = self._transaction.first(_LEG, leg.id)
        place = self._transaction.first(_PLACE, leg.id)
        if before is None or place is None:
            raise RefundNotFound(leg.id)
        self._transaction.run(_LEGS.save, *place, *_LEGS.of(leg))
        if not before.is_paid:
            self._sums.add_leg(leg)

    def get(self, refund: RefundId) -> Refund:
        return self._whole(self._transaction.first(_BY_ID, refund), refund)

    def by_number(self, number: str) -> Refund:
        return self._whole(self._transaction.first(_BY_NUMBER, number), number)

    def of_leg(self, leg: PaymentId) -> Refund:
        place = self._transaction.first(_PLACE, leg)
        if place is None:
            raise RefundNotFound(leg)
        return self.get(place[0])

    def of_sale(self, sale: SaleId) -> Sequence[Refund]:
        return [self._whole(head, sale) for head in self._transaction.all(_OF_SALE, sale)]

    def unsettled(self) -> Sequence[Refund]:
        return [self.get(refund) for refund in dict.fromkeys(self._transaction.all(_UNSETTLED))]

    def recent(self, limit: int) -> Sequence[Refund]:
        return [self._whole(head, "") for head in self._transaction.all(_RECENT, limit)]

    def next_number(self, moment: datetime) -> str:
        day = moment.astimezone(self._station).strftime("%Y%m%d")
        number = self._transaction.first(_NEXT_NUMBER, day)
        return f"T{day}-{number:04d}"

    def _whole(self, head: _Head | None, asked: str) -> Refund:
        if head is None:
            raise RefundNotFound(asked)
        return Refund(
            **head._asdict(),
            lines=tuple(self._transaction.all(_LINES_OF, head.id)),
            legs=tuple(self._transaction.all(_LEGS_OF, head.id)),
        )
