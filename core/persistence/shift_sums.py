"""A shift's kept sums, read on whatever transaction asks: a few rows, however many sales there were."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from core.domain.ids import NozzleNumber, PumpNumber, ShiftId
from core.domain.litres import Litres
from core.domain.money import ZERO, Money
from core.domain.payment import Tender
from core.domain.report import FuelFigure, TenderFigure
from core.persistence.tables.accounts import settlement_sums
from core.persistence.tables.forecourt import fills
from core.persistence.tables.refund_sums import refund_fuel_sums, refund_sums, refund_tender_sums
from core.persistence.tables.sums import fuel_sums, order_sums, sale_sums, tender_sums
from core.persistence.transaction import Query, Transaction
from core.persistence.words import ColumnElement, Table, bindparam, cast, func, literal_column, select


class SaleSum(NamedTuple):
    """What completed sales come to."""

    sales: int
    gross: Money
    discount: Money
    rounding: Money
    pieces: int
    goods: Money
    prepaid: Money
    prepaid_filled: Money


class RefundSum(NamedTuple):
    """What refunds come to."""

    refunds: int
    voids: int
    amount: Money
    pieces: int
    goods: Money
    prepaid: Money


class OrderSum(NamedTuple):
    """What online orders come to."""

    orders: int
    volume: Litres
    owed: Money


class NozzleSum(NamedTuple):
    """What the fills at one nozzle come to, paid or not, of the counter or of an order."""

    pump: PumpNumber
    nozzle: NozzleNumber
    fills: int
    volume: Litres


class Given(NamedTuple):
    """What went back by one tender."""

    tender: Tender
    refunds: int
    amount: Money


def summed(*columns: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """Each column's sum in the column's own type (PostgreSQL would make it a decimal); nothing sums to zero."""
    return [cast(func.coalesce(func.sum(column), literal_column("0")), column.type) for column in columns]


def _of_shift(table: Table) -> ColumnElement[bool]:
    return table.c.shift == bindparam("shift")


def _fuel(table: Table, paid: ColumnElement[Any]) -> Query[FuelFigure]:
    return Query(
        select(table.c.grade, table.c.price, *summed(table.c.fills, table.c.volume, paid))
        .where(_of_shift(table))
        .group_by(table.c.grade, table.c.price)
        .order_by(table.c.grade, table.c.price),
        FuelFigure,
    )


SALE_SUMS = summed(
    sale_sums.c.sales,
    sale_sums.c.gross,
    sale_sums.c.discount,
    sale_sums.c.rounding,
    sale_sums.c.goods_pieces,
    sale_sums.c.goods_net,
    sale_sums.c.prepaid,
    sale_sums.c.prepaid_filled,
)
REFUND_SUMS = summed(
    refund_sums.c.refunds,
    refund_sums.c.voids,
    refund_sums.c.amount,
    refund_sums.c.goods_pieces,
    refund_sums.c.goods_amount,
    refund_sums.c.prepaid,
)
TENDER_SUMS = (
    select(tender_sums.c.tender, *summed(tender_sums.c.payments, tender_sums.c.amount))
    .group_by(tender_sums.c.tender)
    .order_by(tender_sums.c.tender)
)
GIVEN_SUMS = (
    select(refund_tender_sums.c.tender, *summed(refund_tender_sums.c.refunds, refund_tender_sums.c.amount))
    .group_by(refund_tender_sums.c.tender)
    .order_by(refund_tender_sums.c.tender)
)
ORDER_SUMS = summed(order_sums.c.orders, order_sums.c.volume, order_sums.c.owed)

_SALES = Query(select(*SALE_SUMS).where(_of_shift(sale_sums)), SaleSum)
_REFUNDS = Query(select(*REFUND_SUMS).where(_of_shift(refund_sums)), RefundSum)
_TAKEN = Query(TENDER_SUMS.where(_of_shift(tender_sums)), TenderFigure)
_GIVEN = Query(GIVEN_SUMS.where(_of_shift(refund_tender_sums)), Given)
_FUEL = _fuel(fuel_sums, fuel_sums.c.net)
_REFUNDED_FUEL = _fuel(refund_fuel_sums, refund_fuel_sums.c.amount)
_SETTLED = Query(
    select(settlement_sums.c.tender, *summed(settlement_sums.c.settlements, settlement_sums.c.amount))
    .where(_of_shift(settlement_sums))
    .group_by(settlement_sums.c.tender),
    TenderFigure,
)
# The moment keeps the search to a shift's length; what belongs to the shift is said by the fill itself.
_NOZZLES = Query(
    select(fills.c.pump, fills.c.nozzle, func.count(), *summed(fills.c.volume))
    .where(fills.c.recorded_at >= bindparam("since"), fills.c.shift == bindparam("shift"))
    .group_by(fills.c.pump, fills.c.nozzle),
    NozzleSum,
)
_ORDERS = Query(select(*ORDER_SUMS).where(_of_shift(order_sums)), OrderSum)


class ShiftSums:
    """The kept sums of one shift."""

    def __init__(self, transaction: Transaction, shift: ShiftId) -> None:
        self._transaction = transaction
        self._shift = shift

    def sales(self) -> SaleSum:
        """Completed sales."""
        [found] = self._transaction.all(_SALES, self._shift)
        return found

    def refunds(self) -> RefundSum:
        """What was given back of lines."""
        [found] = self._transaction.all(_REFUNDS, self._shift)
        return found

    def tenders(self) -> tuple[TenderFigure, ...]:
        """What came in and went back by each tender that moved."""
        return together(
            self._transaction.all(_TAKEN, self._shift), self._transaction.all(_GIVEN, self._shift)
        )

    def fuel(self) -> tuple[FuelFigure, ...]:
        """Fuel by grade and price: what customers paid for it, after discounts."""
        return tuple(self._transaction.all(_FUEL, self._shift))

    def refunded_fuel(self) -> tuple[FuelFigure, ...]:
        """Fuel whose money went back."""
        return tuple(self._transaction.all(_REFUNDED_FUEL, self._shift))

    def settled(self) -> tuple[TenderFigure, ...]:
        """What account customers paid, by tender."""
        found = {figure.tender: figure for figure in self._transaction.all(_SETTLED, self._shift)}
        return tuple(found[tender] for tender in Tender if tender in found)

    def nozzles(self, opened_at: datetime) -> list[NozzleSum]:
        """What was filled at each nozzle; a clock that was set back by less than a day loses none."""
        return self._transaction.all(_NOZZLES, opened_at - timedelta(days=1), self._shift)

    def orders(self) -> OrderSum:
        """Online orders completed."""
        [found] = self._transaction.all(_ORDERS, self._shift)
        return found


def together(taken: list[TenderFigure], given: list[Given]) -> tuple[TenderFigure, ...]:
    """One figure a tender, in the order in which tenders are always named."""
    came = {figure.tender: figure for figure in taken}
    went = {figure.tender: figure for figure in given}
    return tuple(
        TenderFigure(
            tender,
            came[tender].count if tender in came else 0,
            came[tender].amount if tender in came else ZERO,
            went[tender].refunds if tender in went else 0,
            went[tender].amount if tender in went else ZERO,
        )
        for tender in Tender
        if tender in came or tender in went
    )
