"""Bills at the counter: fuel, goods, coupons, cash and codes."""

from datetime import timedelta

import pytest

from core.domain.count import cash_count
from core.domain.coupon import CouponUseState
from core.domain.events.sales import SaleCompleted
from core.domain.faults import CloudUnreachable, PrinterOutOfPaper
from core.domain.fill import FillState
from core.domain.money import ZERO, Money
from core.domain.payment import PaymentState
from core.domain.receipt import Pair, Text
from core.domain.refusals.goods import GoodsNotFound
from core.domain.refusals.offers import CouponAlreadyUsed, CouponBelowThreshold, CouponNotFound
from core.domain.refusals.payments import NotAPaymentCode, NotEnoughCash, NothingDue, PaymentUnclear
from core.domain.refusals.people import NotAllowed
from core.domain.refusals.pumps import FillTaken
from core.domain.refusals.sales import SaleHasMoney, SaleIsClosed, SaleIsEmpty
from core.domain.refusals.shifts import NoShiftOpen, ShiftHasOpenWork
from core.domain.sale import SaleState
from tests.services.small_station import COUPON, FLOAT, PUMP_1, PUMP_2, WATER, WECHAT_CODE, SmallStation


def test_fuel_and_goods_for_cash_complete_with_change(station: SmallStation) -> None:
    fill = station.a_fill(yuan=265)
    bill = station.a_bill(fill, pieces=1)
    sale = station.payments.take_cash(bill.id, Money(30_000), station.cashier)
    assert sale.state is SaleState.COMPLETED
    assert sale.total == Money(28_000)
    assert sale.change == Money(2_000)
    assert station.forecourt.unpaid() == []
    assert station.products.on_sale()[0].stock == 47
    assert station.sale(sale.id) == sale


def test_sale_numbers_run_without_gaps_and_restart_with_the_local_day(station: SmallStation) -> None:
    numbers = []
    for days in (0, 0, 1):
        station.clock.move(timedelta(days=days))
        bill = station.a_bill(pieces=1)
        station.sales.cancel(station.a_bill().id, station.cashier) if days else None
        numbers.append(station.payments.take_cash(bill.id, Money(1_500), station.cashier).number)
    assert numbers == ["20261122-0001", "20261122-0002", "20261123-0001"]


def test_cash_below_what_is_due_is_refused_and_changes_nothing(station: SmallStation) -> None:
    bill = station.a_bill(pieces=2)
    with pytest.raises(NotEnoughCash):
        station.payments.take_cash(bill.id, Money(2_999), station.cashier)
    assert station.sale(bill.id) == bill


def test_a_paid_bill_takes_no_second_payment(station: SmallStation) -> None:
    bill = station.a_bill(pieces=1)
    station.payments.take_cash(bill.id, Money(1_500), station.cashier)
    with pytest.raises(SaleIsClosed):
        station.payments.take_cash(bill.id, Money(1_500), station.cashier)


def test_an_empty_bill_takes_no_money(station: SmallStation) -> None:
    with pytest.raises(SaleIsEmpty):
        station.payments.take_cash(station.a_bill().id, Money(100), station.cashier)


def test_a_fill_goes_onto_one_bill_only_and_comes_back_when_it_is_cancelled(station: SmallStation) -> None:
    fill = station.a_fill()
    first = station.a_bill(fill)
    second = station.sales.open(station.cashier)
    with pytest.raises(FillTaken):
        station.sales.add_fill(second.id, fill.id, station.cashier)
    station.sales.cancel(first.id, station.cashier)
    assert [waiting.id for waiting in station.forecourt.unpaid()] == [fill.id]
    assert station.sales.add_fill(second.id, fill.id, station.cashier).total == fill.amount


def test_the_same_fill_twice_on_one_bill_counts_once(station: SmallStation) -> None:
    fill = station.a_fill()
    bill = station.a_bill(fill)
    assert station.sales.add_fill(bill.id, fill.id, station.cashier).total == fill.amount


def test_unknown_goods_are_refused(station: SmallStation) -> None:
    bill = station.a_bill()
    with pytest.raises(GoodsNotFound):
        station.sales.add_goods(bill.id, "4006381333931", 1, station.cashier)


