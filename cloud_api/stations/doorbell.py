"""Open sockets of stations; only says: something is waiting."""

import asyncio
from collections.abc import Awaitable, Callable

from fastapi import WebSocket
from starlette.websockets import WebSocketDisconnect

from cloud_api.hub import Hub, Listener

_SECONDS_TO_TAKE = 10.0


def topic(station_id: str) -> str:
    """The station's topic in the hub."""
    return f"mailbox of {station_id}"


async def serve(
    socket: WebSocket, hub: Hub, station_id: str, latest: Callable[[], Awaitable[int]], beat_seconds: float
) -> None:
    """Tells the latest number at once, at every new message, and as a sign of life; returns when the station leaves."""
    try:
        with hub.listening(topic(station_id)) as listener:
            # One of them in the connection's own task: thousands are open for hours, and each task weighs some KB.
            async with asyncio.TaskGroup() as both:
                ringing = both.create_task(_ring(socket, listener, latest, beat_seconds))
                await _left(socket)
                ringing.cancel()
    except* (WebSocketDisconnect, TimeoutError):
        # A bug in the ringing must be seen; a station that hung up or does not read is no news.
        pass


async def _ring(
    socket: WebSocket, listener: Listener, latest: Callable[[], Awaitable[int]], beat_seconds: float
) -> None:
    while True:
        waiting = await latest()
        # Who does not read is sent away: it asks again when it comes back, and nothing piles up for it here.
        async with asyncio.timeout(_SECONDS_TO_TAKE):
            await socket.send_json({"waiting": waiting})
        await listener.rung(beat_seconds)


async def _left(socket: WebSocket) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass
