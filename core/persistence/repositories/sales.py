"""Sales with their lines, payments and coupon use; how often a receipt was printed."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from core.domain.copying import replace
from core.domain.coupon import CouponUse, CouponUseState
from core.domain.events.sales import SaleCompleted
from core.domain.ids import CouponUseId, PaymentId, PointsUseId, SaleId, ShiftId, StaffId
from core.domain.member import SaleMember
from core.domain.money import Money
from core.domain.offer import RoundTo, Step
from core.domain.payment import Payment, PaymentState
from core.domain.points import PointsUse, PointsUseState
from core.domain.refusals.payments import PaymentNotFound
from core.domain.refusals.sales import SaleNotFound
from core.domain.sale import Sale, SaleState
from core.domain.sale_line import SaleLine, come_to
from core.persistence.column_types import is_word
from core.persistence.pins import know_ahead
from core.persistence.repositories.coupon_uses import (
    COUPON_MOVED,
    COUPON_USE,
    COUPON_USES,
    OFF_THE_BILL,
    SALES,
)
from core.persistence.repositories.event_log import event_of
from core.persistence.repositories.points_uses import POINTS_OFF_THE_BILL, POINTS_USE, POINTS_USES
from core.persistence.repositories.sums import Sums, local_hour, sums_of_lines
from core.persistence.rows import RowsOf, written
from core.persistence.tables.mailbox import events
from core.persistence.tables.payments import payments
from core.persistence.tables.sales import bill_plates, receipts, sale_lines, sale_numbers, sales
from core.persistence.transaction import Command, Query, Transaction
from core.persistence.words import (
    Executable,
    bindparam,
    delete,
    func,
    insert_of,
    literal_column,
    select,
    update,
)
from core.protocol.plain import lines_told


class _Head(NamedTuple):
    """A sale's own row."""

    id: SaleId
    shift: ShiftId
    cashier: StaffId
    opened_at: datetime
    state: SaleState
    number: str
    completed_at: datetime | None
    coupon: CouponUseId | None
    member: SaleMember | None
    points: PointsUseId | None
    round_to: RoundTo | None
    rounding: Money
    steps: tuple[Step, ...]
    place: str
    held_at: datetime | None
    held_label: str


_HEAD = _Head._fields
# A bill that is still open goes over to the next shift, and to whoever goes on with it.
_CHANGING = _HEAD[1:]
# What an end changes is written alone: by far the most sales end with all the rest as it was.
_ENDING = ("state", "number", "completed_at", "coupon", "points")
_INSERT = written(sales, _HEAD)


def _update(names: tuple[str, ...]) -> Command:
    return Command(
        update(sales)
        .where(sales.c.id == bindparam("sale"))
        .values({name: bindparam(name) for name in names}),
        asks=("sale", *names),
    )


_UPDATE = _update(_CHANGING)
_END = _update(_ENDING)
_ALL_BUT_THE_END = attrgetter(
    "shift", "cashier", "member", "round_to", "rounding", "steps", "place", "held_at", "held_label"
)
_BY_ID = Query(select(*(sales.c[name] for name in _HEAD)).where(sales.c.id == bindparam("sale")), _Head)
_OPEN_ONES = Query(
    select(sales.c.id)
    .where(sales.c.shift == bindparam("shift"), is_word(sales.c.state, SaleState.OPEN))
    .order_by(sales.c.opened_at, sales.c.id),
    SaleId,
)
_NUMBERED = Query(
    select(sales.c.id).where(sales.c.number > literal_column("''"), sales.c.number == bindparam("number")),
    SaleId,
)
# Numbers run with the clock, which may have been set back: the journal's own numbers tell what came last. It is read from
# its end by its key, and only so far; before that, numbers are good enough.
_LOOKED_BACK = 50_000


def _sale_completed(kind: str, body: str) -> SaleCompleted | None:
    event = event_of(kind, body)
    return event if isinstance(event, SaleCompleted) else None