def test_nobody_sells_without_a_shift(closed_station: SmallStation) -> None:
    with pytest.raises(NoShiftOpen):
        closed_station.sales.open(closed_station.cashier)


def test_an_attendant_does_not_sell(station: SmallStation) -> None:
    with pytest.raises(NotAllowed):
        station.sales.open(station.attendant)


# --- coupons -----------------------------------------------------------------------------------------------------------


def test_a_coupon_is_held_taken_off_and_used_up(station: SmallStation) -> None:
    station.issue_coupon()
    bill = station.a_bill(station.a_fill(yuan=200))
    bill = station.sales.apply_coupon(bill.id, COUPON, station.cashier)
    assert bill.total == Money(19_200)
    assert station.coupon_desk.redeemed == {}
    sale = station.payments.take_cash(bill.id, Money(19_200), station.cashier)
    station.sales.settle_coupons()
    assert station.coupon_desk.redeemed == {COUPON: Money(800)}
    assert sale.coupon is not None
    assert sale.coupon.state is CouponUseState.REDEEMED


def test_a_coupon_below_its_threshold_is_refused_and_freed(station: SmallStation) -> None:
    station.issue_coupon(threshold_yuan=300)
    bill = station.a_bill(station.a_fill(yuan=200))
    with pytest.raises(CouponBelowThreshold):
        station.sales.apply_coupon(bill.id, COUPON, station.cashier)
    station.sales.settle_coupons()
    assert station.coupon_desk.holder(COUPON) is None
    assert station.sale(bill.id) == bill


@pytest.mark.parametrize(("code", "refusal"), [("YZ99999999ZZ", CouponNotFound), (COUPON, CouponAlreadyUsed)])
def test_a_coupon_that_is_none_or_used_leaves_the_bill_as_it_was(
    station: SmallStation, code: str, refusal: type[Exception]
) -> None:
    station.issue_coupon()
    station.coupon_desk.redeemed[COUPON] = Money(800)
    bill = station.a_bill(pieces=10)
    with pytest.raises(refusal):
        station.sales.apply_coupon(bill.id, code, station.cashier)
    assert station.sale(bill.id) == bill


def test_a_coupon_follows_the_bill_as_it_changes(station: SmallStation) -> None:
    station.issue_coupon()
    bill = station.sales.apply_coupon(station.a_bill(pieces=10).id, COUPON, station.cashier)
    assert bill.discount == Money(800)
    bill = station.sales.set_quantity(bill.id, bill.lines[0].id, 2, station.cashier)
    assert bill.discount == ZERO
    assert bill.coupon is not None
    assert bill.coupon.reason == "coupon_below_threshold"
    sale = station.payments.take_cash(bill.id, Money(3_000), station.cashier)
    station.sales.settle_coupons()
    assert sale.coupon is None
    assert station.coupon_desk.holder(COUPON) is None


def test_a_cancelled_bill_frees_its_coupon_once_the_cloud_is_back(station: SmallStation) -> None:
    station.issue_coupon()
    bill = station.sales.apply_coupon(station.a_bill(pieces=10).id, COUPON, station.cashier)
    station.coupon_desk.down = True
    station.sales.cancel(bill.id, station.cashier)
    station.sales.settle_coupons()
    assert station.coupon_desk.holder(COUPON) is not None
    station.coupon_desk.down = False
    station.sales.settle_coupons()
    assert station.coupon_desk.holder(COUPON) is None


def test_with_the_cloud_away_a_coupon_is_refused_with_its_reason(station: SmallStation) -> None:
    station.coupon_desk.down = True
    bill = station.a_bill(pieces=10)
    with pytest.raises(CloudUnreachable):
        station.sales.apply_coupon(bill.id, COUPON, station.cashier)
    assert station.sale(bill.id) == bill


# --- payment codes -----------------------------------------------------------------------------------------------------


def test_a_payers_code_completes_the_bill(station: SmallStation) -> None:
    bill = station.a_bill(pieces=1)
    sale = station.payments.take_code(bill.id, WECHAT_CODE, station.cashier)
    assert sale.state is SaleState.COMPLETED
    assert list(station.gateway.charged.values()) == [Money(1_500)]
    assert WECHAT_CODE not in repr(sale)


