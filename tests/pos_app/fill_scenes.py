"""Fills that are not simply paid, as scenes for whoever looks at every screen."""

from datetime import timedelta

from core.domain.debt import DebtKind, Debtor
from core.domain.ids import FillId, NozzleNumber, PumpNumber
from core.domain.litres import Litres
from core.domain.money import Money
from core.wording.formats import STATION_ZONE
from tests.pos_app.scenes import COUNTER_SCENES, FORECOURT_SCENES, Scene, a_quiet_forecourt, begin_selling
from tests.pos_app.till_station import RunningTill
from tests.services.small_station import NOZZLE_1


def _counter(scene: Scene) -> Scene:
    COUNTER_SCENES[scene.__name__] = scene
    return scene


def _a_fill(till: RunningTill, pump: int, fen: int = 98_765) -> FillId:
    till.station.pumps.finish(PumpNumber(pump), NOZZLE_1, Money(fen))
    return till.station.forecourt.unpaid()[-1].id


def _forecourt(scene: Scene) -> Scene:
    FORECOURT_SCENES[scene.__name__] = scene
    return scene


@_counter
def every_kind_of_fill_case(till: RunningTill) -> None:
    begin_selling(till)
    station = till.station
    station.clock.move(timedelta(minutes=5))
    station.pumps.count(PumpNumber(2), NozzleNumber(1), Litres(31_240))
    station.forecourt.heal()
    first, second = _a_fill(till, 1), _a_fill(till, 2, 15_000)
    station.fills.dispute(second, "says it was less", station.cashier)
    due = station.clock.now().astimezone(STATION_ZONE).date()
    who = Debtor("陈军", "云AD12345", "13800138000", "白色轿车")
    station.fills.let_go(first, DebtKind.PROMISE, who, due, station.manager)
    station.clock.move(timedelta(days=2))
    _a_fill(till, 3)
    till.notices.clear()
    till.press("fills_open")


@_counter
def one_unpaid_fill(till: RunningTill) -> None:
    begin_selling(till)
    fill = _a_fill(till, 1)
    till.press("fills_open")
    till.press(f"fill_{fill}")


@_counter
def a_customer_who_promises_to_pay(till: RunningTill) -> None:
    one_unpaid_fill(till)
    till.press("fill_gone")


@_counter
def a_pump_test_to_book(till: RunningTill) -> None:
    one_unpaid_fill(till)
    till.press("fill_test")


@_counter
def why_a_fill_is_written_off(till: RunningTill) -> None:
    one_unpaid_fill(till)
    till.press("fill_write_off")


def _by_hand(till: RunningTill) -> None:
    till.station.manual.pumps = frozenset({PumpNumber(1), PumpNumber(4)})
    till.presenters.pumps.reload()


@_counter
def a_pump_that_is_keyed(till: RunningTill) -> None:
    begin_selling(till)
    _by_hand(till)
    till.press("pump_tile_1")


@_counter
def a_stop_that_does_not_reach_every_pump(till: RunningTill) -> None:
    begin_selling(till)
    _by_hand(till)
    till.press("stop_all")


@_forecourt
def keyed_pumps_and_a_fill_at_the_counter(till: RunningTill) -> None:
    a_quiet_forecourt(till)
    till.station.open_shift()
    _by_hand(till)
    station = till.station
    bill = station.sales.open(station.cashier)
    station.sales.add_fill(bill.id, _a_fill(till, 2), station.cashier)
    till.presenters.pumps.reload()


@_forecourt
def a_pump_that_is_keyed_outside(till: RunningTill) -> None:
    a_quiet_forecourt(till)
    _by_hand(till)
    till.press("pump_tile_4")
