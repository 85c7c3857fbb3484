"""So many clients, each asking again as soon as it is answered, over connections that stay: how many answers, how late."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import cast
from urllib.parse import urlsplit

import uvloop


@dataclass(slots=True)
class Answered:
    """What came back: milliseconds each in the order of their arrival, and what was not as it should be."""

    seconds: float
    milliseconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.milliseconds) / self.seconds


def ask(
    url: str, requests: Callable[[int], Iterator[bytes]], clients: int, seconds: float, status: int = 201
) -> Answered:
    """`requests` makes whole requests (head and body) for a client; one that has no more stops asking."""
    return uvloop.run(_ask(url, requests, clients, seconds, status))


def post(path: str, body: bytes, *headers: str) -> bytes:
    """A whole request."""
    head = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json"]
    return "\r\n".join([*head, *headers, f"Content-Length: {len(body)}", "", ""]).encode() + body


async def _ask(
    url: str, requests: Callable[[int], Iterator[bytes]], clients: int, seconds: float, status: int
) -> Answered:
    address = urlsplit(url)
    answered = Answered(seconds)
    loop = asyncio.get_running_loop()
    until = time.perf_counter() + seconds
    began = time.perf_counter()
    asking = []
    for number in range(clients):
        client = _Client(requests(number), answered, until, status, loop.create_future())
        await loop.create_connection(partial(_itself, client), address.hostname or "", address.port or 80)
        asking.append(client.done)
    await asyncio.gather(*asking)
    answered.seconds = time.perf_counter() - began
    return answered


def _itself(client: "_Client") -> "_Client":
    return client


class _Client(asyncio.Protocol):
    """As little as a client can do, so that the machine's time is the server's."""

    def __init__(
        self,
        requests: Iterator[bytes],
        answered: Answered,
        until: float,
        status: int,
        done: "asyncio.Future[None]",
    ) -> None:
        self._requests, self._answered, self._until, self.done = requests, answered, until, done
        self._wanted = f"HTTP/1.1 {status}".encode()
        self._received = b""
        self._asked_at = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are not derived from asyncio's.
        self._transport = cast(asyncio.Transport, transport)
        self._next()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, gap, body = self._received.partition(b"\r\n\r\n")
        if not gap:
            return
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        if len(body) < int(length):
            return
        if head.startswith(self._wanted):
            self._answered.milliseconds.append((time.perf_counter() - self._asked_at) * 1_000)
        else:
            self._answered.faults.append((head[:60] + b" " + body[:300]).decode(errors="replace"))
        self._received = b""
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)
            if error is not None:
                self._answered.faults.append(repr(error))

    def _next(self) -> None:
        assert self._transport is not None
        request = next(self._requests, None) if time.perf_counter() < self._until else None
        if request is None:
            if not self.done.done():
                self.done.set_result(None)
            self._transport.close()
            return
        self._asked_at = time.perf_counter()
        self._transport.write(request)
