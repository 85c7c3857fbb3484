"""Deliveries with their compartments and what was measured."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.domain.ids import DeliveryId
from core.domain.refusals.tanks import DeliveryNotFound
from core.domain.tanks.delivery import OPEN_DELIVERIES, Delivery, Filling, Measure, Part
from core.domain.tanks.reading import GaugeDelivery
from core.persistence.column_types import one_of
from core.persistence.rows import RowsOf, written
from core.persistence.tables.tanks import deliveries, delivery_fillings, delivery_parts, gauge_deliveries
from core.persistence.transaction import Command, Query, Transaction
from core.persistence.words import Executable, bindparam, delete, insert_of, select

_DELIVERIES = RowsOf(deliveries, Delivery, without=("parts", "fillings"))
_COLUMNS = [
    "id", "grade", "supplier", "ordered", "ordered_by", "ordered_at", "note_number", "plate", "state", "began_by",
    "began_at", "unloaded_at", "received_by", "received_at", "by_note", "remark",
]  # fmt: skip


def _bare(*row: Any) -> Delivery:
    return Delivery(**dict(zip(_COLUMNS, row, strict=True)))


_READ = select(*(deliveries.c[name] for name in _COLUMNS))
_IS_OPEN = one_of(deliveries.c.state, OPEN_DELIVERIES)
_ONE = Query(_READ.where(deliveries.c.id == bindparam("delivery")), _bare)
_OPEN = Query(_READ.where(_IS_OPEN).order_by(deliveries.c.ordered_at, deliveries.c.id), _bare)
_ENDED = Query(
    _READ.where(~_IS_OPEN)
    .order_by(deliveries.c.ordered_at.desc(), deliveries.c.id.desc())
    .limit(bindparam("limit")),
    _bare,
)
_PARTS = RowsOf(delivery_parts, Part, beside=("delivery", "place"))
_PARTS_OF = _PARTS.where(delivery_parts.c.delivery == bindparam("delivery"), order=[delivery_parts.c.place])
_FILLING_COLUMNS = [column.name for column in delivery_fillings.c]
_ADD_FILLING = written(delivery_fillings, _FILLING_COLUMNS)


def _filling(_delivery: str, *row: Any) -> Filling:
    book, noted, sold, flowing, *measures = row
    before, after = measures[:5], measures[5:]
    return Filling(
        book, noted, Measure(*before), Measure(*after) if after[0] is not None else None, sold, flowing
    )


_FILLINGS_OF = Query(
    select(delivery_fillings)
    .where(delivery_fillings.c.delivery == bindparam("delivery"))
    .order_by(delivery_fillings.c.book),
    _filling,
)
_NOTICED = RowsOf(gauge_deliveries, GaugeDelivery)
_NOTICED_COLUMNS = [column.name for column in gauge_deliveries.c]
_NOTICED_BETWEEN = _NOTICED.where(
    gauge_deliveries.c.began_at >= bindparam("since"),
    gauge_deliveries.c.began_at <= bindparam("until"),
    order=[gauge_deliveries.c.began_at, gauge_deliveries.c.tank],
)


def _notice() -> Executable:
    fresh = insert_of(gauge_deliveries).values({name: bindparam(name) for name in _NOTICED_COLUMNS})
    once: Executable = fresh.on_conflict_do_nothing(index_elements=["tank", "began_at"])
    return once


_NOTICE = Command(_notice(), _NOTICED_COLUMNS)
_CLEAR = [
    Command(delete(table).where(table.c.delivery == bindparam("delivery")))
    for table in (delivery_parts, delivery_fillings)
]


class TankDeliveries:
    """The part of port Tanks that is about deliveries."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def delivery(self, delivery: DeliveryId) -> Delivery:
        found = self._transaction.first(_ONE, delivery)
        if found is None:
            raise DeliveryNotFound(delivery)
        return self._whole(found)

    def save_delivery(self, delivery: Delivery) -> None:
        # Its parts go first: once it is received the database lets go of none of them.
        for clear in _CLEAR:
            self._transaction.run(clear, delivery.id)
        self._transaction.run(_DELIVERIES.save, *_DELIVERIES.of(delivery))
        for place, part in enumerate(delivery.parts):
            self._transaction.run(_PARTS.insert, delivery.id, place, *_PARTS.of(part))
        for filling in delivery.fillings:
            self._transaction.run(
                _ADD_FILLING,
                delivery.id,
                filling.book,
                filling.noted,
                filling.sold,
                filling.flowing,
                *_measure(filling.before),
                *_measure(filling.after),
            )

    def notice(self, delivery: GaugeDelivery) -> None:
        self._transaction.run(_NOTICE, *(getattr(delivery, name) for name in _NOTICED_COLUMNS))

    def noticed(self, since: datetime, until: datetime) -> Sequence[GaugeDelivery]:
        return self._transaction.all(_NOTICED_BETWEEN, since, until)

    def deliveries(self, limit: int) -> Sequence[Delivery]:
        found = [*self._transaction.all(_OPEN)[::-1], *self._transaction.all(_ENDED, limit)]
        return [self._whole(each) for each in found]

    def open_deliveries(self) -> Sequence[Delivery]:
        return [self._whole(each) for each in self._transaction.all(_OPEN)]

    def _whole(self, bare: Delivery) -> Delivery:
        return replace(
            bare,
            parts=tuple(self._transaction.all(_PARTS_OF, bare.id)),
            fillings=tuple(self._transaction.all(_FILLINGS_OF, bare.id)),
        )


def _measure(measure: Measure | None) -> tuple[object, ...]:
    if measure is None:
        return (None,) * 5
    return measure.at, measure.fuel, measure.water, measure.at_20, measure.dipped
