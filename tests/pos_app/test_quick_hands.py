"""What a hurried hand presses: keys for everything, a slip that is asked about, a reason for what cannot be pressed."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolTip

from core.domain.ids import GoodsId
from core.domain.money import Money
from core.domain.product import Goods
from core.domain.refund import RefundReason
from core.domain.refusals.sales import SaleInUse
from core.domain.staff import Role
from core.wording.refusals import sentence
from tests.pos_app.conftest import OpenTill
from tests.pos_app.scenes import Surroundings, begin_selling
from tests.pos_app.test_bill import Keyboard, bill_of
from tests.pos_app.till_station import PINS, SOAP, RunningTill, TillStation
from tests.services.small_station import WATER

_ALT = Qt.KeyboardModifier.AltModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def till(open_till: OpenTill) -> RunningTill:
    opened = open_till(place="counter")
    begin_selling(opened)
    return opened


@pytest.fixture
def keys(till: RunningTill) -> Keyboard:
    return Keyboard(till)


def test_a_part_of_a_bill_goes_back_by_a_few_keys(
    till: RunningTill, station: TillStation, keys: Keyboard
) -> None:
    station.add_goods(SOAP)
    for code in (WATER, WATER, SOAP.barcode):
        till.till.scanned(code)
    till.press("pay_cash")
    till.press("cash_go")
    till.press("next_customer")
    [sale] = station.sales.recent(1)
    keys.key(Qt.Key.Key_F10, _SHIFT)  # refunds
    keys.key(Qt.Key.Key_1, _ALT)  # the last bill
    keys.key(Qt.Key.Key_PageUp)
    keys.key(Qt.Key.Key_PageUp)
    keys.key(Qt.Key.Key_PageDown)
    keys.key(Qt.Key.Key_Down)
    keys.key(Qt.Key.Key_Plus)
    assert [till.read(f"refund_count_{line.id}") for line in sale.lines] == ["1 / 2", "1 / 1"]
    keys.key(Qt.Key.Key_1, _ALT)  # the first reason
    keys.key(Qt.Key.Key_Up)  # though a button may have the focus now
    keys.key(Qt.Key.Key_Minus)
    keys.key(Qt.Key.Key_Return)
    keys.type(PINS[Role.MANAGER])
    keys.key(Qt.Key.Key_Return)
    [refund] = station.refunds.get(sale.id).refunds
    assert refund.total == SOAP.price
    assert refund.reason is RefundReason.WRONG_ITEM
    keys.key(Qt.Key.Key_Return)
    assert not till.shows("refund_sheet")


def test_the_arrows_of_the_search_choose_an_account_customer(
    till: RunningTill, station: TillStation, keys: Keyboard
) -> None:
    names = ("滇池物流", "滇西运输")
    for name in names:
        station.accounts.open(name, (), Money(1_000_000), station.manager)
    till.till.scanned(WATER)
    keys.key(Qt.Key.Key_F2)
    keys.key(Qt.Key.Key_F8)
    assert till.reason("credit_go") == "请先选择客户。"
    keys.key(Qt.Key.Key_Down)
    keys.key(Qt.Key.Key_Down)
    keys.key(Qt.Key.Key_Up)
    keys.key(Qt.Key.Key_Return)
    assert till.shows("done_paid")
    assert [(each.name, each.owed) for each in station.accounts.all()] == [
        (names[0], Money(1_500)),
        (names[1], Money(0)),
    ]


def test_a_round_total_says_that_there_is_nothing_to_round_off(till: RunningTill, keys: Keyboard) -> None:
    till.till.scanned(WATER)
    assert till.reason("round_off") == "应收 ￥15.00 没有零头可抹。"
    keys.key(Qt.Key.Key_F6, _SHIFT)
    assert QToolTip.text() == "应收 ￥15.00 没有零头可抹。"
    QToolTip.hideText()


def test_one_key_goes_to_the_one_sum_of_a_count(till: RunningTill, keys: Keyboard) -> None:
    keys.key(Qt.Key.Key_F6)  # the shift
    keys.key(Qt.Key.Key_F7)  # close it
    keys.key(Qt.Key.Key_F2)
    keys.type("500")
    assert till.read("counted_cash") == "500"
    keys.key(Qt.Key.Key_Return)
    assert till.read("shift_difference") == "没有差额"


def test_goods_keep_their_cards_while_fresh_stock_arrives(till: RunningTill, station: TillStation) -> None:
    station.add_goods(SOAP)
    till.press("goods_list")
    card = till.find(f"goods_{SOAP.barcode}")
    assert isinstance(card, QPushButton)
    QTest.mousePress(card, Qt.MouseButton.LeftButton)
    sold = Goods(SOAP.id, SOAP.barcode, SOAP.name, Money(2_190), SOAP.stock - 1)
    station.products.save(sold, station.manager)
    till.presenters.counter.seek("")
    assert till.find(f"goods_{SOAP.barcode}") is card
    QTest.mouseRelease(card, Qt.MouseButton.LeftButton)
    assert [(line.title, line.piece_price) for line in bill_of(till).lines] == [(SOAP.name, Money(2_190))]


def test_other_goods_take_other_cards(till: RunningTill, station: TillStation) -> None:
    station.add_goods(SOAP, Goods(GoodsId("9" * 32), "6900000000009", "洗车毛巾", Money(990), 3))
    till.press("goods_list")
    till.write("goods_search", "xc")
    assert till.shows("goods_6900000000009")
    assert not till.shows(f"goods_{SOAP.barcode}")


@pytest.mark.parametrize(("typed", "go"), [("133", "set_quantity"), (f"133*{WATER}", "scan_go")])
def test_more_pieces_than_anybody_buys_are_asked_about(till: RunningTill, typed: str, go: str) -> None:
    till.till.scanned(WATER)
    before = bill_of(till).lines[0].quantity
    till.write("scan_box", typed)
    till.press(go)
    assert till.shows("many_question")
    till.press("many_question_no")
    assert bill_of(till).lines[0].quantity == before
    till.write("scan_box", typed)
    till.press(go)
    till.press("many_question_yes")
    assert bill_of(till).lines[0].quantity in (133, 134)


def test_esc_and_enter_both_lead_from_the_paid_sheet_to_the_next_customer(
    till: RunningTill, keys: Keyboard
) -> None:
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        till.till.scanned(WATER)
        keys.key(Qt.Key.Key_F3)
        keys.key(Qt.Key.Key_Return)
        assert till.shows("done_paid")
        assert not till.shows("done_sheet_back")
        keys.key(key)
        assert not till.shows("done_paid")


def test_a_bill_that_is_open_elsewhere_names_no_program() -> None:
    told = sentence(SaleInUse("a" * 32, "pos_app:24b87a1c", "李敏"))
    assert told == "李敏 正在另一台收银机上操作这张账单。请在那边完成，或请站长接过来。"


def test_what_needs_the_cloud_says_that_it_is_away_before_anybody_tries(till: RunningTill) -> None:
    till.till.scanned(WATER)
    till.press("pay_code")
    assert not till.shows("code_cloud_away")
    till.till.show_health(Surroundings(cloud="cloud_unreachable"))
    assert till.read("code_cloud_away").startswith("云端连不上")
    assert till.reason("code_card") == ""
    till.press("code_sheet_back")
    till.press("member")
    assert till.read("member_cloud_away").startswith("云端连不上")
    till.till.show_health(Surroundings())
    assert not till.shows("member_cloud_away")
