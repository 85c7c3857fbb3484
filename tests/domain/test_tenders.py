"""Parts of a payment always sum, and what is left over goes back to where it came from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.money import ZERO, Money, total
from core.domain.refusals.payments import PartsUnfit
from core.domain.tenders import Part, Tender, back_to, online_part, points_back

_amounts = st.integers(1, 200_00)


def test_parts_and_the_online_rest_sum_to_what_is_to_be_paid() -> None:
    stored = [Part(Tender.WALLET, Money(5000)), Part(Tender.POINTS, Money(1000))]
    assert online_part(Money(20000), stored, 50) == Money(14000)
    assert online_part(Money(6000), stored, 50) == ZERO


@pytest.mark.parametrize(
    ("stored", "most"),
    [
        ([Part(Tender.WALLET, Money(20001))], 20000),
        ([Part(Tender.WALLET, Money(1)), Part(Tender.WALLET, Money(1))], 0),
        ([Part(Tender.POINTS, Money(10001))], 10000),
        ([Part(Tender.CARD, ZERO)], 20000),
        ([Part(Tender.ONLINE, Money(1))], 0),
    ],
)
def test_parts_that_do_not_fit_are_refused_with_the_most_they_may_be(stored: list[Part], most: int) -> None:
    with pytest.raises(PartsUnfit) as refused:
        online_part(Money(20000), stored, 50)
    assert refused.value.most_fen == most


def test_money_from_outside_goes_back_first_and_points_last() -> None:
    parts = [
        Part(Tender.POINTS, Money(1000)),
        Part(Tender.WALLET, Money(5000)),
        Part(Tender.CARD, Money(2000)),
        Part(Tender.ONLINE, Money(4000)),
    ]
    assert back_to(parts, Money(3000)) == [ZERO, ZERO, ZERO, Money(3000)]
    assert back_to(parts, Money(6500)) == [ZERO, Money(500), Money(2000), Money(4000)]
    assert back_to(parts, Money(12000)) == [Money(1000), Money(5000), Money(2000), Money(4000)]
    with pytest.raises(ValueError, match="more than the parts have kept"):
        back_to(parts, Money(12001))


@given(st.lists(st.tuples(st.sampled_from(list(Tender)), _amounts), max_size=4), st.data())
def test_what_goes_back_sums_and_never_more_than_a_part_has_kept(
    chosen: list[tuple[Tender, int]], data: st.DataObject
) -> None:
    parts = [Part(tender, Money(fen)) for tender, fen in chosen]
    left_over = Money(data.draw(st.integers(0, sum(fen for _tender, fen in chosen))))
    back = back_to(parts, left_over)
    assert total(back) == left_over
    assert all(ZERO <= one <= part.kept for one, part in zip(back, parts, strict=True))


@given(st.integers(1, 10**7), _amounts, st.data())
def test_points_come_back_whole_at_the_end_and_never_one_too_many(
    points: int, fen: int, data: st.DataObject
) -> None:
    half = data.draw(st.integers(0, fen))
    assert 0 <= points_back(points, Money(fen), Money(half)) <= points
    assert points_back(points, Money(fen), Money(fen)) == points
