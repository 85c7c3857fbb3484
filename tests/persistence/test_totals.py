"""The kept sums are what adding up every sale and order anew comes to."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.count import cash_count
from core.domain.coupon import Discount
from core.domain.fill import Fill, FillState
from core.domain.ids import GradeCode, ShiftId
from core.domain.litres import Litres
from core.domain.money import ZERO, Money, total
from core.domain.order import at_promised_price, settle
from core.domain.payment import PaymentState, Tender
from core.domain.price import UnitPrice
from core.domain.product import D0, G92, G95
from core.domain.report import DayFigures, FuelFigure, TenderFigure
from core.domain.sale import Sale, SaleState
from core.domain.shift import Shift
from core.domain.station_order import ServiceState, StationOrder
from core.persistence.database import Database
from core.persistence.totals import SqlTotals
from core.persistence.unit_of_work import UnitsOfWork
from tests.builders import (
    MOMENT,
    a_coupon,
    a_fill,
    a_payment,
    a_sale,
    a_shift,
    an_order,
    completed,
    fresh_id,
    fresh_number,
    goods,
)
from tests.persistence.conftest import SHANGHAI

GRADES = (G92, G95, D0)


@dataclass(frozen=True)
class Everything:
    """All that happened in one shift."""

    shift: ShiftId
    sales: tuple[Sale, ...]
    orders: tuple[tuple[StationOrder, Fill], ...]


def recompute(happened: Everything) -> tuple[object, ...]:
    """The shift's figures, added up from the sales and orders themselves, in the order in which Totals gives them."""
    sales = [sale for sale in happened.sales if sale.state is SaleState.COMPLETED]
    lines = [line for sale in sales for line in sale.lines]
    pieces = [line for line in lines if line.fill is None]
    fuel: dict[tuple[GradeCode, UnitPrice], list[tuple[Litres, Money]]] = defaultdict(list)
    for line in lines:
        if line.grade is not None and line.fuel_price is not None:
            fuel[line.grade, line.fuel_price].append((line.volume, line.net))
    owed = [_owed(order, fill) for order, fill in happened.orders]
    return (
        (len(sales), total(sale.gross for sale in sales), total(sale.discount for sale in sales)),
        (sum(line.quantity for line in pieces), total(line.net for line in pieces)),
        _tenders(sales),
        tuple(
            FuelFigure(grade, price, len(parts), _litres(v for v, _ in parts), total(a for _, a in parts))
            for (grade, price), parts in sorted(fuel.items())
        ),
        (len(happened.orders), _litres(fill.volume for _, fill in happened.orders), total(owed)),
    )


def _owed(order: StationOrder, fill: Fill) -> Money:
    """What the driver owes in the end: never more a litre than was promised."""
    counts = at_promised_price(fill.amount, fill.volume, fill.price, order.price)
    return settle(order.ordered, order.discount, counts).owed


def recompute_between(happened: Everything, start: datetime, end: datetime) -> DayFigures:
    """The figures of a stretch of whole hours, added up anew."""
    done = [sale for sale in happened.sales if sale.state is SaleState.COMPLETED]
    sales = [sale for sale in done if sale.completed_at and start <= sale.completed_at < end]
    orders = [each for each in happened.orders if each[0].ended_at and start <= each[0].ended_at < end]
    filled = [
        (sale.completed_at, line.grade, line.volume) for sale in sales for line in sale.lines if line.grade
    ]
    filled += [(order.ended_at, order.grade, fill.volume) for order, fill in orders]
    hours: dict[tuple[int, GradeCode], Litres] = defaultdict(Litres)
    for moment, grade, volume in filled:
        assert moment is not None
        hours[moment.astimezone(SHANGHAI).hour, grade] += volume
    return DayFigures(
        amount=total(sale.total for sale in sales) + total(_owed(order, fill) for order, fill in orders),
        volume=_litres(volume for _, _, volume in filled),
        fills=len(filled),
        sales=len(sales),
        by_hour=tuple((hour, grade, volume) for (hour, grade), volume in sorted(hours.items())),
        tenders=_tenders(sales),
    )


def _tenders(sales: Sequence[Sale]) -> tuple[TenderFigure, ...]:
    taken: dict[Tender, list[Money]] = defaultdict(list)
    for sale in sales:
        for payment in sale.payments:
            if payment.state is PaymentState.CAPTURED:
                taken[payment.tender].append(payment.amount)
    return tuple(
        TenderFigure(tender, len(taken[tender]), total(taken[tender])) for tender in Tender if tender in taken
    )


def _litres(volumes) -> Litres:
    return Litres(sum(volume.millilitres for volume in volumes))


def _fills(moment: datetime) -> st.SearchStrategy[Fill]:
    return st.builds(
        lambda grade, li, volume, off: a_fill(
            grade=grade,
            price=UnitPrice(li),
            volume=Litres(volume * 10),
            amount=Money(max(1, UnitPrice(li).amount_for(Litres(volume * 10)).fen + off)),
            ended_at=moment,
        ),
        st.sampled_from(GRADES),
        st.sampled_from((7_120, 7_810, 7_811)),
        st.integers(1, 8_000),
        st.integers(-3, 3),
    )


