"""The lock against guessing: after so many wrong tries a wait, and each next one is longer."""

from datetime import UTC, datetime, timedelta

from core.domain.guessing import Guesses, GuessLimits, after_a_wrong_one, seconds_to_wait

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LIMITS = GuessLimits(most=3)


def wrong(guesses: Guesses, times: int, now: datetime) -> Guesses:
    for _ in range(times):
        guesses = after_a_wrong_one(guesses, now, LIMITS)
    return guesses


def test_a_few_wrong_ones_are_a_slip():
    assert seconds_to_wait(wrong(Guesses(), 2, NOW), NOW) == 0


def test_slips_of_long_ago_do_not_count():
    slips = wrong(Guesses(), 2, NOW)
    assert seconds_to_wait(wrong(slips, 2, NOW + LIMITS.within), NOW + LIMITS.within) == 0


def test_each_wait_is_longer_than_the_last_up_to_a_day():
    guesses, now, waits = Guesses(), NOW, []
    for _ in range(5):
        guesses = wrong(guesses, 3, now)
        waits.append(seconds_to_wait(guesses, now))
        now += timedelta(seconds=waits[-1])
        assert seconds_to_wait(guesses, now) == 0
    assert waits == [900, 3_600, 21_600, 86_400, 86_400]


def test_a_week_without_a_lock_forgets():
    guesses = wrong(Guesses(), 3, NOW)
    later = NOW + timedelta(days=8)
    assert seconds_to_wait(wrong(guesses, 3, later), later) == 900
