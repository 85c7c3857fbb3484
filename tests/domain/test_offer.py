"""What a bill costs and why: one order, whole parts, never below a floor."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from core.domain.combination import best_coupon
from core.domain.coupon import BasketLine, CouponKind, CouponTerms
from core.domain.ids import LineId, MemberId, OfferId, StationId
from core.domain.litres import Litres
from core.domain.member import MemberCoupon, PointsRule, SaleMember
from core.domain.money import ZERO, Money, total
from core.domain.offer import (
    LitreOffer,
    PointsAsked,
    Reckoning,
    RoundTo,
    StepKind,
    reckon,
)
from core.domain.price import UnitPrice
from core.domain.product import G92, G95

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A Sunday, three in the afternoon at the station.
NOW = datetime(2026, 11, 22, 15, 2, tzinfo=SHANGHAI)
STATION = StationId("station")
GOLD = SaleMember(MemberId("m1"), "张三", "138****1234", "gold", "金卡")


def a_fill(key: str = "a", yuan_fen: int = 26_512, millilitres: int = 32_450, grade=G95) -> BasketLine:
    return BasketLine(key, Money(yuan_fen), grade, Litres(millilitres))


def water(key: str = "w", fen: int = 1_500) -> BasketLine:
    return BasketLine(key, Money(fen))


def an_offer(**given) -> LitreOffer:
    plain = LitreOffer(
        OfferId("o1"), "金卡每升减0.20", StepKind.MEMBER, 200, datetime(2026, 1, 1, tzinfo=UTC)
    )
    return replace(plain, **given)


def amount_off(fen: int, threshold: int = 0, grades=()) -> CouponTerms:
    return CouponTerms(
        CouponKind.AMOUNT_OFF,
        NOW - timedelta(days=1),
        NOW + timedelta(days=1),
        off=Money(fen),
        threshold=Money(threshold),
        grades=grades,
    )


def reckoned(*basket: BasketLine, **wishes) -> Reckoning:
    return reckon(basket, moment=NOW, station=STATION, **wishes)


def test_the_bill_of_the_screens_direction_comes_out_to_the_fen():
    # 265.12 of fuel for a gold member, a bottle of washer, a coupon of 15 from 200 on.
    found = reckoned(
        a_fill(), water(), member=GOLD, offers=[an_offer()], coupon_terms=amount_off(1_500, 20_000)
    )
    assert [(step.kind, step.amount.fen) for step in found.steps] == [
        (StepKind.MEMBER, 649),
        (StepKind.COUPON, 1_500),
    ]
    assert found.total == Money(26_512 + 1_500 - 649 - 1_500)


def test_everything_is_taken_off_in_the_one_order():
    found = reckoned(
        a_fill(),
        water(),
        manual={LineId("w"): Money(100)},
        member=GOLD,
        offers=[an_offer()],
        coupon_terms=amount_off(1_500),
        points=PointsAsked(500, PointsRule(100, 50)),
        round_off=RoundTo.YUAN,
    )
    order = [step.kind for step in found.steps]
    assert order == [
        StepKind.MANUAL,
        StepKind.MEMBER,
        StepKind.COUPON,
        StepKind.POINTS,
        StepKind.ROUNDING,
    ]
    assert found.points == 500
    assert found.total == Money(25_200)  # 280.12 - 1.00 - 6.49 - 15.00 - 5.00 = 252.63, less 0.63
    assert found.rounding == Money(63)


def test_who_is_no_member_sees_what_a_member_would_have_saved():
    found = reckoned(a_fill(), offers=[an_offer()])
    assert [(step.amount, step.why) for step in found.steps] == [(ZERO, "offer_for_members")]


def test_a_silver_member_does_not_have_what_gold_has():
    silver = replace(GOLD, level="silver")
    found = reckoned(a_fill(), member=silver, offers=[an_offer(levels=("gold",))])
    assert found.steps[0].why == "offer_of_another_level"
    assert reckoned(a_fill(), member=GOLD, offers=[an_offer(levels=("gold",))]).discount == Money(649)


def test_the_best_of_two_offers_is_taken_and_the_other_says_so():
    sunday = an_offer(id=OfferId("o2"), kind=StepKind.CAMPAIGN, title="周日", off_li=300, weekdays=(6,))
    found = reckoned(a_fill(), member=GOLD, offers=[an_offer(), sunday])
    assert [(step.kind, step.amount.fen, step.why) for step in found.steps] == [
        (StepKind.MEMBER, 0, "better_one_taken"),
        (StepKind.CAMPAIGN, 974, ""),
    ]


def test_offers_that_stack_are_taken_together_where_that_is_more():
    sunday = an_offer(id=OfferId("o2"), kind=StepKind.CAMPAIGN, off_li=150, stacks=True)
    found = reckoned(a_fill(), member=GOLD, offers=[an_offer(stacks=True), sunday])
    assert [step.amount.fen for step in found.steps] == [649, 487]
    alone = an_offer(id=OfferId("o3"), off_li=400)
    assert reckoned(a_fill(), member=GOLD, offers=[an_offer(stacks=True), sunday, alone]).discount == Money(
        1_298
    )


def test_each_fill_has_its_own_best_offer():
    on_95 = an_offer(id=OfferId("o2"), kind=StepKind.CAMPAIGN, off_li=300, grades=(G95,))
    found = reckoned(a_fill("a"), a_fill("b", 7_810, 10_000, G92), member=GOLD, offers=[an_offer(), on_95])
    assert dict(found.steps[0].parts) == {LineId("b"): Money(200)}
    assert dict(found.steps[1].parts) == {LineId("a"): Money(974)}


def test_an_offer_of_the_night_goes_over_midnight():
    night = an_offer(kind=StepKind.CAMPAIGN, from_hour=22, until_hour=6)
    assert reckoned(a_fill(), offers=[night]).steps[0].why == "offer_not_now"
    at_one = datetime(2026, 11, 23, 1, 0, tzinfo=SHANGHAI)
    assert reckon([a_fill()], moment=at_one, station=STATION, offers=[night]).discount == Money(649)


def test_members_day_is_a_day_of_the_month():
    the_22nd = an_offer(month_days=(2, 12, 22))
    assert reckoned(a_fill(), member=GOLD, offers=[the_22nd]).discount
    tomorrow = NOW + timedelta(days=1)
    found = reckon([a_fill()], moment=tomorrow, station=STATION, member=GOLD, offers=[the_22nd])
    assert found.steps[0].why == "offer_not_now"


def test_too_little_fuel_for_an_offer_is_said():
    found = reckoned(a_fill(), member=GOLD, offers=[an_offer(least_volume=Litres(50_000))])
    assert found.steps[0].why == "offer_below_volume"


def test_no_fuel_goes_below_its_floor_and_the_step_says_that_it_was_trimmed():
    # 8.17 a litre; the floor of 8.00 leaves 5.52 to give.
    floors = {G95: UnitPrice(8_000)}
    found = reckoned(a_fill(), member=GOLD, offers=[an_offer()], floors=floors)
    assert (found.discount.fen, found.steps[0].why) == (552, "below_floor")


def test_what_fuel_at_its_floor_cannot_bear_comes_off_the_goods():
    floors = {G95: UnitPrice(8_170)}
    found = reckoned(a_fill(), water(fen=30_000), coupon_terms=amount_off(2_000), floors=floors)
    assert found.discounts[LineId("a")] == ZERO
    assert found.discounts[LineId("w")] == Money(2_000)


def test_a_coupon_that_asks_for_more_says_how_much_and_how_much_there_is():
    found = reckoned(water(), coupon_terms=amount_off(500, 20_000), coupon_title="满200减5")
    step = found.steps[0]
    assert (step.why, step.need, step.have) == ("coupon_below_threshold", Money(20_000), Money(1_500))


def test_points_pay_at_most_their_share_and_whole_points_only():
    rule = PointsRule(points_per_yuan_off=1_000, most_percent=10)
    found = reckoned(water(), points=PointsAsked(5_005, rule))
    assert (found.points, found.of(StepKind.POINTS)) == (1_500, Money(150))
    assert found.steps[0].why == "points_over_share"
    few = reckoned(water(), points=PointsAsked(15, rule))
    assert (few.points, few.of(StepKind.POINTS)) == (10, Money(1))


def test_rounding_stands_in_no_line_and_never_leaves_nothing():
    found = reckoned(water(fen=1_567), round_off=RoundTo.JIAO)
    assert (found.discount, found.rounding, found.total) == (ZERO, Money(7), Money(1_560))
    nothing = reckoned(water(fen=9), round_off=RoundTo.YUAN)
    assert (nothing.rounding, nothing.steps[0].why) == (ZERO, "nothing_would_be_left")


def test_the_best_coupon_is_the_one_that_saves_most_and_of_equals_the_one_that_ends_first():
    small = MemberCoupon("c1", "减5", amount_off(500))
    large = MemberCoupon("c2", "满200减15", amount_off(1_500, 20_000))
    sooner = MemberCoupon("c3", "减15 今日", replace(amount_off(1_500), valid_until=NOW + timedelta(hours=1)))
    best = best_coupon([small, large, sooner], [a_fill()], moment=NOW, station=STATION)
    assert best is not None
    assert (best.coupon, best.saving, best.why) == (sooner, Money(1_500), "saves_most")


def test_where_no_coupon_fits_the_nearest_one_says_what_is_missing():
    far = MemberCoupon("c1", "满500减50", amount_off(5_000, 50_000))
    near = MemberCoupon("c2", "满300减20", amount_off(2_000, 30_000))
    best = best_coupon([far, near], [a_fill()], moment=NOW, station=STATION)
    assert best is not None
    assert (best.coupon, best.why, best.need, best.have) == (
        None,
        "coupon_below_threshold",
        Money(30_000),
        Money(26_512),
    )
    assert best_coupon([], [a_fill()], moment=NOW, station=STATION) is None


# --- whatever is on the bill ------------------------------------------------------------------------------------------

grades = st.sampled_from([G92, G95])
fuel = st.builds(
    lambda fen, millilitres, grade: ("fuel", fen, millilitres, grade),
    st.integers(1, 5_000_000),
    st.integers(10, 600_000),
    grades,
)
goods = st.builds(lambda fen: ("goods", fen, 0, None), st.integers(0, 2_000_000))
baskets = st.lists(fuel | goods, min_size=1, max_size=8).map(
    lambda made: [
        BasketLine(f"{place:02d}", Money(fen), grade, Litres(millilitres))
        for place, (_kind, fen, millilitres, grade) in enumerate(made)
    ]
)
offers = st.lists(
    st.builds(
        an_offer,
        off_li=st.integers(1, 5_000),
        kind=st.sampled_from([StepKind.MEMBER, StepKind.CAMPAIGN]),
        grades=st.sampled_from([(), (G92,), (G95,)]),
        levels=st.sampled_from([(), ("gold",), ("silver",)]),
        least_volume=st.sampled_from([Litres(0), Litres(30_000)]),
        stacks=st.booleans(),
    ),
    max_size=5,
).map(lambda made: [replace(offer, id=OfferId(f"o{place}")) for place, offer in enumerate(made)])
coupons = st.none() | st.builds(
    lambda kind, off, percent, off_li, threshold, cap, of: replace(
        amount_off(off, threshold, of),
        kind=kind,
        percent=percent,
        off_li=off_li,
        price_li=off_li,
        goods=("水",),
        with_offers=bool(off % 2),
        with_points=bool(percent % 2),
        cap=None if cap is None else Money(cap),
    ),
    st.sampled_from(list(CouponKind)),
    st.integers(1, 200_000),
    st.integers(1, 100),
    st.integers(1, 5_000),
    st.integers(0, 100_000),
    st.none() | st.integers(1, 10_000),
    st.sampled_from([(), (G92,), (G95,)]),
)
points = st.none() | st.builds(
    PointsAsked,
    st.integers(1, 10_000_000),
    st.builds(PointsRule, st.integers(1, 3_000), st.integers(0, 100)),
)
floors = st.dictionaries(grades, st.builds(UnitPrice, st.integers(0, 20_000)))


@st.composite
def wishes(draw):
    basket = draw(baskets)
    manual = {
        LineId(line.key): Money(draw(st.integers(0, line.amount.fen)))
        for line in basket
        if draw(st.booleans())
    }
    return basket, {
        "member": draw(st.none() | st.just(GOLD)),
        "offers": draw(offers),
        "coupon_terms": draw(coupons),
        "points": draw(points),
        "round_off": draw(st.sampled_from(list(RoundTo))),
        "floors": draw(floors),
        "manual": manual,
    }


def _floor_fen(line: BasketLine, wanted: dict) -> int:
    price = wanted["floors"].get(line.grade)
    return -(-price.li * line.volume.millilitres // 10_000) if price else 0


@given(wishes())
def test_every_part_is_counted_once_and_nothing_goes_below_zero_or_its_floor(made):
    basket, wanted = made
    found = reckoned(*basket, **wanted)
    assert total(step.amount for step in found.steps) == found.discount + found.rounding
    by_line = {LineId(line.key): ZERO for line in basket}
    for step in found.steps:
        assert step.amount >= ZERO
        assert step.applied or step.why
        if step.kind is not StepKind.ROUNDING:
            assert total(part for _line, part in step.parts) == step.amount
        for line, part in step.parts:
            assert part > ZERO
            by_line[line] += part
    assert by_line == dict(found.discounts)
    for line in basket:
        net = line.amount - found.discounts[LineId(line.key)]
        assert net.fen >= min(line.amount.fen, _floor_fen(line, wanted)) >= 0
    assert found.total >= ZERO
    assert found.total == found.gross - found.discount - found.rounding
    assert found.rounding.fen < wanted["round_off"].fen
    if wanted["points"] is not None:
        assert found.points <= wanted["points"].points
        assert found.of(StepKind.POINTS) <= wanted["points"].rule.worth(found.points)


@given(wishes(), st.randoms())
def test_the_order_in_which_things_are_given_makes_no_difference(made, random):
    basket, wanted = made
    shuffled_offers = random.sample(wanted["offers"], len(wanted["offers"]))
    shuffled = random.sample(basket, len(basket))
    again = reckoned(*shuffled, **(wanted | {"offers": shuffled_offers}))
    once = reckoned(*basket, **wanted)
    assert dict(again.discounts) == dict(once.discounts)
    assert (again.total, again.points) == (once.total, once.points)
    assert {(step.kind, step.title, step.amount, step.why) for step in again.steps} == {
        (step.kind, step.title, step.amount, step.why) for step in once.steps
    }


@given(wishes())
def test_one_more_offer_never_makes_fuel_dearer(made):
    basket, wanted = made
    wanted = wanted | {"coupon_terms": None, "points": None, "round_off": RoundTo.NONE, "member": GOLD}
    fewer = reckoned(*basket, **(wanted | {"offers": wanted["offers"][:-1]}))
    assert reckoned(*basket, **wanted).total <= fewer.total


@given(wishes(), st.integers(0, 5_000))
def test_a_lower_floor_never_makes_a_bill_dearer(made, lower):
    basket, wanted = made
    wanted = wanted | {"coupon_terms": None, "round_off": RoundTo.NONE}
    eased = {grade: UnitPrice(max(0, price.li - lower)) for grade, price in wanted["floors"].items()}
    assert reckoned(*basket, **(wanted | {"floors": eased})).total <= reckoned(*basket, **wanted).total


@given(wishes(), st.integers(0, 100_000))
def test_more_points_never_make_a_bill_dearer(made, more):
    basket, wanted = made
    if wanted["points"] is None:
        return
    asked = wanted["points"]
    wanted = wanted | {"round_off": RoundTo.NONE}
    richer = wanted | {"points": PointsAsked(asked.points + more, asked.rule)}
    assert reckoned(*basket, **richer).total <= reckoned(*basket, **wanted).total


@given(wishes())
def test_rounding_further_never_makes_a_bill_dearer(made):
    basket, wanted = made
    totals = [reckoned(*basket, **(wanted | {"round_off": to})).total for to in RoundTo]
    # To the yuan may be skipped where nothing would be left; then the bill stands as it was.
    assert totals[1] <= totals[0]
    assert totals[2] <= totals[0]


@given(wishes())
def test_reckoning_again_gives_the_same(made):
    basket, wanted = made
    assert reckoned(*basket, **wanted) == reckoned(*basket, **wanted)
