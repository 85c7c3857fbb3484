"""Every way to pay, pressed on the till itself: split, shown as a code, put on an account, given back."""

import pytest

from core.domain.card_numbers import passes_luhn
from core.domain.money import Money
from core.domain.payment import PaymentState, Tender
from core.domain.staff import Role
from tests.pos_app.conftest import OpenTill
from tests.pos_app.scenes import begin_selling
from tests.pos_app.till_station import PINS, RunningTill, TillStation
from tests.services.small_station import WATER, WECHAT_CODE


@pytest.fixture
def till(open_till: OpenTill) -> RunningTill:
    """A cashier with two bottles of water on the bill: ￥30.00."""
    running = open_till()
    begin_selling(running)
    running.till.scanned(WATER)
    running.till.scanned(WATER)
    return running


def _manager_agrees(till: RunningTill) -> None:
    till.write("approval_pin", PINS[Role.MANAGER])
    till.press("approval_go")


def test_a_part_by_code_and_the_rest_in_cash(station: TillStation, till: RunningTill) -> None:
    till.press("pay_code")
    till.write("code_part", "12")
    till.till.scanned(WECHAT_CODE)
    assert till.read("code_due") == "￥18.00"
    till.press("code_cash")
    till.write("cash_given", "20")
    till.press("cash_go")
    assert till.read("done_change") == "￥2.00"
    legs = station.sales.recent(1)[0].legs
    assert [(leg.tender, leg.amount.fen) for leg in legs] == [(Tender.WECHAT, 1_200), (Tender.CASH, 1_800)]


def test_a_code_for_the_customer_to_scan_shows_and_is_paid(station: TillStation, till: RunningTill) -> None:
    till.press("pay_code")
    till.press("code_qr_wechat")
    assert till.shows("code_qr")
    assert till.presenters.payment.state.qr.startswith("weixin://")
    [payment] = station.gateway.answers
    station.gateway.payer_pays(payment, Money(3_000))
    till.press("code_check")
    assert till.shows("done_paid")


def test_the_bank_terminals_slip_pays_and_a_card_number_does_not(
    station: TillStation, till: RunningTill
) -> None:
    till.press("pay_code")
    till.press("code_card")
    assert till.reason("card_go")
    till.write("card_slip", "6222021234567894")
    till.press("card_go")
    assert "卡号" in till.read("card_trouble")
    till.write("card_slip", "000123")
    till.press("card_go")
    assert station.sales.recent(1)[0].legs[0].slip == "000123"


def test_an_account_customer_pays_later(station: TillStation, till: RunningTill) -> None:
    account = station.accounts.open("云南顺达物流", ["云A12345"], Money(100_000), station.manager)
    till.press("pay_code")
    till.press("code_credit")
    till.press("credit_go")
    assert till.shows("done_paid")
    assert station.accounts.all()[0].owed == Money(3_000)
    assert station.sales.recent(1)[0].legs[0].account == account.id


def test_a_leg_is_given_back_once_somebody_agrees(station: TillStation, till: RunningTill) -> None:
    till.press("pay_code")
    till.write("code_part", "10")
    till.till.scanned(WECHAT_CODE)
    sale = till.presenters.payment.state.sale
    assert sale is not None
    [leg] = sale.legs
    till.press(f"code_leg_back_{leg.id}")
    _manager_agrees(till)
    assert till.read("code_due") == "￥30.00"
    assert station.gateway.returned_of(leg.id) == Money(1_000)


def test_waiting_says_until_when_and_has_one_first_choice(station: TillStation, till: RunningTill) -> None:
    station.gateway.next_state = PaymentState.PENDING
    till.till.scanned(WECHAT_CODE)
    assert "自动撤销" in till.read("code_left")
    primary = [name for name in ("code_check", "code_cancel", "code_later")
               if till.find(name).property("role") == "primary"]  # fmt: skip
    assert primary == ["code_check"]


def test_a_typed_card_number_is_no_payers_code(station: TillStation, till: RunningTill) -> None:
    till.press("pay_code")
    card = next(f"622202123456789012{last}" for last in range(10) if passes_luhn(f"622202123456789012{last}"))
    till.write("code_box", card)
    till.press("code_go")
    assert "卡号" in till.read("code_refused")
    assert not station.gateway.answers


def test_an_approval_given_up_leaves_the_bill_as_it_was(station: TillStation, till: RunningTill) -> None:
    till.press("pay_cash")
    till.write("cash_given", "5")
    till.press("cash_go")
    sale = till.presenters.payment.state.sale
    assert sale is not None
    till.press(f"code_leg_back_{sale.legs[0].id}")
    till.press("approval_sheet_back")
    assert till.read("code_due") == "￥25.00"
    assert till.reason(f"code_leg_back_{sale.legs[0].id}") == ""
