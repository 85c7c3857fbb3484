"""Ringing up a bill of every kind: by keyboard alone, by touch alone, by mouse alone; and what each button does."""

from datetime import timedelta

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtGui import QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.domain.events.sales import LineRepriced
from core.domain.ids import GoodsId
from core.domain.money import Money
from core.domain.offer import BillRules
from core.domain.product import Goods
from core.domain.sale import Sale, SaleState
from core.domain.staff import Permission, Role
from tests.pos_app.conftest import OpenTill
from tests.pos_app.scenes import GOLD_CODE, a_gold_member, begin_selling
from tests.pos_app.till_station import PINS, SOAP, RunningTill, TillStation
from tests.services.small_station import WATER

_FINGER = 48  # pixels
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def till(open_till: OpenTill) -> RunningTill:
    opened = open_till(place="counter")
    begin_selling(opened)
    return opened


def bill_of(till: RunningTill) -> Sale:
    sale = till.presenters.counter.state.sale
    assert sale is not None
    return sale


class Keyboard:
    """Nothing but keys, typed to whatever has the focus."""

    def __init__(self, till: RunningTill) -> None:
        self._window = till.window

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QCoreApplication.sendPostedEvents()  # What a layout has just taken in becomes visible.
        QTest.keyClick(QApplication.focusWidget() or self._window, key, modifier)

    def type(self, text: str) -> None:
        QTest.keyClicks(self._window.focusWidget(), text)


# --- one bill of every kind, three ways -----------------------------------------------------------------------------------


def test_the_keyboard_suffices_for_a_bill_of_every_kind(  # noqa: PLR0915 - a line a key
    till: RunningTill, station: TillStation
):
    a_gold_member(till)
    station.add_goods(SOAP)
    station.an_unreleased_fill(3, 26_512)
    keys = Keyboard(till)
    keys.key(Qt.Key.Key_3, _ALT)  # the fill of pump 3
    keys.key(Qt.Key.Key_F1)
    keys.type(f"2*{WATER}")
    keys.key(Qt.Key.Key_Return)
    keys.type("xsy")  # 洗手液 by its initials
    keys.key(Qt.Key.Key_Return)
    assert till.shows("goods_sheet")
    keys.key(Qt.Key.Key_Return)
    assert [line.title for line in bill_of(till).lines] == ["G95", "玻璃水 2L", "洗手液 500mL"]
    keys.key(Qt.Key.Key_F4)
    keys.key(Qt.Key.Key_F2)  # goods without a barcode
    keys.key(Qt.Key.Key_F2)  # car wash
    keys.type("25")
    keys.key(Qt.Key.Key_Return)
    assert bill_of(till).lines[-1].keyed
    keys.key(Qt.Key.Key_F1, _SHIFT)  # the member
    keys.type(GOLD_CODE)
    keys.key(Qt.Key.Key_Return)
    assert bill_of(till).member is not None
    keys.key(Qt.Key.Key_F11, _SHIFT)  # his best coupon
    assert bill_of(till).coupon is not None
    keys.key(Qt.Key.Key_F4, _SHIFT)  # points
    keys.type("500")
    keys.key(Qt.Key.Key_Return)
    keys.key(Qt.Key.Key_F6, _SHIFT)  # rounded to the yuan
    keys.key(Qt.Key.Key_F3)
    bill = bill_of(till)
    assert bill.points is not None
    assert (bill.points.worth, bill.total.fen % 100) == (Money(500), 0)
    keys.key(Qt.Key.Key_F9, _SHIFT)  # why
    assert till.shows("why_sheet")
    keys.key(Qt.Key.Key_Escape)
    keys.key(Qt.Key.Key_F7, _SHIFT)  # set aside
    assert till.presenters.counter.state.sale is None
    keys.key(Qt.Key.Key_F8, _SHIFT)  # and taken up
    keys.key(Qt.Key.Key_1, _ALT)
    assert bill_of(till).lines == bill.lines
    keys.key(Qt.Key.Key_F3)
    keys.key(Qt.Key.Key_Return)
    assert station.sale(bill.id).state is SaleState.COMPLETED


class Fingers:
    """Nothing but taps on a touch screen."""

    def __init__(self, till: RunningTill) -> None:
        self._till = till
        QTest.qWaitForWindowExposed(till.window)  # A window that is not there yet feels no finger.
        self._device: QPointingDevice = QTest.createTouchDevice()

    def tap(self, name: str) -> None:
        widget = self._till.find(name)
        assert widget.isEnabled(), f"{name}: {widget.toolTip()}"
        assert widget.width() >= _FINGER, f"{name} is too narrow for a finger: {widget.width()}"
        assert widget.height() >= _FINGER, f"{name} is too low for a finger: {widget.height()}"
        window = self._till.window
        where, glass = widget.mapTo(window, widget.rect().center()), window.windowHandle()
        touch = QTest.touchEvent(glass, self._device)
        touch.press(0, where, glass)
        touch.commit()
        touch = QTest.touchEvent(glass, self._device)
        touch.release(0, where, glass)
        touch.commit()

    def tap_all(self, *names: str) -> None:
        for name in names:
            self.tap(name)


