"""A moment as it is typed, by the station's clock."""

import re
from datetime import datetime, timedelta

from core.wording.formats import STATION_ZONE, moment

PATTERN = r"\d{0,4}-?\d{0,2}-?\d{0,2} ?\d{0,2}:?\d{0,2}"
_TYPED = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{2})")


def moment_of(text: str) -> datetime | None:
    """``2026-11-23 08:00``, or ``24:00`` for the end of a day; None where that is not (yet) a moment."""
    match = _TYPED.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute = (int(part) for part in match.groups())
    ends_day = (hour, minute) == (24, 0)
    try:
        typed = datetime(year, month, day, 0 if ends_day else hour, minute, tzinfo=STATION_ZONE)
    except ValueError:
        return None
    return next_midnight(typed) if ends_day else typed


def as_typed(when: datetime) -> str:
    """The moment as one would type it."""
    return moment(when)


def next_midnight(now: datetime) -> datetime:
    """24:00 of the station's day."""
    local = now.astimezone(STATION_ZONE) + timedelta(days=1)
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def next_hour(now: datetime) -> datetime:
    """The station's next full hour."""
    local = now.astimezone(STATION_ZONE) + timedelta(hours=1)
    return local.replace(minute=0, second=0, microsecond=0)
