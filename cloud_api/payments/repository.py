"""Rows of payments and refunds; every change of state is one conditional update, so it happens once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from cloud_api.payments.tables import called_off, payment_events, payment_notifications, payments, refunds

PENDING, CAPTURED, DECLINED, CANCELLED = "pending", "captured", "declined", "cancelled"
REFUNDED, FAILED = "refunded", "failed"


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment of an online order or of a sale at a counter."""

    id: str
    order_id: str | None
    station_id: str | None
    sale_id: str | None
    provider: str
    channel: str
    amount_fen: int
    description: str
    created_at: datetime
    expires_at: datetime
    payer_code: str | None = None
    payer_ip: str | None = None
    payer_openid: str | None = None
    return_url: str | None = None
    pay_url: str | None = None
    mini_program: Mapping[str, str] | None = None
    state: str = PENDING
    waiting_for: str | None = None
    reason: str | None = None
    provider_ref: str | None = None
    available_fen: int | None = None
    refunded_fen: int = 0
    cancel_asked_at: datetime | None = None
    paid_at: datetime | None = None
    ended_at: datetime | None = None
    look_at: datetime | None = None
    looks: int = 0

    @property
    def is_code(self) -> bool:
        return self.channel == "code"

    @property
    def is_qr(self) -> bool:
        """The payer scans a code from us."""
        return self.channel == "qr"

    @property
    def at_counter(self) -> bool:
        """Somebody stands at a till and waits for it."""
        return self.station_id is not None


@dataclass(frozen=True, slots=True)
class RefundRow:
    """One giving back of part or all of a payment."""

    id: str
    payment_id: str
    wanted_by: str
    amount_fen: int
    reason: str
    created_at: datetime
    state: str = PENDING
    trouble: str | None = None
    asked_at: datetime | None = None
    ended_at: datetime | None = None
    look_at: datetime | None = None
    looks: int = 0


_PAYMENT_FIELDS = [field.name for field in fields(PaymentRow)]
_REFUND_FIELDS = [field.name for field in fields(RefundRow)]


def payment(connection: Connection, payment_id: str, *, lock: bool = False) -> PaymentRow | None:
    """The payment; `lock` keeps other processes from deciding on it until this transaction ends."""
    query = select(payments).where(payments.c.id == payment_id)
    row = connection.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    return None if row is None else _payment(row)


def add_payment(connection: Connection, row: PaymentRow) -> bool:
    """False when there already is a payment of this id; nothing is changed then."""
    return _insert_if_new(connection, payments, {name: getattr(row, name) for name in _PAYMENT_FIELDS})


def change_payment(connection: Connection, payment_id: str, **values: Any) -> None:
    connection.execute(update(payments).where(payments.c.id == payment_id).values(**values))


