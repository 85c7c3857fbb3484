"""The simulated providers on loopback inside a test: one thread with one event loop, and a clock moved by hand."""

import asyncio
import queue
import ssl
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

import httpx

from cloud_api.simulated.keys import make_keys
from cloud_api.simulated.process import Simulation, SimulationServer

Answer = TypeVar("Answer")
# What is waited for comes in milliseconds, and on a machine with much else to do after all.
SECONDS_TO_WAIT = 30.0


class MovableClock:
    """Stands still until moved; everybody in a test shares it, so signatures stay fresh."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    def pass_seconds(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


class LoopThread:
    """An event loop in a thread of its own, so that tests read from top to bottom."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="outside-world", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return self.begin(work).result(SECONDS_TO_WAIT)

    def begin(self, work: Coroutine[Any, Any, Answer]) -> "Future[Answer]":
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def close(self) -> None:
        self.run(self._loop.shutdown_default_executor())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(SECONDS_TO_WAIT)
        self._loop.close()

    @contextmanager
    def serving(self, simulation: Simulation) -> Iterator[str]:
        """The simulation on a free port; gives its address."""
        ready = threading.Event()
        server = SimulationServer(simulation, host="127.0.0.1", port=0, on_ready=lambda _: ready.set())
        running = self.begin(server.serve_until_told())
        try:
            assert ready.wait(SECONDS_TO_WAIT)
            yield server.url
        finally:
            server.should_exit = True
            running.result(SECONDS_TO_WAIT)


class Control:
    """A simulated provider's control: its books, and what shall go wrong next."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = httpx.Client(base_url=url, timeout=SECONDS_TO_WAIT, verify=plain_http())

    def close(self) -> None:
        self._client.close()

    def next(self, behaviour: str, on: str = "answer", *, count: int = 1, path_contains: str = "") -> None:
        wish = {"behaviour": behaviour, "on": on, "count": count, "path_contains": path_contains}
        self._client.post("/control/next", json=wish).raise_for_status()

    def clear(self) -> None:
        self._client.post("/control/clear").raise_for_status()

    def pay(self, payment_id: str, *, even_if_closed: bool = False) -> None:
        body = {"payment_id": payment_id, "even_if_closed": even_if_closed}
        self._client.post("/control/pay", json=body).raise_for_status()

    def notify_again(self, payment_id: str) -> None:
        self._client.post(f"/control/notify/{payment_id}").raise_for_status()

    def end_refund(self, refund_id: str, status: str) -> None:
        self._client.post(f"/control/refunds/{refund_id}", json={"status": status}).raise_for_status()

    def payment(self, payment_id: str) -> dict[str, Any]:
        """As the provider's own books have it; empty where they do not know it."""
        return next(iter(self.ledger(payment_id)["payments"]), {})

    def refunds(self, payment_id: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.ledger(payment_id)["refunds"]
        return rows

    def notifications(self, payment_id: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.ledger(payment_id)["notifications"]
        return rows

    def ledger(self, payment_id: str = "") -> dict[str, Any]:
        answer: dict[str, Any] = self._client.get("/control/ledger", params={"payment_id": payment_id}).json()
        return answer


class Mailbox:
    """A merchant's door for notifications. Answers with what was laid ready, then with an acknowledgement."""

    def __init__(self) -> None:
        self.arrived: queue.Queue[tuple[dict[str, str], bytes]] = queue.Queue()
        self.answers: list[tuple[int, bytes]] = []
        mailbox = self

        class Door(BaseHTTPRequestHandler):
            wbufsize = -1

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                mailbox.arrived.put((dict(self.headers.items()), body))
                status, answer = mailbox.answers.pop(0) if mailbox.answers else (200, b"success")
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/told"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def plain_http() -> ssl.SSLContext:
    """For clients of this machine: loading every certificate of the world takes longer than the whole test."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def new_keys(folder: Path) -> Path:
    make_keys(folder)
    return folder
