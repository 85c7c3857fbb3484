"""A map service that speaks Tencent's wire: python -m cloud_api.simulated.tencent_map --keys DIR.

It knows a small town, reckons ways along a grid of streets, and refuses what the real one refuses: a wrong key (311), a
wrong signature (111), a malformed question (310), too many questions (120, by /control/quota).
"""

import argparse
import hashlib
import secrets
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from pydantic import BaseModel
from starlette.types import ASGIApp

from cloud_api.clock import Clock
from cloud_api.simulated.keys import map_customer
from cloud_api.simulated.process import run
from core.domain.coordinates import Point

_TOWN = (
    ("昆明站", "云南省昆明市官渡区北京路", Point(25.0177, 102.7215)),
    ("翠湖公园", "云南省昆明市五华区翠湖南路67号", Point(25.0497, 102.7033)),
    ("昆明长水国际机场", "云南省昆明市官渡区长水", Point(25.1019, 102.9292)),
    ("北京路加油站", "云南省昆明市盘龙区北京路", Point(25.0601, 102.7189)),
)
_METRES_A_SECOND = 10
_NEAR_METRES = 30_000
_MOST_TARGETS = 200


class Quota(BaseModel):
    """POST /control/quota: so many questions are answered, then none."""

    left: int


class TencentMapService:
    """Answers like apis.map.qq.com."""

    def __init__(self, keys: Path, _clock: Clock) -> None:
        self._customer = map_customer(keys)
        self._left: int | None = None
        self.asked: list[str] = []
        app = FastAPI(title="Simulated map service", docs_url=None, redoc_url=None, openapi_url=None)
        app.add_api_route("/ws/place/v1/search", self._search, methods=["GET"])
        app.add_api_route("/ws/geocoder/v1/", self._geocode, methods=["GET"])
        app.add_api_route("/ws/distance/v1/matrix", self._matrix, methods=["GET"])
        app.add_api_route("/control/quota", self._quota, methods=["POST"])
        self.app: ASGIApp = app

    async def start(self, _url: str) -> None:
        pass

    async def stop(self) -> None:
        pass

    async def _search(self, request: Request) -> dict[str, Any]:
        if refused := self._refused(request):
            return refused
        word, boundary = request.query_params.get("keyword", ""), request.query_params.get("boundary", "")
        if not word or not boundary:
            return _no(306, "请求有护持信息请检查字符串")
        near = (
            _point(",".join(boundary.removeprefix("nearby(").split(",")[:2]))
            if "nearby" in boundary
            else None
        )
        found = [one for one in _TOWN if word in one[0] or word in one[1]]
        if near is not None:
            found = sorted(
                (one for one in found if near.metres_to(one[2]) < _NEAR_METRES),
                key=lambda one: near.metres_to(one[2]),
            )
        data = [
            {"id": str(index), "title": title, "address": address, "location": _located(point)}
            for index, (title, address, point) in enumerate(found)
        ]
        return {"status": 0, "message": "Success", "count": len(data), "data": data}

    async def _geocode(self, request: Request) -> dict[str, Any]:
        if refused := self._refused(request):
            return refused
        asked = request.query_params
        if address := asked.get("address"):
            found = [one for one in _TOWN if address in one[1] or address in one[0]]
            if not found:
                return _no(347, "查询无结果")
            return {"status": 0, "message": "Success", "result": {"location": _located(found[0][2])}}
        point = _point(asked.get("location", ""))
        if point is None:
            return _no(310, "请求参数信息有误")
        title, address, _where = min(_TOWN, key=lambda one: point.metres_to(one[2]))
        told = {"address": address, "formatted_addresses": {"recommend": f"{address}({title}附近)"}}
        return {"status": 0, "message": "Success", "result": told}

    async def _matrix(self, request: Request) -> dict[str, Any]:
        if refused := self._refused(request):
            return refused
        asked = request.query_params
        start = _point(asked.get("from", ""))
        to = [_point(one) for one in asked.get("to", "").split(";")]
        if start is None or None in to or not 0 < len(to) <= _MOST_TARGETS or asked.get("mode") != "driving":
            return _no(310, "请求参数信息有误")
        elements = [self._way(start, point) for point in to if point is not None]
        return {"status": 0, "message": "Success", "result": {"rows": [{"elements": elements}]}}

    @staticmethod
    def _way(start: Point, to: Point) -> dict[str, int]:
        """First north, then east."""
        corner = Point(to.lat, start.lng)
        metres = start.metres_to(corner) + corner.metres_to(to)
        return {"distance": metres, "duration": metres // _METRES_A_SECOND}

    def _refused(self, request: Request) -> dict[str, Any] | None:
        query = dict(request.query_params)
        self.asked.append(request.url.path)
        if query.get("key") != self._customer.key:
            return _no(311, "key格式错误")
        pairs = [f"{name}={value}" for name, value in sorted(query.items()) if name != "sig"]
        text = request.url.path + "?" + "&".join(pairs) + self._customer.secret
        signed = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        if not secrets.compare_digest(query.get("sig", "").encode(), signed.encode()):
            return _no(111, "签名验证失败")
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                return _no(120, "此key每秒请求量已达到上限")
        return None

    async def _quota(self, quota: Quota) -> dict[str, bool]:
        self._left = quota.left
        return {"ok": True}


def _no(status: int, message: str) -> dict[str, Any]:
    return {"status": status, "message": message}


def _located(point: Point) -> dict[str, float]:
    return {"lat": point.lat, "lng": point.lng}


def _point(text: str) -> Point | None:
    try:
        lat, lng = (float(one) for one in text.split(","))
        return Point(lat, lng)
    except ValueError:
        return None


def _build(arguments: argparse.Namespace, clock: Clock) -> TencentMapService:
    return TencentMapService(arguments.keys, clock)


if __name__ == "__main__":
    run("Simulated map service (Tencent's wire).", _build)
