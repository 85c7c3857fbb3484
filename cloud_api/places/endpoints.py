"""Routes of places. A phone says once in which coordinates it speaks; every answer is in GCJ-02."""

from typing import Annotated, Literal, cast

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from cloud_api.access import SignedInDriver
from cloud_api.places.service import Places
from cloud_api.schemas import Given, KeyId
from core.domain.coordinates import Point, from_satellite

router = APIRouter(tags=["places"])

Coordinates = Annotated[
    Literal["gcj02", "wgs84"], Query(description="wgs84 is what a satellite says; it is turned here, once")
]
Latitude = Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False)]


class Place(Given):
    """A place of the map, or a station of ours."""

    title: str
    address: str
    lat: float = Field(description="GCJ-02 degrees.")
    lng: float = Field(description="GCJ-02 degrees.")
    distance_m: int | None
    station_id: KeyId | None


class Address(Given):
    """Empty where no map service tells it."""

    address: str
    lat: float
    lng: float


class Way(Given):
    """By road; estimated from the straight line where no map service tells it."""

    station_id: KeyId
    distance_m: int
    seconds: int
    is_estimated: bool


def _places(request: Request) -> Places:
    return cast(Places, request.app.state.places)


Service = Annotated[Places, Depends(_places)]


@router.get("/v1/places", summary="Find a place or a station by its name")
async def search(
    q: Annotated[str, Query(min_length=1, max_length=60)],
    _driver: SignedInDriver,
    places: Service,
    lat: Annotated[float | None, Query(ge=-90, le=90, allow_inf_nan=False)] = None,
    lng: Annotated[float | None, Query(ge=-180, le=180, allow_inf_nan=False)] = None,
    coordinates: Coordinates = "gcj02",
) -> list[Place]:
    near = None if lat is None or lng is None else _point(lat, lng, coordinates)
    return [
        Place(
            title=one.place.title,
            address=one.place.address,
            lat=one.place.point.lat,
            lng=one.place.point.lng,
            distance_m=one.metres,
            station_id=one.station_id,
        )
        for one in await places.search(q, near)
    ]


@router.get("/v1/places/address", summary="What stands at a position")
async def address(
    lat: Latitude,
    lng: Longitude,
    _driver: SignedInDriver,
    places: Service,
    coordinates: Coordinates = "gcj02",
) -> Address:
    point = _point(lat, lng, coordinates)
    return Address(address=await places.address_at(point), lat=point.lat, lng=point.lng)


@router.get("/v1/places/ways", summary="The way by road to stations, shortest first")
async def ways(
    lat: Latitude,
    lng: Longitude,
    station: Annotated[list[KeyId], Query(min_length=1, max_length=50)],
    _driver: SignedInDriver,
    places: Service,
    coordinates: Coordinates = "gcj02",
) -> list[Way]:
    return [
        Way(
            station_id=one.station_id,
            distance_m=one.metres,
            seconds=one.seconds,
            is_estimated=one.is_estimated,
        )
        for one in await places.ways(_point(lat, lng, coordinates), station)
    ]


def _point(lat: float, lng: float, coordinates: str) -> Point:
    return from_satellite(lat, lng) if coordinates == "wgs84" else Point(lat, lng)
