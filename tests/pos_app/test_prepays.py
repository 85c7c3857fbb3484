"""Fuel paid before it flows, through the real window over a real database: by touch, by keyboard, by scanner."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.domain.ids import PumpNumber
from core.domain.money import Money
from core.domain.prepay import PrepayState
from core.domain.staff import Role
from tests.pos_app.conftest import OpenTill
from tests.pos_app.prepay_scenes import fill, newest, pay_first
from tests.pos_app.scenes import begin_selling
from tests.pos_app.till_station import PINS, RunningTill, TillStation
from tests.services.small_station import NOZZLE_1


@pytest.fixture
def till(open_till: OpenTill) -> RunningTill:
    """The cashier sells."""
    opened = open_till()
    begin_selling(opened)
    return opened


def test_a_customer_pays_first_fills_less_and_gets_the_rest_back(
    station: TillStation, till: RunningTill
) -> None:
    pay_first(till, 1, "200")
    assert newest(till).state is PrepayState.RELEASED
    assert "￥200.00" in till.read("last_sale")
    fill(till, 1, 16_327)
    assert till.read("prepays_open").startswith("预付 1")
    owed = till.find(f"prepay_owed_{newest(till).id}")
    owed.setFocus()  # by Tab
    till.press(owed.objectName())
    assert till.read("prepay_owed") == "￥36.73"
    till.press("prepay_return")
    assert till.read("refund_total") == "￥36.73"
    till.press("refund_done")
    # Its row is gone; what is typed next is a code for the bill.
    assert till.window.focusWidget() is till.find("scan_box")
    assert station.prepays.open_ones() == []
    assert station.forecourt.unpaid() == []
    assert not till.shows("prepays_sheet")


def test_what_ran_over_is_seen_at_once_and_paid_on_a_bill(station: TillStation, till: RunningTill) -> None:
    pay_first(till, 1, "200")
    station.pumps.overrun = Money(700)
    station.pumps.finish(PumpNumber(1), NOZZLE_1, Money(99_999))
    assert till.read("notice_words") == "1 号机超出预付多加了 ￥7.00，请向顾客补收。"
    owing = newest(till)
    till.press(f"prepay_owed_{owing.id}")
    assert till.read("prepay_owed") == "￥7.00"
    assert not till.shows("prepay_return")
    till.press("prepay_collect")
    assert till.read("due_amount") == "￥7.00"
    till.press("pay_cash")
    till.write("cash_given", "7")
    till.press("cash_go")
    assert station.prepays.open_ones() == []
    assert station.prepays.get(owing.id).overrun_sale is not None


def test_what_nobody_pays_asks_for_a_reason_and_a_manager(station: TillStation, till: RunningTill) -> None:
    pay_first(till, 1, "200")
    station.pumps.overrun = Money(700)
    station.pumps.finish(PumpNumber(1), NOZZLE_1, Money(99_999))
    till.press("pump_tile_1")
    till.press("prepay_waive")
    assert not till.find("prepay_waive_go").isEnabled()
    till.press("prepay_waive_reason_1")
    till.press("prepay_waive_go")
    till.press(f"approval_person_{station.manager}")
    till.write("approval_pin", PINS[Role.MANAGER])
    till.press("approval_go")
    assert station.prepays.open_ones() == []


def test_its_tile_leads_to_it_until_nothing_is_owed(till: RunningTill) -> None:
    pay_first(till, 1, "200")
    till.press("pump_tile_1")
    assert till.read("prepay_stands") == "已付款，油机已授权"
    till.press("prepays_sheet_back")
    fill(till, 1, 20_000)
    till.press("pump_tile_1")
    assert till.shows("release_go")


def test_everything_goes_by_keyboard_alone(station: TillStation, till: RunningTill) -> None:
    def key(which: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(till.window.focusWidget(), which, held)

    alt = Qt.KeyboardModifier.AltModifier
    key(Qt.Key.Key_5, alt)
    key(Qt.Key.Key_F3)
    QTest.keyClicks(till.find("release_amount"), "150")
    key(Qt.Key.Key_F6)
    key(Qt.Key.Key_F3)
    QTest.keyClicks(till.find("cash_given"), "150")
    key(Qt.Key.Key_Return)
    key(Qt.Key.Key_Return)
    assert newest(till).amount == Money(15_000)
    fill(till, 5, 10_000)
    key(Qt.Key.Key_F2, Qt.KeyboardModifier.ShiftModifier)
    key(Qt.Key.Key_1, alt)
    assert till.read("prepay_owed") == "￥50.00"
    key(Qt.Key.Key_F7)
    QTest.keyClicks(till.find("prepay_plate"), "A12345")
    key(Qt.Key.Key_Return)
    assert till.read("prepay_trouble")  # a plate has its province
    till.write("prepay_plate", "")
    key(Qt.Key.Key_Return)
    assert newest(till).deposit
    assert station.prepays.open_ones()[0].to_return == Money(5_000)


def test_litres_come_to_money_and_the_bill_takes_goods_beside_them(till: RunningTill) -> None:
    till.press("pump_tile_1")
    till.press("release_nozzle_1")
    till.press("release_by_volume")
    till.press("release_quick_10")
    till.press("release_prepay")
    assert till.read("due_amount") == "￥78.10"
    till.presenters.counter.code_given("6901234500018")
    assert till.read("due_amount") == "￥93.10"


def test_a_taken_back_release_can_be_moved_to_a_free_pump(till: RunningTill) -> None:
    pay_first(till, 1, "200")
    till.press("pump_tile_1")
    till.press("prepay_take_back")
    assert till.read("prepay_why") == "授权已收回。"
    till.press("prepay_move")
    till.press("prepay_to_2_1")
    moved = newest(till)
    assert (moved.pump, moved.state) == (PumpNumber(2), PrepayState.RELEASED)
    assert "由 1 号机换来" in till.read("prepay_where")


def test_before_filling_a_manager_agrees_to_the_refund_on_the_spot(
    station: TillStation, till: RunningTill
) -> None:
    pay_first(till, 1, "200")
    till.press("pump_tile_1")
    till.press("prepay_take_back")
    till.press("prepay_refund")
    till.press(f"approval_person_{station.manager}")
    till.write("approval_pin", PINS[Role.MANAGER])
    till.press("approval_go")
    assert till.read("refund_total") == "￥200.00"
    assert station.prepays.open_ones() == []


def test_a_deposit_is_found_by_a_scan_of_the_receipt_and_given_back(
    station: TillStation, till: RunningTill
) -> None:
    pay_first(till, 1, "200")
    fill(till, 1, 16_000)
    prepay = newest(till)
    station.prepays.leave_deposit(prepay.id, station.cashier)
    assert not till.shows(f"prepay_owed_{prepay.id}")
    till.press("prepays_open")
    till.till.scanned(station.sale(prepay.sale).number)
    assert till.read("prepay_owed") == "￥40.00"
    till.press("prepay_return")
    till.press("refund_done")
    assert station.prepays.open_ones() == []


def test_a_pump_with_a_deposit_serves_the_next_customer(till: RunningTill) -> None:
    pay_first(till, 1, "200")
    fill(till, 1, 16_000)
    till.station.prepays.leave_deposit(newest(till).id, till.station.cashier)
    till.press("pump_tile_1")
    till.press("release_nozzle_1")
    till.press("release_go")
    assert till.station.pumps.promised(PumpNumber(1)) is not None


def test_what_left_over_is_told_though_another_sheet_is_open(till: RunningTill) -> None:
    pay_first(till, 1, "200")
    till.press("goods_list")
    till.station.pumps.finish(PumpNumber(1), NOZZLE_1, Money(15_000))
    assert till.notices.now is not None
    assert "￥50.00" in till.notices.now.text
