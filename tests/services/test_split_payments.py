"""Several payments on one bill, of any kind; each can be taken out only by a reversal."""

import pytest

from core.domain.card_numbers import holds_card_number, passes_luhn
from core.domain.money import ZERO, Money
from core.domain.payment import PaymentState, Tender
from core.domain.refusals.payments import (
    AmountOverDue,
    CardNumberRefused,
    NotAPaymentCode,
    NotEnoughCash,
    PaymentNotInBill,
    PaymentUnclear,
    SlipNumberUnfit,
    SlipNumberUsed,
    TenderUnfit,
)
from core.domain.refusals.people import ApprovalNeeded
from core.domain.sale import SaleState
from core.ports.payment_gateway import RefundState
from tests.services.small_station import WECHAT_CODE, SmallStation

ALIPAY_CODE = "281234567890123456"
UNIONPAY_CODE = "6212345678901234567"
MEMBER_CODE = "YM123456789012345678"
CARD_CODE = "YC12345678"


@pytest.mark.parametrize(
    ("code", "tender"),
    [
        (WECHAT_CODE, Tender.WECHAT),
        (ALIPAY_CODE, Tender.ALIPAY),
        (UNIONPAY_CODE, Tender.UNIONPAY),
        (MEMBER_CODE, Tender.WALLET),
        (CARD_CODE, Tender.RECHARGE_CARD),
    ],
)
def test_a_code_says_by_its_digits_whose_it_is(station: SmallStation, code: str, tender: Tender) -> None:
    bill = station.a_bill(pieces=1)
    sold = station.payments.take_code(bill.id, code, station.cashier)
    assert (sold.state, sold.payments[0].tender) == (SaleState.COMPLETED, tender)
    assert code not in sold.payments[0].payer_code


def test_a_goods_code_is_nobodys_money(station: SmallStation) -> None:
    bill = station.a_bill(pieces=1)
    with pytest.raises(NotAPaymentCode):
        station.payments.take_code(bill.id, "6901234500018", station.cashier)


def test_a_bill_is_paid_in_three_ways_one_of_them_twice(station: SmallStation) -> None:
    by = station.cashier
    bill = station.a_bill(pieces=4)
    station.payments.take_cash(bill.id, Money(2_000), by, amount=Money(1_500))
    station.payments.take_code(bill.id, WECHAT_CODE, by, amount=Money(1_000))
    station.payments.take_bank_card(bill.id, Money(2_000), "A-77", by)
    sold = station.payments.take_code(bill.id, ALIPAY_CODE, by)
    assert (sold.state, sold.paid, sold.change) == (SaleState.COMPLETED, Money(6_000), Money(500))
    assert [leg.amount.fen for leg in sold.legs] == [1_500, 1_000, 2_000, 1_500]


def test_the_cash_of_a_split_is_compared_with_its_own_part(station: SmallStation) -> None:
    bill = station.a_bill(pieces=2)
    with pytest.raises(NotEnoughCash):
        station.payments.take_cash(bill.id, Money(900), station.cashier, amount=Money(1_000))
    with pytest.raises(AmountOverDue):
        station.payments.take_cash(bill.id, Money(9_000), station.cashier, amount=Money(3_001))


def test_nothing_else_is_charged_while_one_payment_is_unclear(station: SmallStation) -> None:
    by = station.cashier
    bill = station.a_bill(pieces=2)
    station.gateway.lose_answer = True
    station.payments.take_code(bill.id, WECHAT_CODE, by, amount=Money(1_000))
    with pytest.raises(PaymentUnclear):
        station.payments.take_cash(bill.id, Money(3_000), by)
    with pytest.raises(PaymentUnclear):
        station.payments.take_code(bill.id, ALIPAY_CODE, by)
    checked = station.payments.check(station.sale(bill.id).payments[0].id, by)
    assert checked.due == Money(2_000)


def test_a_code_on_the_customer_display_is_paid_or_taken_back(station: SmallStation) -> None:
    by = station.cashier
    bill = station.a_bill(pieces=1)
    waiting = station.payments.start_qr(bill.id, by, tender=Tender.WECHAT)
    [payment] = waiting.payments
    assert payment.qr.startswith("weixin://")
    assert payment.state is PaymentState.PENDING
    station.gateway.payer_pays(payment.id, payment.amount)
    assert station.payments.check(payment.id, by).state is SaleState.COMPLETED


def test_a_code_whose_answer_was_lost_is_fetched_again_under_its_id(station: SmallStation) -> None:
    by = station.cashier
    bill = station.a_bill(pieces=1)
    station.gateway.lose_answer = True
    waiting = station.payments.start_qr(bill.id, by, tender=Tender.ALIPAY)
    assert waiting.payments[0].qr == ""
    station.payments.settle_pending()
    assert station.sale(bill.id).payments[0].qr
    cancelled = station.payments.cancel(waiting.payments[0].id, by)
    assert cancelled.payments[0].state is PaymentState.CANCELLED


