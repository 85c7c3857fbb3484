"""What a coupon takes off, and why it takes nothing off."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from core.domain.coupon import BasketLine, CouponCustomer, CouponKind, CouponTerms, discount_for
from core.domain.ids import StationId
from core.domain.litres import Litres
from core.domain.money import ZERO, Money, total
from core.domain.product import G92, G95
from core.domain.refusals.offers import (
    CouponBelowThreshold,
    CouponExpired,
    CouponForFirstTimers,
    CouponNotNow,
    CouponNotYetValid,
    CouponOfAnotherGrade,
    CouponOfAnotherLevel,
    CouponOfAnotherPlate,
    CouponOfAnotherStation,
    CouponOfOtherGoods,
)
from core.domain.refusals.refusal import Refusal

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
HERE, THERE = StationId("a" * 32), StationId("b" * 32)
FUEL = BasketLine("fuel", Money(26_512), G92, Litres(33_950))
WATER = BasketLine("water", Money(1_500))


def terms(**given: object) -> CouponTerms:
    base: dict[str, object] = {
        "kind": CouponKind.AMOUNT_OFF,
        "valid_from": NOW - timedelta(days=1),
        "valid_until": NOW + timedelta(days=1),
        "off": Money(1_500),
        "threshold": Money(20_000),
    }
    return CouponTerms(**(base | given))  # type: ignore[arg-type]


def test_an_amount_off_over_a_threshold_is_spread_over_the_lines() -> None:
    discount = discount_for(terms(), (FUEL, WATER), NOW, HERE)
    assert discount.amount == Money(1_500)
    assert dict(discount.parts) == {"fuel": Money(1_420), "water": Money(80)}


def test_a_per_cent_stops_at_its_cap() -> None:
    off = terms(kind=CouponKind.PERCENT_OFF, percent=10, cap=Money(2_000))
    assert discount_for(off, (FUEL,), NOW, HERE).amount == Money(2_000)


def test_so_much_a_litre_counts_litres_of_its_grades_only() -> None:
    off = terms(kind=CouponKind.PER_LITRE_OFF, off_li=200, grades=(G92,))
    other = BasketLine("95", Money(30_000), G95, Litres(36_000))
    assert discount_for(off, (FUEL, other, WATER), NOW, HERE).amount == Money(679)


def test_a_discount_is_never_more_than_what_it_is_for() -> None:
    off = terms(off=Money(99_999), threshold=ZERO, grades=(G92,))
    discount = discount_for(off, (FUEL, WATER), NOW, HERE)
    assert discount.amount == FUEL.amount
    assert dict(discount.parts) == {"fuel": FUEL.amount}


@pytest.mark.parametrize(
    ("given", "moment", "station", "refusal"),
    [
        ({}, NOW + timedelta(days=1), HERE, CouponExpired),
        ({}, NOW - timedelta(days=2), HERE, CouponNotYetValid),
        ({"stations": (THERE,)}, NOW, HERE, CouponOfAnotherStation),
        ({"grades": (G95,)}, NOW, HERE, CouponOfAnotherGrade),
        ({"threshold": Money(26_513), "grades": (G92,)}, NOW, HERE, CouponBelowThreshold),
    ],
)
def test_a_coupon_that_does_not_fit_says_why(
    given: dict[str, object], moment: datetime, station: StationId, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        discount_for(terms(**given), (FUEL, WATER), moment, station)


LINES = st.lists(
    st.builds(
        BasketLine,
        key=st.uuids().map(str),
        amount=st.integers(0, 10**6).map(Money),
        grade=st.sampled_from([None, G92, G95]),
        volume=st.integers(0, 10**5).map(Litres),
        goods=st.sampled_from(["", "水"]),
        pieces=st.integers(1, 3),
    ),
    min_size=1,
    max_size=12,
)


@given(
    LINES,
    st.sampled_from(CouponKind),
    st.integers(0, 10**6),
    st.integers(1, 100),
    st.integers(0, 5_000),
    st.one_of(st.none(), st.integers(0, 10**5).map(Money)),
)
def test_parts_sum_to_the_whole_and_no_line_goes_below_zero(
    lines: list[BasketLine], kind: CouponKind, off: int, percent: int, off_li: int, cap: Money | None
) -> None:
    some = terms(
        kind=kind,
        off=Money(off),
        percent=percent,
        off_li=off_li,
        price_li=off_li,
        goods=("水",),
        cap=cap,
        threshold=ZERO,
    )
    try:
        discount = discount_for(some, lines, NOW, HERE)
    except (CouponOfAnotherGrade, CouponOfOtherGoods):
        reject()
    amounts = {line.key: line.amount for line in lines}
    assert total(part for _key, part in discount.parts) == discount.amount
    assert all(ZERO <= part <= amounts[key] for key, part in discount.parts)
    assert cap is None or discount.amount <= cap


def test_a_fixed_price_takes_off_what_the_fuel_costs_beyond_it() -> None:
    off = terms(kind=CouponKind.FIXED_PRICE, price_li=7_000, threshold=ZERO)
    assert discount_for(off, (FUEL, WATER), NOW, HERE).amount == Money(26_512 - 23_765)
    dear = terms(kind=CouponKind.FIXED_PRICE, price_li=9_000, threshold=ZERO)
    assert discount_for(dear, (FUEL,), NOW, HERE).amount == ZERO


def test_goods_for_points_are_one_piece_of_the_dearest() -> None:
    off = terms(kind=CouponKind.GOODS_FREE, goods=("玻璃水", "6901"), threshold=ZERO)
    two = BasketLine("two", Money(3_000), goods="玻璃水", pieces=2)
    other = BasketLine("other", Money(1_200), goods="6901")
    found = discount_for(off, (FUEL, two, other), NOW, HERE)
    assert found.parts == (("two", Money(1_500)),)
    with pytest.raises(CouponOfOtherGoods):
        discount_for(off, (FUEL, WATER), NOW, HERE)


@pytest.mark.parametrize(
    ("given", "customer", "refusal"),
    [
        # NOW is a Sunday, six in the morning.
        ({"weekdays": (0, 1)}, CouponCustomer(), CouponNotNow),
        ({"weekdays": (6,), "from_hour": 7}, CouponCustomer(), CouponNotNow),
        ({"from_hour": 22, "until_hour": 6}, CouponCustomer(), CouponNotNow),
        ({"from_hour": 22, "until_hour": 7}, CouponCustomer(), None),
        ({"levels": ("gold",)}, CouponCustomer("silver"), CouponOfAnotherLevel),
        ({"levels": ("gold",)}, CouponCustomer(), CouponOfAnotherLevel),
        ({"levels": ("gold",)}, CouponCustomer("gold"), None),
        ({"plates": ("云A12345",)}, CouponCustomer(plates=("云A54321",)), CouponOfAnotherPlate),
        ({"plates": ("云A12345",)}, CouponCustomer(plates=("云A54321", "云A12345")), None),
        ({"first_timers": True}, CouponCustomer(is_new=False), CouponForFirstTimers),
        ({"first_timers": True}, CouponCustomer(is_new=True), None),
        ({"first_timers": True}, CouponCustomer(), None),
    ],
)
def test_days_hours_levels_plates_and_first_timers_are_asked(
    given: dict[str, object], customer: CouponCustomer, refusal: type[Refusal] | None
) -> None:
    some = terms(**given)
    if refusal is None:
        assert discount_for(some, (FUEL,), NOW, HERE, customer).amount == Money(1_500)
    else:
        with pytest.raises(refusal):
            discount_for(some, (FUEL,), NOW, HERE, customer)
