"""Search, addresses and ways, with the map service, without it, and when its quota is used up."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from cloud_api.places.service import Places
from cloud_api.places.tencent import TencentMap, signature
from cloud_api.simulated.keys import map_customer
from cloud_api.simulated.tencent_map import TencentMapService
from core.domain.coordinates import Point
from tests.cloud_api.conftest import Cloud, Town
from tests.conftest import ExpectLog

HERE = Point(25.0300, 102.7000)


@pytest.fixture
def service(town: Town) -> Iterator[tuple[TencentMapService, str]]:
    simulated = TencentMapService(town.keys, town.clock)
    with town.loop.serving(simulated) as url:
        yield simulated, url


def _map(town: Town, url: str, secret: str | None = None) -> TencentMap:
    customer = map_customer(town.keys)
    return TencentMap(url, customer.key, customer.secret if secret is None else secret)


def test_the_signature_is_made_as_the_service_describes() -> None:
    """Parameters sorted by name and not encoded, the secret at the end."""
    query = {"location": "28.7033487,115.8660847", "key": "5Q5BZ-5EVWJ", "get_poi": "0"}
    assert signature("/ws/geocoder/v1/", query, "SWvT26ypwq5Nwb5RvS8cLi6NSoH8HlJX") == (
        signature(
            "/ws/geocoder/v1/",
            dict(sorted(query.items())) | {"sig": "anything"},
            "SWvT26ypwq5Nwb5RvS8cLi6NSoH8HlJX",
        )
    )


def test_places_and_ways_come_from_the_map_and_are_asked_once(
    town: Town, cloud: Cloud, service: tuple[TencentMapService, str]
) -> None:
    simulated, url = service
    near, far = cloud.station(), cloud.new_station("昆明南站")[0]
    places = Places(cloud.database, town.clock, _map(town, url))
    found = town.loop.run(places.search("北京路", HERE))
    assert found[0].station_id is not None
    assert "昆明站" in {one.place.title for one in found}
    ways = town.loop.run(places.ways(HERE, [near.id, far]))
    assert {one.is_estimated for one in ways} == {False}
    assert [one.metres for one in ways] == sorted(one.metres for one in ways)
    town.loop.run(places.ways(HERE, [near.id, far]))
    assert simulated.asked.count("/ws/distance/v1/matrix") == 1
    assert "附近" in town.loop.run(places.address_at(HERE))
    town.loop.run(places.close())


def test_without_a_map_our_own_stations_are_found_and_ways_are_estimated(town: Town, cloud: Cloud) -> None:
    station = cloud.station()
    places = Places(cloud.database, town.clock, None)
    assert [one.station_id for one in town.loop.run(places.search("昆明 北站", None))] == [station.id]
    assert town.loop.run(places.search("nowhere", HERE)) == []
    (way,) = town.loop.run(places.ways(HERE, [station.id, "0" * 32]))
    straight = HERE.metres_to(Point(25.05, 102.72))
    assert way.is_estimated
    assert straight < way.metres < 2 * straight
    assert town.loop.run(places.address_at(HERE)) == ""


def test_a_used_up_quota_or_a_wrong_key_costs_nothing_but_the_estimate(
    town: Town, cloud: Cloud, service: tuple[TencentMapService, str], expected_log: ExpectLog
) -> None:
    expected_log("the map service refused")
    station, (_simulated, url) = cloud.station(), service
    with httpx.Client(base_url=url, verify=False) as client:  # noqa: S501 - plain HTTP
        client.post("/control/quota", json={"left": 0}).raise_for_status()
    for map_service in (_map(town, url), _map(town, url, "wrong")):
        places = Places(cloud.database, town.clock, map_service)
        assert [one.is_estimated for one in town.loop.run(places.ways(HERE, [station.id]))] == [True]
        assert [one.station_id for one in town.loop.run(places.search("北京路", HERE))] == [station.id]
        town.loop.run(places.close())


def test_a_satellites_position_is_turned_once(cloud: Cloud) -> None:
    driver, station = cloud.driver(), cloud.station()
    asked: dict[str, Any] = {"lat": 25.03, "lng": 102.70}
    told = driver.get("/v1/places/address", **asked, coordinates="wgs84")
    assert 200 < Point(25.03, 102.70).metres_to(Point(told["lat"], told["lng"])) < 800
    assert driver.get("/v1/places/address", **asked)["lat"] == 25.03
    (way,) = driver.get("/v1/places/ways", **asked, station=station.id)
    assert (way["station_id"], way["is_estimated"]) == (station.id, True)
    assert driver.get("/v1/places", q="北站")[0]["station_id"] == station.id
    driver.get("/v1/places/address", 422, lat=91, lng=0)