def test_cash_is_not_shown_as_a_code(station: SmallStation) -> None:
    bill = station.a_bill(pieces=1)
    with pytest.raises(TenderUnfit):
        station.payments.start_qr(bill.id, station.cashier, tender=Tender.CASH)


def test_a_leg_goes_out_of_an_unfinished_bill_by_a_reversal_of_its_own(station: SmallStation) -> None:
    by = station.cashier
    bill = station.a_bill(pieces=2)
    paid = station.payments.take_code(bill.id, WECHAT_CODE, by, amount=Money(1_000))
    [leg] = paid.legs
    with pytest.raises(ApprovalNeeded):
        station.payments.take_back(leg.id, by)
    back = station.payments.take_back(leg.id, station.manager)
    assert (back.due, back.legs, len(back.payments)) == (Money(3_000), (), 2)
    assert station.gateway.returned_of(leg.id) == Money(1_000)
    with pytest.raises(PaymentNotInBill):
        station.payments.take_back(leg.id, station.manager)
    assert station.sales.cancel(bill.id, by).state is SaleState.CANCELLED


def test_a_reversal_without_an_answer_stays_pending_and_is_asked_again(station: SmallStation) -> None:
    by = station.cashier
    bill = station.a_bill(pieces=2)
    [leg] = station.payments.take_code(bill.id, WECHAT_CODE, by, amount=Money(1_000)).legs
    station.gateway.lose_answer = True
    waiting = station.payments.take_back(leg.id, station.manager)
    assert waiting.unclear_payment is not None
    station.restart()
    station.payments.settle_pending()
    assert station.sale(bill.id).due == Money(3_000)
    assert station.gateway.returned_of(leg.id) == Money(1_000)


def test_a_refused_reversal_leaves_the_money_in_the_bill(station: SmallStation) -> None:
    by = station.cashier
    bill = station.a_bill(pieces=2)
    [leg] = station.payments.take_code(bill.id, WECHAT_CODE, by, amount=Money(1_000)).legs
    station.gateway.next_refund = RefundState.REFUSED
    kept = station.payments.take_back(leg.id, station.manager)
    assert (kept.due, [each.id for each in kept.legs]) == (Money(2_000), [leg.id])


def test_cash_taken_back_is_in_no_sum(station: SmallStation) -> None:
    by = station.cashier
    bill = station.a_bill(pieces=2)
    [leg] = station.payments.take_cash(bill.id, Money(2_000), by, amount=Money(1_000)).legs
    station.payments.take_back(leg.id, station.manager)
    sold = station.payments.take_code(bill.id, WECHAT_CODE, by)
    [only] = station.totals.tenders(sold.shift)
    assert (only.tender, only.count, only.amount, sold.change) == (Tender.WECHAT, 1, Money(3_000), ZERO)


@pytest.mark.parametrize("slip", ["", "  ", "号码", "1" * 33])
def test_a_slip_has_a_number(station: SmallStation, slip: str) -> None:
    bill = station.a_bill(pieces=1)
    with pytest.raises(SlipNumberUnfit):
        station.payments.take_bank_card(bill.id, None, slip, station.cashier)


def test_a_slip_is_not_taken_twice_unless_it_was_taken_back(station: SmallStation) -> None:
    by = station.cashier
    bill = station.a_bill(pieces=2)
    [leg] = station.payments.take_bank_card(bill.id, Money(1_000), "000123", by).legs
    with pytest.raises(SlipNumberUsed):
        station.payments.take_bank_card(bill.id, None, "000123", by)
    station.payments.take_back(leg.id, station.manager)
    assert station.payments.take_bank_card(bill.id, None, "000123", by).state is SaleState.COMPLETED


def test_a_card_number_is_never_written_down(station: SmallStation) -> None:
    bill = station.a_bill(pieces=1)
    for number in _card_numbers(200):
        with pytest.raises(CardNumberRefused):
            station.payments.take_bank_card(bill.id, None, number, station.cashier)


def test_ten_thousand_card_numbers_are_known_for_what_they_are_however_written() -> None:
    for number in _card_numbers(10_000):
        grouped = "-".join(number[start : start + 4] for start in range(0, len(number), 4))
        assert holds_card_number(f"卡号 {grouped}, 谢谢")


def _card_numbers(count: int) -> list[str]:
    """Numbers of 13 to 19 digits with the right check digit."""
    found = []
    for place in range(count):
        length = 13 + place % 7
        body = str(62_2202_0000_0000_0000_00 + place * 7_919)[: length - 1].ljust(length - 1, "4")
        found += [body + digit for digit in "0123456789" if passes_luhn(body + digit)]
    return found
