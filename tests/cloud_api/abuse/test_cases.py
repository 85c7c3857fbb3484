"""What looks odd is met softly, with reasons; people object, somebody answers, and staff are looked at too."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cloud_api.abuse import payers, repository
from cloud_api.abuse.repository import CaseRow
from cloud_api.coupons.repository import CouponRow
from cloud_api.database import Work
from cloud_api.identifiers import new_id
from core.domain.abuse import CLAIM_RULES, SoftAction, verdict
from core.domain.refusals.abuse import CaseIsAnswered, CaseUnknown
from core.domain.refusals.cloud import TooManyTries
from core.domain.refusals.offers import CouponNotFound, CouponUnderReview, CouponVoid
from core.protocol.from_station import CountedVoids, RefundCompleted, SaleCompleted, ShiftClosed
from tests.cloud_api.campaigns.giver import Worker, claimer, workers


@pytest.fixture
def worker(sqlite_url: str) -> Iterator[Worker]:
    with workers(sqlite_url) as [one]:
        yield one


def claimed(worker: Worker, driver: str, **where: str) -> CouponRow:
    return asyncio.run(worker.claim(worker.campaign(), driver, **where))


def shared(worker: Worker, kind: str, driver: str) -> None:
    """Others have come with what this driver comes with."""
    if kind == "payer":
        for one in (driver, worker.driver()):
            worker.database.write_now(partial(_note_payer, one, worker.clock.now()))
    else:
        for _other in range(2):
            claimed(worker, worker.driver(), device_id="shared telephone")


def _note_payer(driver: str, now: datetime, work: Work) -> None:
    payers.note(work.connection, "openid-1", driver, now)


def cases(worker: Worker) -> list[CaseRow]:
    return asyncio.run(worker.giving.abuse.cases((), None, 50, None))


def test_the_reasons_sum_to_the_score_and_weak_signs_alone_come_to_nothing() -> None:
    weak = {
        "no_device_told": 1,
        "phone_of_virtual_operator": 1,
        "account_of_this_hour": 1,
        "accounts_on_device": 2,
    }
    found = verdict(CLAIM_RULES, weak)
    assert (found.score, found.action) == (35, SoftAction.ALLOW)
    found = verdict(CLAIM_RULES, {**weak, "accounts_on_device": 3})
    assert (found.score, found.action) == (75, SoftAction.LOWER)
    assert sum(reason.weight for reason in found.reasons) == found.score
    assert verdict(CLAIM_RULES, {}).action is SoftAction.ALLOW


def test_a_shared_telephone_delays_a_shared_payer_too_is_reviewed(worker: Worker) -> None:
    plain = claimed(worker, worker.driver())
    assert (plain.state, plain.terms.valid_from) == ("available", worker.clock.now())
    driver = worker.driver()
    shared(worker, "device", driver)
    late = claimed(worker, driver, device_id="shared telephone")
    assert (late.terms.valid_from - worker.clock.now()).total_seconds() == 86_400
    shared(worker, "payer", driver)
    held = claimed(worker, driver, device_id="shared telephone")
    assert held.state == "review"
    with pytest.raises(CouponUnderReview):
        worker.database.write_now(
            lambda work: worker.coupons.hold_for_order(work, held.id, driver, new_id(worker.clock.now()))
        )
    case = asyncio.run(worker.giving.abuse.case_of_coupon(driver, held.id))
    assert (case.coupon_id, case.state, case.action) == (held.id, "open", "review")
    assert {reason["rule"] for reason in case.reasons} == {"accounts_on_device", "accounts_of_payer"}


def reviewed(worker: Worker) -> tuple[str, CouponRow]:
    driver = worker.driver()
    shared(worker, "device", driver)
    shared(worker, "payer", driver)
    return driver, claimed(worker, driver, device_id="shared telephone")


def answer(worker: Worker, case_id: str, *, lift: bool) -> CaseRow:
    return worker.database.write_now(
        lambda work: worker.giving.abuse.answer(work, case_id, "support", lift=lift, words="看过了")
    )


def test_who_objects_is_heard_once_and_gets_what_was_held_back(worker: Worker) -> None:
    driver, coupon = reviewed(worker)
    abuse = worker.giving.abuse
    with pytest.raises(CaseUnknown):
        asyncio.run(abuse.appeal(worker.driver(), coupon.id, "不是我的"))
    case = asyncio.run(abuse.appeal(driver, coupon.id, "家里人共用一部手机"))
    assert (case.state, case.appeal) == ("appealed", "家里人共用一部手机")
    assert asyncio.run(abuse.case_of_coupon(driver, coupon.id)).state == "appealed"
    assert answer(worker, case.id, lift=True).answered_by == "support"
    assert worker.coupon(coupon.id).state == "available"
    with pytest.raises(CaseIsAnswered):
        answer(worker, case.id, lift=False)
    with pytest.raises(CaseIsAnswered):
        asyncio.run(abuse.appeal(driver, coupon.id, "再说一次"))


def test_a_review_that_stands_takes_the_coupon_back(worker: Worker) -> None:
    driver, coupon = reviewed(worker)
    answer(worker, asyncio.run(worker.giving.abuse.case_of_coupon(driver, coupon.id)).id, lift=False)
    assert worker.coupon(coupon.id).state == "void"
    with pytest.raises(CouponVoid):
        worker.database.write_now(
            lambda work: worker.coupons.hold_for_order(work, coupon.id, driver, new_id(worker.clock.now()))
        )


def test_whoever_tries_codes_out_is_locked_for_the_hour(worker: Worker) -> None:
    driver = worker.driver()
    for _try in range(10):
        with pytest.raises(CouponNotFound):
            asyncio.run(worker.campaigns.bind_code(claimer(driver), "YZ" + "A" * 16))
    with pytest.raises(TooManyTries):
        asyncio.run(worker.campaigns.bind_code(claimer(driver), "YZ" + "A" * 16))
    worker.clock.pass_seconds(3_600)
    with pytest.raises(CouponNotFound):
        asyncio.run(worker.campaigns.bind_code(claimer(driver), "YZ" + "A" * 16))


def test_counters_of_windows_that_are_over_are_forgotten(worker: Worker) -> None:
    driver = worker.driver()
    claimed(worker, driver)
    worker.clock.pass_seconds(3 * 3_600)
    asyncio.run(worker.giving.abuse.forget())
    claimed(worker, driver)
    assert all(case.deed != "claim" for case in cases(worker))


# --- staff ---

STATION = "5" * 32


def a_sale(worker: Worker, **other: Any) -> SaleCompleted:
    usual = {
        "sale_id": new_id(worker.clock.now()),
        "number": "20261122-0001",
        "shift_id": "7" * 32,
        "completed_at": worker.clock.now(),
        "lines": [],
        "payments": [],
        "discount_fen": 500,
        "total_fen": 20_000,
        "cashier": "李敏",
    }
    return SaleCompleted(**{**usual, **other})


def sold(worker: Worker, **other: Any) -> None:
    sale = a_sale(worker, **other)
    worker.database.write_now(lambda work: worker.giving.staff.take_sale(work, STATION, sale))


def test_a_cashier_with_a_card_of_his_own_stands_out_within_the_day(worker: Worker) -> None:
    for _customer in range(20):
        sold(worker, member_id=worker.driver())
    assert cases(worker) == []
    member = worker.driver()
    for _time in range(4):
        sold(worker, member_id=member, coupon_use_id=new_id(worker.clock.now()))
    [case] = cases(worker)
    assert (case.about, case.subject, case.station_id, case.state) == ("staff", "李敏", STATION, "open")
    assert {(reason["rule"], reason["found"]) for reason in case.reasons} == {
        ("same_member_again", 4),
        ("coupons_for_same_member", 4),
    }
    worker.clock.pass_seconds(86_400)
    sold(worker, member_id=member)
    assert len(cases(worker)) == 1


def test_discounts_by_hand_refunds_and_bills_thrown_away_are_counted(worker: Worker) -> None:
    staff, now = worker.giving.staff, worker.clock.now()
    for _time in range(11):
        sold(worker, by_hand_fen=300)
    refund = RefundCompleted(
        refund_id="1" * 32,
        sale_id="2" * 32,
        number="T20261122-0001",
        shift_id="7" * 32,
        completed_at=now,
        lines=[],
        legs=[],
        total_fen=900,
        cashier="李敏",
    )
    shift = ShiftClosed(
        shift_id="7" * 32,
        opened_at=now,
        closed_at=now,
        opened_by="李敏",
        closed_by="李敏",
        sales_count=11,
        total_fen=0,
        discount_fen=0,
        cash_expected_fen=0,
        cash_counted_fen=0,
        voids=[CountedVoids(cashier="李敏", count=9)],
    )
    worker.database.write_now(lambda work: staff.take_refund(work, STATION, refund))
    worker.database.write_now(lambda work: staff.take_shift(work, STATION, shift))
    [case] = cases(worker)
    assert {reason["rule"] for reason in case.reasons} == {"discounts_by_hand", "bills_thrown_away"}
    deeds = worker.database.read_now(lambda c: repository.deeds_of(c, STATION, "李敏", "2026-11-22"))
    assert deeds == {"sale": 11, "manual": 11, "refund": 1, "void": 9}


def test_what_is_kept_of_telephones_payers_and_networks_is_hashes(worker: Worker, sqlite_url: str) -> None:
    driver = worker.driver()
    shared(worker, "payer", driver)
    claimed(worker, driver, device_id="telephone-4711", ip="203.0.113.77")
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    kept = file.read_bytes() + file.with_name(file.name + "-wal").read_bytes()
    for word in (b"telephone-4711", b"203.0.113", b"openid-1"):
        assert word not in kept
