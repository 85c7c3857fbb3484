"""A hint that a tank leaks, by two statistics, each with its figures: how fast, how sure, and what it could have seen.

Quiet hours. While no nozzle draws and nothing settles, a tight tank's volume at 20 °C stands still but for the probe's
noise. Every quiet stretch gets a level of its own and all stretches together one slope, by least squares; its standard
error comes from the scatter around the lines. A leak is hinted at where the slope is above `THRESHOLD` and its lower bound,
at `CERTAINTY` standard errors, is still above zero. With noise that is independent from reading to reading one tight tank in
some 2 000 looks would be suspected; a probe that drifts, a wrong density while the tank warms up, or a pipe that drains
back makes more, which is why it is called a hint. THRESHOLD is 0.2 US gallons an hour (0.757 L/h), the leak that monthly monitoring
by 40 CFR 280.43 has to find, halved so that a leak of that size is above it.

Days. A station that is never quiet still has its daily variances. Their one-sided cumulative sum (CUSUM, Page 1954) grows by
what a day misses beyond `DRIFT` standard deviations and never falls below zero; it hints once it exceeds `ALARM` of
them. With the usual 0.5 and 5 a tight tank is suspected about once in 930 days, and one that loses one standard deviation a day is found in
about ten. The standard deviation is the station's own, from the differences between neighbouring days, so that the loss
itself does not widen it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from core.domain.litres import NO_LITRES, Litres

THRESHOLD = Litres(380)  # an hour
CERTAINTY = 3.29
FEWEST_READINGS = 30
LEAST_QUIET = timedelta(hours=3)
SHORTEST_STRETCH = timedelta(minutes=40)
SETTLING = timedelta(
    minutes=30
)  # after the last fill or delivery the surface and its temperature come to rest
DRIFT = 0.5
ALARM = 5.0
FEWEST_DAYS = 7
LEAST_DEVIATION = Litres(5_000)  # of a day: a probe's own millimetre, even where the days happen to be alike
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class QuietReading:
    """The fuel at 20 °C, where there was a temperature, at a moment in which nothing moved."""

    at: datetime
    volume: Litres


@dataclass(frozen=True, slots=True)
class QuietLoss:
    """What quiet hours say. Rates in millilitres an hour, above zero where fuel goes missing."""

    rate: int
    error: int  # one standard error of the rate
    quiet: timedelta
    readings: int
    suspected: bool

    @property
    def sure(self) -> float:
        """The chance, from 0 to 1, that a tight tank would show less than this, were its noise normal and independent."""
        return _below(self.rate / self.error) if self.error else float(self.rate > 0)

    @property
    def detectable(self) -> int:
        """The leak that these readings would have shown in nineteen of twenty cases; a smaller one may hide."""
        return max(THRESHOLD.millilitres, math.ceil(CERTAINTY * self.error)) + math.ceil(1.645 * self.error)


@dataclass(frozen=True, slots=True)
class DailyLoss:
    """What days say: their cumulative sum in standard deviations, and since when it has been growing."""

    score: float
    deviation: Litres
    days: int
    growing_for: int  # days since it last stood at zero
    mean: Litres  # variance a day while it has been growing; below zero fuel goes missing
    suspected: bool


@dataclass(frozen=True, slots=True)
class LeakHint:
    """Both, as far as there was enough to judge by."""

    quiet: QuietLoss | None
    daily: DailyLoss | None

    @property
    def suspected(self) -> bool:
        """Whether somebody should test the tank."""
        return any(part is not None and part.suspected for part in (self.quiet, self.daily))


def stretches(
    readings: Sequence[QuietReading], disturbed: Sequence[tuple[datetime, datetime]]
) -> tuple[tuple[QuietReading, ...], ...]:
    """Readings, oldest first, cut into the quiet stretches between disturbances (fills, deliveries; each with its end)."""
    found: list[tuple[QuietReading, ...]] = []
    begun: list[QuietReading] = []
    waiting = iter(sorted(disturbed))
    following = next(waiting, None)
    rest_until: datetime | None = None
    for reading in readings:
        broken = False
        while following is not None and following[0] <= reading.at:
            end = following[1] + SETTLING
            rest_until = end if rest_until is None else max(rest_until, end)
            following, broken = next(waiting, None), True
        if broken:
            _keep(begun, found)
            begun = []
        if rest_until is None or reading.at >= rest_until:
            begun.append(reading)
    _keep(begun, found)
    return tuple(found)


def quiet_loss(quiet: Sequence[Sequence[QuietReading]]) -> QuietLoss | None:
    """The common slope of the stretches, or None where there is too little to judge by."""
    readings = sum(len(stretch) for stretch in quiet)
    lasted = sum((stretch[-1].at - stretch[0].at for stretch in quiet), timedelta(0))
    free = readings - len(quiet) - 1
    if readings < FEWEST_READINGS or lasted < LEAST_QUIET or free < 1:
        return None
    across = fall = 0.0
    points: list[tuple[float, float]] = []
    for stretch in quiet:
        start, level = stretch[0].at, stretch[0].volume.millilitres
        hours = [(each.at - start).total_seconds() / _HOUR for each in stretch]
        volumes = [float(each.volume.millilitres - level) for each in stretch]
        middle, mean = math.fsum(hours) / len(hours), math.fsum(volumes) / len(volumes)
        points += [(hour - middle, volume - mean) for hour, volume in zip(hours, volumes, strict=True)]
    across = math.fsum(hour * hour for hour, _ in points)
    fall = math.fsum(hour * volume for hour, volume in points)
    if across <= 0:
        return None
    slope = fall / across
    scatter = math.fsum((volume - slope * hour) ** 2 for hour, volume in points) / free
    # What a gauge tells is rounded: even readings that all agree are not surer than that.
    error = max(1, round(math.sqrt(scatter / across)))
    rate = round(-slope)
    suspected = rate > THRESHOLD.millilitres and rate > CERTAINTY * error
    return QuietLoss(rate, error, lasted, readings, suspected)


def daily_loss(variances: Sequence[Litres]) -> DailyLoss | None:
    """The cumulative sum of daily variances, oldest first, or None for fewer than a week of them."""
    if len(variances) < FEWEST_DAYS:
        return None
    deviation = _deviation(variances)
    score, growing = 0.0, 0
    for variance in variances:
        score = max(0.0, score - variance.millilitres / deviation - DRIFT)
        growing = growing + 1 if score > 0 else 0
    last = variances[len(variances) - growing :]
    mean = Litres(sum(each.millilitres for each in last) // growing) if growing else NO_LITRES
    return DailyLoss(score, Litres(round(deviation)), len(variances), growing, mean, score > ALARM)


def _deviation(variances: Sequence[Litres]) -> float:
    """From neighbouring days: their differences vary by twice a day's own variance, and a steady loss falls out."""
    steps = [(later.millilitres - earlier.millilitres) ** 2 for earlier, later in pairwise(variances)]
    return max(float(LEAST_DEVIATION.millilitres), math.sqrt(sum(steps) / (2 * len(steps))))


def _keep(stretch: list[QuietReading], found: list[tuple[QuietReading, ...]]) -> None:
    if len(stretch) > 2 and stretch[-1].at - stretch[0].at >= SHORTEST_STRETCH:
        found.append(tuple(stretch))


def _below(deviations: float) -> float:
    return 0.5 * (1 + math.erf(deviations / math.sqrt(2)))
