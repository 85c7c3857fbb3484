"""How coupons get to people: claims, points, codes, shares, occasions; versions, budgets and what it all brought."""

import asyncio
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from cloud_api.campaigns.occasions import month_days
from cloud_api.campaigns.results import result_of
from cloud_api.coupons import driver_days
from cloud_api.coupons.campaigns import CampaignRow
from cloud_api.coupons.repository import CouponRow
from cloud_api.identifiers import new_id
from core.domain.campaign import LimitKey, Occasion, Way
from core.domain.coupon import CouponKind
from core.domain.money import Money
from core.domain.refusals.members import PointsNotEnough
from core.domain.refusals.offers import (
    BirthdayKnown,
    CampaignLimitReached,
    CampaignNotFound,
    CampaignPaused,
    CampaignUnfit,
    CouponAlreadyUsed,
    CouponForFirstTimers,
    CouponNotFound,
    ShareNotFound,
    ShareOfOneself,
    ShareUsedUp,
)
from tests.cloud_api.campaigns.giver import OFF, Worker, claimer, workers


@pytest.fixture
def worker(sqlite_url: str) -> Iterator[Worker]:
    with workers(sqlite_url) as [one]:
        yield one


@pytest.fixture
def either_worker(either_migrated_url: str) -> Iterator[Worker]:
    """For statements that each database has in its own words."""
    with workers(either_migrated_url) as [one]:
        yield one


def claimed(worker: Worker, campaign: CampaignRow, driver: str, **where: str) -> CouponRow:
    return asyncio.run(worker.claim(campaign, driver, **where))


