"""Sixteen at once, at two workers: one coupon is used once, and neither stock nor budget is ever overdrawn."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any

import pytest

from cloud_api.coupons.campaigns import CampaignRow
from cloud_api.database import Work
from cloud_api.identifiers import new_id
from core.domain.campaign import LimitKey, Occasion, Way
from core.domain.money import Money
from core.domain.refusals.offers import (
    CampaignAlreadyClaimed,
    CampaignLimitReached,
    CampaignSoldOut,
    CouponAlreadyUsed,
    CouponHeldElsewhere,
)
from core.domain.refusals.refusal import Refusal
from tests.cloud_api.campaigns.giver import OFF, Worker, workers

AT_ONCE = 16
ROUNDS = 2


LONG = [pytest.mark.long, pytest.mark.timeout(3_600)]


@pytest.fixture(params=[ROUNDS, pytest.param(1_000, marks=LONG)])
def rounds(request: pytest.FixtureRequest) -> int:
    many: int = request.param
    return many


@pytest.fixture(params=[ROUNDS, pytest.param(250, marks=LONG)])
def rounds_of_four_races(request: pytest.FixtureRequest) -> int:
    many: int = request.param
    return many


async def raced(calls: Sequence[Awaitable[Any]]) -> tuple[list[Any], set[type[BaseException]]]:
    """All at the same moment: what succeeded, and how the others were refused."""
    answers = await asyncio.gather(*calls, return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, BaseException)]
    assert all(isinstance(one, Refusal) for one in refused), refused
    return [one for one in answers if not isinstance(one, BaseException)], {type(one) for one in refused}


def claims(some: Sequence[Worker], campaign: CampaignRow, drivers: Sequence[str]) -> list[Awaitable[Any]]:
    return [some[number % 2].claim(campaign, driver) for number, driver in enumerate(drivers)]


def test_the_last_piece_the_last_fen_and_the_last_of_a_day_go_to_one(
    either_migrated_url: str, rounds_of_four_races: int
) -> None:
    with workers(either_migrated_url, 2) as some:
        first = some[0]
        drivers = [first.driver() for _ in range(AT_ONCE)]

        async def race() -> None:
            for _round in range(rounds_of_four_races):
                # An hour later nobody has claimed too often.
                first.clock.pass_seconds(3_600)
                last_piece = first.campaign(stock=1)
                given, refused = await raced(claims(some, last_piece, drivers))
                assert (len(given), refused) == (1, {CampaignSoldOut})
                assert first.as_it_is(last_piece).remaining == 0

                last_fen = first.campaign(budget=Money(2 * OFF + 1))
                given, refused = await raced(claims(some, last_fen, drivers))
                assert (len(given), refused) == (2, {CampaignSoldOut})
                assert first.as_it_is(last_fen).budget_left_fen == 1

                last_today = first.campaign(limits={LimitKey.DAY: 1})
                given, refused = await raced(claims(some, last_today, drivers))
                assert (len(given), refused) == (1, {CampaignLimitReached})

                once_each = first.campaign()
                given, refused = await raced(claims(some, once_each, drivers[:1] * AT_ONCE))
                assert (len(given), refused) == (1, {CampaignAlreadyClaimed})
                assert first.as_it_is(once_each).remaining == 99

        asyncio.run(race())


def test_one_coupon_is_held_once_and_redeemed_once(either_migrated_url: str, rounds: int) -> None:
    with workers(either_migrated_url, 2) as some:
        first, driver = some[0], some[0].driver()

        def hold(worker: Worker, coupon: str, order: str) -> Awaitable[Any]:
            return worker.database.write(
                lambda work: (worker.coupons.hold_for_order(work, coupon, driver, order), order)[1]
            )

        def redeem(worker: Worker, coupon: str, order: str) -> Awaitable[Any]:
            def job(work: Work) -> None:
                worker.coupons.redeem_for_order(work, coupon, order, OFF)

            return worker.database.write(job)

        async def race() -> None:
            for _round in range(rounds):
                first.clock.pass_seconds(3_600)
                coupon = (await first.claim(first.campaign(), driver)).id
                orders = [new_id(first.clock.now()) for _ in range(AT_ONCE)]
                held, refused = await raced(
                    [hold(some[number % 2], coupon, order) for number, order in enumerate(orders)]
                )
                assert (len(held), refused) == (1, {CouponHeldElsewhere})
                assert first.coupon(coupon).holder == held[0]
                # Whoever does not hold it cannot use it up, and a second time changes nothing.
                await raced([redeem(some[number % 2], coupon, order) for number, order in enumerate(orders)])
                used = first.coupon(coupon)
                assert (used.state, used.holder) == ("redeemed", held[0])
                again, refused = await raced([hold(worker, coupon, orders[0]) for worker in some])
                assert (again, refused) == ([], {CouponAlreadyUsed})

        asyncio.run(race())


def test_two_workers_give_what_an_occasion_brings_once(either_migrated_url: str) -> None:
    with workers(either_migrated_url, 2) as some:
        first = some[0]
        drivers = [first.driver() for _ in range(5)]
        for driver in drivers:
            asyncio.run(first.campaigns.tell_birthday(driver, "11-22"))
        plan = first.campaign(way=Way.EVENT, occasion=Occasion.BIRTHDAY)

        async def race() -> None:
            await asyncio.gather(*[worker.giving.occasions.give_now() for worker in some * 4])

        asyncio.run(race())
        assert first.as_it_is(plan).remaining == 100 - len(drivers)
        asyncio.run(race())
        assert first.as_it_is(plan).remaining == 100 - len(drivers)
