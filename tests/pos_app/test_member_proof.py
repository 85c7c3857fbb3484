"""A member named by his phone number tells six digits at the counter, and spends points and balance."""

from datetime import timedelta

import pytest

from core.domain.money import Money
from core.domain.payment import PaymentState, Tender
from tests.pos_app.conftest import OpenTill
from tests.pos_app.scenes import a_gold_member, begin_selling
from tests.pos_app.till_station import RunningTill
from tests.services.small_station import WATER


@pytest.fixture
def till(open_till: OpenTill) -> RunningTill:
    """A bill of two bottles, and a member on it who gave his phone number."""
    opened = open_till(place="counter")
    begin_selling(opened)
    a_gold_member(opened)
    for _turn in range(2):
        opened.presenters.counter.code_given(WATER)
    opened.presenters.counter.code_given("13800001234")
    return opened


def prove(till: RunningTill) -> None:
    till.press("member_points")
    till.press("proof_send")
    till.write("proof_digits", "246810")
    till.press("proof_go")


def test_he_is_asked_for_digits_and_may_then_spend_points(till: RunningTill) -> None:
    assert till.read("member_points").startswith("短信验证")
    till.press("member_points")
    assert "138****1234" in till.read("proof_who")
    assert till.reason("proof_go") == "请先发送验证码。"
    till.press("proof_send")
    assert till.station.member_desk.sent == 1
    assert till.reason("proof_go") == "请输入顾客告知的 6 位验证码。"
    till.write("proof_digits", "246810")
    till.press("proof_go")
    assert "验证通过" in till.read("proof_who")
    till.press("proof_points")
    till.write("points_given", "500")
    till.press("points_go")
    sale = till.presenters.counter.state.sale
    assert sale is not None
    assert sale.points is not None
    assert sale.points.worth == Money(500)


def test_wrong_digits_are_told_and_new_ones_come_after_a_minute(till: RunningTill) -> None:
    till.press("member_points")
    till.press("proof_send")
    assert till.reason("proof_send") == "短信已发出，60 秒后可重发。"
    till.write("proof_digits", "111111")
    till.press("proof_go")
    assert till.read("proof_trouble")
    till.station.clock.move(timedelta(seconds=59))
    till.till._sheets.proof.tick()
    assert till.read("proof_waiting") == "短信已发出，1 秒后可重发。"
    till.station.clock.move(timedelta(seconds=1))
    till.till._sheets.proof.tick()
    till.press("proof_send")
    assert till.station.member_desk.sent == 2
    assert not till.shows("proof_trouble")
    till.write("proof_digits", "246810")
    till.press("proof_go")
    assert till.shows("proof_pay")


def test_digits_whose_time_is_over_ask_for_new_ones(till: RunningTill) -> None:
    till.press("member_points")
    till.press("proof_send")
    till.station.member_desk.forget_confirmations()
    till.write("proof_digits", "246810")
    till.press("proof_go")
    assert till.read("proof_trouble")
    assert till.reason("proof_go") == "请先发送验证码。"


def test_the_cloud_away_is_told_in_the_sheet_and_nothing_is_lost(till: RunningTill) -> None:
    till.press("member_points")
    till.station.member_desk.down = True
    till.press("proof_send")
    assert till.read("proof_trouble")
    till.station.member_desk.down = False
    till.press("proof_send")
    till.write("proof_digits", "246810")
    till.press("proof_go")
    assert till.shows("proof_pay")


def test_he_pays_all_from_his_balance_and_the_code_is_used_up(till: RunningTill) -> None:
    prove(till)
    assert till.read("proof_pay").startswith("用余额付")
    till.press("proof_pay")
    assert till.shows("done_paid")
    [sale] = till.station.sales.recent(1)
    assert [leg.tender for leg in sale.payments] == [Tender.WALLET]


def test_a_balance_that_is_too_small_pays_its_part_first(till: RunningTill) -> None:
    for _turn in range(85):
        till.presenters.counter.code_given(WATER)
    prove(till)
    assert till.read("proof_pay").startswith("余额只有 ￥1,204.00，先付 ￥1,204.00")
    till.press("proof_pay")
    sale = till.presenters.counter.state.sale
    assert sale is not None
    assert [(leg.tender, leg.amount) for leg in sale.payments] == [(Tender.WALLET, Money(120_400))]
    assert till.shows("code_due")
    assert sale.due == sale.total - Money(120_400)


def test_a_scanned_balance_that_is_too_small_offers_what_is_there(till: RunningTill) -> None:
    gateway = till.station.gateway
    gateway.next_state, gateway.next_reason = PaymentState.DECLINED, "balance_short"
    gateway.next_available = Money(1_000)
    till.press("pay_code")
    till.till.scanned("YC123456789012345678")
    assert till.read("code_part_available").startswith("余额只有 ￥10.00，先付 ￥10.00")
    gateway.next_state, gateway.next_reason, gateway.next_available = PaymentState.CAPTURED, "", None
    till.press("code_part_available")
    till.till.scanned("YC123456789012345678")
    sale = till.presenters.counter.state.sale
    assert sale is not None
    assert sale.payments[-1].amount == Money(1_000)
    assert sale.payments[-1].state is PaymentState.CAPTURED
    assert not till.shows("code_part_available")
