"""A pump that nobody is connected to: what is keyed becomes a fill like any other, with who keyed it."""

import pytest

from core.domain.events.keyed import CounterReplaced, FillKeyed
from core.domain.fill import FillSource, FillState
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.keyed_fill import Doubt, KeyedFill
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.refusals.keyed import CounterWentBack, KeyedCounterApart, KeyedFillEmpty, PumpIsConnected
from core.domain.refusals.people import ApprovalNeeded
from core.domain.refusals.pumps import PumpNotFound
from core.domain.sale import SaleState
from core.services.forecourt.manual import ManualDesk
from tests.services.small_station import PUMP_1, PUMP_2, SmallStation

HOSE = NozzleNumber(1)


def desk(station: SmallStation) -> ManualDesk:
    return ManualDesk(station.work, station.clock, station.ids, frozenset({PUMP_1}))


def keyed(
    litres: int | None = None,
    fen: int | None = None,
    counter: int | None = None,
    *sure: Doubt,
    pump: PumpNumber = PUMP_1,
    nozzle: int = 1,
    replaced: str = "",
) -> KeyedFill:
    return KeyedFill(
        pump,
        NozzleNumber(nozzle),
        Litres(litres) if litres is not None else None,
        Money(fen) if fen is not None else None,
        Litres(counter) if counter is not None else None,
        replaced,
        frozenset(sure),
    )


def test_a_keyed_fill_waits_at_the_counter_and_is_paid_like_any_other(station: SmallStation) -> None:
    fill = desk(station).key(keyed(10_000, 7_810, 10_000), station.cashier)
    assert (fill.source, fill.state, fill.totaliser) == (FillSource.KEYED, FillState.UNPAID, Litres(10_000))
    assert [waiting.id for waiting in station.forecourt.unpaid()] == [fill.id]
    bill = station.a_bill(fill)
    sale = station.payments.take_cash(bill.id, bill.total, station.cashier)
    assert sale.state is SaleState.COMPLETED


def test_who_keyed_it_and_what_the_counter_showed_is_in_the_journal(station: SmallStation) -> None:
    fill = desk(station).key(keyed(10_000, counter=10_000), station.cashier)
    told = [event for event in station.events if isinstance(event, FillKeyed)]
    assert told == [FillKeyed(fill.id, 1, 1, 10_000, fill.amount.fen, 10_000, 0)]


def test_the_counter_goes_on_from_the_last_one_also_where_it_was_not_keyed(station: SmallStation) -> None:
    manual = desk(station)
    manual.key(keyed(10_000, counter=10_000), station.cashier)
    manual.key(keyed(5_000), station.cashier)
    assert manual.view()[0].counters[HOSE] == Litres(15_000)
    fill = manual.key(keyed(counter=35_000), station.cashier)
    assert fill.volume == Litres(20_000)


def test_a_counter_that_ran_by_itself_is_asked_about_once(station: SmallStation) -> None:
    manual = desk(station)
    manual.key(keyed(10_000, counter=10_000), station.cashier)
    with pytest.raises(KeyedCounterApart):
        manual.key(keyed(5_000, counter=30_000), station.cashier)
    manual.key(keyed(5_000, None, 30_000, Doubt.COUNTER), station.cashier)
    assert [event.unexplained_ml for event in station.events if isinstance(event, FillKeyed)] == [0, 15_000]
    manual.key(keyed(5_000, counter=35_000), station.cashier)


def test_a_new_counter_needs_a_reason_and_somebody_with_the_right(station: SmallStation) -> None:
    manual = desk(station)
    manual.key(keyed(10_000, counter=10_000), station.cashier)
    with pytest.raises(CounterWentBack):
        manual.key(keyed(5_000, counter=5_000), station.cashier)
    with pytest.raises(ApprovalNeeded):
        manual.key(keyed(5_000, counter=5_000, replaced="换表"), station.cashier)
    with pytest.raises(KeyedFillEmpty):
        manual.key(keyed(5_000, replaced="换表"), station.manager)
    manual.key(keyed(5_000, counter=5_000, replaced="换表"), station.manager)
    assert [event for event in station.events if isinstance(event, CounterReplaced)] == [
        CounterReplaced(1, 1, 10_000, 5_000, "换表")
    ]
    assert manual.view()[0].counters[HOSE] == Litres(5_000)


def test_a_connected_pump_is_not_keyed(station: SmallStation) -> None:
    manual = desk(station)
    with pytest.raises(PumpIsConnected):
        manual.key(keyed(5_000, pump=PUMP_2), station.cashier)
    with pytest.raises(PumpNotFound):
        manual.key(keyed(5_000, nozzle=9), station.cashier)
    assert [view.pump.number for view in manual.view()] == [PUMP_1]
    assert ManualDesk(station.work, station.clock, station.ids).view() == ()


def test_two_fills_in_one_moment_are_two(station: SmallStation) -> None:
    manual = desk(station)
    first = manual.key(keyed(5_000), station.cashier)
    second = manual.key(keyed(5_000), station.cashier)
    assert first.id != second.id
    assert len(station.forecourt.unpaid()) == 2
