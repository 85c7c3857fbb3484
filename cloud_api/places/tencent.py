"""Tencent's location service (WebService API), every request signed with the account's secret key (SN)."""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx

from core.domain.coordinates import Point

_log = logging.getLogger(__name__)
_SECONDS = 3.0
# The service takes no more in one question of the form one-to-many.
MOST_TARGETS = 200
_MOST_FOUND = 20


class MapSilent(Exception):
    """No answer, or none that can be used: we do without."""


@dataclass(frozen=True, slots=True)
class Place:
    """Something on the map."""

    title: str
    address: str
    point: Point


@dataclass(frozen=True, slots=True)
class Way:
    """By road."""

    metres: int
    seconds: int


class TencentMap:
    """Raises MapSilent from everything: a full quota, a wrong key and a cut line are the same to whoever asks."""

    def __init__(self, base_url: str, key: str, secret: str) -> None:
        self._base_url, self._key, self._secret = base_url.rstrip("/"), key, secret
        self._client: httpx.AsyncClient | None = None

    async def search(self, text: str, near: Point | None) -> list[Place]:
        """Places by what they are called, the nearest of them first where a place is given."""
        asked = {"keyword": text, "page_size": str(_MOST_FOUND)}
        if near is not None:
            asked["boundary"] = f"nearby({_said(near)},20000,1)"
            asked["orderby"] = "_distance"
        else:
            asked["boundary"] = "region(全国,0)"
        answer = await self._ask("/ws/place/v1/search", asked)
        return [_place(one) for one in _rows(answer, "data")]

    async def located(self, address: str) -> Point:
        """Where an address is."""
        answer = await self._ask("/ws/geocoder/v1/", {"address": address})
        return _point(_table(answer, "result").get("location"))

    async def address_at(self, point: Point) -> str:
        answer = await self._ask("/ws/geocoder/v1/", {"location": _said(point)})
        result = _table(answer, "result")
        formatted = result.get("formatted_addresses")
        recommended = formatted.get("recommend") if isinstance(formatted, dict) else None
        return str(recommended or result.get("address") or "")

    async def driving(self, start: Point, to: Sequence[Point]) -> list[Way | None]:
        """The way to each of them, in their order; nothing where there is no road."""
        asked = {"mode": "driving", "from": _said(start), "to": ";".join(_said(point) for point in to)}
        answer = await self._ask("/ws/distance/v1/matrix", asked)
        rows = _rows(_table(answer, "result"), "rows")
        elements = _rows(rows[0], "elements") if rows else []
        if len(elements) != len(to):
            raise MapSilent("another number of ways than asked for")
        return [_way(one) for one in elements]

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def _ask(self, path: str, asked: Mapping[str, str]) -> Mapping[str, Any]:
        query = {**asked, "key": self._key, "output": "json"}
        query["sig"] = signature(path, query, self._secret)
        try:
            answer = await self._http().get(f"{self._base_url}{path}?{urlencode(query)}")
            answer.raise_for_status()
            said = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise MapSilent(type(error).__name__) from error
        if not isinstance(said, dict) or said.get("status") != 0:
            what = said.get("status") if isinstance(said, dict) else "no table"
            message = said.get("message") if isinstance(said, dict) else ""
            _log.warning("the map service refused %s: %s %s", path, what, message)
            raise MapSilent(str(what))
        return said

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=_SECONDS, trust_env=False)
        return self._client


def signature(path: str, query: Mapping[str, str], secret: str) -> str:
    """md5 over the path and the sorted parameters as they read before they are encoded, and the secret key."""
    written = "&".join(f"{name}={query[name]}" for name in sorted(query) if name != "sig")
    return hashlib.md5(f"{path}?{written}{secret}".encode(), usedforsecurity=False).hexdigest()


def _said(point: Point) -> str:
    # Latitude first, unlike almost everybody else; seven digits are a centimetre.
    return f"{point.lat:.7f},{point.lng:.7f}"


def _place(row: Mapping[str, Any]) -> Place:
    return Place(str(row.get("title") or ""), str(row.get("address") or ""), _point(row.get("location")))


def _point(said: Any) -> Point:
    try:
        return Point(float(said["lat"]), float(said["lng"]))
    except (TypeError, KeyError, ValueError) as error:
        raise MapSilent("a place without a position") from error


def _way(row: Mapping[str, Any]) -> Way | None:
    metres, seconds = row.get("distance"), row.get("duration")
    if not isinstance(metres, int) or not isinstance(seconds, int) or metres < 0 or row.get("status", 0):
        return None
    return Way(metres, seconds)


def _table(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = said.get(name)
    if not isinstance(found, dict):
        raise MapSilent(f"no {name}")
    return found


def _rows(said: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = said.get(name)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise MapSilent(f"no {name}")
    return found
