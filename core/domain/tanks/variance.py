"""Book against measure, day by day and over many days, as parts of what was sold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from core.domain.ids import TankNumber
from core.domain.litres import NO_LITRES, Litres
from core.domain.money import half_up
from core.domain.tanks.stock import Movements

_ALLOWANCE = Litres(30_000)


class Rating(StrEnum):
    """How far a variance lies from what meters and probes explain."""

    UNKNOWN = "unknown"  # nothing was measured
    GREEN = "green"
    AMBER = "amber"  # look into it
    RED = "red"  # act: meters, delivery, theft, leak


@dataclass(frozen=True, slots=True)
class VarianceLimits:
    """Of what was sold, in hundredths of a percent; `allowance` is what one measurement may always be wrong by.

    Half a percent is looked into and one percent acted upon, as the trade's guides on wet stock have it. The allowance keeps a
    day without customers from being judged by a probe's last millimetre; over many days it is counted once, as only the
    first and the last measurement bring their error in.
    """

    watch: int = 50
    act: int = 100
    allowance: Litres = _ALLOWANCE

    def rate(self, variance: Litres, throughput: Litres) -> Rating:
        """What to think of this variance."""
        size, sold = abs(variance.millilitres), max(0, throughput.millilitres)
        spare = self.allowance.millilitres
        if size <= spare + half_up(sold * self.watch, 10_000):
            return Rating.GREEN
        return Rating.AMBER if size <= spare + half_up(sold * self.act, 10_000) else Rating.RED


@dataclass(frozen=True, slots=True)
class StockDay:
    """One day of one book: written once when the day is over, and never changed. `day` is the station's date.

    `running` is what pumps had already let flow of fills that were not booked at its end.
    """

    book: TankNumber
    day: date
    since: datetime
    until: datetime
    opening: Litres
    moved: Movements
    measured: Litres | None  # fuel without water, at the tank's temperature
    measured_at_20: Litres | None = None
    water: Litres = NO_LITRES
    temperature: int | None = None
    running: Litres = NO_LITRES

    @property
    def closing(self) -> Litres:
        """What the tank should hold at the end of the day."""
        return self.opening + self.moved.net

    @property
    def variance(self) -> Litres | None:
        """Measured less book: below zero fuel is missing."""
        return None if self.measured is None else self.measured + self.running - self.closing


@dataclass(frozen=True, slots=True)
class VarianceLine:
    """A day with what it brought, and what it and all days before it in the table brought together.

    Adjustments count in neither: they bring the book to what was measured and the fuel not back.
    """

    day: StockDay
    daily: Litres | None  # None where the day, or all before it, was not measured
    cumulative: Litres | None
    sold: Litres  # in the days that `cumulative` is of
    daily_rating: Rating
    cumulative_rating: Rating

    @property
    def per_myriad(self) -> int | None:
        """The cumulative variance in hundredths of a percent of what was sold, or None where nothing was."""
        if self.cumulative is None or self.sold <= NO_LITRES:
            return None
        return half_up(self.cumulative.millilitres * 10_000, self.sold.millilitres)


def table(days: Sequence[StockDay], limits: VarianceLimits) -> tuple[VarianceLine, ...]:
    """The days of one book without a gap, oldest first.

    What the days before the table had brought is no part of it: it begins at the first measured day, or where the book was
    opened.
    """
    lines: list[VarianceLine] = []
    base = (
        NO_LITRES if days and days[0].moved.opening else None
    )  # the variance that the next day's is set against
    total = sold = waiting_sold = waiting_adjusted = NO_LITRES
    for day in days:
        variance, daily = day.variance, None
        waiting_sold += day.moved.throughput
        waiting_adjusted += day.moved.adjusted
        daily_rating = cumulative_rating = Rating.UNKNOWN
        if variance is not None:
            if base is not None:
                daily = variance - base + waiting_adjusted
                total, sold = total + daily, sold + waiting_sold
                daily_rating = limits.rate(daily, waiting_sold)
                cumulative_rating = limits.rate(total, sold)
            base, waiting_sold, waiting_adjusted = variance, NO_LITRES, NO_LITRES
        cumulative = total if daily is not None else None
        lines.append(VarianceLine(day, daily, cumulative, sold, daily_rating, cumulative_rating))
    return tuple(lines)
