"""Money back: line by line, never more than was sold, to the payments it came from, until it is clear."""

from datetime import timedelta

import pytest

from core.domain.count import NOTHING_COUNTED
from core.domain.ids import MemberId
from core.domain.member import Member
from core.domain.money import ZERO, Money
from core.domain.payment import Tender
from core.domain.refund import LegState, RefundKind, RefundReason, Wanted
from core.domain.refusals.payments import CardNumberRefused
from core.domain.refusals.people import ApprovalNeeded
from core.domain.refusals.refunds import NothingToRefund, RefundIsFinal, RefundOverSold, RefundWaits
from core.domain.refusals.sales import BillNotFound, SaleOfAnotherShift
from core.domain.sale import Sale
from core.ports.payment_gateway import RefundState
from core.protocol.codec import unwrap
from core.protocol.from_station import RefundCompleted
from core.services.refunds import desk
from tests.services.small_station import PUMP_1, WATER, WECHAT_CODE, SmallStation

REASON = RefundReason.GOODS_RETURNED


def _sold_for_cash(station: SmallStation, pieces: int = 3) -> Sale:
    bill = station.a_bill(pieces=pieces)
    return station.payments.take_cash(bill.id, bill.due, station.cashier)


def _sold_by_code(station: SmallStation, pieces: int = 2) -> Sale:
    return station.payments.take_code(station.a_bill(pieces=pieces).id, WECHAT_CODE, station.cashier)


def test_a_line_goes_back_piece_by_piece_and_comes_to_exactly_what_was_paid(station: SmallStation) -> None:
    station.issue_coupon(off_yuan=1, threshold_yuan=10)
    bill = station.a_bill(pieces=3)
    bill = station.sales.apply_coupon(bill.id, "YZ23456789AB", station.cashier)
    sold = station.payments.take_cash(bill.id, bill.due, station.cashier)
    assert sold.total == Money(4_400)
    back = [
        station.refunds.refund(sold.id, [Wanted(sold.lines[0].id, 1)], REASON, station.manager).total
        for _piece in range(3)
    ]
    assert sum(back, ZERO) == sold.total
    assert max(back) - min(back) <= Money(1)


def test_the_same_line_does_not_go_back_twice(station: SmallStation) -> None:
    sold = _sold_for_cash(station)
    everything = [Wanted(sold.lines[0].id, 3)]
    station.refunds.refund(sold.id, everything, REASON, station.manager)
    with pytest.raises(RefundOverSold):
        station.refunds.refund(sold.id, everything, REASON, station.manager)


def test_the_database_itself_lets_no_more_go_back_than_was_sold(station: SmallStation) -> None:
    sold = _sold_for_cash(station)
    station.refunds.refund(sold.id, [Wanted(sold.lines[0].id, 1)], REASON, station.manager)
    for change in (
        "UPDATE refunded_lines SET quantity = quantity + 3",
        "UPDATE refunded_lines SET amount = sold + 1",
        "UPDATE refunded_payments SET given_back = took + 1",
        "UPDATE refunded_lines SET amount = 0",
        "DELETE FROM refunds",
    ):
        with pytest.raises(station.database.error), station.database.writing() as transaction:
            transaction.driver.execute(change)


def test_goods_are_on_the_shelf_again_and_the_cash_is_in_the_sums(station: SmallStation) -> None:
    sold = _sold_for_cash(station)
    station.refunds.refund(sold.id, [Wanted(sold.lines[0].id, 2)], REASON, station.manager)
    with station.work.reading() as work:
        assert work.catalogue.by_barcode(WATER).stock == 48 - 1
    [cash] = station.totals.tenders(sold.shift)
    assert (cash.refunds, cash.refunded, cash.net) == (1, Money(3_000), Money(1_500))


def test_a_cashier_needs_somebody_who_agrees(station: SmallStation) -> None:
    sold = _sold_for_cash(station)
    with pytest.raises(ApprovalNeeded):
        station.refunds.refund(sold.id, [Wanted(sold.lines[0].id, 1)], REASON, station.cashier)
    assert station.refunds.get(sold.id).refunds == ()


