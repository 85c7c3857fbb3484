"""Rows of the price boards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from cloud_api.prices.tables import coming_prices, price_boards, prices


@dataclass(frozen=True, slots=True)
class PriceRow:
    station_id: str
    grade: str
    price_li: int


@dataclass(frozen=True, slots=True)
class ComingRow:
    station_id: str
    grade: str
    price_li: int
    at: datetime


def told_at(connection: Connection, station_id: str) -> datetime | None:
    moment: datetime | None = connection.execute(
        select(price_boards.c.told_at).where(price_boards.c.station_id == station_id).with_for_update()
    ).scalar_one_or_none()
    return moment


def replace_board(
    connection: Connection,
    station_id: str,
    told: datetime,
    board: Sequence[PriceRow],
    coming: Sequence[ComingRow],
) -> None:
    """The whole board at once: what is not on it is not sold any more."""
    connection.execute(delete(prices).where(prices.c.station_id == station_id))
    connection.execute(delete(coming_prices).where(coming_prices.c.station_id == station_id))
    if board:
        connection.execute(
            insert(prices),
            [{"station_id": row.station_id, "grade": row.grade, "price_li": row.price_li} for row in board],
        )
    if coming:
        connection.execute(
            insert(coming_prices),
            [
                {"station_id": row.station_id, "grade": row.grade, "price_li": row.price_li, "at": row.at}
                for row in coming
            ],
        )
    changed = connection.execute(
        update(price_boards).where(price_boards.c.station_id == station_id).values(told_at=told)
    )
    if changed.rowcount == 0:
        connection.execute(insert(price_boards).values(station_id=station_id, told_at=told))


def price_of(connection: Connection, station_id: str, grade: str) -> int | None:
    price: int | None = connection.execute(
        select(prices.c.price_li).where(prices.c.station_id == station_id, prices.c.grade == grade)
    ).scalar_one_or_none()
    return price


def board_rows(connection: Connection, station_ids: Sequence[str]) -> list[PriceRow]:
    rows = connection.execute(
        select(prices.c.station_id, prices.c.grade, prices.c.price_li)
        .where(prices.c.station_id.in_(station_ids))
        .order_by(prices.c.station_id, prices.c.grade)
    )
    return [PriceRow(*row) for row in rows]


def coming_rows(connection: Connection, station_ids: Sequence[str], after: datetime) -> list[ComingRow]:
    rows = connection.execute(
        select(
            coming_prices.c.station_id, coming_prices.c.grade, coming_prices.c.price_li, coming_prices.c.at
        )
        .where(coming_prices.c.station_id.in_(station_ids), coming_prices.c.at > after)
        .order_by(coming_prices.c.at)
    )
    return [ComingRow(*row) for row in rows]
