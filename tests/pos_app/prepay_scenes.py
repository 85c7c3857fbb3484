"""Prepaid fuel as a cashier meets it, for pictures and for the test of what is clipped."""

from core.domain.ids import PumpNumber
from core.domain.money import Money
from core.domain.prepay import Prepay
from core.domain.pump import PumpState
from tests.pos_app.scenes import COUNTER_SCENES, Scene, begin_selling
from tests.pos_app.till_station import RunningTill
from tests.services.small_station import NOZZLE_1


def _counter(scene: Scene) -> Scene:
    COUNTER_SCENES[scene.__name__] = scene
    return scene


def pay_first(till: RunningTill, pump: int, yuan: str) -> None:
    """A customer pays this much for a pump, in cash."""
    till.press(f"pump_tile_{pump}")
    till.press("release_nozzle_1")
    till.press("release_by_amount")
    till.write("release_amount", yuan)
    till.press("release_prepay")
    till.press("pay_cash")
    till.write("cash_given", "1000")
    till.press("cash_go")
    till.press("next_customer")


def newest(till: RunningTill) -> Prepay:
    return till.station.prepays.open_ones()[-1]


def fill(till: RunningTill, pump: int, fen: int) -> None:
    """What the customer fills of it."""
    number = PumpNumber(pump)
    till.station.pumps.fuel(number, Money(fen // 2))
    till.station.pumps.finish(number, NOZZLE_1, Money(fen))
    till.notices.clear()


@_counter
def paying_for_a_pump_first(till: RunningTill) -> None:
    begin_selling(till)
    till.press("pump_tile_1")
    till.press("release_nozzle_1")
    till.press("release_by_amount")
    till.press("release_quick_200")


@_counter
def a_prepay_on_the_bill(till: RunningTill) -> None:
    begin_selling(till)
    till.press("pump_tile_2")
    till.press("release_nozzle_2")
    till.press("release_by_volume")
    till.press("release_quick_30")
    till.press("release_prepay")


@_counter
def prepaid_pumps(till: RunningTill) -> None:
    begin_selling(till)
    for pump in (1, 2, 3, 5):
        pay_first(till, pump, "200")
    fill(till, 1, 16_327)
    till.station.pumps.fuel(PumpNumber(2), Money(8_000))
    till.station.pump_shows(2, PumpState.FUELLING, volume=10_243, fen=8_000)
    till.station.prepays.take_back(newest(till).id, till.station.cashier)
    till.notices.clear()


@_counter
def money_left_of_a_prepay(till: RunningTill) -> None:
    begin_selling(till)
    pay_first(till, 1, "200")
    fill(till, 1, 16_327)
    till.press(f"prepay_owed_{newest(till).id}")


@_counter
def a_prepay_that_waits(till: RunningTill) -> None:
    begin_selling(till)
    pay_first(till, 1, "200")
    till.station.prepays.take_back(newest(till).id, till.station.cashier)
    till.notices.clear()
    till.press("pump_tile_1")


@_counter
def a_released_prepay(till: RunningTill) -> None:
    begin_selling(till)
    pay_first(till, 1, "200")
    till.press("pump_tile_1")


@_counter
def where_a_prepay_moves(till: RunningTill) -> None:
    a_prepay_that_waits(till)
    till.press("prepay_move")


@_counter
def for_whom_a_prepay_is_kept(till: RunningTill) -> None:
    money_left_of_a_prepay(till)
    till.press("prepay_keep")


@_counter
def all_open_prepays(till: RunningTill) -> None:
    prepaid_pumps(till)
    for pump in (4, 6):
        pay_first(till, pump, "300")
        fill(till, pump, 12_345)
        till.station.prepays.leave_deposit(
            newest(till).id, till.station.cashier, "云A12345" if pump == 4 else ""
        )
    till.notices.clear()
    till.press("prepays_open")


@_counter
def a_prepay_given_back(till: RunningTill) -> None:
    money_left_of_a_prepay(till)
    till.press("prepay_return")


@_counter
def a_prepay_that_ran_over(till: RunningTill) -> None:
    begin_selling(till)
    pay_first(till, 1, "200")
    till.station.pumps.overrun = Money(1_234)
    till.station.pumps.finish(PumpNumber(1), NOZZLE_1, Money(99_999))


@_counter
def more_filled_than_was_paid(till: RunningTill) -> None:
    a_prepay_that_ran_over(till)
    till.press("pump_tile_1")


@_counter
def why_nobody_pays_what_ran_over(till: RunningTill) -> None:
    more_filled_than_was_paid(till)
    till.press("prepay_waive")
    till.press("prepay_waive_reason_1")