def filled(worker: Worker, driver: str, days_ago: int = 0, volume_ml: int = 40_000) -> None:
    at = worker.clock.now() - timedelta(days=days_ago)
    worker.database.write_now(
        lambda work: driver_days.add(work.connection, driver, at, volume_ml, volume_ml * 8 // 10)
    )


def given(worker: Worker) -> int:
    return asyncio.run(worker.giving.occasions.give_now())


def used(worker: Worker, coupon: CouponRow, discount_fen: int = OFF) -> str:
    """The order that used it."""
    order = new_id(worker.clock.now())
    worker.database.write_now(
        lambda work: worker.coupons.hold_for_order(work, coupon.id, coupon.driver_id or "", order)
    )
    worker.database.write_now(
        lambda work: worker.coupons.redeem_for_order(work, coupon.id, order, discount_fen)
    )
    return order


def test_a_later_version_never_changes_a_coupon_that_is_out(worker: Worker) -> None:
    campaign = worker.campaign(days=7)
    early = claimed(worker, campaign, worker.driver())
    assert early.terms.valid_until == worker.clock.now() + timedelta(days=7)
    plan = worker.plan(terms={"off": Money(100)}, days=3, title="满100减1")
    changed = worker.database.write_now(
        lambda work: worker.campaigns.change(work, campaign.id, plan, "tester")
    )
    assert changed.version == 2
    late = claimed(worker, campaign, worker.driver())
    assert (late.terms.off, late.version, late.title) == (Money(100), 2, "满100减1")
    assert worker.coupon(early.id) == early
    assert (early.terms.off, early.version) == (Money(OFF), 1)


@pytest.mark.parametrize(
    ("wish", "wrong"),
    [
        ({"terms": {"kind": CouponKind.PERCENT_OFF, "percent": 10}, "budget": Money(100)}, "cap_fen"),
        ({"terms": {"kind": CouponKind.GOODS_FREE}}, "goods"),
        ({"terms": {"kind": CouponKind.FIXED_PRICE}}, "price_li"),
        ({"terms": {"from_hour": 8, "until_hour": 8}}, "hours"),
        ({"way": Way.EVENT}, "occasion"),
        ({"way": Way.SHARE}, "friends"),
        ({"way": Way.CODE, "points_price": 100}, "points_price"),
        ({"stock": 0}, "stock"),
    ],
)
def test_a_campaign_that_cannot_be_kept_is_refused(
    worker: Worker, wish: dict[str, object], wrong: str
) -> None:
    with pytest.raises(CampaignUnfit) as refused:
        worker.campaign(**wish)
    assert refused.value.wrong == wrong


def test_goods_for_points_cost_points_once(worker: Worker) -> None:
    campaign = worker.campaign(
        terms={"kind": CouponKind.GOODS_FREE, "goods": ("玻璃水",), "threshold": Money(0)}, points_price=500
    )
    driver = worker.driver()
    with pytest.raises(PointsNotEnough):
        claimed(worker, campaign, driver)
    assert worker.as_it_is(campaign).remaining == 100
    worker.database.write_now(lambda work: worker.points.give(work, new_id(worker.clock.now()), driver, 700))
    claimed(worker, campaign, driver)
    standing = worker.database.read_now(lambda c: worker.points.standing(c, driver))
    assert standing.points == 200


def test_a_pause_stops_what_is_given_and_not_what_is_out(worker: Worker) -> None:
    campaign = worker.campaign()
    coupon = claimed(worker, campaign, worker.driver())
    worker.database.write_now(lambda work: worker.campaigns.pause(work, campaign.id, paused=True))
    with pytest.raises(CampaignPaused):
        claimed(worker, campaign, worker.driver())
    used(worker, coupon)
    worker.database.write_now(lambda work: worker.campaigns.pause(work, campaign.id, paused=False))
    claimed(worker, campaign, worker.driver())


def test_each_key_is_limited_by_itself(either_worker: Worker) -> None:
    worker = either_worker
    campaign = worker.campaign(limits={LimitKey.PERSON: 2, LimitKey.DEVICE: 1, LimitKey.NETWORK_A_DAY: 2})
    claimed(worker, campaign, worker.driver(), device_id="a")
    with pytest.raises(CampaignLimitReached) as refused:
        claimed(worker, campaign, worker.driver(), device_id="a")
    assert (refused.value.key, refused.value.most) == ("device", 1)
    claimed(worker, campaign, worker.driver(), device_id="b")
    with pytest.raises(CampaignLimitReached) as refused:
        claimed(worker, campaign, worker.driver(), device_id="c")
    assert refused.value.key == "network_a_day"
    claimed(worker, campaign, worker.driver(), device_id="c", ip="10.9.9.9")
    # Who was refused was not counted: the same telephone may claim from elsewhere, and from here tomorrow.
    worker.clock.pass_seconds(86_400)
    claimed(worker, campaign, worker.driver(), device_id="d")
    assert worker.as_it_is(campaign).remaining == 96


def test_codes_are_told_once_kept_as_hashes_and_bound_to_whoever_types_them(worker: Worker) -> None:
    campaign = worker.campaign(way=Way.CODE, stock=3)
    _batch, codes = worker.database.write_now(
        lambda work: worker.campaigns.make_batch(work, campaign.id, 3, "tester")
    )
    assert len({*codes}) == 3
    assert all(len(code) == 18 for code in codes)
    driver = worker.driver()
    coupon = asyncio.run(worker.campaigns.bind_code(claimer(driver), f" {codes[0].lower()} "))
    assert (coupon.driver_id, coupon.code) == (driver, "")
    assert asyncio.run(worker.campaigns.bind_code(claimer(driver), codes[0])) == coupon
    with pytest.raises(CouponNotFound):
        asyncio.run(worker.campaigns.bind_code(claimer(worker.driver()), codes[0]))
    # One of each campaign a person, here as everywhere.
    with pytest.raises(Exception, match="campaign_already_claimed"):
        asyncio.run(worker.campaigns.bind_code(claimer(driver), codes[1]))
    used(worker, coupon)
    with pytest.raises(CampaignNotFound):
        claimed(worker, campaign, worker.driver())


def test_a_driver_shares_and_friends_claim_within_both_limits(worker: Worker) -> None:
    campaign = worker.campaign(way=Way.SHARE, friends=2)
    sharer = worker.driver()
    token, _share = asyncio.run(worker.campaigns.share(campaign.id, sharer))
    with pytest.raises(CampaignLimitReached):
        asyncio.run(worker.campaigns.share(campaign.id, sharer))

    def take(driver: str, link: str = token) -> CouponRow:
        key = new_id(worker.clock.now())
        return asyncio.run(worker.campaigns.claim_shared(link, claimer(driver), key))

    with pytest.raises(ShareOfOneself):
        take(sharer)
    for _friend in range(2):
        assert take(worker.driver()).state == "available"
    with pytest.raises(ShareUsedUp):
        take(worker.driver())
    assert worker.as_it_is(campaign).remaining == 98
    with pytest.raises(ShareNotFound):
        take(worker.driver(), "x" * 32)
    worker.clock.pass_seconds(8 * 86_400)
    with pytest.raises(ShareNotFound):
        take(worker.driver())


def test_birthdays_first_fills_and_long_absences_bring_a_coupon_once(either_worker: Worker) -> None:
    worker = either_worker
    born, new, away, regular = (worker.driver() for _ in range(4))
    asyncio.run(worker.campaigns.tell_birthday(born, "11-22"))
    with pytest.raises(BirthdayKnown):
        asyncio.run(worker.campaigns.tell_birthday(born, "11-23"))
    filled(worker, new)
    filled(worker, away, 60)
    for days_ago in (0, 30, 60, 90):
        filled(worker, regular, days_ago)
    by_occasion = {occasion: worker.campaign(way=Way.EVENT, occasion=occasion) for occasion in Occasion}
    assert given(worker) == 3
    assert given(worker) == 0
    for occasion, driver in (
        (Occasion.BIRTHDAY, born),
        (Occasion.FIRST_FILL, new),
        (Occasion.AWAY, away),
    ):
        [coupon] = asyncio.run(worker.coupons.coupons_of(driver, None, usable=True))
        assert coupon.campaign_id == by_occasion[occasion].id
    # Back, and away again: another occasion.
    filled(worker, away)
    worker.clock.pass_seconds(20 * 86_400)
    assert given(worker) == 0


def test_a_leap_days_birthday_is_kept_every_year() -> None:

    assert month_days(date(2027, 2, 28)) == ["02-28", "02-29"]
    assert month_days(date(2028, 2, 28)) == ["02-28"]


def test_first_timers_are_those_who_never_filled(worker: Worker) -> None:
    campaign = worker.campaign(terms={"first_timers": True})
    regular, new = worker.driver(), worker.driver()
    filled(worker, regular, 100)
    with pytest.raises(CouponForFirstTimers):
        claimed(worker, campaign, regular)
    coupon = claimed(worker, campaign, new)
    filled(worker, new)
    with pytest.raises(CouponForFirstTimers):
        used(worker, coupon)


def test_what_a_coupon_did_not_cost_comes_back_to_the_budget(either_worker: Worker) -> None:
    worker = either_worker
    campaign = worker.campaign(budget=Money(10 * OFF), days=5)
    spent, kept, lost = (claimed(worker, campaign, worker.driver()) for _ in range(3))
    assert worker.as_it_is(campaign).budget_left_fen == 7 * OFF
    used(worker, spent, 900)
    worker.database.write_now(lambda work: worker.campaigns.void(work, lost.id))
    asyncio.run(worker.coupons.settle_budgets())
    assert worker.as_it_is(campaign).budget_left_fen == 8 * OFF + (OFF - 900)
    worker.clock.pass_seconds(5 * 86_400)
    for _time in range(2):
        asyncio.run(worker.coupons.settle_budgets())
        assert worker.as_it_is(campaign).budget_left_fen == 10 * OFF - 900
    assert worker.coupon(kept.id).state == "available"
    with pytest.raises(CouponAlreadyUsed):
        worker.database.write_now(lambda work: worker.campaigns.void(work, spent.id))


def test_a_result_says_what_it_cost_and_what_came_of_it_against_the_days_before(
    either_worker: Worker,
) -> None:
    worker = either_worker
    driver, other = worker.driver(), worker.driver()
    for days_ago in (4, 8):
        filled(worker, driver, days_ago, 30_000)
    filled(worker, other, 4, 30_000)
    campaign = worker.campaign(margin_li=500, baseline_days=10)
    coupon = claimed(worker, campaign, driver)
    used(worker, coupon, 1_000)
    worker.clock.pass_seconds(4 * 86_400)
    filled(worker, driver, 0, 80_000)
    filled(worker, other, 0, 80_000)
    result = worker.database.read_now(lambda c: result_of(c, worker.as_it_is(campaign), worker.clock.now()))
    # Five days now against ten before: half of 60 litres; the other driver took no part.
    assert (result.row.issued, result.row.redeemed, result.row.cost_fen, result.row.drivers) == (
        1,
        1,
        1_000,
        1,
    )
    assert (result.days, result.baseline_volume_ml, result.gained_ml) == (5, 30_000, 50_000)
    assert (result.margin_fen, result.return_percent) == (2_500, 150)
