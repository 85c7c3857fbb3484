"""Rows of bills and differences, and our own payments and refunds as a bill would list them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    RowMapping,
    Select,
    String,
    column,
    delete,
    func,
    insert,
    select,
    table,
    update,
)

from cloud_api.bills.lines import PAID, PAYMENT, REFUND, REVERSED, Billed, Difference, Line, Ours
from cloud_api.bills.tables import bill_differences, bill_lines, bills
from cloud_api.payments.stuck import BY_HAND
from cloud_api.payments.tables import payments, refunds

FETCHED, EMPTY, MISSING = "fetched", "empty", "missing"
OPEN, RESOLVED, GONE = "open", "resolved", "gone"
_AT_ONCE = 500
# Only where an order is to be filled; what else it is is its own room's business.
_ORDERS = table("orders", column("id", String), column("station_id", String))
_STATION = func.coalesce(payments.c.station_id, _ORDERS.c.station_id)


@dataclass(frozen=True, slots=True)
class BillRow:
    """A provider's bill of a day in China (YYYY-MM-DD); `trouble` says why it is missing."""

    id: str
    provider: str
    day: str
    state: str
    fetched_at: datetime
    trouble: str | None = None
    digest: str | None = None
    paid_fen: int = 0
    refunded_fen: int = 0
    fee_fen: int = 0
    lines: int = 0


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    id: str
    provider: str
    day: str
    subject: str
    kind: str
    our_id: str
    payment_id: str
    provider_ref: str
    ours_fen: int | None
    theirs_fen: int | None
    ours_state: str | None
    theirs_state: str | None
    cause: str
    state: str
    found_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None
    note: str | None = None


_LINE = [field.name for field in fields(Line)]


def bill(connection: Connection, provider: str, day: str) -> BillRow | None:
    query = select(bills).where(bills.c.provider == provider, bills.c.day == day)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else BillRow(**row)


def bills_between(connection: Connection, first: str, last: str) -> list[BillRow]:
    query = select(bills).where(bills.c.day >= first, bills.c.day <= last)
    rows = connection.execute(query.order_by(bills.c.day.desc(), bills.c.provider)).mappings()
    return [BillRow(**row) for row in rows]


def keep(connection: Connection, row: BillRow, lines: Sequence[Line]) -> None:
    """The bill as it was fetched last, instead of what was fetched before."""
    before = bill(connection, row.provider, row.day)
    if before is not None:
        connection.execute(delete(bill_lines).where(bill_lines.c.bill_id == before.id))
        connection.execute(delete(bills).where(bills.c.id == before.id))
    connection.execute(insert(bills).values(asdict(row)))
    values = [
        {"bill_id": row.id, "position": position, **asdict(line)} for position, line in enumerate(lines)
    ]
    if values:
        connection.execute(insert(bill_lines), values)


def lines_of(connection: Connection, provider: str, day: str) -> list[Line]:
    query = (
        select(*(bill_lines.c[name] for name in _LINE))
        .join(bills, bills.c.id == bill_lines.c.bill_id)
        .where(bills.c.provider == provider, bills.c.day == day)
        .order_by(bill_lines.c.position)
    )
    return [Line(**row) for row in connection.execute(query).mappings()]


def billed(connection: Connection, provider: str, day: str, ids: Iterable[str]) -> Billed:
    """Which of these numbers of ours stand on bills of other days than this one."""
    before: set[tuple[str, str]] = set()
    after: set[tuple[str, str]] = set()
    query = (
        select(bills.c.day, bill_lines.c.subject, bill_lines.c.our_id)
        .join(bills, bills.c.id == bill_lines.c.bill_id)
        .where(bills.c.provider == provider, bills.c.day != day, bill_lines.c.standing != REVERSED)
    )
    for some in _in_parts(ids):
        for other, subject, our_id in connection.execute(query.where(bill_lines.c.our_id.in_(some))):
            (before if other < day else after).add((subject, our_id))
    return Billed(frozenset(before), frozenset(after))


def first_paid(connection: Connection, provider: str) -> datetime | None:
    """Since when this provider takes money for us, by our books."""
    first: datetime | None = connection.execute(
        select(func.min(payments.c.paid_at)).where(payments.c.provider == provider)
    ).scalar_one()
    return first


def ours_of(connection: Connection, provider: str, ids: Iterable[str]) -> dict[tuple[str, str], Ours]:
    """Our payments and refunds of these numbers, of whatever day."""
    found: dict[tuple[str, str], Ours] = {}
    for some in _in_parts(ids):
        for row in connection.execute(
            select(payments).where(payments.c.provider == provider, payments.c.id.in_(some))
        ).mappings():
            found[PAYMENT, row["id"]] = _payment(row)
        for row in connection.execute(_refunds(provider).where(refunds.c.id.in_(some))).mappings():
            found[REFUND, row["id"]] = _refund(row)
    return found


