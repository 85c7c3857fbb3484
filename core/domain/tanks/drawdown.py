"""How long what lies in a tank lasts, by what was drawn at the same hours of the last weeks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.litres import NO_LITRES, Litres

HOURS_OF_A_WEEK = 168
WEEKS = 4
FURTHEST = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Draw:
    """Litres drawn in each hour of the week (0 is Monday from 00:00, station time), summed over `weeks` weeks."""

    by_hour: Mapping[int, Litres]
    weeks: int

    def time_left(self, usable: Litres, now: datetime) -> timedelta | None:
        """How long `usable` lasts from `now` (station time), to the minute; None for more than two weeks.

        Within an hour the draw is taken as even, so the answer is no better than the hours are like those before them.
        """
        if usable <= NO_LITRES:
            return timedelta(0)
        if self.weeks <= 0:
            return None
        left = usable.millilitres * self.weeks
        at, passed = now, timedelta(0)
        while passed < FURTHEST:
            drawn = self.by_hour.get(hour_of_week(at), NO_LITRES).millilitres
            rest = 3600 - at.minute * 60 - at.second
            taken = drawn * rest // 3600
            if taken >= left and drawn > 0:
                return passed + timedelta(minutes=left * 60 // drawn)
            left -= taken
            step = timedelta(seconds=rest)
            at, passed = at + step, passed + step
        return None


def hour_of_week(moment: datetime) -> int:
    """0 for Monday from midnight, by the moment's own zone."""
    return moment.weekday() * 24 + moment.hour
