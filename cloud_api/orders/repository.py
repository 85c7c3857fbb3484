"""Rows of quotes and orders."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, case, delete, func, insert, select, update

from cloud_api.orders.tables import order_timeline, orders, quotes
from core.domain.order import OrderState


@dataclass(frozen=True, slots=True)
class QuoteRow:
    id: str
    driver_id: str
    station_id: str
    pump: int
    nozzle: int
    grade: str
    price_li: int
    by_what: str
    amount_fen: int
    volume_ml: int
    discount_fen: int
    coupon_id: str | None
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OrderRow:
    id: str
    driver_id: str
    station_id: str
    code: str
    state: OrderState
    pump: int
    nozzle: int
    grade: str
    price_li: int
    by_what: str
    amount_fen: int
    volume_ml: int | None
    discount_fen: int
    coupon_id: str | None
    plate: str
    car: str
    created_at: datetime
    pay_before: datetime
    paid_fen: int = 0
    paid_at: datetime | None = None
    accept_before: datetime | None = None
    payment_id: str | None = None
    provider: str | None = None
    claim_id: str | None = None
    accepted_at: datetime | None = None
    fuelling_volume_ml: int | None = None
    fuelling_amount_fen: int | None = None
    fuelling_at: datetime | None = None
    fill_id: str | None = None
    fill_volume_ml: int | None = None
    fill_amount_fen: int | None = None
    fill_price_li: int | None = None
    filled_at: datetime | None = None
    completed_by: str | None = None
    used_fen: int | None = None
    used_discount_fen: int | None = None
    owed_fen: int | None = None
    cancel_reason: str | None = None
    refund_id: str | None = None
    refund_fen: int = 0
    refund_state: str = "none"
    payments_to_close: bool = False
    car_asked_at: datetime | None = None
    car_differs: str | None = None
    car_is_mine: bool | None = None
    stored_fen: int = 0
    back_asked_at: datetime | None = None
    back_declined_at: datetime | None = None

    @property
    def is_asked_about_car(self) -> bool:
        return (
            self.state is OrderState.RESERVED and self.car_asked_at is not None and self.car_is_mine is None
        )

    @property
    def to_pay_fen(self) -> int:
        return self.amount_fen - self.discount_fen

    @property
    def online_fen(self) -> int:
        """What a provider is asked for: all that is not paid by stored value."""
        return self.to_pay_fen - self.stored_fen

    @property
    def online_refund_fen(self) -> int:
        """What goes back through the provider: money from outside goes back first."""
        return min(self.refund_fen, self.paid_fen - self.stored_fen)


@dataclass(frozen=True, slots=True)
class TimelineRow:
    order_id: str
    at: datetime
    what: str


@dataclass(frozen=True, slots=True)
class RefundDue:
    order_id: str
    refund_id: str
    payment_id: str
    amount_fen: int


_QUOTE = tuple(quotes.c[one.name] for one in fields(QuoteRow))
_ORDER = tuple(orders.c[one.name] for one in fields(OrderRow))


# --- quotes ---


def add_quote(connection: Connection, row: QuoteRow) -> None:
    connection.execute(insert(quotes).values({one.name: getattr(row, one.name) for one in fields(QuoteRow)}))


def quote(connection: Connection, quote_id: str) -> QuoteRow | None:
    row = connection.execute(select(*_QUOTE).where(quotes.c.id == quote_id)).one_or_none()
    return QuoteRow(*row) if row else None


def remove_quote(connection: Connection, quote_id: str) -> bool:
    return connection.execute(delete(quotes).where(quotes.c.id == quote_id)).rowcount == 1


def has_quotes_before(connection: Connection, moment: datetime) -> bool:
    found = connection.execute(select(quotes.c.id).where(quotes.c.expires_at < moment).limit(1)).one_or_none()
    return found is not None


def remove_quotes_before(connection: Connection, moment: datetime) -> None:
    connection.execute(delete(quotes).where(quotes.c.expires_at < moment))


# --- orders ---


def add_order(connection: Connection, row: OrderRow) -> None:
    connection.execute(insert(orders).values({one.name: getattr(row, one.name) for one in fields(OrderRow)}))


def order(connection: Connection, order_id: str) -> OrderRow | None:
    return _one(connection, select(*_ORDER).where(orders.c.id == order_id))


def order_to_change(connection: Connection, order_id: str) -> OrderRow | None:
    """The order, with its row kept from others until the transaction ends."""
    return _one(connection, select(*_ORDER).where(orders.c.id == order_id).with_for_update())


def change(connection: Connection, order_id: str, **values: Any) -> None:
    connection.execute(update(orders).where(orders.c.id == order_id).values(**values))


def claim(connection: Connection, order_id: str, station_id: str, claim_id: str, now: datetime) -> bool:
    """Gives the order to the station if it still waits: one statement decides against cancel and time-out."""
    claimed = connection.execute(
        update(orders)
        .where(
            orders.c.id == order_id,
            orders.c.station_id == station_id,
            orders.c.state == OrderState.RESERVED.value,
            orders.c.claim_id.is_(None),
        )
        .values(claim_id=claim_id, accepted_at=now)
    )
    return claimed.rowcount == 1


def orders_of(connection: Connection, driver_id: str, limit: int, before: OrderRow | None) -> list[OrderRow]:
    """Newest first."""
    query = select(*_ORDER).where(orders.c.driver_id == driver_id)
    if before is not None:
        query = query.where(
            (orders.c.created_at < before.created_at)
            | ((orders.c.created_at == before.created_at) & (orders.c.id < before.id))
        )
    query = query.order_by(orders.c.created_at.desc(), orders.c.id.desc()).limit(limit)
    return [_order(row) for row in connection.execute(query)]


def is_code_in_use(connection: Connection, station_id: str, code: str) -> bool:
    """Whether an order that is not over yet shows this code at the station."""
    live = (OrderState.PENDING_PAYMENT.value, OrderState.RESERVED.value, OrderState.FUELLING.value)
    found = connection.execute(
        select(func.count()).where(
            orders.c.station_id == station_id, orders.c.code == code, orders.c.state.in_(live)
        )
    ).scalar_one()
    return bool(found)


def unpaid_since(connection: Connection, now: datetime) -> list[str]:
    return _ids(
        connection,
        select(orders.c.id).where(
            orders.c.state == OrderState.PENDING_PAYMENT.value, orders.c.pay_before <= now
        ),
    )


def unclaimed_since(connection: Connection, now: datetime) -> list[str]:
    return _ids(
        connection,
        select(orders.c.id).where(
            orders.c.state == OrderState.RESERVED.value,
            orders.c.claim_id.is_(None),
            orders.c.accept_before <= now,
        ),
    )


def with_payments_to_close(connection: Connection) -> list[str]:
    return _ids(connection, select(orders.c.id).where(orders.c.payments_to_close.is_(True)))


def refunds_due(connection: Connection) -> list[RefundDue]:
    online = orders.c.paid_fen - orders.c.stored_fen
    through_provider = case((orders.c.refund_fen < online, orders.c.refund_fen), else_=online)
    rows = connection.execute(
        select(orders.c.id, orders.c.refund_id, orders.c.payment_id, through_provider).where(
            orders.c.refund_state == "pending"
        )
    )
    return [RefundDue(*row) for row in rows]


# --- timeline ---


def note(connection: Connection, order_id: str, at: datetime, what: str) -> None:
    position = connection.execute(
        select(func.coalesce(func.max(order_timeline.c.position), 0)).where(
            order_timeline.c.order_id == order_id
        )
    ).scalar_one()
    connection.execute(
        insert(order_timeline).values(order_id=order_id, position=position + 1, at=at, what=what)
    )


def timelines(connection: Connection, order_ids: Sequence[str]) -> list[TimelineRow]:
    rows = connection.execute(
        select(order_timeline.c.order_id, order_timeline.c.at, order_timeline.c.what)
        .where(order_timeline.c.order_id.in_(order_ids))
        .order_by(order_timeline.c.order_id, order_timeline.c.position)
    )
    return [TimelineRow(*row) for row in rows]


def _ids(connection: Connection, query: Select[Any]) -> list[str]:
    return list(connection.execute(query.order_by(orders.c.created_at).limit(500)).scalars())


def _one(connection: Connection, query: Select[Any]) -> OrderRow | None:
    row = connection.execute(query).one_or_none()
    return _order(row) if row else None


def _order(row: Any) -> OrderRow:
    values = dict(row._mapping)
    values["state"] = OrderState(values["state"])
    return OrderRow(**values)
