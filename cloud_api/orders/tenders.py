"""Rows of what an order is paid with."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from cloud_api.orders.tables import order_tenders
from core.domain.money import Money
from core.domain.tenders import Part, Tender

TAKEN, RETURNED = "taken", "returned"


@dataclass(frozen=True, slots=True)
class TenderRow:
    """One part of an order's payment; `state` is returned where it pays nothing of it any more."""

    order_id: str
    position: int
    tender: str
    amount_fen: int
    points: int | None
    reference: str
    returned_fen: int = 0
    state: str = TAKEN

    @property
    def part(self) -> Part:
        return Part(Tender(self.tender), Money(self.amount_fen), Money(self.returned_fen))


_TENDER = tuple(order_tenders.c[one.name] for one in fields(TenderRow))


def add(connection: Connection, row: TenderRow) -> None:
    connection.execute(insert(order_tenders).values(values_of(row)))


def change(connection: Connection, row: TenderRow, **values: Any) -> None:
    key = (order_tenders.c.order_id == row.order_id) & (order_tenders.c.position == row.position)
    connection.execute(update(order_tenders).where(key).values(**values))


def next_position(connection: Connection, order_id: str) -> int:
    last = select(func.max(order_tenders.c.position)).where(order_tenders.c.order_id == order_id)
    return int(connection.execute(last).scalar_one() or 0) + 1


def taken_of(connection: Connection, order_ids: Sequence[str]) -> list[TenderRow]:
    """What pays these orders, or paid them; parts of a split that was chosen anew are left out."""
    rows = connection.execute(
        select(*_TENDER)
        .where(order_tenders.c.order_id.in_(order_ids), order_tenders.c.state == TAKEN)
        .order_by(order_tenders.c.order_id, order_tenders.c.position)
    )
    return [TenderRow(*row) for row in rows]


def values_of(row: TenderRow) -> dict[str, Any]:
    return {one.name: getattr(row, one.name) for one in fields(TenderRow)}
