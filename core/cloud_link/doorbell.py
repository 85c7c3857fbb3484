"""websocket-client thread: rings when something is waiting, reconnects."""

import json
import logging
import secrets
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from websocket import WebSocket

_log = logging.getLogger(__name__)

_PATH = "/v1/station/doorbell"
_LONGEST_PAUSE = 30.0
_HANDSHAKE_SECONDS = 10.0
_NOT_ENROLLED = 4401


class Doorbell:
    """Listens for "something is waiting" and rings; carries no message itself, so a lost ring loses nothing.

    `ring` is called on the doorbell's thread: at every connection and whenever the latest number has changed.
    `linked` hears whether the socket stands.
    """

    def __init__(
        self,
        url: str,
        token: str,
        ring: Callable[[], None],
        *,
        linked: Callable[[bool], None] | None = None,
        silence_seconds: float = 30.0,
        first_pause_seconds: float = 1.0,
    ) -> None:
        self._url = "ws" + url.rstrip("/").removeprefix("http") + _PATH
        self._token = token
        self._ring = ring
        self._linked = linked or (lambda _up: None)
        # The cloud shows a sign of life every 20 seconds; twice our patience without one is a dead line.
        self._silence_seconds = silence_seconds
        self._first_pause = self._pause = first_pause_seconds
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._socket: WebSocket | None = None
        self._up: bool | None = None
        self._thread = threading.Thread(target=self._run, name="doorbell", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Hang up and wait for the thread."""
        self._stopping.set()
        with self._lock:
            socket = self._socket
        if socket is not None:
            socket.abort()  # type: ignore[no-untyped-call]  # the library types all but this
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(timeout=10)

    def _run(self) -> None:
        from websocket import WebSocketException

        while not self._stopping.is_set():
            try:
                self._listen()
            except (WebSocketException, OSError, ValueError) as failure:
                self._lost(failure)
            self._stopping.wait(self._next_pause())

    def _listen(self) -> None:
        """One connection, from its handshake to its end."""
        from websocket import create_connection

        socket = create_connection(
            self._url, header=[f"Authorization: Bearer {self._token}"], timeout=_HANDSHAKE_SECONDS
        )
        socket.settimeout(self._silence_seconds)
        with self._lock:
            self._socket = socket
        try:
            heard = None
            while not self._stopping.is_set():
                number = _waiting(*_heard(socket))
                self._tell(up=True)
                self._pause = self._first_pause
                if number is not None and number != heard:
                    heard = number
                    self._call(self._ring)
        finally:
            with self._lock:
                self._socket = None
            socket.close(timeout=1)
            # After the other side's close, close() takes the socket for closed and leaves it open.
            socket.shutdown()  # type: ignore[no-untyped-call]  # as above

    def _lost(self, failure: Exception) -> None:
        if self._stopping.is_set():
            return
        if isinstance(failure, _TokenRefused):
            self._pause = _LONGEST_PAUSE
        if self._up is not False:
            _log.info("the doorbell's line is down: %s", failure)
        self._tell(up=False)

    def _next_pause(self) -> float:
        """A little longer each time, and never the same for two stations after the cloud was away."""
        pause, self._pause = self._pause, min(self._pause * 2, _LONGEST_PAUSE)
        return pause * (0.5 + secrets.randbelow(1000) / 2000)

    def _tell(self, *, up: bool) -> None:
        if up is not self._up:
            self._up = up
            self._call(lambda: self._linked(up))

    def _call(self, listener: Callable[[], None]) -> None:
        try:
            listener()
        except Exception:  # noqa: BLE001  a listener's bug is told; the line stays up
            _log.exception("a listener of the doorbell failed")


class _TokenRefused(ValueError):
    """The cloud does not know this station's token."""


def _heard(socket: "WebSocket") -> tuple[int, bytes]:
    """The next frame's kind and words. Silence is answered by one ping; silence after it is the line's end."""
    from websocket import WebSocketTimeoutException

    try:
        kind, words = socket.recv_data()
    except WebSocketTimeoutException:
        socket.ping()
        kind, words = socket.recv_data(control_frame=True)
    return kind, words


def _waiting(kind: int, words: bytes) -> int | None:
    """The latest number in a ring, None for the answer to a ping. Raises ValueError for anything else."""
    from websocket import ABNF

    if kind == ABNF.OPCODE_CLOSE:
        if int.from_bytes(words[:2], "big") == _NOT_ENROLLED:
            raise _TokenRefused("the cloud does not know this station")
        raise ValueError("the cloud hung up")
    if kind == ABNF.OPCODE_PONG:
        return None
    ring = json.loads(words)
    number = ring.get("waiting") if isinstance(ring, dict) else None
    if type(number) is not int:
        raise ValueError("that was no ring")
    return number
