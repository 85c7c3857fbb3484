"""Working days of China, and the tenth of them on which the state sets guide prices."""

from datetime import date

import pytest

from core.domain.price_window import WorkCalendar, price_window
from core.station.price_settings import price_rules

SECTION = {
    "second_person": True,
    "take_back_minutes": 0,
    "window_reminder": True,
    "known_window": "2026-01-20",
    "holidays": [],
    "worked": [],
    "calendar_until": "2026-12-31",
}


def _calendar(**changed: object) -> WorkCalendar:
    calendar = price_rules({**SECTION, **changed}).calendar
    assert calendar is not None
    return calendar


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-02-13", True),
        ("2026-02-14", True),  # a Saturday worked for Spring Festival
        ("2026-02-16", False),
        ("2026-02-23", False),
        ("2026-02-28", True),
        ("2026-03-01", False),
        ("2026-10-07", False),
        ("2026-10-10", True),
    ],
)
def test_days_on_which_people_work(day: str, works: bool) -> None:
    assert _calendar().works(date.fromisoformat(day)) is works


def test_windows_follow_each_other_by_ten_working_days() -> None:
    """As of the windows of January; a worked Saturday counts, as it did in February 2025 and October 2025."""
    found = list(_calendar().windows(date(2026, 1, 6)))
    assert found[:4] == [date(2026, 1, 20), date(2026, 2, 3), date(2026, 2, 24), date(2026, 3, 9)]
    assert all(_calendar().works(day) for day in found)


def test_where_today_stands() -> None:
    known = date(2026, 1, 20)
    on_the_day = price_window(_calendar(), known, date(2026, 2, 3))
    assert (on_the_day.last, on_the_day.next) == (date(2026, 2, 3), date(2026, 2, 24))
    assert on_the_day.is_today(date(2026, 2, 3))
    assert not price_window(_calendar(), known, date(2026, 2, 4)).is_today(date(2026, 2, 4))


def test_beyond_the_calendar_no_next_window_is_made_up() -> None:
    assert price_window(_calendar(), date(2026, 1, 20), date(2027, 1, 8)).next is None
    longer = _calendar(holidays=["2027-01-01"], calendar_until="2027-01-31")
    assert price_window(longer, date(2026, 1, 20), date(2026, 12, 31)).next is not None


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="month"):
        price_rules({**SECTION, "holidays": ["2027-13-01"]})
    with pytest.raises(ValueError, match="-1"):
        price_rules({**SECTION, "take_back_minutes": -1})
