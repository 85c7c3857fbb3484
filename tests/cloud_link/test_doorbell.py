"""The doorbell against a real WebSocket server on loopback."""

import json
import socket
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha1
from http import HTTPStatus

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from core.cloud_link.doorbell import Doorbell
from tests.conftest import ExpectLog

PATIENCE = 10.0


class Bell:
    """Counts rings and remembers how the line stood."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self.rings = 0
        self.line: list[bool] = []

    def ring(self) -> None:
        with self._news:
            self.rings += 1
            self._news.notify_all()

    def linked(self, up: bool) -> None:
        with self._news:
            self.line.append(up)
            self._news.notify_all()

    def wait(self, seen: Callable[[], bool]) -> None:
        with self._news:
            assert self._news.wait_for(seen, PATIENCE), (self.rings, self.line)


@contextmanager
def cloud(talk: Callable[[ServerConnection], None]) -> Iterator[str]:
    """A server that talks like this to every caller."""

    def handle(connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            talk(connection)

    with serve(handle, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.socket.getsockname()[1]}"
        server.shutdown()
        thread.join()


@contextmanager
def doorbell(url: str, bell: Bell, silence_seconds: float = 5.0) -> Iterator[Doorbell]:
    listening = Doorbell(
        url,
        "secret",
        bell.ring,
        linked=bell.linked,
        silence_seconds=silence_seconds,
        first_pause_seconds=0.05,
    )
    listening.start()
    try:
        yield listening
    finally:
        listening.stop()


def stay(connection: ServerConnection) -> None:
    for _words in connection:
        pass


def test_it_rings_at_the_connection_and_at_every_new_number():
    more = threading.Event()

    def talk(connection: ServerConnection) -> None:
        assert connection.request is not None
        assert connection.request.path == "/v1/station/doorbell"
        assert connection.request.headers["Authorization"] == "Bearer secret"
        for number in (4, 4, 4):
            connection.send(json.dumps({"waiting": number}))
        more.wait(PATIENCE)
        connection.send(json.dumps({"waiting": 5}))
        stay(connection)

    bell = Bell()
    with cloud(talk) as url, doorbell(url, bell):
        bell.wait(lambda: bell.rings == 1)
        more.set()
        bell.wait(lambda: bell.rings == 2)
    assert bell.line == [True]


def test_it_comes_back_after_the_line_broke_and_rings_for_what_it_missed():
    calls: list[int] = []

    def talk(connection: ServerConnection) -> None:
        calls.append(1)
        connection.send(json.dumps({"waiting": 7}))
        if len(calls) == 1:
            connection.close()
        else:
            stay(connection)

    bell = Bell()
    with cloud(talk) as url, doorbell(url, bell):
        bell.wait(lambda: bell.rings == 2)
        assert bell.line == [True, False, True]


def upgraded(caller: socket.socket) -> None:
    """The server's side of the handshake, by hand."""
    request = b""
    while b"\r\n\r\n" not in request:
        request += caller.recv(4096)
    key = next(
        line[19:] for line in request.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key: ")
    )
    accept = b64encode(sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11", usedforsecurity=False).digest())
    caller.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )


def test_a_silent_line_is_asked_and_one_that_stays_silent_is_given_up():
    asked: list[bytes] = []

    def be_dead_then_alive(server: socket.socket) -> None:
        dead, _address = server.accept()
        with dead:
            upgraded(dead)
            asked.append(dead.recv(100))  # its ping, never answered
            alive, _address = server.accept()
        with alive:
            upgraded(alive)
            alive.sendall(b"\x81\x0d" + b'{"waiting":1}')
            alive.recv(100)

    bell = Bell()
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=be_dead_then_alive, args=(server,))
        thread.start()
        with doorbell(f"http://127.0.0.1:{server.getsockname()[1]}", bell, silence_seconds=0.2):
            bell.wait(lambda: bell.rings == 1)
        thread.join()
    assert asked[0][0] == 0x89
    assert bell.line[-1]


@pytest.mark.parametrize(
    "words", ["", "[]", "{}", '{"waiting":"3"}', '{"waiting":true}', "\x00\x01", "9" * 5000]
)
def test_nonsense_is_no_ring_and_ends_only_the_connection(words: str):
    calls: list[int] = []

    def talk(connection: ServerConnection) -> None:
        calls.append(1)
        connection.send(words if len(calls) == 1 else json.dumps({"waiting": 1}))
        stay(connection)

    bell = Bell()
    with cloud(talk) as url, doorbell(url, bell):
        bell.wait(lambda: bell.rings == 1)


@pytest.mark.parametrize("where", ["handshake", "afterwards"])
def test_a_token_that_is_not_known_is_not_tried_again_at_once(where: str):
    calls: list[int] = []
    called = threading.Event()

    def refuse(connection: ServerConnection, _request: object) -> object:
        calls.append(1)
        called.set()
        return connection.respond(HTTPStatus.UNAUTHORIZED, "") if where == "handshake" else None

    def talk(connection: ServerConnection) -> None:
        connection.close(4401, "not_signed_in")

    with serve(talk, "127.0.0.1", 0, process_request=refuse) as server:  # type: ignore[arg-type]  # as the library calls it
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        bell = Bell()
        with doorbell(f"http://127.0.0.1:{server.socket.getsockname()[1]}", bell):
            bell.wait(lambda: bell.line == [False])
        server.shutdown()
        thread.join()
    assert called.is_set()
    assert len(calls) == 1
    assert bell.rings == 0


def test_a_listener_that_fails_does_not_end_the_line(expected_log: ExpectLog):
    expected_log("ERROR core.cloud_link.doorbell: a listener of the doorbell failed")
    rung: list[int] = []
    twice = threading.Event()

    def ring() -> None:
        rung.append(1)
        if len(rung) == 1:
            raise RuntimeError("the chore is broken")
        twice.set()

    def talk(connection: ServerConnection) -> None:
        connection.send(json.dumps({"waiting": 1}))
        connection.send(json.dumps({"waiting": 2}))
        stay(connection)

    with cloud(talk) as url:
        listening = Doorbell(url, "secret", ring)
        listening.start()
        assert twice.wait(PATIENCE)
        listening.stop()


def test_it_stops_while_nobody_answers():
    bell = Bell()
    with doorbell("http://127.0.0.1:9", bell) as listening:
        bell.wait(lambda: bell.line == [False])
        listening.stop()
