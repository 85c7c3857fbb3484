"""Satellite positions as the mainland's maps have them, and distances."""

from hypothesis import given
from hypothesis import strategies as st

from core.domain.coordinates import Point, from_satellite


def test_a_published_pair_is_met_to_the_last_digit() -> None:
    point = from_satellite(39.90445824169115, 116.21444326466906)
    assert abs(point.lat - 39.90569596220289) < 1e-9
    assert abs(point.lng - 116.22051284252636) < 1e-9


def test_abroad_nothing_is_moved() -> None:
    assert from_satellite(48.8566, 2.3522) == Point(48.8566, 2.3522)
    assert from_satellite(-33.86, 151.2) == Point(-33.86, 151.2)


@given(st.floats(18.5, 53.0), st.floats(75.0, 134.0))
def test_in_the_mainland_a_position_moves_by_hundreds_of_metres(lat: float, lng: float) -> None:
    moved = from_satellite(lat, lng).metres_to(Point(lat, lng))
    assert 20 < moved < 1_500


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180))
def test_a_way_is_as_long_as_back(a: float, b: float, c: float, d: float) -> None:
    here, there = Point(a, b), Point(c, d)
    assert here.metres_to(there) == there.metres_to(here) <= 20_015_115
    assert here.metres_to(here) == 0


def test_half_way_round_the_earth_is_twenty_thousand_kilometres() -> None:
    assert Point(0, 0).metres_to(Point(0, 180)) == 20_015_114
