"""The cheapest coupons together, and a reason for each that is not among them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core.domain.combination import Bill, Combination, best_combination
from core.domain.coupon import BasketLine, CouponKind, CouponTerms
from core.domain.ids import MemberId, OfferId, StationId
from core.domain.litres import Litres
from core.domain.member import MemberCoupon, PointsRule, SaleMember
from core.domain.money import ZERO, Money
from core.domain.offer import LitreOffer, PointsAsked, StepKind
from core.domain.product import G92

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
GOLD = SaleMember(MemberId("m1"), "张三", "138****1234", "gold", "金卡")
FUEL = BasketLine("fuel", Money(30_000), G92, Litres(40_000))
MEMBER_PRICE = LitreOffer(OfferId("o1"), "金卡每升减0.20", StepKind.MEMBER, 200, NOW - timedelta(days=9))


def coupon(code: str, **given: Any) -> MemberCoupon:
    usual = CouponTerms(
        CouponKind.AMOUNT_OFF, NOW - timedelta(days=1), NOW + timedelta(days=9), off=Money(1_000)
    )
    return MemberCoupon(code, code, replace(usual, **given))


def best(*coupons: MemberCoupon, **more: Any) -> Combination:
    return best_combination(Bill((FUEL,), NOW, StationId("here"), **more), coupons)


def whys(found: Combination) -> dict[str, str]:
    return {each.coupon.code: each.why for each in found.found}


def test_coupons_of_different_groups_go_together_and_amounts_come_last():
    cash = coupon("cash", stack_group="cash", threshold=Money(28_000))
    percent = coupon("percent", kind=CouponKind.PERCENT_OFF, percent=5, stack_group="fuel")
    found = best(cash, percent)
    # 5 % of 300 first: what is left, 285, still reaches the threshold.
    assert [(each.code) for each in found.chosen] == ["percent", "cash"]
    assert found.reckoning.total == Money(30_000 - 1_500 - 1_000)
    assert [each.taken.fen for each in found.found] == [1_500, 1_000]


def test_coupons_of_one_group_or_without_any_do_not_go_together():
    large, small, alone = (
        coupon("large", off=Money(1_200), stack_group="a"),
        coupon("small", stack_group="a"),
        coupon("x"),
    )
    found = best(small, large, alone)
    assert found.chosen == (large,)
    assert whys(found) == {"large": "", "small": "better_one_taken", "x": "better_one_taken"}


def test_one_large_coupon_beats_two_small_ones_and_the_fewest_win_among_equals():
    two = [coupon("a", stack_group="a"), coupon("b", stack_group="b")]
    assert best(*two, coupon("large", off=Money(2_500))).chosen == (coupon("large", off=Money(2_500)),)
    assert best(*two, coupon("even", off=Money(2_000))).chosen == (coupon("even", off=Money(2_000)),)


def test_a_coupon_that_stands_no_member_price_takes_its_place_only_where_that_is_cheaper():
    # The member's price takes 8 yuan off.
    large = coupon("large", with_offers=False)
    found = best(large, member=GOLD, offers=(MEMBER_PRICE,))
    assert [(step.kind, step.amount.fen, step.why) for step in found.reckoning.steps] == [
        (StepKind.MEMBER, 0, "coupon_instead"),
        (StepKind.COUPON, 1_000, ""),
    ]
    assert (found.found[0].alone, found.found[0].taken) == (Money(200), Money(1_000))
    small = coupon("small", off=Money(700), with_offers=False)
    found = best(small, member=GOLD, offers=(MEMBER_PRICE,))
    assert (found.chosen, whys(found)) == ((), {"small": "coupon_not_with_offers"})


def test_points_stay_in_the_pocket_beside_a_coupon_that_stands_none():
    asked = PointsAsked(5_000, PointsRule(100, 50))
    found = best(coupon("c", with_points=False, off=Money(9_000)), points=asked)
    step = found.reckoning.step(StepKind.POINTS)
    assert step is not None
    assert (step.amount, step.why, found.reckoning.points) == (ZERO, "points_not_with_coupon", 0)


def test_every_coupon_left_out_says_why():
    found = best(
        coupon("late", valid_until=NOW),
        coupon("need", threshold=Money(40_000)),
        coupon("gold", levels=("gold",)),
        coupon("there", stations=(StationId("there"),)),
    )
    assert found.chosen == ()
    assert whys(found) == {
        "late": "coupon_expired",
        "need": "coupon_below_threshold",
        "gold": "coupon_of_another_level",
        "there": "coupon_of_another_station",
    }
    assert (found.reckoning.total, found.reckoning.discount) == (Money(30_000), ZERO)


COUPONS = st.lists(
    st.builds(
        lambda kind, off, percent, group, threshold, with_offers: coupon(
            "",
            kind=kind,
            off=Money(off),
            percent=percent,
            off_li=off // 10,
            price_li=7_000,
            stack_group=group,
            threshold=Money(threshold),
            with_offers=with_offers,
        ),
        st.sampled_from(
            [CouponKind.AMOUNT_OFF, CouponKind.PERCENT_OFF, CouponKind.PER_LITRE_OFF, CouponKind.FIXED_PRICE]
        ),
        st.integers(1, 9_000),
        st.integers(1, 30),
        st.sampled_from(["", "a", "b", "c"]),
        st.sampled_from([0, 20_000, 29_000]),
        st.booleans(),
    ),
    max_size=4,
).map(lambda made: [replace(each, code=f"c{place}", title=f"c{place}") for place, each in enumerate(made)])


@given(COUPONS)
def test_the_order_makes_no_difference_and_no_single_coupon_is_cheaper(some: list[MemberCoupon]) -> None:
    bill = Bill((FUEL,), NOW, StationId("here"), GOLD, (MEMBER_PRICE,))
    found = best_combination(bill, some)
    assert all(found.reckoning.total <= bill.reckoned_with((each,)).total for each in some)
    assert found.reckoning.total == bill.reckoned_with(found.chosen).total
    assert len(found.found) == len(some)
    for shuffled in list(permutations(some))[:6]:
        assert best_combination(bill, shuffled) == found
