"""The printer's two doors: ESC/POS on one TCP port, faults and what was printed on another over HTTP."""

import contextlib
import json
import logging
import socket
import socketserver
import struct
import threading
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from core.simulated.receipt_printer.printer import Break, Breaking, Conversation, FaultKind, Printer

_log = logging.getLogger(__name__)


class PrinterServer:
    """A printer that listens."""

    def __init__(
        self, printer: Printer, host: str = "127.0.0.1", port: int = 0, control_port: int = 0
    ) -> None:
        self.printer = printer
        self._data = _DataServer((host, port), printer)
        self._control = _ControlServer(control_port, printer)
        self._threads: list[threading.Thread] = []

    @property
    def port(self) -> int:
        return int(self._data.server_address[1])

    @property
    def control_port(self) -> int:
        return int(self._control.server_address[1])

    def start(self) -> None:
        for server in (self._data, self._control):
            thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        for server in (self._data, self._control):
            server.shutdown()
        for thread in self._threads:
            thread.join()
        for server in (self._data, self._control):
            server.server_close()


class _DataServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = False
    block_on_close = True

    def __init__(self, address: tuple[str, int], printer: Printer) -> None:
        super().__init__(address, _DataConversation)
        self.printer = printer
        self.stalled = threading.Event()
        """Set when those that stalled may go."""
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
        self.stalled.set()
        with self._open_lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        super().server_close()

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 -- the base class's own
        _log.warning("connection of %s broke off", client_address, exc_info=True)


class _DataConversation(socketserver.BaseRequestHandler):
    server: _DataServer

    def handle(self) -> None:
        printer = self.server.printer
        conversation = Conversation(printer)
        taken = 0
        try:
            while received := self.request.recv(self._piece(taken)):
                taken += len(received)
                answer = conversation.take(received)
                if answer:
                    self.request.sendall(answer)
                due = printer.break_after(taken)
                if due is not None and due.kind is Breaking.CUT:
                    # Closed with no time to linger, a socket resets its connection.
                    self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    break
                if due is not None:
                    printer.set_fault(FaultKind.PAPER_OUT)
                    self.server.stalled.wait()
                    return
        except ConnectionError:
            # A sender that vanishes ends its job like one that closes.
            _log.debug("sender of %s is gone", self.client_address)
        conversation.end()

    def _piece(self, taken: int) -> int:
        """Bytes to take at once: no more than are left before a break."""
        until = self.server.printer.bytes_until_break
        return 65_536 if until is None else max(1, until - taken)


class _ControlServer(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def __init__(self, port: int, printer: Printer) -> None:
        super().__init__(("127.0.0.1", port), _ControlConversation)
        self.printer = printer


class _ControlConversation(BaseHTTPRequestHandler):
    server: _ControlServer
    timeout = 10.0
    # Head and body in one packet, which nothing holds back.
    wbufsize = -1

    def do_GET(self) -> None:
        printer = self.server.printer
        if self.path == "/control/jobs":
            self._send(HTTPStatus.OK, printer.jobs())
        elif self.path == "/control/drawer":
            self._send(HTTPStatus.OK, {"pulses": printer.pulses, "open": printer.drawer_open})
        elif self.path == "/control/fault":
            self._send(HTTPStatus.OK, {"kind": printer.fault.value})
        else:
            self._send(HTTPStatus.NOT_FOUND, {"error": f"there is nothing at {self.path}"})

    def do_POST(self) -> None:
        printer = self.server.printer
        try:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            asked: Mapping[str, Any] = dict(json.loads(body or b"{}"))
            if self.path == "/control/fault":
                printer.set_fault(FaultKind(asked["kind"]))
            elif self.path == "/control/drawer/close":
                printer.close_drawer()
            elif self.path == "/control/break":
                printer.break_next(Break(Breaking(asked["kind"]), int(asked["after"])))
            else:
                self._send(HTTPStatus.NOT_FOUND, {"error": f"there is nothing at {self.path}"})
                return
        except (ValueError, TypeError, KeyError) as wrong:
            self._send(HTTPStatus.BAD_REQUEST, {"error": f"{type(wrong).__name__}: {wrong}"})
            return
        self._send(HTTPStatus.OK, {"ok": True})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's own
        _log.debug(format, *args)

    def _send(self, status: HTTPStatus, answer: object) -> None:
        body = json.dumps(answer, ensure_ascii=False).encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
