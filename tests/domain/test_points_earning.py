"""What purchases earn: the level's rule, percentages that do not multiply, extras that add up, and when points end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.litres import Litres
from core.domain.member import EarningRule
from core.domain.money import Money
from core.domain.points_earning import BoughtFuel, PointsBonus, Purchase, earned, end_of_points, month_of

# A Monday in China, though still Sunday in Greenwich.
MONDAY = datetime(2026, 11, 22, 17, tzinfo=UTC)
BASE = EarningRule(per_yuan=100)
BOUGHT = Purchase(
    MONDAY, Money(20_000), (BoughtFuel("G92", Litres(25_000), Money(20_000)),), "5" * 32, "silver"
)
DOUBLE = PointsBonus("a", "双倍", MONDAY, MONDAY + timedelta(days=1), percent=200)


def test_base_alone():
    assert earned(BASE, [], BOUGHT).points == 200


def test_of_percentages_the_best_is_taken_and_extras_add_up():
    triple = replace(DOUBLE, id="b", percent=300, extra=5)
    gift = replace(DOUBLE, id="c", percent=100, extra=10)
    why = earned(BASE, [DOUBLE, triple, gift], BOUGHT)
    assert [(part.points, part.rule and part.rule.id) for part in why.parts] == [
        (200, None),
        (405, "b"),
        (10, "c"),
    ]


@pytest.mark.parametrize(
    "unmet",
    [
        {"weekdays": (7,)},
        {"days": (22,)},
        {"grades": ("G95",)},
        {"levels": ("gold",)},
        {"stations": ("6" * 32,)},
        {"least": Money(20_001)},
        {"least_volume": Litres(25_001)},
        {"starts_at": MONDAY + timedelta(seconds=1)},
        {"ends_at": MONDAY, "starts_at": MONDAY - timedelta(days=1)},
    ],
)
def test_condition_that_is_not_met_brings_nothing(unmet):
    assert earned(BASE, [replace(DOUBLE, **unmet)], BOUGHT).points == 200


def test_conditions_that_are_met_bring_it_by_the_day_of_china():
    asks = replace(
        DOUBLE,
        weekdays=(1,),
        days=(23,),
        grades=("G92",),
        levels=("silver",),
        least=Money(20_000),
        least_volume=Litres(25_000),
    )
    assert earned(BASE, [asks], BOUGHT).points == 400


def test_grades_bring_their_share_alone():
    mixed = replace(
        BOUGHT,
        fuels=(
            BoughtFuel("G92", Litres(10_000), Money(5_000)),
            BoughtFuel("D0", Litres(20_000), Money(15_000)),
        ),
    )
    assert earned(BASE, [replace(DOUBLE, grades=("G92",))], mixed).points == 200 + 50


def test_nothing_paid_brings_no_extra():
    assert earned(BASE, [replace(DOUBLE, extra=50)], replace(BOUGHT, paid=Money(0))).points == 0


def test_rules_that_give_nothing_or_ask_nonsense_are_no_rules():
    for wrong in ({"percent": 100}, {"percent": 99}, {"weekdays": (8,)}, {"days": (0,)}, {"ends_at": MONDAY}):
        with pytest.raises(ValueError, match=r"rule|weekdays"):
            replace(DOUBLE, **wrong)


def test_points_end_with_a_month_of_china():
    assert month_of(datetime(2026, 11, 30, 17, tzinfo=UTC)) == "2026-12"
    assert end_of_points(MONDAY, 24).astimezone(UTC) == datetime(2028, 11, 30, 16, tzinfo=UTC)
    assert end_of_points(MONDAY, 1).astimezone(UTC) == datetime(2026, 12, 31, 16, tzinfo=UTC)


@settings(max_examples=100, deadline=None)
@given(total_fen=st.integers(0, 10**7), ml=st.integers(0, 10**6), per=st.integers(0, 500))
def test_more_money_or_litres_never_earn_less(total_fen: int, ml: int, per: int):
    def points(fen: int, millilitres: int) -> int:
        fuels = (BoughtFuel("G92", Litres(millilitres), Money(fen)),)
        return earned(EarningRule(per, per), [], replace(BOUGHT, paid=Money(fen), fuels=fuels)).points

    assert points(total_fen, ml) <= points(total_fen + 100, ml)
    assert points(total_fen, ml) <= points(total_fen, ml + 1000)
    assert points(total_fen, ml) == pytest.approx(per * (total_fen / 10_000 + ml / 100_000), abs=1)
