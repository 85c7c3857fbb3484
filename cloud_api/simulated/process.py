"""What every simulated process shares: its command line, its ready file, and how a connection is cut without an answer."""

import argparse
import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any, Protocol

import uvicorn
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from cloud_api.clock import Clock, SystemClock

_TRANSPORT = "youzhan.transport"


class Simulation(Protocol):
    """A simulated company: its web application, and what it does when it starts and stops."""

    app: ASGIApp

    async def start(self, url: str, /) -> None:
        """Told the address it is reached at, e.g. http://127.0.0.1:8100; called in the server's own loop."""

    async def stop(self) -> None: ...


class DroppedConnection(Response):
    """The caller gets no byte of an answer: the connection is cut, as by a lost network."""

    async def __call__(self, scope: Scope, receive: Receive, _send: Send) -> None:
        scope[_TRANSPORT].abort()
        await _until_gone(receive)


class SilentConnection(Response):
    """The caller gets no answer and no end either: the connection stays open until the caller gives up."""

    async def __call__(self, _scope: Scope, receive: Receive, _send: Send) -> None:
        await _until_gone(receive)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class _WithTransport:
    """Keeps the raw connection within reach of the responses above."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope[_TRANSPORT] = send.__self__.transport  # type: ignore[attr-defined]
        await self._app(scope, receive, send)


class SimulationServer(uvicorn.Server):
    """A web server for one simulation; `url` is set and `on_ready` called once it listens."""

    def __init__(
        self, simulation: Simulation, *, host: str, port: int, on_ready: Callable[["SimulationServer"], None]
    ) -> None:
        config = uvicorn.Config(
            _WithTransport(simulation.app),
            log_level="warning",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        super().__init__(config)
        self._simulation = simulation
        self._listener = socket.create_server((host, port), backlog=256)
        # asyncio, where it runs us, does this only for sockets that were made by name for TCP; answers came 40 ms late.
        self._listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._on_ready = on_ready
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://{host}:{self.port}"

    async def serve_until_told(self) -> None:
        try:
            await self.serve(sockets=[self._listener])
        finally:
            self._listener.close()
            await self._simulation.stop()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        await self._simulation.start(self.url)
        self._on_ready(self)


def run(description: str, build: Callable[[argparse.Namespace, Clock], Simulation]) -> None:
    """The whole life of a simulated process; SIGTERM ends it with exit status 0."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument(
        "--keys", type=Path, required=True, help="folder made by python -m cloud_api.simulated.keys"
    )
    parser.add_argument("--state", type=Path, help="file in which the books outlive a restart")
    parser.add_argument("--ready-file", type=Path, help="gets the port as JSON once the process listens")
    parser.add_argument(
        "--retry-scale", type=float, default=0.02, help="1 = notify again at the provider's real intervals"
    )
    parser.add_argument(
        "--refund-seconds", type=float, default=1.0, help="how long a refund stays in progress"
    )
    arguments = parser.parse_args()
    # uvicorn raises the signal once more after a clean end; with these in place that is no second death.
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGINT, lambda *_: None)

    def tell(server: SimulationServer) -> None:
        facts = {"port": server.port, "control_port": server.port, "url": server.url, "pid": os.getpid()}
        if arguments.ready_file is not None:
            write_whole(arguments.ready_file, json.dumps(facts))
        sys.stdout.write(f"ready {json.dumps(facts)}\n")
        sys.stdout.flush()

    simulation = build(arguments, SystemClock())
    server = SimulationServer(simulation, host=arguments.host, port=arguments.port, on_ready=tell)
    asyncio.run(server.serve_until_told())


def about(ledger: dict[str, Any], payment_id: str) -> dict[str, Any]:
    """The part of a ledger that is about one payment; all of it where none is named."""
    if not payment_id:
        return ledger
    return ledger | {
        "payments": [row for row in ledger["payments"] if row["payment_id"] == payment_id],
        "refunds": [row for row in ledger["refunds"] if row["payment_id"] == payment_id],
        "notifications": [row for row in ledger["notifications"] if row["about"] == payment_id],
    }


def write_whole(path: Path, text: str) -> None:
    """The file holds either what it held or all of the new text, also after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def load_books(path: Path | None) -> dict[str, Any]:
    """What the state file remembers; nothing when there is none yet."""
    if path is None or not path.exists():
        return {}
    books: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return books


def save_books(path: Path | None, books: MutableMapping[str, Any]) -> None:
    if path is not None:
        write_whole(path, json.dumps(books, ensure_ascii=False))
