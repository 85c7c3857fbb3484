"""Payment codes that do not simply work: no code at all, declined, unknown, typing, given up; nothing is charged twice."""

import pytest

from core.domain.payment import PaymentState
from core.domain.refusals import NotAPaymentCode, SaleHasMoney
from core.wording.catalogue import Language, use
from core.wording.refusals import sentence, sentence_of_code
from tests.journeys.outside import Outside
from tests.journeys.real_station import RealStation

BOTH = pytest.mark.parametrize("provider", ["wechat", "alipay"])


@BOTH
def test_a_charge_whose_answer_is_lost_is_found_out_and_not_made_again(
    audited: RealStation, outside: Outside, provider: str
) -> None:
    bill = audited.bill(water=2)
    audited.till.payments.take_code(bill.id, outside.payer_code("04", provider), audited.cashier)
    sale = audited.wait_completed(bill.id)
    assert [payment.state for payment in sale.payments] == [PaymentState.CAPTURED]
    assert outside.ledger()[sale.payments[0].id]["charged_fen"] == 3_000


@BOTH
def test_a_declined_code_charges_nothing_and_cash_completes_the_bill(
    audited: RealStation, outside: Outside, provider: str
) -> None:
    bill = audited.bill(water=1)
    sale = audited.till.payments.take_code(bill.id, outside.payer_code("01", provider), audited.cashier)
    assert sale.payments[-1].state is PaymentState.DECLINED
    assert sentence_of_code(sale.payments[-1].reason) == "顾客余额不足，没有扣款；请换一种支付方式。"
    use(Language.ENGLISH)
    assert sentence_of_code(sale.payments[-1].reason) == (
        "The customer's balance is too small. Nothing was charged; ask for another way to pay."
    )
    audited.till.payments.take_cash(bill.id, sale.due, audited.cashier)


def test_what_is_no_payment_code_is_refused_with_a_sentence(audited: RealStation) -> None:
    bill = audited.bill(water=1)
    with pytest.raises(NotAPaymentCode) as refused:
        audited.till.payments.take_code(bill.id, "6901234500018", audited.cashier)
    assert sentence(refused.value) == "这不是微信或支付宝付款码，请让顾客打开付款码。"
    assert audited.sale(bill.id) == bill
    with pytest.raises(SaleHasMoney):
        raise SaleHasMoney(bill.id)
