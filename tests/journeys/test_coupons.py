"""Coupons that do not hold: each says why, and the bill stays as it was."""

import json
from typing import Any

import pytest

from core.domain.refusals.refusal import Refusal
from core.wording.catalogue import Language, use
from core.wording.refusals import sentence
from tests.journeys.outside import Outside, eventually
from tests.journeys.real_station import RealStation, read, write


def refused(station: RealStation, code: str, *, pump: int = 0, water: int = 0) -> str:
    """The sentence with which a coupon is refused; the bill must be untouched and go on to be paid."""
    fills = (station.fill(pump, 15_000),) if pump else ()
    bill = station.bill(*fills, water=water)
    with pytest.raises(Refusal) as no:
        station.till.sales.apply_coupon(bill.id, code, station.cashier)
    assert station.sale(bill.id) == bill
    station.till.payments.take_cash(bill.id, bill.due, station.cashier)
    return sentence(no.value)


def test_a_coupon_that_nobody_issued(audited: RealStation) -> None:
    assert refused(audited, "YZ23456789AB", water=1) == "没有这张优惠券，请核对券码后再试。"
    use(Language.ENGLISH)
    assert (
        refused(audited, "rubbish", water=1) == "There is no coupon with this code. Check it and try again."
    )


def test_a_coupon_whose_time_is_over(audited: RealStation, outside: Outside) -> None:
    code = outside.issue_coupon()
    _let_expire(outside, code)
    assert refused(audited, code, water=10) == "优惠券已于 2026-01-31 23:59 过期，账单没有变化。"


def test_a_coupon_is_used_once(audited: RealStation, outside: Outside) -> None:
    code = outside.issue_coupon()
    bill = audited.till.sales.apply_coupon(audited.bill(water=10).id, code, audited.cashier)
    audited.till.payments.take_cash(bill.id, bill.due, audited.cashier)
    eventually(lambda: _state(outside, code) == "redeemed", "the coupon is used up")
    assert refused(audited, code, water=10) == "优惠券已经用过。"


def test_a_coupon_on_another_bill(audited: RealStation, outside: Outside) -> None:
    code = outside.issue_coupon()
    first = audited.till.sales.apply_coupon(audited.bill(water=10).id, code, audited.cashier)
    assert refused(audited, code, water=11) == "优惠券正被另一张账单或订单占用，请先在那边取下。"
    audited.till.sales.cancel(first.id, audited.cashier)
    eventually(lambda: _state(outside, code) == "available", "the coupon is free again")


def test_a_coupon_of_another_station(audited: RealStation, outside: Outside) -> None:
    code = outside.issue_coupon(station=["f" * 32])
    assert refused(audited, code, water=10) == "优惠券不能在本站使用。"
    assert _state(outside, code) == "available"


def test_a_coupon_of_another_grade(audited: RealStation, outside: Outside) -> None:
    code = outside.issue_coupon(grade=["G95", "G98"])
    assert refused(audited, code, pump=7) == "优惠券只适用于95号汽油、98号汽油。"
    eventually(lambda: _state(outside, code) == "available", "the coupon is free again")


def test_a_coupon_that_wants_a_larger_bill(audited: RealStation, outside: Outside) -> None:
    code = outside.issue_coupon()
    assert refused(audited, code, water=1) == "优惠券要求满 ￥100.00，目前可计入的只有 ￥15.00。"


def test_a_coupon_whose_hold_ended_meanwhile_is_used_up_all_the_same(
    audited: RealStation, outside: Outside
) -> None:
    code = outside.issue_coupon()
    bill = audited.till.sales.apply_coupon(audited.bill(water=10).id, code, audited.cashier)
    write(
        outside.cloud_file,
        "UPDATE coupons SET held_until = '2026-01-01 00:00:00.000000' WHERE code = ?",
        code,
    )
    write(
        outside.cloud_file,
        "UPDATE counter_holds SET expires_at = '2026-01-01 00:00:00.000000' WHERE sale_id = ?",
        bill.id,
    )
    eventually(lambda: _state(outside, code) == "available", "the cloud has let go of it")
    audited.till.payments.take_cash(bill.id, bill.due, audited.cashier)
    eventually(lambda: _state(outside, code) == "redeemed", "the coupon is used up")


def _state(outside: Outside, code: str) -> Any:
    return read(outside.cloud_file, "SELECT state FROM coupons WHERE code = ?", code)[0]["state"]


def _let_expire(outside: Outside, code: str) -> None:
    """As if it had been printed for last January."""
    (row,) = read(outside.cloud_file, "SELECT terms, valid_until FROM coupons WHERE code = ?", code)
    terms = json.loads(row["terms"])
    terms["valid_from"], terms["valid_until"] = "2026-01-01T00:00:00Z", "2026-01-31T15:59:00Z"
    write(outside.cloud_file, "UPDATE coupons SET terms = ? WHERE code = ?", json.dumps(terms), code)
