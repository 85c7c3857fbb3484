"""A member at the counter: known by his code, pays with points, balance and card, earns, and gives all of it back again."""

import itertools

import pytest

from core.domain.money import Money
from core.domain.payment import PaymentState, Tender
from core.domain.refund import RefundReason
from core.domain.refusals.members import MemberNotProven
from core.domain.sale import SaleState
from tests.journeys.outside import Outside, eventually
from tests.journeys.real_station import RealStation

_phones = itertools.count(13900000001)


def a_member(outside: Outside, *, fen: int = 0, points: int = 0) -> tuple[str, str]:
    """His id and his phone."""
    phone = str(next(_phones))
    return outside.add_member(phone, fen=fen, points=points), phone


def test_points_balance_and_card_pay_one_bill_and_a_void_gives_everything_back(
    audited: RealStation, outside: Outside
) -> None:
    member, _phone = a_member(outside, fen=5_000, points=1_000)
    till, by = audited.till, audited.cashier
    bill = audited.bill(water=10)
    till.sales.set_member(bill.id, till.sales.find_member(outside.member_code(member)), by)
    bill = till.sales.use_points(bill.id, 600, by)
    assert bill.total == bill.gross - Money(600)
    card = outside.recharge_card(10_000)
    bill = till.payments.take_code(bill.id, outside.member_code(member), by, amount=Money(5_000))
    assert (bill.payments[-1].tender, bill.payments[-1].state) == (Tender.WALLET, PaymentState.CAPTURED)
    bill = till.payments.take_code(bill.id, card, by)
    assert bill.payments[-1].tender is Tender.RECHARGE_CARD
    assert bill.state is SaleState.COMPLETED
    earned = bill.total.fen // 100
    eventually(lambda: outside.points_of(member) == 400 + earned, "the points are spent and earned")
    assert outside.wallet_of(member) == 0

    till.refunds.void(bill.id, RefundReason.WRONG_ITEM, audited.manager)
    eventually(lambda: outside.wallet_of(member) == 5_000, "the balance is back")
    eventually(lambda: outside.points_of(member) == 1_000, "the points are as they were")
    assert outside.ledger_faults() == []


def test_a_member_named_by_phone_alone_spends_no_points(audited: RealStation, outside: Outside) -> None:
    _member, phone = a_member(outside, points=1_000)
    bill = audited.bill(water=10)
    named = audited.till.sales.find_member(phone)
    audited.till.sales.set_member(bill.id, named, audited.cashier)
    with pytest.raises(MemberNotProven):
        audited.till.sales.use_points(bill.id, 600, audited.cashier)
    assert audited.sale(bill.id).total == bill.total


def test_a_code_on_the_customers_display_is_scanned_and_completes_the_bill(
    audited: RealStation, outside: Outside
) -> None:
    till, by = audited.till, audited.cashier
    for tender, provider in ((Tender.WECHAT, "wechat"), (Tender.ALIPAY, "alipay")):
        bill = till.payments.start_qr(audited.bill(water=2).id, by, tender=tender)
        assert bill.payments[-1].qr
        outside.control(outside.gateway(provider), "pay", {"payment_id": bill.payments[-1].id})
        audited.wait_completed(bill.id)


def test_a_unionpay_code_pays_and_goes_back(audited: RealStation, outside: Outside) -> None:
    till, by = audited.till, audited.cashier
    bill = till.payments.take_code(audited.bill(water=2).id, outside.payer_code(provider="unionpay"), by)
    assert (bill.payments[-1].tender, bill.state) == (Tender.UNIONPAY, SaleState.COMPLETED)
    till.refunds.void(bill.id, RefundReason.WRONG_ITEM, audited.manager)
    payment = bill.payments[-1]
    eventually(
        lambda: outside.ledger()[payment.id]["refunded_fen"] == payment.amount.fen, "the money is back"
    )
