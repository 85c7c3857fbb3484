"""Search, addresses and ways; what the map service does not answer is made of what we know ourselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cloud_api.clock import Clock
from cloud_api.database import Database
from cloud_api.places.tencent import MOST_TARGETS, MapSilent, Place, TencentMap, Way
from cloud_api.stations import repository as stations
from cloud_api.stations.repository import StationRow
from core.domain.coordinates import Point

# Roads are longer than the crow's flight: by four tenths in town, and half a minute a kilometre is 40 km an hour.
_DETOUR_TENTHS = 14
_METRES_A_SECOND = 11
_KEPT = timedelta(minutes=10)
_MOST_KEPT = 5_000
_MOST_FOUND = 20
# A hundred metres or so: who moves less need not be reckoned anew.
_GRID = 3


@dataclass(frozen=True, slots=True)
class StationWay:
    """The way to a station; `is_estimated` where no map has told it."""

    station_id: str
    metres: int
    seconds: int
    is_estimated: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A place, or a station of ours by its id."""

    place: Place
    metres: int | None
    station_id: str | None = None


class Places:
    """Works without a map service, and goes on when it falls silent."""

    def __init__(self, database: Database, clock: Clock, map_service: TencentMap | None) -> None:
        self._database, self._clock, self._map = database, clock, map_service
        # Only to spare the quota: a worker that has none asks again.
        self._ways: dict[tuple[float, float, str], tuple[datetime, Way]] = {}

    async def search(self, text: str, near: Point | None) -> list[Found]:
        """Our own stations first, by name or address; then the map's places."""
        rows = await self._database.read(stations.all_stations)
        words = text.split()
        own = [
            Found(Place(row.name, row.address, _where(row)), _metres(near, _where(row)), row.id)
            for row in rows
            if words and all(word in row.name or word in row.address for word in words)
        ]
        own.sort(key=lambda one: (one.metres or 0, one.station_id or ""))
        places: Sequence[Place] = ()
        if self._map is not None:
            try:
                places = await self._map.search(text, near)
            except MapSilent:
                places = ()
        found = own[:_MOST_FOUND]
        found += [Found(place, _metres(near, place.point)) for place in places]
        return found

    async def address_at(self, point: Point) -> str:
        """What stands there; empty where no map tells it."""
        if self._map is None:
            return ""
        try:
            return await self._map.address_at(point)
        except MapSilent:
            return ""

    async def ways(self, start: Point, station_ids: Sequence[str]) -> list[StationWay]:
        """The way by road to each station that there is, shortest first."""
        wanted = set(station_ids)
        rows = [row for row in await self._database.read(stations.all_stations) if row.id in wanted]
        known = self._known(start, rows)
        asked = [row for row in rows if row.id not in known][:MOST_TARGETS]
        if self._map is not None and asked:
            try:
                told = await self._map.driving(start, [_where(row) for row in asked])
            except MapSilent:
                told = []
            for row, way in zip(asked, told, strict=False):
                if way is not None:
                    known[row.id] = way
                    self._keep(start, row, way)
        ways = [
            StationWay(row.id, known[row.id].metres, known[row.id].seconds, False)
            if row.id in known
            else _estimated(start, row)
            for row in rows
        ]
        return sorted(ways, key=lambda one: (one.seconds, one.station_id))

    async def close(self) -> None:
        if self._map is not None:
            await self._map.close()

    def _known(self, start: Point, rows: Sequence[StationRow]) -> dict[str, Way]:
        fresh = self._clock.now() - _KEPT
        kept = {row.id: self._ways.get(_key(start, row)) for row in rows}
        return {station_id: one[1] for station_id, one in kept.items() if one is not None and one[0] > fresh}

    def _keep(self, start: Point, row: StationRow, way: Way) -> None:
        if len(self._ways) >= _MOST_KEPT:
            self._ways.clear()
        self._ways[_key(start, row)] = (self._clock.now(), way)


def _key(start: Point, row: StationRow) -> tuple[float, float, str]:
    return round(start.lat, _GRID), round(start.lng, _GRID), row.id


def _where(row: StationRow) -> Point:
    return Point(row.lat, row.lng)


def _metres(near: Point | None, point: Point) -> int | None:
    return None if near is None else near.metres_to(point)


def _estimated(start: Point, row: StationRow) -> StationWay:
    metres = start.metres_to(_where(row)) * _DETOUR_TENTHS // 10
    return StationWay(row.id, metres, metres // _METRES_A_SECOND, True)
