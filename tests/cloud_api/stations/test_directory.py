"""Drivers find stations, prices and pumps."""

import pytest

from tests.cloud_api.conftest import Cloud, code_of


def test_the_nearest_station_comes_first(cloud: Cloud) -> None:
    far, near = cloud.station(), cloud.station()
    far.describe(lat=25.20)
    near.describe(lat=25.06)
    found = cloud.get("/v1/stations", lat=25.05, lng=102.72)["stations"]
    assert [one["id"] for one in found] == [near.id, far.id]
    assert found[0]["distance_m"] == 1112
    assert cloud.get("/v1/stations", lat=25.05, lng=102.72, limit=1)["stations"] == found[:1]


def test_without_a_place_there_is_no_distance(cloud: Cloud) -> None:
    cloud.station()
    assert cloud.get("/v1/stations")["stations"][0]["distance_m"] is None


def test_only_stations_that_sell_the_grade_are_found(cloud: Cloud) -> None:
    cloud.station()
    assert len(cloud.get("/v1/stations", grade="G95")["stations"]) == 1
    assert cloud.get("/v1/stations", grade="D0")["stations"] == []


def test_a_station_shows_its_pumps_its_prices_and_the_coming_price(cloud: Cloud) -> None:
    station = cloud.station()
    coming = [
        {"grade": "G92", "price_li": 7990, "at": "2099-02-01T00:00:00Z"},
        {"grade": "G92", "price_li": 7950, "at": "2099-01-01T00:00:00Z"},
        {"grade": "G95", "price_li": 8000, "at": "2020-01-01T00:00:00Z"},
    ]
    station.tell(station.prices(coming, G92=7810, G95=8330))
    shown = cloud.get(f"/v1/stations/{station.id}")
    assert shown["prices"] == [
        {
            "grade": "G92",
            "name": "92号汽油",
            "price_li": 7810,
            "coming": {"price_li": 7950, "at": "2099-01-01T00:00:00Z"},
        },
        {"grade": "G95", "name": "95号汽油", "price_li": 8330, "coming": None},
    ]
    assert shown["pumps"] == [
        {
            "pump": 1,
            "nozzles": [
                {"nozzle": 1, "grade": "G92", "name": "92号汽油", "price_li": 7810},
                {"nozzle": 2, "grade": "G95", "name": "95号汽油", "price_li": 8330},
            ],
        }
    ]


def test_a_price_board_that_was_overtaken_changes_nothing(cloud: Cloud) -> None:
    station = cloud.station()
    late = station.prices(G92=1111)
    [refused] = station.tell({**late, "version": 999})["refused"]
    assert refused["id"] == late["id"]
    cloud.clock.pass_seconds(1)
    station.tell(station.prices(G92=7900))
    # The station's manager lets it be sent once more.
    assert station.tell(late)["accepted"] == [late["id"]]
    assert [one["price_li"] for one in cloud.get(f"/v1/stations/{station.id}")["prices"]] == [7900]


def test_a_board_counts_also_when_the_stations_clock_was_set_back(cloud: Cloud) -> None:
    station = cloud.station()
    before = station.prices(G92=7900)
    tomorrow = {**station.prices(G92=1111), "at": "2099-01-01T00:00:00Z"}
    station.tell(tomorrow)
    assert station.tell(before)["accepted"] == [before["id"]]
    assert [one["price_li"] for one in cloud.get(f"/v1/stations/{station.id}")["prices"]] == [7900]


def test_a_station_is_open_while_it_is_linked(cloud: Cloud) -> None:
    station = cloud.station()
    assert cloud.get(f"/v1/stations/{station.id}")["open"] is True
    cloud.clock.pass_seconds(121)
    assert cloud.get(f"/v1/stations/{station.id}")["open"] is False
    station.mailbox()
    assert cloud.get(f"/v1/stations/{station.id}")["open"] is True


def test_a_station_that_is_not_there_is_not_found(cloud: Cloud) -> None:
    assert code_of(cloud.get("/v1/stations/" + "0" * 32, 404)) == "station_not_found"
    assert code_of(cloud.get("/v1/stations/%00", 422)) == "malformed_request"


@pytest.mark.parametrize("place", [{"lat": "nan", "lng": 0}, {"lat": 91, "lng": 0}, {"lat": 0, "lng": "x"}])
def test_a_place_that_is_none_is_refused(cloud: Cloud, place: dict[str, object]) -> None:
    assert code_of(cloud.get("/v1/stations", 422, **place)) == "malformed_request"