def test_what_was_paid_by_code_goes_back_to_the_payer(station: SmallStation) -> None:
    sold = _sold_by_code(station)
    refund = station.refunds.refund(sold.id, [Wanted(sold.lines[0].id, 1)], REASON, station.manager)
    [leg] = refund.legs
    assert (leg.state, leg.tender, leg.amount) == (LegState.DONE, Tender.WECHAT, Money(1_500))
    assert station.gateway.returned_of(sold.payments[0].id) == Money(1_500)


def test_a_lost_answer_is_asked_again_with_the_same_id_and_goes_back_once(station: SmallStation) -> None:
    sold = _sold_by_code(station)
    station.gateway.lose_answer = True
    refund = station.refunds.refund(sold.id, [Wanted(sold.lines[0].id, 1)], REASON, station.manager)
    assert refund.legs[0].state is LegState.PENDING
    with pytest.raises(RefundWaits):
        station.refunds.refund(sold.id, [Wanted(sold.lines[0].id, 1)], REASON, station.manager)
    station.restart()
    station.refunds.settle_pending()
    assert station.refunds.get(sold.id).refunds[0].is_settled
    assert station.gateway.returned_of(sold.payments[0].id) == Money(1_500)


def test_without_the_cloud_a_refund_waits_and_goes_on_by_itself(station: SmallStation) -> None:
    sold = _sold_by_code(station)
    station.gateway.down = True
    refund = station.refunds.void(sold.id, REASON, station.manager)
    assert not refund.is_settled
    station.refunds.settle_pending()
    station.gateway.down = False
    station.refunds.settle_pending()
    assert station.refunds.unsettled() == []


def test_what_the_provider_refuses_is_paid_in_cash_once_somebody_agrees(station: SmallStation) -> None:
    sold = _sold_by_code(station)
    station.gateway.next_refund = RefundState.REFUSED
    refund = station.refunds.refund(sold.id, [Wanted(sold.lines[0].id, 2)], REASON, station.manager)
    [leg] = refund.legs
    assert leg.state is LegState.REFUSED
    with pytest.raises(ApprovalNeeded):
        station.refunds.pay_in_cash(leg.id, station.cashier)
    paid = station.refunds.pay_in_cash(leg.id, station.manager)
    assert paid.is_settled
    assert paid.legs[0].paid_by is Tender.CASH
    with pytest.raises(RefundIsFinal):
        station.refunds.pay_in_cash(leg.id, station.manager)
    figures = {figure.tender: figure.refunded for figure in station.totals.tenders(sold.shift)}
    assert figures == {Tender.WECHAT: ZERO, Tender.CASH: Money(3_000)}


def test_a_split_bill_goes_back_to_its_payments_electronic_first(station: SmallStation) -> None:
    bill = station.a_bill(pieces=4)
    station.payments.take_cash(bill.id, Money(5_000), station.cashier, amount=Money(2_000))
    sold = station.payments.take_code(bill.id, WECHAT_CODE, station.cashier)
    plan = station.refunds.preview(sold.id, [Wanted(sold.lines[0].id, 3)])
    assert [(leg.tender, leg.amount) for leg in plan.legs] == [
        (Tender.WECHAT, Money(4_000)),
        (Tender.CASH, Money(500)),
    ]


def test_a_bank_card_goes_back_on_the_terminal_and_waits_for_its_slip(station: SmallStation) -> None:
    bill = station.a_bill(pieces=1)
    sold = station.payments.take_bank_card(bill.id, None, "000123", station.cashier)
    refund = station.refunds.void(sold.id, REASON, station.manager)
    [leg] = refund.legs
    assert leg.state is LegState.PENDING
    station.refunds.settle_pending()
    with pytest.raises(CardNumberRefused):
        station.refunds.confirm_slip(leg.id, "6222 0212 3456 7894 ", station.cashier)
    assert station.refunds.confirm_slip(leg.id, "000124", station.cashier).is_settled


