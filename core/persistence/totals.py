"""The sums behind lists and reports: a few rows a shift or a day, however many sales there were."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from core.domain.ids import GradeCode, ShiftId
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.report import DayFigures, FuelFigure, TenderFigure
from core.persistence.database import Database
from core.persistence.shift_sums import (
    GIVEN_SUMS,
    ORDER_SUMS,
    REFUND_SUMS,
    SALE_SUMS,
    TENDER_SUMS,
    Given,
    OrderSum,
    RefundSum,
    SaleSum,
    ShiftSums,
    summed,
    together,
)
from core.persistence.tables.refund_sums import refund_sums, refund_tender_sums
from core.persistence.tables.sums import fuel_sums, order_sums, sale_sums, tender_sums
from core.persistence.transaction import Query, Transaction
from core.persistence.words import ColumnElement, Table, bindparam, select


class _HourSum(NamedTuple):
    local_hour: int
    grade: GradeCode
    fills: int
    volume: Litres


def _begun_within(table: Table) -> list[ColumnElement[bool]]:
    return [table.c.hour >= bindparam("start"), table.c.hour < bindparam("end")]


_SALES_WITHIN = Query(select(*SALE_SUMS).where(*_begun_within(sale_sums)), SaleSum)
_REFUNDS_WITHIN = Query(select(*REFUND_SUMS).where(*_begun_within(refund_sums)), RefundSum)
_TAKEN_WITHIN = Query(TENDER_SUMS.where(*_begun_within(tender_sums)), TenderFigure)
_GIVEN_WITHIN = Query(GIVEN_SUMS.where(*_begun_within(refund_tender_sums)), Given)
_ORDERS_WITHIN = Query(select(*ORDER_SUMS).where(*_begun_within(order_sums)), OrderSum)

_HOURS_WITHIN = [
    Query(
        select(table.c.local_hour, table.c.grade, *summed(count, table.c.volume))
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
        with self._database.reading() as transaction:
            return ShiftSums(transaction, shift).tenders()

    def fuel(self, shift: ShiftId) -> tuple[FuelFigure, ...]:
        with self._database.reading() as transaction:
            return ShiftSums(transaction, shift).fuel()

    def sales(self, shift: ShiftId) -> tuple[int, Money, Money]:
        with self._database.reading() as transaction:
            found = ShiftSums(transaction, shift).sales()
        return found.sales, found.gross, found.discount + found.rounding

    def goods(self, shift: ShiftId) -> tuple[int, Money]:
        with self._database.reading() as transaction:
            found = ShiftSums(transaction, shift).sales()
        return found.pieces, found.goods

    def orders(self, shift: ShiftId) -> tuple[int, Litres, Money]:
        with self._database.reading() as transaction:
            found = ShiftSums(transaction, shift).orders()
        return found.orders, found.volume, found.owed

    def between(self, start: datetime, end: datetime) -> DayFigures:
        with self._database.reading() as transaction:
            [counter] = transaction.all(_SALES_WITHIN, start, end)
            [online] = transaction.all(_ORDERS_WITHIN, start, end)
            hours = _hours(transaction, start, end)
            [refunds] = transaction.all(_REFUNDS_WITHIN, start, end)
            tenders = together(
                transaction.all(_TAKEN_WITHIN, start, end), transaction.all(_GIVEN_WITHIN, start, end)
            )
        volumes: dict[tuple[int, GradeCode], Litres] = defaultdict(Litres)
        for hour in hours:
            volumes[hour.local_hour, hour.grade] += hour.volume
        return DayFigures(
            amount=counter.gross - counter.discount - counter.rounding - refunds.amount + online.owed,
            volume=Litres(sum(hour.volume.millilitres for hour in hours)),
            fills=sum(hour.fills for hour in hours),
            sales=counter.sales,
            by_hour=tuple((hour, grade, volume) for (hour, grade), volume in sorted(volumes.items())),
            tenders=tenders,
        )


def _hours(transaction: Transaction, start: datetime, end: datetime) -> Sequence[_HourSum]:
    return [hour for query in _HOURS_WITHIN for hour in transaction.all(query, start, end)]
