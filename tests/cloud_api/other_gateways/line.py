"""The wire to a gateway that was written from the vendors' text alone: HTTP on loopback, with answers that are cut off."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

CHINA = timezone(timedelta(hours=8))


class Clock(Protocol):
    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back; `cut` lets the line break in the middle of it."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False


@dataclass(slots=True)
class Telling:
    """Something that the merchant is told again and again until he has heard it."""

    about: str
    is_refund: bool
    due: datetime
    number: str
    tries: int = 0


class Weather:
    """What goes wrong, drawn from a seed; nothing any more once it is `calm`."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.calm = False

    def fault(self) -> str:
        if self.calm or self.chance.random() < 0.8:
            return ""
        return self.chance.choice(
            ["lost before", "lost after", "cut after", "error before", "error after", "too often"]
        )

    def happens(self, share: float) -> bool:
        return not self.calm and self.chance.random() < share


class Gateway(Protocol):
    def answer(self, asked: Asked) -> Answer | None: ...


@contextmanager
def serving(gateway: Gateway) -> Iterator[str]:
    """The gateway's address, as long as the with block lasts. An answer of None is a line that breaks."""

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = gateway.answer(Asked(self.command, self.path, headers, body))
            self.close_connection = True
            if answer is None:
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != 204:
                self.send_header("Content-Length", str(len(answer.body)))
            self.send_header("Connection", "close")
            with suppress(OSError):
                self.end_headers()
                self.wfile.write(answer.body[: len(answer.body) // 2] if answer.cut else answer.body)

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def in_china(moment: datetime) -> str:
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