def alone_with(connection: Connection, payment_id: str) -> None:
    """Until this transaction ends, no other process decides whether this payment, which may have no row yet, begins."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(payment_id))))


def call_off(connection: Connection, payment_id: str, station_id: str, at: datetime) -> None:
    """Remembers that the counter has taken back a payment that has not arrived here."""
    _insert_if_new(connection, called_off, {"payment_id": payment_id, "station_id": station_id, "at": at})


def is_called_off(connection: Connection, payment_id: str, station_id: str | None) -> bool:
    """Whether the counter took it back before it arrived."""
    row = called_off.c
    query = select(row.at).where(row.payment_id == payment_id, row.station_id == station_id)
    return connection.execute(query).first() is not None


def pending_of_order(connection: Connection, order_id: str) -> Sequence[PaymentRow]:
    query = (
        select(payments)
        .where(payments.c.order_id == order_id, payments.c.state == PENDING)
        .order_by(payments.c.id)
    )
    return [_payment(row) for row in connection.execute(query.with_for_update()).mappings()]


def payments_to_look_at(connection: Connection, now: datetime, limit: int) -> Sequence[PaymentRow]:
    query = select(payments).where(payments.c.look_at <= now).order_by(payments.c.look_at).limit(limit)
    return [_payment(row) for row in connection.execute(query).mappings()]


def reserve_refund(connection: Connection, payment_id: str, amount_fen: int) -> bool:
    """Sets the amount aside for giving back, if that much of the payment is left; one atomic update."""
    row = payments.c
    changed = connection.execute(
        update(payments)
        .where(
            row.id == payment_id, row.paid_at.is_not(None), row.refunded_fen + amount_fen <= row.amount_fen
        )
        .values(refunded_fen=row.refunded_fen + amount_fen)
    )
    return changed.rowcount == 1


def release_refund(connection: Connection, payment_id: str, amount_fen: int) -> None:
    """A refund that certainly did not happen: its amount may be given back by another one."""
    row = payments.c
    connection.execute(
        update(payments).where(row.id == payment_id).values(refunded_fen=row.refunded_fen - amount_fen)
    )


def refund(connection: Connection, refund_id: str, *, lock: bool = False) -> RefundRow | None:
    query = select(refunds).where(refunds.c.id == refund_id)
    row = connection.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    return None if row is None else _refund(row)


def add_refund(connection: Connection, row: RefundRow) -> bool:
    """False when there already is a refund of this id; nothing is changed then."""
    return _insert_if_new(connection, refunds, {name: getattr(row, name) for name in _REFUND_FIELDS})


def begun_at(connection: Connection, our_id: str) -> datetime:
    """When the payment or refund of this id was written down. Raises LookupError."""
    for table in (payments, refunds):
        at: datetime | None = connection.execute(
            select(table.c.created_at).where(table.c.id == our_id)
        ).scalar_one_or_none()
        if at is not None:
            return at
    raise LookupError(our_id)


def change_refund(connection: Connection, refund_id: str, **values: Any) -> None:
    connection.execute(update(refunds).where(refunds.c.id == refund_id).values(**values))


def was_closed(connection: Connection, refund_id: str) -> bool:
    """Whether the provider's last word on a refund was that it did not happen, so that its amount was set free."""
    row = payment_events.c
    words = select(row.what).where(
        row.refund_id == refund_id, row.what.in_(("refund_closed", "refund_stuck"))
    )
    last = connection.execute(words.order_by(row.number.desc()).limit(1)).scalar_one_or_none()
    return last == "refund_closed"


def refunds_to_look_at(connection: Connection, now: datetime, limit: int) -> Sequence[RefundRow]:
    query = select(refunds).where(refunds.c.look_at <= now).order_by(refunds.c.look_at).limit(limit)
    return [_refund(row) for row in connection.execute(query).mappings()]


def is_new_notification(
    connection: Connection, provider: str, event_id: str, about: str, at: datetime
) -> bool:
    """Remembers a notification; False for one that was here before."""
    values = {"provider": provider, "event_id": event_id[:64], "about": about[:64], "at": at}
    return _insert_if_new(connection, payment_notifications, values)


def record(
    connection: Connection,
    payment_id: str,
    at: datetime,
    what: str,
    detail: str = "",
    *,
    refund_id: str | None = None,
) -> None:
    """Adds to the record of attempts, which is never changed."""
    values = {
        "payment_id": payment_id,
        "refund_id": refund_id,
        "at": at,
        "what": what,
        "detail": detail[:300],
    }
    connection.execute(insert(payment_events).values(**values))


def events_of(connection: Connection, payment_id: str) -> Sequence[tuple[str, str]]:
    """What happened to a payment, oldest first, each with its detail."""
    row = payment_events.c
    query = select(row.what, row.detail).where(row.payment_id == payment_id).order_by(row.number)
    return [(what, detail) for what, detail in connection.execute(query)]


def _insert_if_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insertion = dialect.insert(table).values(**values).on_conflict_do_nothing().returning(*table.primary_key)
    return connection.execute(insertion).first() is not None


def _payment(row: RowMapping) -> PaymentRow:
    return PaymentRow(**{name: row[name] for name in _PAYMENT_FIELDS})


def _refund(row: RowMapping) -> RefundRow:
    return RefundRow(**{name: row[name] for name in _REFUND_FIELDS})
