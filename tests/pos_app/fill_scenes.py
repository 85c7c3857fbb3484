"""Fills that are not simply paid, as scenes for whoever looks at every screen."""

from datetime import timedelta

from core.domain.debt import DebtKind, Debtor
from core.domain.ids import FillId, NozzleNumber, PumpNumber
from core.domain.litres import Litres
from core.domain.money import Money
from core.wording.formats import STATION_ZONE
from tests.pos_app.scenes import COUNTER_SCENES, Scene, begin_selling
from tests.pos_app.till_station import RunningTill
from tests.services.small_station import NOZZLE_1


def _counter(scene: Scene) -> Scene:
    COUNTER_SCENES[scene.__name__] = scene
    return scene


def _a_fill(till: RunningTill, pump: int, fen: int = 98_765) -> FillId:
    till.station.pumps.finish(PumpNumber(pump), NOZZLE_1, Money(fen))
    return till.station.forecourt.unpaid()[-1].id


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
