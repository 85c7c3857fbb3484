"""HTTP as another gateway may speak it: its own header casing, chunks, segments, and connections it drops unasked."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Manners:
    """What HTTP leaves open."""

    chunked: bool = False
    upper: bool = False  # header names shouted; else whispered
    segment: int = 0
    drops_unsaid: bool = False  # closes after an answer that promised to keep on


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What goes back."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Carrier:
    """Serves one gateway on loopback."""

    def __init__(self, manners: Manners, gateway: Callable[[Asked], Answer]) -> None:
        self._manners, self._gateway = manners, gateway
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self._callers: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.troubles: list[Exception] = []

    def serve(self) -> None:
        while True:
            try:
                caller, _address = self._server.accept()
            except OSError:
                return
            caller.settimeout(5)
            self._callers.append(caller)
            self._threads.append(threading.Thread(target=self._converse, args=(caller,)))
            self._threads[-1].start()

    def end(self) -> None:
        for each in (self._server, *self._callers):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in self._threads:
            thread.join(5)

    def _converse(self, caller: socket.socket) -> None:
        with caller, suppress(OSError):
            while (asked := _read(caller)) is not None:
                try:
                    answer = self._gateway(asked)
                except Exception as trouble:  # noqa: BLE001 - told to the test, which would else see a dropped line
                    self.troubles.append(trouble)
                    return
                self._write(caller, answer)
                if self._manners.drops_unsaid:
                    return

    def _write(self, caller: socket.socket, answer: Answer) -> None:
        headers, body = dict(answer.headers), answer.body
        if self._manners.chunked and body:
            headers["transfer-encoding"] = "chunked"
            pieces = [body[start : start + 11] for start in range(0, len(body), 11)]
            body = b"".join(b"%X\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
        elif answer.status != 204:
            headers["content-length"] = str(len(body))
        casing = str.upper if self._manners.upper else str.lower
        lines = [
            f"HTTP/1.1 {answer.status} X",
            *(f"{casing(name)}: {value}" for name, value in headers.items()),
        ]
        whole = "\r\n".join([*lines, "", ""]).encode() + body
        step = self._manners.segment or len(whole)
        caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(whole), step):
            caller.sendall(whole[start : start + step])


@contextmanager
def serving(manners: Manners, gateway: Callable[[Asked], Answer]) -> Iterator[str]:
    """The address of the gateway for the length of the with block."""
    carrier = Carrier(manners, gateway)
    thread = threading.Thread(target=carrier.serve)
    thread.start()
    try:
        yield carrier.url
    finally:
        carrier.end()
        thread.join(5)
    assert carrier.troubles == []


def _read(caller: socket.socket) -> Asked | None:
    received = b""
    while b"\r\n\r\n" not in received:
        piece = caller.recv(4096)
        if not piece:
            return None
        received += piece
    head, _blank, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {line.partition(":")[0].lower(): line.partition(":")[2].strip() for line in lines}
    while len(body) < int(headers.get("content-length", "0")):
        body += caller.recv(4096)
    method, target, _version = first.split()
    return Asked(method, target, headers, body)
