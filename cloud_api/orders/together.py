"""Rows that many orders at once need, each kind by one statement."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, select

from cloud_api.access import Driver
from cloud_api.drivers.tables import driver_tokens, drivers, vehicles
from cloud_api.first_answers import first_answers
from cloud_api.orders.repository import OrderRow
from cloud_api.orders.tables import order_timeline, orders
from cloud_api.prices.tables import prices
from cloud_api.sets import Writes, among
from cloud_api.stations.tables import nozzles, stations
from core.domain.order import OrderState

_LIVE = (OrderState.PENDING_PAYMENT.value, OrderState.RESERVED.value, OrderState.FUELLING.value)
_ORDER = tuple(one.name for one in fields(OrderRow))


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


def askers(connection: Connection, token_hashes: Collection[str], now: datetime) -> dict[str, Driver]:
    """Whose tokens these are, as of this moment: one that was taken back a moment ago is nobody's."""
    rows = connection.execute(
        select(driver_tokens.c.token_hash, drivers.c.id, drivers.c.phone)
        .join(drivers, drivers.c.id == driver_tokens.c.driver_id)
        .where(among(connection, driver_tokens.c.token_hash, token_hashes), driver_tokens.c.expires_at > now)
    )
    return {row.token_hash: Driver(row.id, row.phone) for row in rows}


def answered(
    connection: Connection, route: str, keys: Collection[str]
) -> dict[tuple[str, str], tuple[str, Mapping[str, Any]]]:
    """What was answered before to (asker, key): the request's fingerprint, and the answer."""
    rows = connection.execute(
        select(first_answers.c.asker, first_answers.c.key, first_answers.c.fingerprint, first_answers.c.answer)
        .where(first_answers.c.route == route, among(connection, first_answers.c.key, keys))
    )  # fmt: skip
    return {(row.asker, row.key): (row.fingerprint, row.answer) for row in rows}


def known_orders(connection: Connection, order_ids: Collection[str]) -> set[str]:
    """Which of these ids an order has already."""
    return set(
        connection.execute(select(orders.c.id).where(among(connection, orders.c.id, order_ids))).scalars()
    )


def places(connection: Connection, station_ids: Collection[str]) -> dict[tuple[str, int, int], Place]:
    """Every nozzle of these stations."""
    rows = connection.execute(
        select(
            nozzles.c.station_id, nozzles.c.pump, nozzles.c.nozzle, nozzles.c.grade, prices.c.price_li,
            stations.c.name, stations.c.address, stations.c.entity, stations.c.seen_at,
        )
        .join(stations, stations.c.id == nozzles.c.station_id)
        .outerjoin(
            prices, and_(prices.c.station_id == nozzles.c.station_id, prices.c.grade == nozzles.c.grade)
        )
        .where(among(connection, nozzles.c.station_id, station_ids))
    )  # fmt: skip
    return {
        (row.station_id, row.pump, row.nozzle): Place(
            row.station_id, row.name, row.address, row.entity, row.grade, row.price_li, row.seen_at
        )
        for row in rows
    }


def cars(connection: Connection, driver_ids: Collection[str]) -> dict[tuple[str, str], str]:
    """What the cars of these drivers look like, by driver and plate."""
    rows = connection.execute(
        select(vehicles.c.driver_id, vehicles.c.plate, vehicles.c.car).where(
            among(connection, vehicles.c.driver_id, driver_ids)
        )
    )
    return {(row.driver_id, row.plate): row.car for row in rows}


def free_codes(connection: Connection, station_ids: Sequence[str]) -> dict[str, list[str]]:
    """A code for each, as often as a station is named, that no order which is not over shows there."""
    free: dict[str, list[str]] = {station_id: [] for station_id in station_ids}
    missing = list(station_ids)
    while missing:
        drawn = {(station_id, f"{secrets.randbelow(1_000_000):06d}") for station_id in missing}
        rows = connection.execute(
            select(orders.c.station_id, orders.c.code).where(
                among(connection, orders.c.station_id, free),
                among(connection, orders.c.code, {code for _station, code in drawn}),
                orders.c.state.in_(_LIVE),
            )
        )
        for station_id, code in drawn - {(row.station_id, row.code) for row in rows}:
            if code not in free[station_id]:
                free[station_id].append(code)
                missing.remove(station_id)
    return free


def add_orders(writes: Writes, rows: Sequence[OrderRow]) -> None:
    writes.insert(orders, [{name: getattr(row, name) for name in _ORDER} for row in rows])


def note_all(writes: Writes, notes: Sequence[tuple[str, int, datetime, str]]) -> None:
    """Lines of timelines: order, place, moment and what."""
    writes.insert(
        order_timeline,
        [
            {"order_id": order, "position": position, "at": at, "what": what}
            for order, position, at, what in notes
        ],
    )


def keep_answers(
    writes: Writes, route: str, kept: Sequence[tuple[str, str, str, Mapping[str, Any]]], now: datetime
) -> None:
    """First answers: asker, key, fingerprint and answer."""
    writes.insert(
        first_answers,
        [
            {"asker": asker, "route": route, "key": key, "fingerprint": told, "answer": answer, "at": now}
            for asker, key, told, answer in kept
        ],
    )
