"""Money: one rounding rule, and parts that sum to the whole."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.money import Money, half_up, total

FEN = st.integers(-(10**12), 10**12)


@given(FEN, st.integers(1, 10**9))
def test_half_up_is_the_nearest_whole_and_halves_go_away_from_zero(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)
    rounded = half_up(numerator, denominator)
    assert abs(rounded - exact) <= Fraction(1, 2)
    if abs(rounded - exact) == Fraction(1, 2):
        assert abs(rounded) > abs(exact)
    assert half_up(-numerator, denominator) == half_up(numerator, -denominator) == -rounded


@given(FEN, st.lists(st.integers(0, 10**9), min_size=1, max_size=40))
def test_a_split_sums_to_the_whole_and_is_fair_to_a_fen(fen: int, weights: list[int]) -> None:
    parts = Money(fen).split(weights)
    assert total(parts) == Money(fen)
    if sum(weights):
        for part, weight in zip(parts, weights, strict=True):
            assert abs(Fraction(part.fen) - Fraction(fen * weight, sum(weights))) < 1


def test_equal_remainders_go_to_the_earlier_part() -> None:
    assert Money(100).split([1, 1, 1]) == (Money(34), Money(33), Money(33))
    assert Money(-100).split([1, 1, 1]) == (Money(-34), Money(-33), Money(-33))


def test_without_any_weight_the_first_part_has_it_all() -> None:
    assert Money(7).split([0, 0]) == (Money(7), Money(0))


@pytest.mark.parametrize("weights", [[], [1, -1]])
def test_weights_that_are_none_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Money(1).split(weights)


@pytest.mark.parametrize("fen", [1.0, "1", True, None])
def test_fen_are_whole_numbers_and_nothing_else(fen: object) -> None:
    with pytest.raises(TypeError):
        Money(fen)  # type: ignore[arg-type]
