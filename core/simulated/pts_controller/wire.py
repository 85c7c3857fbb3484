"""The controller's own web server: POST /jsonPTS over HTTP or HTTPS, closed after each answer."""

import contextlib
import logging
import select
import socket
import ssl
import threading
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from core.simulated.pts_controller import messages
from core.simulated.pts_controller.access import Access, NotKnown
from core.simulated.pts_controller.deformed import deformed
from core.simulated.pts_controller.errors import REQUEST_TOO_LONG, MessageRefused
from core.simulated.pts_controller.faults import Fault, Faults
from core.simulated.pts_controller.forecourt import Forecourt
from core.simulated.pts_controller.site import User

PATH = "/jsonPTS"
CHUNK_BYTES = 512
PATIENCE_SECONDS = 30.0
"""How long a connection may take to send its request."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Wire:
    """What the web server needs to answer."""

    forecourt: Forecourt
    access: Access
    faults: Faults
    chunked: bool = False
    stopping: threading.Event = field(default_factory=threading.Event)
    restarting: threading.Event = field(default_factory=threading.Event)
    traffic: Counter[str] = field(default_factory=Counter)
    """How many packets of each type came in."""


class WireServer(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], wire: Wire, context: ssl.SSLContext | None) -> None:
        super().__init__(address, _Conversation)
        self.wire = wire
        self._context = context
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._open_lock:
                self._open.discard(request)

    def server_close(self) -> None:
        with self._open_lock:
            for connection in self._open:
                # Below TLS, whose own farewell belongs to the thread that talks.
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)
        super().server_close()

    def get_request(self) -> tuple[socket.socket, object]:
        connection, address = super().get_request()
        connection.settimeout(PATIENCE_SECONDS)
        if self._context is not None:
            # The handshake happens in the conversation's own thread, so that a slow client holds up nobody else.
            connection = self._context.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        return connection, address

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 -- the base class's own
        _log.debug("conversation with %s broke off", client_address, exc_info=True)


class _Conversation(BaseHTTPRequestHandler):
    server: WireServer
    protocol_version = "HTTP/1.1"
    server_version = "PTS-2"
    sys_version = ""
    # One packet for head and body, sent at once: a client that polls should not wait for Nagle.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        wire = self.server.wire
        self.close_connection = True
        if wire.restarting.is_set():
            return
        body = self._body()
        if body is None:
            return
        if self.path != PATH:
            self._send(HTTPStatus.NOT_FOUND, b"")
            return
        deaf = wire.faults.strike(None)
        if deaf is not None and self._held(deaf):
            return
        try:
            user = wire.access.user(self.headers.get("Authorization"), "POST", self.path)
            packets = messages.read(body)
        except NotKnown as unknown:
            self._send(HTTPStatus.UNAUTHORIZED, b"", {"WWW-Authenticate": unknown.challenge})
        except MessageRefused as refused:
            self._send_json(messages.refusal(refused))
        else:
            self._answer(user, packets)

    def _answer(self, user: User, packets: list[messages.Packet]) -> None:
        wire = self.server.wire
        if messages.forbids_all(packets, user):
            self._send(HTTPStatus.FORBIDDEN, b"")
            return
        wire.traffic.update(packet.type for packet in packets)
        fault = wire.faults.strike(packets)
        if fault is not None and self._held(fault):
            return
        answer = messages.answer(wire.forecourt, user, packets)
        self._send_json(answer, fault)

    def do_GET(self) -> None:
        self.close_connection = True
        self._send(HTTPStatus.NOT_FOUND if self.path != PATH else HTTPStatus.METHOD_NOT_ALLOWED, b"")

    do_HEAD = do_PUT = do_DELETE = do_GET  # noqa: N815 -- the names the base class looks for

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's own
        _log.debug(format, *args)

    def _body(self) -> bytes | None:
        """The request's body; answers by itself and returns None where there is none to take."""
        try:
            length = int(self.headers.get("Content-Length", ""))
        except ValueError:
            length = -1
        if length < 0 or "Transfer-Encoding" in self.headers:
            self._send(HTTPStatus.LENGTH_REQUIRED, b"")
            return None
        if length > messages.INPUT_BUFFER_BYTES:
            # It has no room to read the rest; what is on its way is thrown away so that the refusal gets through.
            self._discard(length)
            self._send_json(messages.refusal(MessageRefused(REQUEST_TOO_LONG)))
            return None
        return self.rfile.read(length)

    def _discard(self, length: int) -> None:
        left = min(length, 1_000_000)
        while left > 0:
            part = self.rfile.read(min(left, 65_536))
            if not part:
                return
            left -= len(part)

    def _held(self, fault: Fault) -> bool:
        """Wait as the fault says; True where the answer never comes."""
        if fault.kind == "slow":
            return self.server.wire.stopping.wait(fault.seconds)
        if fault.kind != "silent":
            return False
        while not self.server.wire.stopping.is_set():
            readable, _, _ = select.select([self.connection], [], [], 0.1)
            if readable:
                return True
        return True

    def _send_json(self, answer: dict[str, object], fault: Fault | None = None) -> None:
        if fault is not None and fault.kind == "lose_reply":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        body = messages.write(deformed(answer, fault.kind) if fault is not None else answer).encode("ascii")
        if fault is not None and fault.kind == "garbage":
            body = body[: len(body) // 2]
        if fault is not None and fault.kind == "drip":
            self._drip(body, fault.seconds)
        else:
            self._send(HTTPStatus.OK, body)

    def _drip(self, body: bytes, seconds: float) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body))
        for place in range(len(body)):
            self.wfile.write(body[place : place + 1])
            self.wfile.flush()
            if self.server.wire.stopping.wait(seconds / len(body)):
                return

    def _send(self, status: HTTPStatus, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Connection", "close")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if self.server.wire.chunked and body:
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for start in range(0, len(body), CHUNK_BYTES):
                part = body[start : start + CHUNK_BYTES]
                self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")
            return
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
