"""Figures as a person reads them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.wording import formats
from core.wording.catalogue import in_language


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "￥0.00"),
        (5, "￥0.05"),
        (123450, "￥1,234.50"),
        (-1200, "-￥12.00"),
        (10**11, "￥1,000,000,000.00"),
    ],
)
def test_money_has_its_sign_its_groups_and_two_decimals(fen, text):
    assert formats.money(Money(fen)) == text


@given(some.integers(min_value=-(10**15), max_value=10**15))
def test_money_loses_no_fen(fen):
    digits = formats.money_without_sign(Money(fen)).replace(",", "").replace(".", "")
    assert int(digits) == fen


@pytest.mark.parametrize(
    ("millilitres", "text"),
    [(32450, "32.45"), (0, "0.00"), (10, "0.01"), (32456, "32.456"), (1000, "1.00"), (-500, "-0.50")],
)
def test_litres_show_hundredths_and_thousandths_only_where_there_are_any(millilitres, text):
    assert formats.litres(Litres(millilitres)) == f"{text} 升"
    with in_language("en"):
        assert formats.litres(Litres(millilitres)) == f"{text} L"


@pytest.mark.parametrize(("li", "text"), [(8170, "8.17"), (8175, "8.175"), (8000, "8.00")])
def test_a_unit_price_is_told_in_yuan_a_litre(li, text):
    assert formats.unit_price(UnitPrice(li)) == f"{text} 元/升"
    with in_language("en"):
        assert formats.unit_price(UnitPrice(li)) == f"{text} yuan/L"


AFTER_MIDNIGHT_IN_CHINA = datetime(2026, 11, 22, 16, 5, 9, tzinfo=UTC)


def test_moments_are_told_by_the_clock_of_the_station():
    assert formats.moment(AFTER_MIDNIGHT_IN_CHINA) == "2026-11-23 00:05"
    assert formats.moment_to_the_second(AFTER_MIDNIGHT_IN_CHINA) == "2026-11-23 00:05:09"
    assert formats.short_moment(AFTER_MIDNIGHT_IN_CHINA) == "11-23 00:05"
    assert formats.time_of_day(AFTER_MIDNIGHT_IN_CHINA) == "00:05"
    assert formats.day(AFTER_MIDNIGHT_IN_CHINA) == "2026-11-23"
    assert formats.day(date(2026, 11, 22)) == "2026-11-22"


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="no zone"):
        formats.moment(AFTER_MIDNIGHT_IN_CHINA.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("waited", "text"),
    [
        (timedelta(seconds=42.9), "00:42"),
        (timedelta(minutes=1, seconds=30), "01:30"),
        (timedelta(hours=1, minutes=5, seconds=9), "1:05:09"),
        (timedelta(seconds=-3), "00:00"),
    ],
)
def test_a_wait_is_told_in_minutes_and_seconds(waited, text):
    assert formats.waiting_time(waited) == text
