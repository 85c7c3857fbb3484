"""The wire as the text has it, read and written apart from the driver: five figures of length, bars, a roof at the end."""

import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress

LARGEST = 1_048_576


class Request:
    """What a till sent."""

    def __init__(self, kind: str, event: str, fields: Mapping[str, str]) -> None:
        self.kind = kind
        self.event = event
        self.fields = fields

    @property
    def stem(self) -> str:
        """The event without the pump's three figures."""
        head, _line, tail = self.event.rpartition("_")
        return head if len(tail) == 3 and tail.isdigit() else self.event

    @property
    def pump(self) -> int:
        """The pump's three figures; 0 is every pump."""
        tail = self.event[-3:]
        return int(tail) if self.stem != self.event and tail.isdigit() else 0


def packed(event: str, fields: Mapping[str, object], kind: str = "POST") -> bytes:
    """A message as the controller sends it, addresses and all."""
    listed = "".join(f"{name}={value}|" for name, value in fields.items())
    rest = f"2|GUEST|{kind}|{event}|127.0.0.1:35378|127.0.0.1:50602|{listed}^"
    return f"{len(rest):05}|5|{rest}".encode()


class Client:
    """One till's connection."""

    def __init__(self, connection: socket.socket, answer: Callable[["Client", Request], None]) -> None:
        self._connection = connection
        self._answer = answer
        self._writing = threading.Lock()
        self.subscriptions: set[str] = set()
        self.alive = True

    def wants(self, event: str) -> bool:
        """Whether it subscribed to this event, by name or with a star."""
        return any(
            pattern in {"ALL", event} or (pattern.endswith("*") and event.startswith(pattern[:-1]))
            for pattern in self.subscriptions
        )

    def send(self, raw: bytes) -> None:
        """Send; a till that is gone hears nothing."""
        with self._writing, suppress(OSError):
            self._connection.sendall(raw)

    def hang_up(self) -> None:
        """Break the connection off."""
        self.alive = False
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
            self._connection.close()

    def read(self) -> None:
        """Answer until the till hangs up."""
        waiting = b""
        try:
            while self.alive and len(waiting) < LARGEST:
                arrived = self._connection.recv(4096)
                if not arrived:
                    break
                *whole, waiting = (waiting + arrived).split(b"^")
                for each in whole:
                    request = _request(each + b"^")
                    if request is not None:
                        self._answer(self, request)
        except OSError:
            pass
        finally:
            self.hang_up()


def _request(raw: bytes) -> Request | None:
    """A request, None for what is none: the text has no answer to such."""
    words = raw.decode("ascii", "replace").lstrip()
    length, _bar, rest = words.partition("|")
    if not length.isdigit() or not rest.startswith("5|") or int(length) != len(rest) - 2:
        return None
    parts = rest[2:-1].split("|")
    if len(parts) < 6 or parts[0] != "2":
        return None
    fields = dict(part.split("=", 1) for part in parts[6:] if "=" in part)
    return Request(parts[2], parts[3], fields)
