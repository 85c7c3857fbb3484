"""The machine's clock is set back: it is said, and numbers, shifts and sums go on in order."""

from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.events.station import ClockWentBack
from core.services.clock import ClockDesk
from tests.faults.books import read_books
from tests.services.small_station import SmallStation


@pytest.fixture
def station(tmp_path: Path):
    built = SmallStation(tmp_path / "station.db")
    built.open_shift()
    yield built
    built.close()


def _sell(station: SmallStation) -> str:
    bill = station.a_bill(pieces=1)
    return station.payments.take_cash(bill.id, bill.due, station.cashier).number


def _warnings(station: SmallStation) -> list[ClockWentBack]:
    return [event for event in station.events if isinstance(event, ClockWentBack)]


def test_a_clock_that_goes_on_is_not_worth_a_word(station: SmallStation) -> None:
    clock = ClockDesk(station.work, station.clock)
    _sell(station)
    for step in (timedelta(hours=5), timedelta(seconds=-59), timedelta(days=1)):
        assert not clock.check()
        station.clock.move(step)
    assert not _warnings(station)


def test_a_clock_set_back_is_told_once_until_it_is_right_again(station: SmallStation) -> None:
    clock = ClockDesk(station.work, station.clock)
    _sell(station)
    clock.check()
    station.clock.move(timedelta(hours=-2))
    assert [clock.check() for _ in range(3)] == [timedelta(hours=2)] * 3
    _sell(station)
    assert clock.check() == timedelta(hours=2), "a sale at the wrong time does not make it right"
    assert _warnings(station) == [ClockWentBack(behind_minutes=120)]
    station.clock.move(timedelta(hours=2))
    assert not clock.check()
    station.clock.move(timedelta(days=-1))
    clock.check()
    assert [event.behind_minutes for event in _warnings(station)] == [120, 1440]


def test_a_clock_that_lost_its_battery_while_the_till_was_off_is_told_at_the_start(
    station: SmallStation,
) -> None:
    _sell(station)
    station.clock.move(timedelta(days=-400))
    assert ClockDesk(station.work, station.clock).check() == timedelta(days=400)


def test_numbers_have_no_gap_and_no_twin_when_the_day_goes_back(
    station: SmallStation, tmp_path: Path
) -> None:
    numbers = [_sell(station), _sell(station)]
    station.clock.move(timedelta(days=-1))
    numbers += [_sell(station), _sell(station)]
    station.clock.move(timedelta(days=1))
    numbers.append(_sell(station))
    assert numbers == ["20261122-0001", "20261122-0002", "20261121-0001", "20261121-0002", "20261122-0003"]
    shift = station.shifts.current()
    assert shift is not None
    assert {sale.shift for sale in station.sales.recent(10)} == {shift.id}, "the shift is the open one"
    assert station.totals.sales(shift.id)[0] == len(numbers)
    read_books(tmp_path / "station.db")
