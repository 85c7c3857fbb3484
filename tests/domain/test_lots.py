"""Lots: spent in their order, given back where they came from, to the last fen whatever the parts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.lots import Lot, Part, given_back, in_spend_order, spent

DAY = datetime(2026, 11, 22, tzinfo=UTC)


def lot(name: str, left: int, *, bonus: bool = False, day: int = 0, ends: int | None = None) -> Lot:
    ends_at = None if ends is None else DAY + timedelta(days=ends)
    return Lot(name, left, DAY + timedelta(days=day), bonus, ends_at)


def test_principal_goes_before_bonus_then_what_ends_first_then_the_oldest():
    lots = [
        lot("bonus", 5, bonus=True, day=-9),
        lot("young", 5, day=2),
        lot("ending", 5, day=3, ends=30),
        lot("old", 5, day=1),
    ]
    assert [one.id for one in in_spend_order(lots)] == ["ending", "old", "young", "bonus"]
    parts = spent(lots, 17)
    assert [(part.lot_id, part.taken, part.position) for part in parts] == [
        ("ending", 5, 0),
        ("old", 5, 1),
        ("young", 5, 2),
        ("bonus", 2, 3),
    ]


def test_more_than_there_is_is_not_taken_in_part():
    with pytest.raises(ValueError, match="11"):
        spent([lot("a", 10)], 11)


def test_what_was_taken_last_comes_back_first_and_bonus_in_proportion():
    parts = (Part("old", False, 0, 50), Part("young", False, 1, 50), Part("bonus", True, 2, 100))
    assert given_back(parts, 100) == {"young": 50, "bonus": 50}
    with pytest.raises(ValueError, match="201"):
        given_back(parts, 201)


@settings(max_examples=100, deadline=None)
@given(
    lots=st.lists(st.tuples(st.integers(0, 500), st.booleans(), st.integers(0, 5)), max_size=6),
    share=st.floats(0, 1),
    steps=st.lists(st.integers(1, 400), max_size=8),
)
def test_whatever_is_spent_and_given_back_is_exact(lots, share, steps):
    have = [lot(str(number), left, bonus=bonus, day=day) for number, (left, bonus, day) in enumerate(lots)]
    amount = int(sum(one.left for one in have) * share)
    parts = {part.lot_id: part for part in spent(have, amount)}
    assert sum(part.taken for part in parts.values()) == amount
    assert all(0 < parts[one.id].taken <= one.left for one in have if one.id in parts)
    if any(part.is_bonus for part in parts.values()):
        # Not a fen of bonus as long as there is principal.
        assert all(
            one.left in (0, parts[one.id].taken if one.id in parts else -1)
            for one in have
            if not one.is_bonus
        )
    left = amount
    for step in [*steps, amount]:
        back = given_back(list(parts.values()), min(step, left))
        assert sum(back.values()) == min(step, left)
        for lot_id, into in back.items():
            part = parts[lot_id]
            assert into > 0
            parts[lot_id] = Part(lot_id, part.is_bonus, part.position, part.taken, part.returned + into)
        left -= min(step, left)
        bonus = sum(part.taken for part in parts.values() if part.is_bonus)
        bonus_back = sum(part.returned for part in parts.values() if part.is_bonus)
        assert bonus_back == (bonus * (amount - left) // amount if amount else 0)
    assert all(part.returned == part.taken for part in parts.values())
