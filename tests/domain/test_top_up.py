"""Bonus rules of top-ups and how much one person may keep; what of a balance is paid back, by whose wish."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.balance_refund import RefundLimits, TopUpLeft, Why, needs_a_look, refund_of, refunds_of
from core.domain.money import Money
from core.domain.top_up import BonusRule, PrepaidLimits, best_bonus

NOW = datetime(2026, 11, 22, tzinfo=UTC)
RULE = BonusRule("a", "充500送30", NOW, NOW + timedelta(days=7), threshold=Money(50_000), bonus=Money(3_000))
TOP_UP = TopUpLeft("1", NOW, Money(100_000), Money(10_000), Money(45_000), Money(10_000))


def test_threshold_period_percentage_and_cap():
    assert RULE.gives(Money(49_999), NOW).fen == 0
    assert RULE.gives(Money(50_000), NOW).fen == 3_000
    assert RULE.gives(Money(50_000), NOW - timedelta(seconds=1)).fen == 0
    assert RULE.gives(Money(50_000), RULE.ends_at).fen == 0
    tenth = replace(RULE, bonus=Money(0), percent=10, cap=Money(6_000))
    assert [tenth.gives(Money(fen), NOW).fen for fen in (50_009, 70_000)] == [5_000, 6_000]


def test_rules_do_not_add_up_and_the_best_is_taken_once_for_each_person():
    once = replace(RULE, id="b", bonus=Money(5_000), once=True)
    chosen = best_bonus([RULE, once], Money(50_000), NOW)
    assert chosen is not None
    assert (chosen.rule.id, chosen.bonus.fen) == ("b", 5_000)
    again = best_bonus([RULE, once], Money(50_000), NOW, used={"b"})
    assert again is not None
    assert again.rule.id == "a"
    assert best_bonus([RULE, once], Money(100), NOW) is None


def test_a_rule_that_gives_nothing_or_ends_before_it_starts_is_none():
    for wrong in ({"bonus": Money(0)}, {"ends_at": NOW}, {"percent": 101}, {"cap": Money(0)}):
        with pytest.raises(ValueError, match=r"bonus rule|cap"):
            replace(RULE, **wrong)


def test_room_for_more_depends_on_the_registered_name():
    limits = PrepaidLimits()
    assert limits.room(Money(30_000), is_named=False).fen == 70_000
    assert limits.room(Money(30_000), is_named=True).fen == 470_000
    assert limits.room(Money(110_000), is_named=False).fen == 0


def test_the_example_of_the_court():
    """1000 paid, 100 given, 550 used: 450 back by one's own wish, 500 where it is the house's fault (2025 No. 4)."""
    own, house = refund_of(TOP_UP, Why.OWN_WISH), refund_of(TOP_UP, Why.OF_THE_HOUSE)
    assert (own.back.fen, own.from_bonus.fen, own.bonus_gone.fen) == (45_000, 0, 10_000)
    assert (house.back.fen, house.from_bonus.fen, house.bonus_gone.fen) == (50_000, 5_000, 5_000)


def test_small_seldom_and_untouched_need_no_look():
    limits = RefundLimits()
    fresh = replace(TOP_UP, paid_left=TOP_UP.paid, at=NOW - timedelta(days=7))

    def looked(one: TopUpLeft, earlier: int = 0, *, online: bool = True) -> bool:
        refunds = refunds_of([one], Why.OWN_WISH)
        return needs_a_look(refunds, NOW, earlier_in_a_month=earlier, all_online=online, limits=limits)

    assert not looked(fresh, earlier=5)
    assert looked(replace(fresh, at=NOW - timedelta(days=8)))
    assert not looked(replace(TOP_UP, paid_left=Money(20_000)))
    assert looked(replace(TOP_UP, paid_left=Money(20_001)))
    assert looked(replace(TOP_UP, paid_left=Money(1)), earlier=1)
    assert looked(fresh, online=False)


@settings(max_examples=200, deadline=None)
@given(paid=st.integers(1, 10**6), bonus=st.integers(0, 10**6), data=st.data())
def test_never_more_than_was_paid_never_less_than_is_left(paid: int, bonus: int, data: st.DataObject):
    left, bonus_left = data.draw(st.integers(0, paid)), data.draw(st.integers(0, bonus))
    top_up = TopUpLeft("1", NOW, Money(paid), Money(bonus), Money(left), Money(bonus_left))
    own, house = refund_of(top_up, Why.OWN_WISH), refund_of(top_up, Why.OF_THE_HOUSE)
    assert own.back.fen == left <= house.back.fen <= paid
    for one in (own, house):
        assert one.back.fen + one.bonus_gone.fen == left + bonus_left
        assert 0 <= one.from_bonus.fen <= bonus_left