def ours_between(connection: Connection, provider: str, since: datetime, until: datetime) -> list[Ours]:
    """What was paid in this time, and what was given back for good in it, by our books."""
    paid = select(payments).where(
        payments.c.provider == provider, payments.c.paid_at >= since, payments.c.paid_at < until
    )
    back = _refunds(provider).where(refunds.c.ended_at >= since, refunds.c.ended_at < until)
    return [
        *(_payment(row) for row in connection.execute(paid).mappings()),
        *(_refund(row) for row in connection.execute(back).mappings()),
    ]


def differences(
    connection: Connection,
    *,
    state: str | None = None,
    provider: str | None = None,
    day: str | None = None,
    stations: Collection[str] | None = None,
) -> list[DifferenceRow]:
    """Oldest day first, at most a thousand; with stations only what was paid for something there."""
    query = select(bill_differences)
    for name, value in (("state", state), ("provider", provider), ("day", day)):
        if value is not None:
            query = query.where(bill_differences.c[name] == value)
    if stations is not None:
        there = _paid_at().where(payments.c.id == bill_differences.c.payment_id)
        query = query.where(there.where(_STATION.in_(sorted(stations))).exists())
    rows = connection.execute(
        query.order_by(bill_differences.c.day, bill_differences.c.id).limit(1000)
    ).mappings()
    return [DifferenceRow(**row) for row in rows]


def paid_at(connection: Connection, payment_id: str) -> list[str]:
    """The station that this was paid for; none for what is not ours, or for money kept for later."""
    found = connection.execute(_paid_at().where(payments.c.id == payment_id)).scalars()
    return [station_id for station_id in found if station_id is not None]


def days_with_open(connection: Connection, provider: str) -> list[str]:
    """Days whose comparison found what is not settled yet."""
    query = select(bill_differences.c.day).where(
        bill_differences.c.state == OPEN, bill_differences.c.provider == provider
    )
    return list(connection.execute(query.distinct().order_by(bill_differences.c.day)).scalars())


def difference(connection: Connection, difference_id: str, *, lock: bool = False) -> DifferenceRow | None:
    query = select(bill_differences).where(bill_differences.c.id == difference_id)
    row = connection.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    return None if row is None else DifferenceRow(**row)


def put_differences(
    connection: Connection, provider: str, day: str, found: Sequence[Difference], now: datetime
) -> None:
    """What a comparison found: new ones are open, those not found any more are gone, what somebody resolved stays so."""
    query = select(bill_differences).where(
        bill_differences.c.provider == provider, bill_differences.c.day == day
    )
    known = {row["id"]: DifferenceRow(**row) for row in connection.execute(query).mappings()}
    for one in found:
        values: dict[str, Any] = asdict(one)
        name = one.id(provider, day)
        row = known.pop(name, None) or difference(connection, name)
        if row is None:
            values |= {"id": name, "provider": provider, "day": day, "found_at": now}
            connection.execute(insert(bill_differences).values(state=OPEN, **values))
        elif row.state != RESOLVED:
            change(connection, row.id, state=OPEN, ended_at=None, day=day, **values)
    for row in known.values():
        if row.state == OPEN:
            change(connection, row.id, state=GONE, ended_at=now)


def change(connection: Connection, difference_id: str, **values: Any) -> None:
    connection.execute(
        update(bill_differences).where(bill_differences.c.id == difference_id).values(**values)
    )


def _paid_at() -> Select[Any]:
    return select(_STATION).select_from(payments.outerjoin(_ORDERS, _ORDERS.c.id == payments.c.order_id))


def _refunds(provider: str) -> Any:
    return (
        select(refunds)
        .join(payments, payments.c.id == refunds.c.payment_id)
        .where(payments.c.provider == provider)
    )


def _payment(row: RowMapping | Mapping[str, Any]) -> Ours:
    # Money that came too late was paid all the same, and goes back as a refund.
    is_paid = row["paid_at"] is not None
    return Ours(
        PAYMENT,
        row["id"],
        row["id"],
        row["amount_fen"],
        PAID if is_paid else row["state"],
        row["paid_at"] or row["created_at"],
        row["provider_ref"] or "",
    )


def _refund(row: RowMapping | Mapping[str, Any]) -> Ours:
    return Ours(
        REFUND,
        row["id"],
        row["payment_id"],
        row["amount_fen"],
        # Paid in another way by the finance office: no provider bills it.
        BY_HAND if row["trouble"] == BY_HAND else row["state"],
        row["ended_at"] or row["created_at"],
    )


def _in_parts(ids: Iterable[str]) -> Iterator[list[str]]:
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), _AT_ONCE):
        yield wanted[start : start + _AT_ONCE]