_LAST_EVENT = Query(select(func.coalesce(func.max(events.c.number), 0)), int)
_COMPLETED = Query(
    select(events.c.kind, events.c.body)
    .where(events.c.number > bindparam("after"), events.c.kind == literal_column("'SaleCompleted'"))
    .order_by(events.c.number.desc())
    .limit(bindparam("limit")),
    _sale_completed,
)
# Only completed sales have a number: its index is read backwards, however many there are.
_NUMBERED_LAST = Query(
    select(sales.c.id)
    .where(sales.c.number > literal_column("''"))
    .order_by(sales.c.number.desc())
    .limit(bindparam("limit")),
    SaleId,
)

_OF_CAR = Query(
    select(sales.c.id)
    .join_from(bill_plates, sales, sales.c.id == bill_plates.c.sale)
    .where(bill_plates.c.plate == bindparam("plate"))
    .order_by(sales.c.number.desc())
    .limit(bindparam("limit")),
    SaleId,
)
_TRADED = Query(
    select(payments.c.sale).where(
        payments.c.provider_ref > literal_column("''"), payments.c.provider_ref == bindparam("trade")
    ),
    SaleId,
)
_SLIPPED = Query(
    select(payments.c.sale).where(
        payments.c.slip > literal_column("''"), payments.c.slip == bindparam("slip")
    ),
    SaleId,
)
_KEEP_CAR = written(bill_plates, ("plate", "sale"))

_LINES = RowsOf(sale_lines, SaleLine, beside=("sale", "position"))
_LINES_OF = _LINES.where(sale_lines.c.sale == bindparam("sale"), order=[sale_lines.c.position])
_REMOVE_LINE = Command(
    delete(sale_lines).where(sale_lines.c.sale == bindparam("sale"), sale_lines.c.id == bindparam("line"))
)

_PAYMENTS = RowsOf(payments, Payment, beside=("position",))
_PAYMENTS_OF = _PAYMENTS.where(payments.c.sale == bindparam("sale"), order=[payments.c.position])
_PAYMENT = _PAYMENTS.where(payments.c.id == bindparam("payment"))
_ON_SLIP = _PAYMENTS.where(
    payments.c.slip > literal_column("''"),
    payments.c.slip == bindparam("slip"),
    payments.c.at >= bindparam("since"),
)
_UNCLEAR = _PAYMENTS.where(
    is_word(payments.c.state, PaymentState.PENDING), order=[payments.c.at, payments.c.id]
)


def _next_number() -> Executable:
    first: Any = insert_of(sale_numbers).values(day=bindparam("day"), last=1)
    counted = first.on_conflict_do_update(index_elements=["day"], set_={"last": sale_numbers.c.last + 1})
    number: Executable = counted.returning(sale_numbers.c.last)
    return number


_NEXT_NUMBER = Query(_next_number(), int)
_COUNT_ON = Command(
    update(sale_numbers).where(sale_numbers.c.day == bindparam("today")).values(last=bindparam("number")),
    asks=("today", "number"),
)


_COPIES = Query(select(receipts.c.copies).where(receipts.c.sale == bindparam("sale")), int)


def _one_more_copy() -> Executable:
    first: Any = insert_of(receipts).values(sale=bindparam("sale"), copies=1)
    counted = first.on_conflict_do_update(index_elements=["sale"], set_={"copies": receipts.c.copies + 1})
    copies: Executable = counted.returning(receipts.c.copies)
    return copies


_ONE_MORE_COPY = Query(_one_more_copy(), int)


