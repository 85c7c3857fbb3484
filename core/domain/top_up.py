"""Topping up stored value: which bonus an amount brings, and how much one person may keep with us."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.money import ZERO, Money

# MOFCOM 2012 No. 9: so much prepaid money for one person without a registered name, and with one.
_UNNAMED, _NAMED = Money(100_000), Money(500_000)


@dataclass(frozen=True, slots=True)
class BonusRule:
    """From so much paid at once, so much more is given: a sum, a percentage (of hundred, with a cap), or both.

    It holds from `starts_at` until before `ends_at`. `once` is once for each person.
    """

    id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    threshold: Money
    bonus: Money = ZERO
    percent: int = 0
    cap: Money | None = None
    once: bool = False

    def __post_init__(self) -> None:
        if self.ends_at <= self.starts_at:
            raise ValueError("a bonus rule ends after it starts")
        if self.threshold.fen < 1 or self.bonus.fen < 0 or not 0 <= self.percent <= 100:
            raise ValueError("a bonus rule has a threshold, and a bonus from 0 and up to 100 %")
        if self.bonus.fen == 0 and self.percent == 0:
            raise ValueError("a bonus rule gives something")
        if self.cap is not None and self.cap.fen < 1:
            raise ValueError("a cap is at least a fen")

    def gives(self, paid: Money, at: datetime) -> Money:
        """The bonus for this amount, rounded down; nothing outside its time or below its threshold."""
        if not self.starts_at <= at < self.ends_at or paid.fen < self.threshold.fen:
            return ZERO
        given = self.bonus.fen + paid.fen * self.percent // 100
        return Money(given if self.cap is None else min(given, self.cap.fen))


@dataclass(frozen=True, slots=True)
class ChosenBonus:
    """The rule that brings the most, and what it brings."""

    rule: BonusRule
    bonus: Money


def best_bonus(
    rules: Sequence[BonusRule], paid: Money, at: datetime, *, used: Collection[str] = ()
) -> ChosenBonus | None:
    """One rule, the one that gives the most: top-up rules do not add up. `used` are once-only rules this person had.

    Of equals the one that ends first is taken, then the one of the smaller id.
    """
    chosen = [
        ChosenBonus(rule, rule.gives(paid, at)) for rule in rules if not (rule.once and rule.id in used)
    ]
    chosen = [one for one in chosen if one.bonus.fen > 0]
    if not chosen:
        return None
    return min(chosen, key=lambda one: (-one.bonus.fen, one.rule.ends_at, one.rule.id))


@dataclass(frozen=True, slots=True)
class PrepaidLimits:
    """How much paid-in money one person may have with us: without a registered name, and with one."""

    unnamed: Money = _UNNAMED
    named: Money = _NAMED

    def limit(self, *, is_named: bool) -> Money:
        return self.named if is_named else self.unnamed

    def room(self, held: Money, *, is_named: bool) -> Money:
        """How much more may be paid in."""
        return Money(max(0, self.limit(is_named=is_named).fen - held.fen))
