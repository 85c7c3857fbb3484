"""[prices] of station.toml, and the State Council's calendar of 2026."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from core.domain.price_view import PriceRules
from core.domain.price_window import WorkCalendar

# Notice of the General Office of the State Council of 2025-11-04. Days that would be free anyway stand there too.
_HOLIDAYS_2026 = (
    ("2026-01-01", 3),
    ("2026-02-15", 9),
    ("2026-04-04", 3),
    ("2026-05-01", 5),
    ("2026-06-19", 3),
    ("2026-09-25", 3),
    ("2026-10-01", 7),
)
_WORKED_2026 = ("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10")


def price_rules(values: Mapping[str, Any]) -> PriceRules:
    """What the section asks for. Raises ValueError for a day that is none, or minutes below zero."""
    if values["take_back_minutes"] < 0:
        raise ValueError(str(values["take_back_minutes"]))
    holidays = {
        date.fromisoformat(first) + timedelta(days=number)
        for first, days in _HOLIDAYS_2026
        for number in range(days)
    }
    holidays |= {date.fromisoformat(day) for day in values["holidays"]}
    worked = {date.fromisoformat(day) for day in (*_WORKED_2026, *values["worked"])}
    calendar = WorkCalendar(
        frozenset(holidays), frozenset(worked), date.fromisoformat(values["calendar_until"])
    )
    minutes = values["take_back_minutes"]
    return PriceRules(
        second_person=values["second_person"],
        take_back_after=timedelta(minutes=minutes) if minutes else None,
        calendar=calendar if values["window_reminder"] else None,
        known_window=date.fromisoformat(values["known_window"]),
    )