class SqlSales:
    """Port Sales.

    What was loaded or saved is remembered, also from the transaction before as long as nobody else has written: so a bill
    is read once, and save() writes only the rows that differ from it.
    """

    def __init__(self, transaction: Transaction, sums: Sums, station: ZoneInfo) -> None:
        self._transaction = transaction
        self._sums = sums
        self._station = station
        self._known: dict[SaleId, Sale] = transaction.memory.of(SALES)
        self._numbers: dict[str, int] = transaction.memory.of("numbers")

    def get(self, sale: SaleId) -> Sale:
        found = self._known.get(sale) or self._load(sale)
        if found is None:
            raise SaleNotFound(sale)
        return found

    def as_known(self, sale: SaleId) -> Sale:
        return self._known.get(sale) or self.get(sale)

    def save(self, sale: Sale) -> None:
        known = self._known.get(sale.id) or self._load(sale.id)
        if known is sale:
            return
        self._save_lines(sale, known)
        self._save_payments(sale, known)
        if known is not None:
            self._free(sale, known)
        if sale.coupon is not None and (known is None or known.coupon != sale.coupon):
            self._save_coupon(sale.coupon, known.coupon if known else None)
        if sale.points is not None and (known is None or known.points != sale.points):
            self._transaction.run(POINTS_USES.save, *POINTS_USES.of(sale.points))
        # The sale's own row comes last: once it says that the sale is closed, the database lets nothing in any more.
        self._save_head(sale, known)
        if sale.state is SaleState.COMPLETED and (known is None or known.state is not SaleState.COMPLETED):
            self._sums.add_sale(sale)
            for plate in _cars_of(sale):
                self._transaction.run(_KEEP_CAR, plate, sale.id)
        self._known[sale.id] = sale
        if sale.state is SaleState.OPEN:
            _know_ahead(sale)

    def open_ones(self, shift: ShiftId) -> Sequence[Sale]:
        return [self.get(sale) for sale in self._transaction.all(_OPEN_ONES, shift)]

    def next_number(self, moment: datetime) -> str:
        day = local_hour(self._station, moment).day
        last = self._numbers.get(day)
        if last is None:
            number = self._transaction.first(_NEXT_NUMBER, day) or 1
        else:
            number = last + 1
            self._transaction.run(_COUNT_ON, day, number)
        self._numbers[day] = number
        return f"{day}-{number:04d}"

    def recent(self, limit: int) -> Sequence[Sale]:
        after = (self._transaction.first(_LAST_EVENT) or 0) - _LOOKED_BACK
        told = [SaleId(event.sale) for event in self._transaction.all(_COMPLETED, after, limit) if event]
        if len(told) < limit:
            told += self._transaction.all(_NUMBERED_LAST, limit)
        # What somebody took out of the books behind our back is for verify-journal to name, not for a list to fail at.
        found = (self._known.get(sale) or self._load(sale) for sale in dict.fromkeys(told))
        return [sale for sale in found if sale is not None][:limit]

    def of_car(self, plate: str, limit: int) -> Sequence[Sale]:
        return [self.get(sale) for sale in self._transaction.all(_OF_CAR, plate, limit)]

    def paid_by(self, trade: str) -> Sequence[Sale]:
        found = [*self._transaction.all(_TRADED, trade), *self._transaction.all(_SLIPPED, trade)]
        bills = [self.get(sale) for sale in dict.fromkeys(found)]
        return [bill for bill in bills if any(trade in (leg.provider_ref, leg.slip) for leg in bill.legs)]

    def by_number(self, number: str) -> Sale | None:
        found = self._transaction.first(_NUMBERED, number)
        return None if found is None else self.get(found)

    def payment(self, payment: PaymentId) -> Payment:
        found = self._transaction.first(_PAYMENT, payment)
        if found is None:
            raise PaymentNotFound(payment)
        return found

    def unclear_payments(self) -> Sequence[Payment]:
        return self._transaction.all(_UNCLEAR)

    def slip_stands(self, slip: str, since: datetime) -> bool:
        found = self._transaction.all(_ON_SLIP, slip, since)
        given_back = {payment.reverses for payment in found}
        return any(p.reverses is None and p.id not in given_back for p in found)

    def _load(self, sale: SaleId) -> Sale | None:
        head = self._transaction.first(_BY_ID, sale)
        if head is None:
            return None
        found = Sale(
            head.id,
            head.shift,
            head.cashier,
            head.opened_at,
            tuple(self._transaction.all(_LINES_OF, sale)),
            self._coupon_on_bill(head.coupon),
            tuple(self._transaction.all(_PAYMENTS_OF, sale)),
            head.state,
            head.number,
            head.completed_at,
            head.member,
            self._points_on_bill(head.points),
            head.round_to,
            head.rounding,
            head.steps,
            head.place,
            head.held_at,
            head.held_label,
        )
        self._known[sale] = found
        return found

    def _coupon_on_bill(self, use: CouponUseId | None) -> CouponUse | None:
        found = self._transaction.first(COUPON_USE, use) if use is not None else None
        return found if found is not None and found.state not in OFF_THE_BILL else None

    def _points_on_bill(self, use: PointsUseId | None) -> PointsUse | None:
        found = self._transaction.first(POINTS_USE, use) if use is not None else None
        return found if found is not None and found.state not in POINTS_OFF_THE_BILL else None

    def _save_coupon(self, use: CouponUse, known: CouponUse | None) -> None:
        if known is not None and known.id == use.id and known.terms is use.terms:
            self._transaction.run(COUPON_MOVED, use.id, use.state, use.discount, use.reason)
        else:
            self._transaction.run(COUPON_USES.save, *COUPON_USES.of(use))

    def _free(self, sale: Sale, known: Sale) -> None:
        """What comes off a bill is free again: the cloud is told so, unless its use is saved with another end."""
        coupon, points = known.coupon, known.points
        if coupon is not None and (sale.coupon is None or sale.coupon.id != coupon.id):
            released = replace(coupon, state=CouponUseState.RELEASED)
            self._transaction.run(COUPON_USES.save, *COUPON_USES.of(released))
        if points is not None and (sale.points is None or sale.points.id != points.id):
            freed = replace(points, state=PointsUseState.RELEASED)
            self._transaction.run(POINTS_USES.save, *POINTS_USES.of(freed))

    def _save_head(self, sale: Sale, known: Sale | None) -> None:
        coupon = sale.coupon.id if sale.coupon else None
        points = sale.points.id if sale.points else None
        if known is None:
            self._transaction.run(_INSERT, sale.id, *_changing(sale, coupon, points))
        elif _ALL_BUT_THE_END(sale) != _ALL_BUT_THE_END(known):
            self._transaction.run(_UPDATE, sale.id, *_changing(sale, coupon, points))
        else:
            ending = (sale.state, sale.number, sale.completed_at, coupon, points)
            before = (known.state, known.number, known.completed_at)
            if ending != (*before, known.coupon and known.coupon.id, known.points and known.points.id):
                self._transaction.run(_END, sale.id, *ending)

    def _save_lines(self, sale: Sale, known: Sale | None) -> None:
        if known is not None and known.lines is sale.lines:
            return
        before = {line.id: (place, line) for place, line in enumerate(known.lines)} if known else {}
        for place, line in enumerate(sale.lines):
            kept = before.pop(line.id, None)
            if kept is None:
                self._transaction.run(_LINES.insert, sale.id, place, *_LINES.of(line))
            elif kept != (place, line):
                self._transaction.run(_LINES.save, sale.id, place, *_LINES.of(line))
        for gone in before:
            self._transaction.run(_REMOVE_LINE, sale.id, gone)

    def _save_payments(self, sale: Sale, known: Sale | None) -> None:
        before = {payment.id: payment for payment in known.payments} if known else {}
        for place, payment in enumerate(sale.payments):
            kept = before.get(payment.id)
            if kept is None:
                self._transaction.run(_PAYMENTS.insert, place, *_PAYMENTS.of(payment))
            elif kept != payment:
                self._transaction.run(_PAYMENTS.save, place, *_PAYMENTS.of(payment))