def test_a_declined_code_leaves_the_bill_open_for_another_way(station: SmallStation) -> None:
    bill = station.a_bill(pieces=1)
    station.gateway.next_state, station.gateway.next_reason = PaymentState.DECLINED, "not_enough_balance"
    sale = station.payments.take_code(bill.id, WECHAT_CODE, station.cashier)
    assert (sale.state, sale.payments[-1].state) == (SaleState.OPEN, PaymentState.DECLINED)
    assert station.payments.take_cash(bill.id, Money(1_500), station.cashier).state is SaleState.COMPLETED


def test_while_the_payer_types_nothing_else_is_charged_and_his_password_completes_it(
    station: SmallStation,
) -> None:
    bill = station.a_bill(pieces=1)
    station.gateway.next_state = PaymentState.PENDING
    sale = station.payments.take_code(bill.id, WECHAT_CODE, station.cashier)
    waiting = sale.payments[-1]
    assert waiting.waiting_for == "payer"
    with pytest.raises(PaymentUnclear):
        station.payments.take_cash(bill.id, Money(1_500), station.cashier)
    with pytest.raises(PaymentUnclear):
        station.payments.take_code(bill.id, WECHAT_CODE, station.cashier)
    with pytest.raises(SaleHasMoney):
        station.sales.cancel(bill.id, station.cashier)
    station.gateway.payer_pays(waiting.id, Money(1_500))
    station.payments.settle_pending()
    assert station.sale(bill.id).state is SaleState.COMPLETED


def test_a_lost_answer_is_found_out_and_never_charged_twice(station: SmallStation) -> None:
    bill = station.a_bill(pieces=1)
    station.gateway.lose_answer = True
    sale = station.payments.take_code(bill.id, WECHAT_CODE, station.cashier)
    assert sale.payments[-1].state is PaymentState.PENDING
    station.restart()
    station.payments.settle_pending()
    assert station.sale(bill.id).state is SaleState.COMPLETED
    assert list(station.gateway.charged.values()) == [Money(1_500)]


def test_with_the_cloud_away_a_code_is_refused_and_cash_goes_on(station: SmallStation) -> None:
    bill = station.a_bill(pieces=1)
    station.gateway.down = True
    with pytest.raises(CloudUnreachable):
        station.payments.take_code(bill.id, WECHAT_CODE, station.cashier)
    assert station.payments.take_cash(bill.id, Money(2_000), station.cashier).change == Money(500)


def test_a_payment_unclear_for_too_long_is_taken_back(station: SmallStation) -> None:
    bill = station.a_bill(pieces=1)
    station.gateway.next_state = PaymentState.PENDING
    station.payments.take_code(bill.id, WECHAT_CODE, station.cashier)
    station.clock.move(timedelta(seconds=91))
    station.payments.settle_pending()
    assert station.sale(bill.id).payments[-1].state is PaymentState.CANCELLED
    assert station.gateway.charged == {}


def test_a_code_the_cloud_never_heard_of_counts_as_not_charged_only_after_a_while(
    station: SmallStation,
) -> None:
    bill = station.a_bill(pieces=1)
    station.gateway.lose_answer = True
    sale = station.payments.take_code(bill.id, WECHAT_CODE, station.cashier)
    station.gateway.answers.clear()
    station.payments.check(sale.payments[-1].id, station.cashier)
    assert station.sale(bill.id).payments[-1].state is PaymentState.PENDING
    station.clock.move(timedelta(seconds=31))
    station.payments.settle_pending()
    assert station.sale(bill.id).payments[-1].state is PaymentState.CANCELLED


def test_taking_back_what_the_cloud_never_heard_of_ends_it_for_good(station: SmallStation) -> None:
    bill = station.a_bill(pieces=1)
    station.gateway.lose_question = True
    payment = station.payments.take_code(bill.id, WECHAT_CODE, station.cashier).payments[-1].id
    assert station.payments.cancel(payment, station.cashier).payments[-1].state is PaymentState.CANCELLED
    late = station.gateway.charge(payment, bill.id, Money(1_500), WECHAT_CODE, "")
    assert late.state is PaymentState.CANCELLED
    assert station.gateway.charged == {}