@st.composite
def _sales(draw: st.DrawFn, shift: ShiftId, day: datetime) -> tuple[Sale, list[Fill]]:
    at = day + timedelta(seconds=draw(st.integers(0, 86_399)))
    fills = draw(st.lists(_fills(at), max_size=2))
    sale = a_sale(*fills, shift=shift, opened_at=at)
    for _ in range(draw(st.integers(0, 2))):
        price = Money(draw(st.integers(1, 5_000)))
        sale = sale.with_goods(fresh_id(), goods(price=price), draw(st.integers(1, 9)))
    if draw(st.booleans()):
        off = Money(draw(st.integers(0, sale.gross.fen)))
        parts = off.split([line.gross.fen for line in sale.lines])
        named = tuple((line.id, part) for line, part in zip(sale.lines, parts, strict=True))
        sale = sale.with_coupon(a_coupon(sale=sale.id), Discount(off, named))
    match draw(st.sampled_from(("completed", "completed", "completed", "open", "cancelled"))):
        case "open":
            return sale, fills
        case "cancelled":
            return sale.cancelled(at), fills
    while sale.due > ZERO:
        amount = Money(draw(st.one_of(st.just(sale.due.fen), st.integers(1, sale.due.fen))))
        tender = draw(st.sampled_from(tuple(Tender)))
        state = draw(st.sampled_from((PaymentState.CAPTURED, PaymentState.CAPTURED, PaymentState.DECLINED)))
        sale = sale.with_payment(a_payment(sale, amount=amount, tender=tender, state=state))
    return sale.completed(f"{fresh_number():08d}", at), fills


@st.composite
def _orders(draw: st.DrawFn, day: datetime) -> tuple[StationOrder, Fill]:
    at = day + timedelta(seconds=draw(st.integers(0, 86_399)))
    ordered = draw(st.integers(1_000, 60_000))
    discount = draw(st.integers(0, ordered))
    fill = replace(draw(_fills(at)), state=FillState.FOR_ORDER)
    order = an_order(
        ordered=Money(ordered),
        discount=Money(discount),
        paid=Money(ordered - discount),
        grade=fill.grade,
        state=ServiceState.FILLED,
        fill=fill.id,
    )
    return replace(order.moved(ServiceState.COMPLETED), ended_at=at), fill


@given(st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_kept_sums_are_the_sums(work: UnitsOfWork, station_database: Database, data: st.DataObject):
    # Every example has a shift and a day of its own in the one database; days of Shanghai begin at 16:00.
    shift = a_shift()
    day = datetime(2026, 1, 1, 16, tzinfo=UTC) + timedelta(days=2 * shift.number)
    sales = data.draw(st.lists(_sales(shift.id, day), max_size=6))
    orders = data.draw(st.lists(_orders(day), max_size=3))
    _happen(work, shift, sales, orders, data)

    happened = Everything(shift.id, tuple(sale for sale, _ in sales), tuple(orders))
    kept = SqlTotals(station_database)
    assert recompute(happened) == (
        kept.sales(shift.id),
        kept.goods(shift.id),
        kept.tenders(shift.id),
        kept.fuel(shift.id),
        kept.orders(shift.id),
    )
    for first, last in ((0, 24), (9, 13)):
        start, end = day + timedelta(hours=first), day + timedelta(hours=last)
        assert kept.between(start, end) == recompute_between(happened, start, end)


def _happen(work: UnitsOfWork, shift: Shift, sales, orders, data: st.DataObject) -> None:
    with work() as transaction:
        transaction.shifts.save(shift)
    try:
        for sale, fills in sales:
            with work() as transaction:
                for fill in fills:
                    transaction.fills.save(fill)
                if data.draw(st.booleans()):
                    transaction.sales.save(replace(sale, state=SaleState.OPEN, number="", completed_at=None))
                transaction.sales.save(sale)
                transaction.sales.save(sale)  # The same again counts once.
        for order, fill in orders:
            with work() as transaction:
                transaction.fills.save(fill)
                transaction.orders.save(order)
                transaction.orders.save(order)
    finally:
        with work() as transaction:
            transaction.shifts.save(shift.closed(shift.opened_by, MOMENT, cash_count(Money(0)), Money(0)))


def test_a_shift_without_a_sale_has_empty_figures(station_database: Database):
    kept = SqlTotals(station_database)
    nothing = fresh_id()
    assert kept.sales(nothing) == (0, ZERO, ZERO)
    assert kept.goods(nothing) == (0, ZERO)
    assert kept.tenders(nothing) == ()
    assert kept.fuel(nothing) == ()
    assert kept.orders(nothing) == (0, Litres(0), ZERO)
    assert kept.between(MOMENT, MOMENT + timedelta(days=1)) == DayFigures()


def test_an_order_completed_while_no_shift_is_open_counts_for_its_day(
    work: UnitsOfWork, station_database: Database
):
    fill = a_fill()
    order = an_order(state=ServiceState.COMPLETED, fill=fill.id, ended_at=MOMENT)
    with work() as transaction:
        transaction.fills.save(fill)
        transaction.orders.save(order)
    day = SqlTotals(station_database).between(MOMENT - timedelta(hours=1), MOMENT)
    assert (day.fills, day.volume, day.amount) == (1, fill.volume, Money(19_000))


def test_a_sale_that_is_rolled_back_leaves_no_sums(work: UnitsOfWork, station_database: Database, shift):
    def sell_and_fail() -> None:
        with work() as transaction:
            transaction.sales.save(completed(a_sale(shift=shift), "20261122-0001"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sell_and_fail()
    assert SqlTotals(station_database).sales(shift) == (0, ZERO, ZERO)
