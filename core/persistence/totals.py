"""The sums behind lists and reports: a few rows a shift or a day, however many sales there were."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, bindparam, cast, func, literal_column, select

from core.domain.ids import GradeCode, ShiftId
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.report import DayFigures, FuelFigure, TenderFigure
from core.persistence.database import Database
from core.persistence.tables.sums import fuel_sums, order_sums, sale_sums, tender_sums
from core.persistence.transaction import Query, Transaction, Value


class _SaleSum(NamedTuple):
    sales: int
    gross: Money
    discount: Money
    pieces: int
    goods: Money


class _OrderSum(NamedTuple):
    orders: int
    volume: Litres
    owed: Money


class _HourSum(NamedTuple):
    local_hour: int
    grade: GradeCode
    fills: int
    volume: Litres


def _of_shift(table: Table) -> list[ColumnElement[bool]]:
    return [table.c.shift == bindparam("shift")]


def _begun_within(table: Table) -> list[ColumnElement[bool]]:
    return [table.c.hour >= bindparam("start"), table.c.hour < bindparam("end")]


def _sums(*columns: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """Each column's sum in the column's own type (PostgreSQL would make it a decimal); nothing sums to zero."""
    return [cast(func.coalesce(func.sum(column), literal_column("0")), column.type) for column in columns]


_SALE_SUMS = _sums(
    sale_sums.c.sales,
    sale_sums.c.gross,
    sale_sums.c.discount,
    sale_sums.c.goods_pieces,
    sale_sums.c.goods_net,
)
_SALES_OF_SHIFT = Query(select(*_SALE_SUMS).where(*_of_shift(sale_sums)), _SaleSum)
_SALES_WITHIN = Query(select(*_SALE_SUMS).where(*_begun_within(sale_sums)), _SaleSum)

_TENDER_SUMS = (
    select(tender_sums.c.tender, *_sums(tender_sums.c.payments, tender_sums.c.amount))
    .group_by(tender_sums.c.tender)
    .order_by(tender_sums.c.tender)
)
_TENDERS_OF_SHIFT = Query(_TENDER_SUMS.where(*_of_shift(tender_sums)), TenderFigure)
_TENDERS_WITHIN = Query(_TENDER_SUMS.where(*_begun_within(tender_sums)), TenderFigure)

_FUEL_OF_SHIFT = Query(
    select(
        fuel_sums.c.grade,
        fuel_sums.c.price,
        *_sums(fuel_sums.c.fills, fuel_sums.c.volume, fuel_sums.c.net),
    )
    .where(*_of_shift(fuel_sums))
    .group_by(fuel_sums.c.grade, fuel_sums.c.price)
    .order_by(fuel_sums.c.grade, fuel_sums.c.price),
    FuelFigure,
)

_ORDER_SUMS = _sums(order_sums.c.orders, order_sums.c.volume, order_sums.c.owed)
_ORDERS_OF_SHIFT = Query(select(*_ORDER_SUMS).where(*_of_shift(order_sums)), _OrderSum)
_ORDERS_WITHIN = Query(select(*_ORDER_SUMS).where(*_begun_within(order_sums)), _OrderSum)

_HOURS_WITHIN = [
    Query(
        select(table.c.local_hour, table.c.grade, *_sums(count, table.c.volume))
        .where(*_begun_within(table))
        .group_by(table.c.local_hour, table.c.grade),
        _HourSum,
    )
    for table, count in ((fuel_sums, fuel_sums.c.fills), (order_sums, order_sums.c.orders))
]


class SqlTotals:
    """Port Totals, from the kept sums.

    Fuel and goods are what customers paid for them: after discounts. Sums are kept by the hour, so between() takes every
    hour of the station's clock that begins within the stretch, whole.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def tenders(self, shift: ShiftId) -> tuple[TenderFigure, ...]:
        return tuple(self._all(_TENDERS_OF_SHIFT, shift))

    def fuel(self, shift: ShiftId) -> tuple[FuelFigure, ...]:
        return tuple(self._all(_FUEL_OF_SHIFT, shift))

    def sales(self, shift: ShiftId) -> tuple[int, Money, Money]:
        [found] = self._all(_SALES_OF_SHIFT, shift)
        return found.sales, found.gross, found.discount

    def goods(self, shift: ShiftId) -> tuple[int, Money]:
        [found] = self._all(_SALES_OF_SHIFT, shift)
        return found.pieces, found.goods

    def orders(self, shift: ShiftId) -> tuple[int, Litres, Money]:
        [found] = self._all(_ORDERS_OF_SHIFT, shift)
        return found.orders, found.volume, found.owed

    def between(self, start: datetime, end: datetime) -> DayFigures:
        with self._database.reading() as transaction:
            [counter] = transaction.all(_SALES_WITHIN, start, end)
            [online] = transaction.all(_ORDERS_WITHIN, start, end)
            hours = _hours(transaction, start, end)
            tenders = transaction.all(_TENDERS_WITHIN, start, end)
        volumes: dict[tuple[int, GradeCode], Litres] = defaultdict(Litres)
        for hour in hours:
            volumes[hour.local_hour, hour.grade] += hour.volume
        return DayFigures(
            amount=counter.gross - counter.discount + online.owed,
            volume=Litres(sum(hour.volume.millilitres for hour in hours)),
            fills=sum(hour.fills for hour in hours),
            sales=counter.sales,
            by_hour=tuple((hour, grade, volume) for (hour, grade), volume in sorted(volumes.items())),
            tenders=tuple(tenders),
        )

    def _all(self, query: Query[Value], *values: object) -> list[Value]:
        with self._database.reading() as transaction:
            return transaction.all(query, *values)


def _hours(transaction: Transaction, start: datetime, end: datetime) -> Sequence[_HourSum]:
    return [hour for query in _HOURS_WITHIN for hour in transaction.all(query, start, end)]
