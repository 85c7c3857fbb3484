"""A small real server on loopback that answers as a test says, broken answers and broken connections included."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class HangUp(Exception):
    """The server closes the connection without an answer."""


@dataclass
class Heard:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class ScriptedCloud:
    """What it heard, and what it will answer, in this order; the last answer repeats."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    answers: list[Callable[[], tuple[int, bytes]]] = field(default_factory=list)
    stop_listening: Callable[[], object] = lambda: None

    def will(self, status: int, body: object) -> None:
        words = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers.append(lambda: (status, words))

    def will_refuse(self, status: int, code: str, **data: object) -> None:
        self.will(status, {"error": {"code": code, "message": "…", "data": data}})

    def will_hang_up(self) -> None:
        def hang_up() -> tuple[int, bytes]:
            raise HangUp

        self.answers.append(hang_up)

    def will_hang_up_for_good(self) -> None:
        """The next request arrives, is not answered, and nobody listens any more."""

        def hang_up() -> tuple[int, bytes]:
            self.stop_listening()
            raise HangUp

        self.answers.append(hang_up)

    def will_wait_for(self, event: threading.Event) -> None:
        def wait() -> tuple[int, bytes]:
            event.wait(10)
            raise HangUp

        self.answers.append(wait)


@contextmanager
def scripted_cloud() -> Iterator[ScriptedCloud]:
    """Serves for the length of the with block."""
    script = ScriptedCloud()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body leave in one packet, which nothing holds back.
        wbufsize = -1

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            script.heard.append(Heard(self.command, self.path, dict(self.headers), body))
            answer = script.answers.pop(0) if len(script.answers) > 1 else script.answers[0]
            try:
                status, words = answer()
            except HangUp:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(words)))
            self.end_headers()
            self.wfile.write(words)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class names it so
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    script.url = f"http://127.0.0.1:{server.server_port}"
    script.stop_listening = server.socket.close
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