def test_a_void_puts_the_fill_back_to_the_counter_and_it_can_be_sold_again(station: SmallStation) -> None:
    fill = station.a_fill(PUMP_1)
    bill = station.a_bill(fill)
    sold = station.payments.take_cash(bill.id, bill.due, station.cashier)
    void = station.refunds.void(sold.id, RefundReason.WRONG_TENDER, station.manager)
    assert (void.kind, void.reinstate, void.total) == (RefundKind.VOID, (fill.id,), sold.total)
    assert [each.id for each in station.forecourt.unpaid()] == [fill.id]
    again = station.a_bill(station.forecourt.unpaid()[0])
    assert station.payments.take_code(again.id, WECHAT_CODE, station.cashier).number.endswith("0002")


def test_a_bill_of_an_earlier_shift_is_refunded_and_not_voided(station: SmallStation) -> None:
    sold = _sold_for_cash(station)
    station.shifts.close(NOTHING_COUNTED, station.cashier)
    station.open_shift()
    with pytest.raises(SaleOfAnotherShift):
        station.refunds.void(sold.id, REASON, station.manager)
    refund = station.refunds.refund(sold.id, [Wanted(sold.lines[0].id, 3)], REASON, station.manager)
    assert refund.shift != sold.shift
    [cash] = station.totals.tenders(refund.shift)
    assert (cash.amount, cash.refunded) == (ZERO, sold.total)


def test_nothing_chosen_is_no_refund(station: SmallStation) -> None:
    sold = _sold_for_cash(station)
    with pytest.raises(NothingToRefund):
        station.refunds.refund(sold.id, [], REASON, station.manager)


def test_a_car_is_found_however_many_bills_came_after_it(
    station: SmallStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "_LOOKED_THROUGH", 2)
    fleet = station.accounts.open("云南顺达物流", [], Money(10_000), station.manager)
    member = Member(MemberId("a" * 32), "张三", "138****1234", plates=("云B66666",))
    station.member_desk.enrol(member, phone="13800001234")
    on_account, of_member = station.a_bill(pieces=1), station.a_bill(pieces=1)
    station.payments.take_on_credit(on_account.id, fleet.id, None, "云A12345", station.cashier)
    station.sales.set_member(of_member.id, station.sales.find_member("13800001234"), station.cashier)
    by_code = station.payments.take_code(of_member.id, WECHAT_CODE, station.cashier)
    for _ in range(4):
        later = station.a_bill(pieces=1)
        station.payments.take_cash(later.id, later.due, station.cashier)
    for asked, sale in (
        ("云a·12345", on_account),
        ("云B66666", of_member),
        (by_code.legs[0].provider_ref, of_member),
        ("1", on_account),
    ):
        assert [bill.sale.id for bill in station.refunds.find(asked)] == [sale.id], asked
    with pytest.raises(BillNotFound):
        station.refunds.find("云C00001")


def test_bills_are_found_by_number_last_digits_trade_number_and_refund(station: SmallStation) -> None:
    cash, code = _sold_for_cash(station), _sold_by_code(station)
    refund = station.refunds.void(cash.id, REASON, station.manager)
    for asked, expected in (
        (cash.number, cash),
        ("1", cash),
        ("0002", code),
        (code.payments[0].provider_ref, code),
        (refund.number.lower(), cash),
        (f"https://station.example/i?n={code.number}", code),
    ):
        [found] = station.refunds.find(asked)
        assert found.sale == station.sale(expected.id)


def test_the_cloud_hears_of_a_refund_once_the_customer_has_it(station: SmallStation) -> None:
    sold = _sold_by_code(station)
    station.gateway.next_refund = RefundState.PENDING
    refund = station.refunds.void(sold.id, REASON, station.manager)
    assert _told(station) == []
    station.gateway.refund_arrives(refund.legs[0].id)
    station.clock.move(timedelta(seconds=5))
    station.refunds.settle_pending()
    [message] = _told(station)
    assert (message.refund_id, message.total_fen, message.gives_all_back) == (refund.id, 3_000, True)


def _told(station: SmallStation) -> list[RefundCompleted]:
    with station.work.reading() as work:
        messages = [unwrap(envelope) for envelope in work.messages.waiting(100)]
    return [message for message in messages if isinstance(message, RefundCompleted)]
