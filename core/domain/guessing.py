"""A lock against guessing secrets: so many wrong tries within a time, then a wait, and each next wait is longer."""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class GuessLimits:
    """How many wrong tries within which time lock, for how long the first time, the second and so on, and when all is forgotten."""

    most: int = 10
    within: timedelta = timedelta(minutes=15)
    locks: tuple[timedelta, ...] = (
        timedelta(minutes=15),
        timedelta(hours=1),
        timedelta(hours=6),
        timedelta(hours=24),
    )
    forgotten_after: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Guesses:
    """What one guesser has tried in vain: since when, how often, and how many times it was locked for it."""

    wrong: int = 0
    since: datetime | None = None
    strikes: int = 0
    locked_until: datetime | None = None


def seconds_to_wait(guesses: Guesses, now: datetime) -> int:
    """How long a guesser must wait before the next try; 0 where it may try."""
    if guesses.locked_until is None or now >= guesses.locked_until:
        return 0
    return max(1, math.ceil((guesses.locked_until - now).total_seconds()))


def after_a_wrong_one(guesses: Guesses, now: datetime, limits: GuessLimits) -> Guesses:
    """What is known of a guesser after one more wrong try."""
    if guesses.locked_until is not None and now - guesses.locked_until > limits.forgotten_after:
        guesses = Guesses()
    is_fresh = guesses.since is None or now - guesses.since >= limits.within
    counted = replace(guesses, wrong=1, since=now) if is_fresh else replace(guesses, wrong=guesses.wrong + 1)
    if counted.wrong < limits.most:
        return counted
    lock = limits.locks[min(counted.strikes, len(limits.locks) - 1)]
    return Guesses(0, None, counted.strikes + 1, now + lock)
