"""A sale is saved by its differences, and only what changed is written."""

from dataclasses import replace

import pytest

from core.domain.count import cash_count
from core.domain.coupon import CouponUseState, Discount
from core.domain.money import Money
from core.domain.payment import PaymentState, Tender
from core.domain.sale import Sale
from core.persistence.unit_of_work import UnitsOfWork
from tests.builders import (
    MOMENT,
    a_coupon,
    a_fill,
    a_payment,
    a_sale,
    a_shift,
    completed,
    coupon_terms,
    fresh_id,
    goods,
)


def test_lines_come_change_and_go(work: UnitsOfWork, shift):
    water, tea = goods(), goods(name="红茶")
    sale = a_sale(shift=shift, lines=()).with_goods(fresh_id(), water, 1).with_goods(fresh_id(), tea, 2)
    with work() as transaction:
        transaction.sales.save(sale)
    with work() as transaction:
        changed = (
            transaction.sales.get(sale.id).with_goods(fresh_id(), water, 4).without_line(sale.lines[1].id)
        )
        transaction.sales.save(changed)
        again = changed.with_goods(fresh_id(), tea, 1)
        transaction.sales.save(again)
    with work.reading() as looking:
        assert looking.sales.get(sale.id) == again


def test_lines_keep_their_order_when_an_earlier_one_goes(work: UnitsOfWork, shift):
    sale = a_sale(shift=shift)
    for _ in range(3):
        sale = sale.with_goods(fresh_id(), goods(), 1)
    with work() as transaction:
        transaction.sales.save(sale)
    shorter = sale.without_line(sale.lines[0].id).with_goods(fresh_id(), goods(), 1)
    with work() as transaction:
        transaction.sales.save(shorter)  # not loaded first: the database is asked what it has
    with work.reading() as looking:
        assert looking.sales.get(sale.id) == shorter


def test_saving_what_is_there_writes_nothing(work: UnitsOfWork, shift):
    sale = completed(a_sale(shift=shift), "20261122-0001")
    with work() as transaction:
        transaction.sales.save(sale)
    with work() as transaction:
        transaction.sales.save(transaction.sales.get(sale.id))  # a closed sale would refuse a write
        transaction.sales.save(sale)


def test_a_pending_payment_becomes_captured_beside_a_declined_one(work: UnitsOfWork, shift):
    sale = a_sale(shift=shift)
    first = a_payment(sale, tender=Tender.WECHAT, state=PaymentState.PENDING, tendered=Money(0))
    sale = sale.with_payment(first)
    with work() as transaction:
        transaction.sales.save(sale)
    sale = sale.with_payment(first.declined("balance_too_low"))
    second = a_payment(sale, tender=Tender.ALIPAY, state=PaymentState.PENDING, tendered=Money(0))
    with work() as transaction:
        transaction.sales.save(sale)
        sale = sale.with_payment(second)
        transaction.sales.save(sale)
    paid = sale.with_payment(second.captured("2026112222001")).completed("20261122-0001", MOMENT)
    with work() as transaction:
        transaction.sales.save(paid)
    with work.reading() as looking:
        assert looking.sales.get(sale.id) == paid
        assert looking.sales.unclear_payments() == []


def test_a_coupon_is_on_the_bill_until_it_is_taken_off(work: UnitsOfWork, shift):
    sale = a_sale(shift=shift)
    use = a_coupon(sale=sale.id, state=CouponUseState.PENDING, terms=None, title="")
    with work() as transaction:
        transaction.sales.save(sale.with_coupon(use, None))
    with work.reading() as looking:
        assert looking.sales.get(sale.id).coupon == use
    with work() as transaction:
        held = sale.with_coupon(use.held("满100减10", coupon_terms()), None)
        transaction.sales.save(held)
        assert transaction.coupon_uses.get(use.id) == held.coupon
    with work() as transaction:
        transaction.sales.save(transaction.sales.get(sale.id).with_coupon(None, None))
        transaction.coupon_uses.save(replace(use, state=CouponUseState.RELEASED))
    with work.reading() as looking:
        assert looking.sales.get(sale.id) == sale
        assert [waiting.id for waiting in looking.coupon_uses.to_settle()] == [use.id]


def test_a_coupon_that_was_refused_is_off_the_bill(work: UnitsOfWork, shift):
    sale = a_sale(shift=shift)
    use = a_coupon(sale=sale.id, state=CouponUseState.PENDING, terms=None)
    with work() as transaction:
        transaction.sales.save(sale.with_coupon(use, None))
        transaction.coupon_uses.save(replace(use, state=CouponUseState.REFUSED, reason="coupon_expired"))
    with work.reading() as looking:
        assert looking.sales.get(sale.id).coupon is None


def test_a_completed_sale_has_its_coupon_redeemed_and_waiting_for_the_cloud(work: UnitsOfWork, shift):
    sale = a_sale(shift=shift)
    use = a_coupon(sale=sale.id)
    with work() as transaction:
        transaction.sales.save(completed(sale.with_coupon(use, one_yuan_off(sale)), "20261122-0001"))
    with work.reading() as looking:
        assert [waiting.state for waiting in looking.coupon_uses.to_settle()] == [CouponUseState.REDEEMED]


def test_a_coupon_that_took_nothing_off_is_free_again_when_the_sale_completes(work: UnitsOfWork, shift):
    sale = a_sale(shift=shift)
    use = a_coupon(sale=sale.id)
    with work() as transaction:
        transaction.sales.save(sale.with_coupon(use, None))
        transaction.sales.save(completed(sale.with_coupon(use, None), "20261122-0001"))
    with work.reading() as looking:
        assert looking.sales.get(sale.id).coupon is None
        assert [waiting.state for waiting in looking.coupon_uses.to_settle()] == [CouponUseState.RELEASED]


def test_recent_sales_are_the_completed_ones_newest_first(work: UnitsOfWork, shift):
    with work() as transaction:
        for number in range(1, 5):
            transaction.sales.save(completed(a_sale(shift=shift), f"20261122-{number:04d}"))
        transaction.sales.save(a_sale(shift=shift))
        transaction.sales.save(a_sale(shift=shift).cancelled(MOMENT))
    with work.reading() as looking:
        assert [sale.number for sale in looking.sales.recent(3)] == [f"20261122-{n:04d}" for n in (4, 3, 2)]


def test_open_sales_are_those_of_the_shift(work: UnitsOfWork, shift):
    other = a_shift().closed(fresh_id(), MOMENT, cash_count(Money(0)), Money(0))
    mine, theirs = a_sale(shift=shift), a_sale(shift=other.id)
    with work() as transaction:
        transaction.shifts.save(other)
        transaction.sales.save(mine)
        transaction.sales.save(theirs)
        assert transaction.sales.open_ones(shift) == [mine]


@pytest.mark.parametrize("broken", ["shift", "fill"])
def test_a_sale_of_nothing_that_is_there_is_not_taken(work: UnitsOfWork, shift, station_database, broken):
    sale = a_sale(shift=fresh_id()) if broken == "shift" else a_sale(a_fill(), shift=shift)
    with pytest.raises(station_database.error), work() as transaction:
        transaction.sales.save(sale)
    with work() as transaction:
        transaction.sales.save(a_sale(shift=shift))


def one_yuan_off(sale: Sale) -> Discount:
    return Discount(Money(100), ((sale.lines[0].id, Money(100)),))
