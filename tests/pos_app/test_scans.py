"""A scanned code goes to whoever wants it, whatever is open; where nobody does, the till says why."""

from threading import Thread

import pytest
from pytestqt.qtbot import QtBot

from core.domain.staff import Role
from pos_app.joined import CableScanner
from tests.pos_app.conftest import OpenTill
from tests.pos_app.scenes import GOLD_CODE, a_gold_member, begin_selling, waiting_for_a_payer
from tests.pos_app.till_station import RunningTill
from tests.services.small_station import WATER

PAYER = "134512345678901234"


@pytest.fixture
def till(open_till: OpenTill) -> RunningTill:
    opened = open_till()
    begin_selling(opened)
    return opened


def lines(till: RunningTill) -> int:
    sale = till.presenters.counter.state.sale
    return sum(line.quantity for line in sale.lines) if sale is not None else 0


def said(till: RunningTill) -> str:
    return till.notices.now.text if till.notices.now is not None else ""


def test_goods_go_onto_the_bill_while_cash_is_being_counted(till: RunningTill) -> None:
    till.till.scanned(WATER)
    till.press("pay_cash")
    till.till.scanned(WATER)
    assert lines(till) == 2
    assert not till.shows("cash_given")


def test_goods_are_not_sold_under_a_question_and_the_till_says_so(till: RunningTill) -> None:
    till.till.scanned(WATER)
    till.press("cancel_sale")
    till.till.scanned(WATER)
    assert lines(till) == 1
    assert "再扫" in said(till)


def test_a_code_before_anybody_has_signed_in_is_used_for_nothing_and_the_till_says_so(
    open_till: OpenTill,
) -> None:
    till = open_till()
    till.till.scanned(WATER)
    assert "请先登录" in said(till)


def test_a_payers_code_that_the_scanner_reads_twice_is_one_payment_and_no_complaint(
    till: RunningTill,
) -> None:
    till.till.scanned(WATER)
    till.till.scanned(PAYER)
    till.till.scanned(PAYER)
    assert till.notices.now is None
    assert till.shows("done_paid")


def test_goods_while_a_payer_is_waited_for_stay_off_the_bill_and_the_till_says_so(
    open_till: OpenTill,
) -> None:
    till = open_till()
    waiting_for_a_payer(till)
    before = lines(till)
    till.till.scanned(WATER)
    assert lines(till) == before
    assert "正在收款" in said(till)


def test_a_member_code_with_caps_lock_on_is_the_member(till: RunningTill) -> None:
    a_gold_member(till)
    till.till.scanned(WATER)
    till.till.scanned(GOLD_CODE.swapcase())
    sale = till.presenters.counter.state.sale
    assert sale is not None
    assert sale.member is not None


def test_goods_while_somebody_has_to_agree_are_not_sold(till: RunningTill) -> None:
    till.till.scanned(WATER)
    till.press("open_drawer")
    assert till.shows("approval_pin")
    till.till.scanned(WATER)
    assert lines(till) == 1
    assert "员工卡" in said(till)


def test_an_attendants_till_sells_nothing_and_says_so(open_till: OpenTill) -> None:
    till = open_till(place="forecourt")
    till.sign_in(Role.ATTENDANT)
    till.till.scanned(WATER)
    assert "收银台" in said(till)


def test_a_scanner_with_a_cable_of_its_own_takes_the_same_way(till: RunningTill, qtbot: QtBot) -> None:
    cable = CableScanner(till.bridge, till.till, till.notices)
    reading = Thread(target=cable.scanned, args=(WATER,))
    reading.start()
    reading.join()
    qtbot.waitUntil(lambda: lines(till) == 1, timeout=5_000)
    assert till.notices.now is None
    cable.line(False, "no such device")
    assert "扫码枪没有连上" in said(till)
    cable.line(True, "")
    assert "恢复" in said(till)


def test_garbage_is_told_and_what_an_input_method_did_as_well(till: RunningTill) -> None:
    till.till.scans.garbled(False)
    assert "读不出" in said(till)
    till.till.scans.garbled(True)
    assert "输入法" in said(till)