def _know_ahead(sale: Sale) -> None:
    """What its end will write of a bill's lines, reckoned while it is rung up: then nobody waits for it."""
    know_ahead(sale)
    come_to(sale.lines)
    lines_told(sale.lines)
    sums_of_lines(sale.lines)


def _changing(sale: Sale, coupon: CouponUseId | None, points: PointsUseId | None) -> tuple[Any, ...]:
    """In the order of a sale's row, after its id."""
    begun = (sale.shift, sale.cashier, sale.opened_at, sale.state, sale.number, sale.completed_at, coupon)
    found = (sale.member, points, sale.round_to, sale.rounding, sale.steps)
    return (*begun, *found, sale.place, sale.held_at, sale.held_label)


class SqlReceipts:
    """Port Receipts."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def printed(self, sale: SaleId) -> int:
        return self._transaction.first(_COPIES, sale) or 0

    def count(self, sale: SaleId) -> int:
        return self._transaction.first(_ONE_MORE_COPY, sale) or 0


def _cars_of(sale: Sale) -> set[str]:
    """The cars by which a bill may be looked for: those it was bought for, and the member's."""
    cars = {leg.plate for leg in sale.legs if leg.plate}
    if sale.member is not None and sale.member.plate:
        cars.add(sale.member.plate)
    return cars