class Mouse:
    """Nothing but clicks."""

    def __init__(self, till: RunningTill) -> None:
        self._till = till

    def tap(self, name: str) -> None:
        widget = self._till.find(name)
        assert widget.isEnabled(), f"{name}: {widget.toolTip()}"
        QTest.mouseClick(
            widget, Qt.MouseButton.LeftButton, pos=QPoint(widget.width() // 2, widget.height() // 2)
        )

    def tap_all(self, *names: str) -> None:
        for name in names:
            self.tap(name)


@pytest.mark.parametrize("way", [Fingers, Mouse])
def test_touch_or_mouse_alone_suffices_for_a_bill_of_every_kind(
    way: type[Fingers] | type[Mouse], till: RunningTill, station: TillStation
):
    a_gold_member(till)
    tea = Goods(GoodsId("7" * 32), "6900000000017", "冰红茶", Money(400), 10, quick_page=1, quick_place=1)
    station.add_goods(SOAP, tea)
    station.an_unreleased_fill(3, 26_512)
    hand = way(till)
    hand.tap(f"unpaid_fill_{station.forecourt.unpaid()[0].id}")
    hand.tap_all("goods_list", f"goods_{tea.barcode}", "line_more")
    hand.tap_all("goods_list", "goods_letter_X", "goods_letter_S", "goods_letter_Y", f"goods_{SOAP.barcode}")
    hand.tap_all("goods_list", "goods_keyed", "keyed_usual_1", "keyed_key_2", "keyed_key_5", "keyed_go")
    assert [(line.title, line.quantity) for line in bill_of(till).lines] == [
        ("G95", 1),
        ("冰红茶", 2),
        ("洗手液 500mL", 1),
        ("洗车", 1),
    ]
    hand.tap("member")
    hand.tap_all(*(f"member_key_{digit}" for digit in "13800001234"), "member_go")
    member = bill_of(till).member
    assert member is not None
    assert not member.proven  # A phone number alone spends nothing.
    hand.tap("best_offer")
    hand.tap_all("round_off", "round_yuan")
    bill = bill_of(till)
    assert (bill.coupon is not None, bill.total.fen % 100) == (True, 0)
    hand.tap_all("why", "why_sheet_back", "hold_sale", "held_sales", f"held_recall_{bill.id}")
    hand.tap_all("pay_cash", "cash_go", "next_customer")
    assert station.sale(bill.id).state is SaleState.COMPLETED


def test_a_plate_can_be_typed_with_fingers(till: RunningTill):
    a_gold_member(till)
    hand = Fingers(till)
    hand.tap("member")
    hand.tap_all("member_province_云", "member_letter_A", *(f"member_key_{digit}" for digit in "12345"))
    hand.tap("member_go")
    member = bill_of(till).member
    assert member is not None
    assert (member.name, member.plate, member.proven) == ("张三", "云A12345", False)


# --- members and offers -----------------------------------------------------------------------------------------------


def test_the_member_bar_says_what_he_has_and_his_best_coupon_with_its_reason(
    till: RunningTill, station: TillStation
):
    a_gold_member(till)
    station.an_unreleased_fill(3, 26_512)
    till.press(f"unpaid_fill_{station.forecourt.unpaid()[0].id}")
    till.till.scanned(GOLD_CODE)
    assert till.read("member_who") == "张三  138****1234  金卡"
    assert till.read("member_has") == "余额 ￥1,204.00   积分 3,410   券 3 张"
    assert till.read("coupon_title") == "可用：满225减15（省 ￥15.00，最优）"
    till.press("best_offer")
    assert till.read("coupon_amount") == "-￥15.00"
    till.press("coupon_remove")
    assert till.shows("best_offer")
    till.press("member_remove")
    assert not till.shows("member_who")


def test_a_coupon_that_needs_more_says_how_much_is_missing(till: RunningTill):
    a_gold_member(till)
    till.till.scanned(GOLD_CODE)
    till.till.scanned(WATER)
    assert till.read("coupon_title") == "没有可用的券：满 ￥75.00 可用，现有 ￥15.00，还差 ￥60.00。"


def test_points_are_offered_as_many_as_the_bill_takes(till: RunningTill):
    a_gold_member(till)
    till.till.scanned(WATER)
    till.till.scanned(GOLD_CODE)
    till.press("member_points")
    assert till.read("points_given") == "750"
    till.press("points_go")
    assert till.read("due_amount") == "￥7.50"
    assert till.read("member_has") == "750 积分抵 ￥7.50"
    till.press("member_points")  # now: no points
    assert till.read("due_amount") == "￥15.00"


def test_two_members_of_one_plate_are_offered_to_choose_from(till: RunningTill, station: TillStation):
    a_gold_member(till)
    member = station.member_desk.find("13800001234")
    other = type(member)(
        **{f: getattr(member, f) for f in member.__dataclass_fields__} | {"id": "b" * 32, "name": "李四"}
    )
    station.member_desk.enrol(other, phone="13900005678")
    till.presenters.counter.code_given("云A12345")
    assert till.shows("member_sheet")
    till.press(f"member_choice_{'b' * 32}")
    assert till.read("member_who").startswith("李四")


def test_a_member_that_nobody_knows_and_a_cloud_that_is_away_are_told(
    till: RunningTill, station: TillStation
):
    till.presenters.counter.code_given("13912345678")
    assert till.notices.now is not None
    assert "13912345678" in till.notices.now.text
    station.member_desk.down = True
    till.press("member")
    till.write("member_box", "13912345678")
    till.press("member_go")
    assert till.read("member_trouble") != ""
    assert till.shows("member_sheet")


# --- prices by hand -----------------------------------------------------------------------------------------------------


def test_a_price_change_asks_the_manager_in_place_and_both_stand_in_the_journal(
    till: RunningTill, station: TillStation
):
    till.till.scanned(WATER)
    till.press("line_change")
    till.press("line_price")
    till.write("line_amount", "12.50")
    assert till.reason("line_go") != ""  # why is missing
    till.press("line_reason_1")
    till.press("line_go")
    assert till.read("due_amount") == "￥15.00"
    till.write("approval_proof" if till.shows("approval_proof") else "approval_pin", PINS[Role.MANAGER])
    till.press("approval_go")
    assert till.read("due_amount") == "￥12.50"
    assert any(isinstance(event, LineRepriced) and event.reason == "包装破损" for event in station.events)


def test_fuel_can_be_given_something_off_but_no_other_price(till: RunningTill, station: TillStation):
    station.an_unreleased_fill(3, 26_512)
    till.press(f"unpaid_fill_{station.forecourt.unpaid()[0].id}")
    till.press("line_change")
    assert "加油机" in till.reason("line_price") or till.reason("line_price") != ""


def test_deleting_a_line_asks_where_the_station_guards_it(till: RunningTill, station: TillStation):
    station.offers.set_rules(BillRules(guard_line_void=True), station.manager)
    with station.work() as work:
        role = work.roles.get("cashier")
        work.roles.save(
            type(role)(role.code, role.name, role.permissions - {Permission.VOID_LINE}, role.active)
        )
    station.an_unreleased_fill(3, 26_512)
    till.press(f"unpaid_fill_{station.forecourt.unpaid()[0].id}")
    till.press("line_remove")
    assert len(bill_of(till).lines) == 1
    assert till.presenters.approvals.question is not None
    assert "265.12" in till.presenters.approvals.question.words


# --- set aside ------------------------------------------------------------------------------------------------------------


def test_a_bill_is_held_under_what_stands_in_the_box_or_under_its_fuel(
    till: RunningTill, station: TillStation
):
    station.an_unreleased_fill(3, 26_512)
    till.press(f"unpaid_fill_{station.forecourt.unpaid()[0].id}")
    first = bill_of(till)
    till.press("hold_sale")
    till.till.scanned(WATER)
    second = bill_of(till)
    till.write("scan_box", "red")
    till.press("hold_sale")
    station.clock.move(timedelta(minutes=7))
    till.press("held_sales")
    assert till.read(f"held_label_{first.id}") == "3号机 95号汽油"
    assert till.read(f"held_label_{second.id}") == "red"


def test_taking_up_a_bill_sets_aside_the_one_on_the_counter(till: RunningTill):
    till.till.scanned(WATER)
    first = bill_of(till)
    till.press("hold_sale")
    till.till.scanned(WATER)
    till.press("line_more")
    second = bill_of(till)
    till.press("held_sales")
    till.press(f"held_recall_{first.id}")
    assert bill_of(till).id == first.id
    assert [bill.sale.id for bill in till.presenters.counter.held.state.bills] == [second.id]


def test_after_a_power_cut_every_bill_is_there_again(open_till: OpenTill, station: TillStation):
    till = open_till(place="counter")
    begin_selling(till)
    till.till.scanned(WATER)
    first = bill_of(till)
    till.press("hold_sale")
    till.till.scanned(WATER)
    till.press("line_more")
    second = bill_of(till)
    till.close()  # No farewell: what is written down is all there is.
    again = open_till(place="counter")
    again.sign_in()
    assert bill_of(again).id == second.id
    again.press("held_sales")
    assert again.shows(f"held_recall_{first.id}")


def test_a_name_typed_where_codes_are_scanned_finds_goods(till: RunningTill, station: TillStation):
    station.add_goods(SOAP)
    till.write("scan_box", "xsy")
    till.press("scan_go")
    assert till.shows(f"goods_{SOAP.barcode}")
    till.till.scanned(WATER)  # A scan meanwhile goes straight onto the bill.
    assert not till.shows("goods_sheet")
    assert [line.title for line in bill_of(till).lines] == ["玻璃水 2L"]
