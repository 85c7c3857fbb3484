"""What every answer's headers say."""

import asyncio
from typing import Any

import httpx

from cloud_api.operation.headers import GuardedAnswers
from tests.cloud_api.conftest import Cloud


def test_an_answer_is_not_guessed_at_framed_or_kept(cloud: Cloud) -> None:
    public = cloud.client.get("/v1/stations")
    assert (public.headers["x-content-type-options"], public.headers["referrer-policy"]) == (
        "nosniff",
        "no-referrer",
    )
    assert "cache-control" not in public.headers
    driver = cloud.driver()
    own = cloud.client.get("/v1/orders", headers=driver.headers)
    assert (own.headers["cache-control"], own.headers["x-frame-options"]) == ("no-store", "DENY")
    assert "strict-transport-security" not in own.headers


async def _says(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"referrer-policy", b"origin")]})
    await send({"type": "http.response.body", "body": b""})


def test_by_https_browsers_are_told_to_stay_there_and_a_rooms_own_word_stands() -> None:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(GuardedAnswers(_says, https=True))
        async with httpx.AsyncClient(transport=transport, base_url="https://cloud.example") as client:
            return await client.get("/")

    headers = asyncio.run(ask()).headers
    assert (headers["strict-transport-security"], headers["referrer-policy"]) == (
        "max-age=31536000",
        "origin",
    )