def test_what_was_paid_in_the_last_moment_is_kept_and_not_reversed(station: SmallStation) -> None:
    bill = station.a_bill(pieces=1)
    station.gateway.next_state = PaymentState.PENDING
    payment = station.payments.take_code(bill.id, WECHAT_CODE, station.cashier).payments[-1]
    station.gateway.payer_pays(payment.id, payment.amount)
    station.clock.move(timedelta(minutes=10))  # the till was off, or the cloud away
    station.payments.settle_pending()
    assert station.sale(bill.id).state is SaleState.COMPLETED
    assert station.gateway.charged == {payment.id: Money(1_500)}


def test_what_is_no_payment_code_is_refused(station: SmallStation) -> None:
    bill = station.a_bill(pieces=1)
    for text in ("", "12345", WATER, COUPON, "99" * 9, "１３４５"):
        with pytest.raises(NotAPaymentCode):
            station.payments.take_code(bill.id, text, station.cashier)
    assert station.sale(bill.id) == bill


def test_a_bill_that_a_coupon_brings_to_zero_is_finished_without_money(station: SmallStation) -> None:
    station.issue_coupon(off_yuan=15, threshold_yuan=15)
    bill = station.sales.apply_coupon(station.a_bill(pieces=1).id, COUPON, station.cashier)
    with pytest.raises(NothingDue):
        station.payments.take_cash(bill.id, Money(100), station.cashier)
    assert station.payments.finish_free(bill.id, station.cashier).state is SaleState.COMPLETED


# --- receipts and shifts -----------------------------------------------------------------------------------------------


def test_a_printer_without_paper_harms_no_sale_and_the_copy_is_marked(station: SmallStation) -> None:
    sale = station.payments.take_cash(station.a_bill(pieces=1).id, Money(2_000), station.cashier)
    station.printer.fault = PrinterOutOfPaper()
    with pytest.raises(PrinterOutOfPaper):
        station.receipts.print_sale(sale.id)
    assert station.sale(sale.id) == sale
    station.printer.fault = None
    station.receipts.reprint(sale.id, station.cashier)
    station.receipts.reprint(sale.id, station.manager)
    first, second = station.printer.receipts
    assert first.lines != second.lines


def test_a_receipt_says_what_a_fuel_receipt_has_to_say_in_its_order(station: SmallStation) -> None:
    station.issue_coupon()
    bill = station.a_bill(station.a_fill(yuan=200))
    bill = station.sales.apply_coupon(bill.id, COUPON, station.cashier)
    sale = station.payments.take_cash(bill.id, Money(20_000), station.cashier)
    station.receipts.print_sale(sale.id)
    words = [
        each.text if isinstance(each, Text) else each.left
        for each in station.printer.receipts[-1].lines
        if isinstance(each, Text | Pair)
    ]
    wanted = [
        "单号",
        "日期",
        "收银员",
        "1号机 1号枪 92号汽油",
        "  25.61 升 × 7.81 元/升",
        "小计",
        "优惠券  店庆满100减8",
        "应收",
        "现金",
        "实收",
        "找零",
        "谢谢惠顾，一路平安",
    ]
    assert [each for each in words if each in wanted] == wanted


def test_a_shift_expects_its_float_and_its_cash_but_not_its_codes(station: SmallStation) -> None:
    station.payments.take_cash(station.a_bill(pieces=2).id, Money(10_000), station.cashier)
    station.payments.take_code(station.a_bill(pieces=1).id, WECHAT_CODE, station.cashier)
    shift = station.shifts.close(cash_count(Money(52_990)), station.cashier)
    assert shift.expected_cash == FLOAT + Money(3_000)
    assert shift.difference == Money(-10)


def test_a_shift_with_an_open_bill_stays_open(station: SmallStation) -> None:
    station.a_bill(pieces=1)
    with pytest.raises(ShiftHasOpenWork):
        station.shifts.close(cash_count(FLOAT), station.cashier)
    assert station.shifts.current() is not None


