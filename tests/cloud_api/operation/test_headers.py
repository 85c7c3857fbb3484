"""What every answer's headers say."""

import asyncio
import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from cloud_api.app import create_app
from cloud_api.operation.headers import GuardedAnswers, page_policy
from cloud_api.settings import Settings
from tests.cloud_api.conftest import Cloud, Town


def test_an_answer_is_not_guessed_at_framed_or_kept(cloud: Cloud) -> None:
    public = cloud.client.get("/v1/stations")
    assert (public.headers["x-content-type-options"], public.headers["referrer-policy"]) == (
        "nosniff",
        "no-referrer",
    )
    assert "cache-control" not in public.headers
    assert public.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    driver = cloud.driver()
    own = cloud.client.get("/v1/orders", headers=driver.headers)
    assert (own.headers["cache-control"], own.headers["x-frame-options"]) == ("no-store", "DENY")
    assert "strict-transport-security" not in own.headers


def test_nothing_but_the_list_of_stations_is_kept_on_the_way_signed_in_or_not(cloud: Cloud) -> None:
    """Every route is asked by somebody who is nobody: what they are refused or told is kept nowhere."""
    kept = set()
    for path, methods in cloud.get("/openapi.json")["paths"].items():
        # What a provider tells is forged here, which is logged as such.
        for method in () if "callbacks" in path else methods:
            answer = cloud.client.request(method, re.sub(r"\{\w+\}", "0" * 32, path))
            if answer.headers.get("cache-control") != "no-store":
                kept.add(f"{method} {path}")
    ours = {"get /health", "get /ready", "get /metrics"}
    assert kept <= {*ours, "get /v1/stations", "get /v1/stations/{station_id}"}


def test_documents_are_there_unless_they_are_closed(town: Town, sqlite_url: str) -> None:
    settings = Settings(database=sqlite_url, sms=town.sms_settings, chores_seconds=60)
    for documents, status in (("open", 200), ("closed", 404)):
        app = create_app(replace(settings, documents=documents), town.clock)

        async def ask(app: FastAPI = app) -> list[int]:
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://cloud.example") as client:
                return [(await client.get(path)).status_code for path in ("/docs", "/redoc", "/openapi.json")]

        assert asyncio.run(ask()) == [status] * 3
        app.state.database.close()


async def _says(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"referrer-policy", b"origin")]})
    await send({"type": "http.response.body", "body": b""})


def test_by_https_browsers_are_told_to_stay_there_and_a_rooms_own_word_stands() -> None:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(GuardedAnswers(_says, site_url="https://cloud.example"))
        async with httpx.AsyncClient(transport=transport, base_url="https://cloud.example") as client:
            return await client.get("/")

    headers = asyncio.run(ask()).headers
    assert (headers["strict-transport-security"], headers["referrer-policy"]) == (
        "max-age=31536000",
        "origin",
    )


@pytest.mark.parametrize("path", ["/v1/station/doorbell", "/v1/orders/0/follow"])
def test_a_socket_that_another_sites_page_opens_is_refused_and_our_own_pages_is_not(
    cloud: Cloud, path: str
) -> None:
    address = cloud.url.replace("http", "ws") + path
    for foreign in ("https://evil.example", "null", "http://127.0.0.1:1"):
        with pytest.raises(InvalidStatus) as refused, connect(address, proxy=None, origin=Origin(foreign)):
            pass
        assert refused.value.response.status_code == 403
    own = Origin(f"http://{urlsplit(cloud.url).netloc}")
    with connect(address, proxy=None, origin=own) as socket:
        if path.endswith("follow"):
            socket.send("nobody")
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


def test_the_drivers_page_loads_nothing_of_others_and_names_its_own_socket() -> None:
    policy = page_policy("https://cloud.example/")
    assert "script-src 'self';" in policy
    assert "connect-src 'self' wss://cloud.example;" in policy
    assert "connect-src 'self';" in page_policy("")
