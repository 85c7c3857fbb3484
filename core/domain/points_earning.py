"""What a purchase earns in points: a level's base rule, and bonus rules for days, grades, litres and amounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from core.domain.litres import Litres
from core.domain.member import EarningRule
from core.domain.money import ZERO, Money

# Weekdays and member days are those of China, wherever the machine stands.
_CHINA = timezone(timedelta(hours=8))
_NO_LITRES = Litres(0)


@dataclass(frozen=True, slots=True)
class BoughtFuel:
    """One grade of a purchase, at its full price."""

    grade: str
    volume: Litres
    gross: Money


@dataclass(frozen=True, slots=True)
class Purchase:
    """What was paid in money for fuel and goods, discounts and spent points already off."""

    at: datetime
    paid: Money
    fuels: tuple[BoughtFuel, ...]
    station: str
    level: str

    @property
    def filled(self) -> Litres:
        return Litres(sum(fuel.volume.millilitres for fuel in self.fuels))


@dataclass(frozen=True, slots=True)
class PointsBonus:
    """More points while it holds: the base earned so many per cent instead of 100, and so many on top.

    Empty conditions are met by everything. With grades, only their share of litres and money counts. Weekdays are 1 (Monday)
    to 7, days those of the month.
    """

    id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    percent: int = 100
    extra: int = 0
    grades: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()
    days: tuple[int, ...] = ()
    least: Money = ZERO
    least_volume: Litres = _NO_LITRES

    def __post_init__(self) -> None:
        if self.ends_at <= self.starts_at:
            raise ValueError("a points rule ends after it starts")
        if not 100 <= self.percent <= 1000 or self.extra < 0 or (self.percent == 100 and self.extra == 0):
            raise ValueError("a points rule gives 100 to 1000 % or something on top")
        if not set(self.weekdays) <= set(range(1, 8)) or not set(self.days) <= set(range(1, 32)):
            raise ValueError("weekdays are 1 to 7, days of the month 1 to 31")

    def holds_for(self, purchase: Purchase) -> bool:
        local = purchase.at.astimezone(_CHINA)
        fuels = self._fuels(purchase)
        return (
            self.starts_at <= purchase.at < self.ends_at
            and (not self.levels or purchase.level in self.levels)
            and (not self.stations or purchase.station in self.stations)
            and (not self.weekdays or local.isoweekday() in self.weekdays)
            and (not self.days or local.day in self.days)
            and (not self.grades or bool(fuels))
            and purchase.paid.fen >= self.least.fen
            and sum(fuel.volume.millilitres for fuel in fuels) >= self.least_volume.millilitres
        )

    def more_for(self, base: EarningRule, purchase: Purchase) -> int:
        """What the percentage adds to the base, without what comes on top."""
        fuels = self._fuels(purchase)
        paid = purchase.paid
        if self.grades:
            whole = sum(fuel.gross.fen for fuel in purchase.fuels)
            share = sum(fuel.gross.fen for fuel in fuels)
            paid = Money(min(paid.fen, paid.fen * share // whole if whole else 0))
        filled = Litres(sum(fuel.volume.millilitres for fuel in fuels))
        return base.earned(paid, filled) * (self.percent - 100) // 100

    def _fuels(self, purchase: Purchase) -> list[BoughtFuel]:
        return [fuel for fuel in purchase.fuels if not self.grades or fuel.grade in self.grades]


@dataclass(frozen=True, slots=True)
class EarnedBy:
    """Points and the rule that brought them; no rule is the level's own."""

    points: int
    rule: PointsBonus | None


@dataclass(frozen=True, slots=True)
class Earned:
    """What a purchase earns, and why."""

    parts: tuple[EarnedBy, ...]

    @property
    def points(self) -> int:
        return sum(part.points for part in self.parts)


def earned(base: EarningRule, bonuses: Sequence[PointsBonus], purchase: Purchase) -> Earned:
    """Percentages do not multiply: the one that brings the most is taken. What rules give on top adds up.

    Of equal percentages the rule that ends first is taken, then the one of the smaller id.
    """
    parts = [EarnedBy(base.earned(purchase.paid, purchase.filled), None)]
    holding = [rule for rule in bonuses if rule.holds_for(purchase)] if purchase.paid.fen > 0 else []
    more = [(rule.more_for(base, purchase), rule) for rule in holding]
    best = min(more, key=lambda one: (-one[0], one[1].ends_at, one[1].id), default=None)
    for points, rule in more:
        taken = points if best is not None and rule is best[1] else 0
        if taken + rule.extra:
            parts.append(EarnedBy(taken + rule.extra, rule))
    return Earned(tuple(parts))


def end_of_points(earned_at: datetime, months: int) -> datetime:
    """Points end with the month, China's, that many months after the one in which they were earned."""
    local = earned_at.astimezone(_CHINA)
    month = local.year * 12 + local.month + months
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=_CHINA)


def month_of(earned_at: datetime) -> str:
    """The month of China in which points were earned: 2026-11."""
    return earned_at.astimezone(_CHINA).strftime("%Y-%m")
