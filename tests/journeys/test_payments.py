"""Payment codes that do not simply work: no code, declined, unclear, typing, given up; nobody is charged twice."""

import pytest

from core.domain.payment import PaymentState
from core.domain.refusals.payments import NotAPaymentCode, PaymentUnclear
from core.domain.sale import Sale
from core.wording.catalogue import Language, use
from core.wording.refusals import sentence, sentence_of_code
from tests.conftest import ExpectLog
from tests.journeys.outside import Outside, eventually
from tests.journeys.real_station import RealStation

BOTH = pytest.mark.parametrize("provider", ["wechat", "alipay"])
# What the cloud's own tests try with both providers as well.
ONE_AND_LONG_THE_OTHER = pytest.mark.parametrize(
    "provider", ["wechat", pytest.param("alipay", marks=pytest.mark.long)]
)


@BOTH
def test_a_charge_whose_answer_is_lost_is_found_out_and_not_made_again(
    audited: RealStation, outside: Outside, provider: str
) -> None:
    bill = audited.bill(water=2)
    audited.till.payments.take_code(bill.id, outside.payer_code("04", provider), audited.cashier)
    sale = audited.wait_completed(bill.id)
    assert [payment.state for payment in sale.payments] == [PaymentState.CAPTURED]
    assert outside.ledger()[sale.payments[0].id]["charged_fen"] == 3_000


@ONE_AND_LONG_THE_OTHER
def test_a_charge_that_the_provider_calls_an_error_and_makes_all_the_same_counts_once(
    audited: RealStation, outside: Outside, provider: str
) -> None:
    bill = audited.bill(water=1)
    audited.till.payments.take_code(bill.id, outside.payer_code("05", provider), audited.cashier)
    assert len(audited.wait_completed(bill.id).payments) == 1


@ONE_AND_LONG_THE_OTHER
def test_a_declined_code_charges_nothing_and_cash_completes_the_bill(
    audited: RealStation, outside: Outside, provider: str
) -> None:
    bill = audited.bill(water=1)
    sale = audited.till.payments.take_code(bill.id, outside.payer_code("01", provider), audited.cashier)
    assert sale.payments[-1].state is PaymentState.DECLINED
    assert sentence_of_code(sale.payments[-1].reason) == "顾客余额不足，没有扣款。请换一种支付方式。"
    use(Language.ENGLISH)
    assert sentence_of_code(sale.payments[-1].reason) == (
        "The customer's balance is too small. Nothing was charged; ask for another way to pay."
    )
    audited.till.payments.take_cash(bill.id, sale.due, audited.cashier)


@ONE_AND_LONG_THE_OTHER
def test_while_a_payer_types_nobody_is_charged_again_and_then_the_bill_is_paid(
    audited: RealStation, outside: Outside, provider: str
) -> None:
    bill = audited.bill(water=1)
    sale = audited.till.payments.take_code(bill.id, outside.payer_code("02", provider), audited.cashier)
    assert (sale.payments[-1].state, sale.payments[-1].waiting_for) == (PaymentState.PENDING, "payer")
    for again in (
        lambda: audited.till.payments.take_code(bill.id, outside.payer_code(), audited.cashier),
        lambda: audited.till.payments.take_cash(bill.id, sale.due, audited.cashier),
    ):
        with pytest.raises(PaymentUnclear) as refused:
            again()
        assert sentence(refused.value) == "有一笔收款结果还不明确，请等待或点“立即查询”，不要重复收款。"
    _ask_now(audited, sale)
    assert len(audited.wait_completed(bill.id).payments) == 1


def test_a_payer_who_gives_up_is_not_charged(audited: RealStation, outside: Outside) -> None:
    bill = audited.bill(water=1)
    sale = audited.till.payments.take_code(bill.id, outside.payer_code("03"), audited.cashier)
    _ask_now(audited, sale)
    sale = audited.wait_payment(bill.id, PaymentState.DECLINED)
    assert sentence_of_code(sale.payments[-1].reason) == "顾客没有确认付款，没有扣款。"
    audited.till.payments.take_code(bill.id, outside.payer_code(provider="alipay"), audited.cashier)
    assert [each.state for each in audited.wait_completed(bill.id).payments] == [
        PaymentState.DECLINED,
        PaymentState.CAPTURED,
    ]