def test_two_closes_make_one_shift_paper(station: SmallStation) -> None:
    station.shifts.close(cash_count(FLOAT), station.cashier)
    with pytest.raises(NoShiftOpen):
        station.shifts.close(cash_count(FLOAT), station.cashier)


def test_a_bill_survives_a_power_cut(station: SmallStation) -> None:
    bill = station.a_bill(station.a_fill(PUMP_1), station.a_fill(PUMP_2), pieces=3)
    station.restart()
    assert station.sales.current(station.cashier) == bill


def test_every_completed_sale_is_told_to_the_cloud_once_and_in_order(station: SmallStation) -> None:
    station.cloud_mailbox.down = True
    for _ in range(3):
        station.payments.take_cash(station.a_bill(pieces=1).id, Money(1_500), station.cashier)
    with pytest.raises(CloudUnreachable):
        station.mailbox.send_waiting()
    assert station.mailbox.waiting_count() == 3
    station.cloud_mailbox.down = False
    station.cloud_mailbox.lose_answer = True
    with pytest.raises(Exception, match="cloud_answer_lost"):
        station.mailbox.send_waiting()
    station.mailbox.send_waiting()
    numbers = [envelope.body["number"] for envelope in station.cloud_mailbox.received]
    assert numbers == ["20261122-0001", "20261122-0002", "20261122-0003"]
    assert station.mailbox.waiting_count() == 0


def test_a_message_the_cloud_refuses_is_set_aside_and_blocks_nothing(station: SmallStation) -> None:
    station.cloud_mailbox.refuse = {"sale_completed"}
    station.payments.take_cash(station.a_bill(pieces=1).id, Money(1_500), station.cashier)
    station.shifts.close(cash_count(FLOAT), station.cashier)
    station.mailbox.send_waiting()
    assert [envelope.kind for envelope in station.cloud_mailbox.received] == ["shift_closed"]
    assert station.mailbox.waiting_count() == 0


def test_a_completed_fill_is_paid(station: SmallStation) -> None:
    fill = station.a_fill()
    station.payments.take_cash(station.a_bill(fill).id, Money(20_000), station.cashier)
    with station.work.reading() as work:
        assert work.fills.get(fill.id).state is FillState.PAID
    assert any(isinstance(event, SaleCompleted) for event in station.events)


# --- a coupon on a bill that stays open for long -------------------------------------------------------------------------


def test_a_hold_is_asked_for_again_while_its_bill_is_open(station: SmallStation) -> None:
    station.issue_coupon(off_yuan=8, threshold_yuan=15)
    bill = station.sales.apply_coupon(station.a_bill(pieces=1).id, COUPON, station.cashier)
    asked = station.coupon_desk.asked
    station.clock.move(timedelta(minutes=4))
    station.sales.renew_holds()
    assert station.coupon_desk.asked == asked
    station.clock.move(timedelta(minutes=1))
    station.sales.renew_holds()
    station.sales.renew_holds()
    assert station.coupon_desk.asked == asked + 1
    assert station.sale(bill.id).discount == Money(800)
    station.restart()
    station.sales.renew_holds()
    assert station.coupon_desk.asked == asked + 2


def test_a_coupon_that_went_elsewhere_comes_off_the_bill_before_anybody_pays(station: SmallStation) -> None:
    station.issue_coupon(off_yuan=8, threshold_yuan=15)
    bill = station.sales.apply_coupon(station.a_bill(pieces=1).id, COUPON, station.cashier)
    station.coupon_desk.take_elsewhere(COUPON)
    station.clock.move(timedelta(minutes=20))
    station.sales.renew_holds()
    assert station.sale(bill.id).coupon is None
    assert station.sale(bill.id).due == Money(1_500)


def test_with_the_cloud_away_a_held_coupon_stays_on_its_bill(station: SmallStation) -> None:
    station.issue_coupon(off_yuan=8, threshold_yuan=15)
    bill = station.sales.apply_coupon(station.a_bill(pieces=1).id, COUPON, station.cashier)
    station.coupon_desk.down = True
    station.clock.move(timedelta(minutes=20))
    station.sales.renew_holds()
    assert station.payments.take_cash(bill.id, Money(700), station.cashier).state is SaleState.COMPLETED
