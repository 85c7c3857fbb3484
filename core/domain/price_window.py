"""The days on which the state sets new guide prices: every tenth working day, in force at that day's 24:00."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

WORKING_DAYS = 10
_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """China's working days: weekdays without the holidays, and the weekend days on which people work for them.

    It knows only the years for which the State Council's notice was keyed in: `until` is the last day it can tell of.
    """

    holidays: frozenset[date]
    worked: frozenset[date]
    until: date

    def works(self, day: date) -> bool:
        """Whether people work on that day."""
        return day in self.worked or (day.weekday() < _SATURDAY and day not in self.holidays)

    def windows(self, known: date) -> Iterator[date]:
        """The window days after one that is known, as far as the calendar reaches."""
        day, counted = known, 0
        while day < self.until:
            day += _DAY
            if self.works(day):
                counted += 1
                if counted == WORKING_DAYS:
                    counted = 0
                    yield day


@dataclass(frozen=True, slots=True)
class PriceWindow:
    """Where a day stands between two windows. `next` is None where the calendar does not reach so far."""

    last: date
    next: date | None

    def is_today(self, today: date) -> bool:
        """Whether prices may change at this day's 24:00."""
        return self.last == today


def price_window(calendar: WorkCalendar, known: date, today: date) -> PriceWindow:
    """The last window up to today (today's own included) and the next one after it."""
    last = known
    for day in calendar.windows(known):
        if day > today:
            return PriceWindow(last, day)
        last = day
    return PriceWindow(last, None)