def test_a_code_used_before_is_declined(audited: RealStation, outside: Outside) -> None:
    code = outside.payer_code()
    first = audited.bill(water=1)
    audited.till.payments.take_code(first.id, code, audited.cashier)
    second = audited.bill(water=1)
    sale = audited.till.payments.take_code(second.id, code, audited.cashier)
    assert sentence_of_code(sale.payments[-1].reason) == "付款码已失效或已用过。请顾客刷新付款码后重新扫码。"
    audited.till.payments.take_cash(second.id, sale.due, audited.cashier)


def test_what_is_no_payment_code_is_refused_and_changes_nothing(audited: RealStation) -> None:
    bill = audited.bill(water=1)
    for text in ("6901234500018", "", "12", "YZ23456789AB", "１３４", "9" * 40):
        with pytest.raises(NotAPaymentCode) as refused:
            audited.till.payments.take_code(bill.id, text, audited.cashier)
        assert sentence(refused.value) == "这不是微信或支付宝付款码，请顾客打开付款码。"
    assert audited.sale(bill.id) == bill


def test_a_payment_taken_back_while_the_payer_types_charges_nothing(
    audited: RealStation, outside: Outside
) -> None:
    bill = audited.bill(water=1)
    sale = audited.till.payments.take_code(bill.id, outside.payer_code("03", "alipay"), audited.cashier)
    audited.till.payments.cancel(sale.payments[-1].id, audited.cashier)
    sale = audited.wait_payment(bill.id, PaymentState.CANCELLED)
    assert sentence_of_code(sale.payments[-1].reason) == "这笔付款已撤销。如有扣款会自动退回。"
    audited.till.payments.take_cash(bill.id, sale.due, audited.cashier)


@pytest.mark.long
@pytest.mark.timeout(120)
def test_wechat_is_given_its_fifteen_seconds_before_a_payment_is_taken_back(
    audited: RealStation, outside: Outside
) -> None:
    bill = audited.bill(water=1)
    sale = audited.till.payments.take_code(bill.id, outside.payer_code("04"), audited.cashier)
    sale = audited.till.payments.cancel(sale.payments[-1].id, audited.cashier)
    assert sale.payments[-1].state is PaymentState.PENDING
    audited.wait_payment(bill.id, PaymentState.CANCELLED, 60)
    assert outside.ledger()[sale.payments[-1].id]["refunded_fen"] == 1_500
    audited.till.payments.take_cash(bill.id, sale.due, audited.cashier)


@pytest.mark.long
@pytest.mark.timeout(180)
@BOTH
def test_a_provider_that_answers_nothing_for_long_leaves_nobody_charged(
    audited: RealStation, outside: Outside, expected_log: ExpectLog, provider: str
) -> None:
    outside.control(outside.gateway(provider), "next", {"behaviour": "drop_before", "count": 1000})
    bill = audited.bill(water=1)
    sale = audited.till.payments.take_code(bill.id, outside.payer_code("99", provider), audited.cashier)
    assert (sale.payments[-1].state, sale.payments[-1].waiting_for) == (PaymentState.PENDING, "provider")
    outside.control(outside.gateway(provider), "clear", {})
    audited.wait_payment(bill.id, PaymentState.CANCELLED, 150)
    audited.till.payments.take_cash(bill.id, sale.due, audited.cashier)


def _ask_now(station: RealStation, sale: Sale) -> None:
    """The cashier presses the button until there is an answer."""
    payment = sale.payments[-1].id
    eventually(
        lambda: (
            station.till.payments.check(payment, station.cashier).payments[-1].state
            is not PaymentState.PENDING
        ),
        "the payment has its end",
    )
