"""Rows that many orders at once need, each kind by one statement."""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, func, select, type_coerce

from cloud_api.drivers.tables import driver_tokens, drivers, vehicles
from cloud_api.first_answers import first_answers
from cloud_api.orders.repository import OrderRow
from cloud_api.orders.tables import order_timeline, orders
from cloud_api.prices.tables import prices
from cloud_api.sealing import SealedText
from cloud_api.sets import Values, Writes, between, one_of, pairs
from cloud_api.stations.tables import nozzles, stations
from core.domain.order import OrderState

LIVE = (OrderState.PENDING_PAYMENT.value, OrderState.RESERVED.value, OrderState.FUELLING.value)
_NUMBERS = struct.Struct("=Q")
_UNSAID = {
    one.name: one.default
    for one in fields(OrderRow)
    if one.default is not MISSING and one.default is not None and one.name not in {"paid_fen", "stored_fen"}
}


@dataclass(frozen=True, slots=True)
class Place:
    """A nozzle, and what it gives at which price; no price where the board has none."""

    station_id: str
    station_name: str
    station_address: str
    entity: str
    grade: str
    price_li: int | None
    seen_at: datetime | None

    def is_silent(self, now: datetime, after_seconds: float) -> bool:
        """Whether the station has not been heard for so long that it may not hear of an order either."""
        return self.seen_at is None or (now - self.seen_at).total_seconds() > after_seconds


@lru_cache
def askers_of_tokens(dialect: str) -> Select[Any]:
    """Whose tokens (`tokens`) these are `now`: one that was taken back a moment ago is nobody's."""
    return (
        select(driver_tokens.c.token_hash, drivers.c.id, drivers.c.phone)
        .join(drivers, drivers.c.id == driver_tokens.c.driver_id)
        .where(
            one_of(dialect, driver_tokens.c.token_hash, "tokens"),
            driver_tokens.c.expires_at > bindparam("now"),
        )
    )


@lru_cache
def askers(dialect: str) -> Select[Any]:
    """Their ids alone, for a statement that asks about them in the same breath."""
    return select(driver_tokens.c.driver_id).where(
        one_of(dialect, driver_tokens.c.token_hash, "tokens"), driver_tokens.c.expires_at > bindparam("now")
    )


@lru_cache
def answers_to(dialect: str) -> Select[Any]:
    """What `askers` were answered before on a `route` to `keys`: the request's fingerprint, and the answer as it went out."""
    return select(
        first_answers.c.asker,
        first_answers.c.key,
        first_answers.c.fingerprint,
        type_coerce(first_answers.c.answer, SealedText("first_answers.answer")).label("answer"),
    ).where(
        first_answers.c.asker.in_(askers(dialect)),
        first_answers.c.route == bindparam("route"),
        one_of(dialect, first_answers.c.key, "keys"),
        between(first_answers.c.key, "keys"),
    )


@lru_cache
def orders_of_ids(dialect: str) -> Select[Any]:
    """Which of these ids (`keys`) an order has already."""
    return select(orders.c.id).where(one_of(dialect, orders.c.id, "keys"), between(orders.c.id, "keys"))


@lru_cache
def places_at(dialect: str) -> Select[Any]:
    """Every nozzle of `stations`."""
    return (
        select(
            nozzles.c.station_id, nozzles.c.pump, nozzles.c.nozzle, nozzles.c.grade, prices.c.price_li,
            stations.c.name, stations.c.address, stations.c.entity, stations.c.seen_at,
        )
        .join(stations, stations.c.id == nozzles.c.station_id)
        .outerjoin(
            prices, and_(prices.c.station_id == nozzles.c.station_id, prices.c.grade == nozzles.c.grade)
        )
        .where(one_of(dialect, nozzles.c.station_id, "stations"))
    )  # fmt: skip


def places(rows: Iterable[Any]) -> dict[tuple[str, int, int], Place]:
    return {
        (row.station_id, row.pump, row.nozzle): Place(
            row.station_id, row.name, row.address, row.entity, row.grade, row.price_li, row.seen_at
        )
        for row in rows
    }


@lru_cache
def cars_of(dialect: str) -> Select[Any]:
    """The cars of `askers`."""
    return select(vehicles.c.driver_id, vehicles.c.plate, vehicles.c.car).where(
        vehicles.c.driver_id.in_(askers(dialect))
    )


@lru_cache
def codes_shown(dialect: str) -> Select[Any]:
    """Which of `codes`, each at its station of `showing`, are shown there by orders since an id (`since`) that are not over."""
    drawn = pairs(dialect, "showing", "codes")
    # Each is looked up by itself, and the state is no condition: whatever the planner believes of a table that was just made,
    # it has no other way than the index of stations and codes.
    is_live = case((one_of(dialect, orders.c.state, "live"), 1), else_=0)
    live = (
        select(func.max(is_live))
        .where(
            orders.c.station_id == drawn.c.first,
            orders.c.code == drawn.c.second,
            orders.c.id >= bindparam("since"),
        )
        .scalar_subquery()
    )
    return select(drawn.c.first.label("station_id"), drawn.c.second.label("code"), live.label("live"))


def codes_from(drawn: bytes) -> list[str]:
    """Six digits for each 8 random bytes, as good as drawn one by one: of 64 bits no million is noticeably likelier."""
    return [f"{number % 1_000_000:06d}" for (number,) in _NUMBERS.iter_unpack(drawn)]


def add_orders(writes: Writes, rows: Sequence[Values], same: Values) -> None:
    """Rows of orders; what they do not say is what an OrderRow has where nobody says it."""
    writes.insert(orders, rows, {**_UNSAID, **same})


def note_all(writes: Writes, of: Sequence[str], at: datetime, words: Sequence[str]) -> None:
    """The first lines of these orders' timelines."""
    rows = [
        {"order_id": order, "position": position, "what": what}
        for order in of
        for position, what in enumerate(words, 1)
    ]
    writes.insert(order_timeline, rows, {"at": at})


def keep_answers(
    writes: Writes, route: str, kept: Sequence[tuple[str, str, str, bytes]], now: datetime
) -> None:
    """First answers: asker, key, fingerprint and answer as it goes out."""
    rows = [
        {"asker": asker, "key": key, "fingerprint": told, "answer": answer.decode()}
        for asker, key, told, answer in kept
    ]
    writes.insert(first_answers, rows, {"route": route, "at": now})
