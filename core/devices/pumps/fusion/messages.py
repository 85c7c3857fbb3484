"""Messages of the line and back: `length|5|2|user|kind|event|to|from|NAME=value|...|^`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

LARGEST = 1024 * 1024
"""No message is longer; the makers' own client reads no more either."""

_END = b"^"
_NO_CIPHER = "5"
_VERSION = "2"
_START = re.compile(rb"(?<![0-9])[0-9]{5}\|5\|2\|")
_HEAD = 8  # length, cipher, version, user, kind, event, to, from


class MessageUnfit(Exception):
    """What came is not this protocol."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message: what it is about, and its named values as text."""

    kind: str  # POST, SUBSCRIBE, ECHO, EXIT
    event: str
    values: Mapping[str, str] = field(default_factory=dict)

    def is_about(self, stem: str) -> bool:
        """Whether it is this event of any pump: `EVT_PUMP_STATUS_CHANGE_ID_` and three figures."""
        return self.event.startswith(stem) and self.event.removeprefix(stem).isdecimal()

    @property
    def pump(self) -> int:
        """The pump in the event's name, 0 where it names none."""
        tail = self.event.rpartition("_")[2]
        return int(tail) if tail.isascii() and tail.isdecimal() and len(tail) == 3 else 0


def wire_of(message: Message) -> bytes:
    """The message as it goes out; its length counts from the version to the end mark."""
    values = "|".join(f"{name}={value}" for name, value in message.values.items())
    # What is about nothing, the text writes without a place for values.
    rest = f"{message.event}|||{values}|^" if message.event else "|||^"
    body = f"{_VERSION}||{message.kind}|{rest}"
    if any(mark in each for each in message.values.values() for mark in "|^"):
        raise ValueError("a value cannot hold the marks of the protocol")
    return f"{len(body):05d}|{_NO_CIPHER}|{body}".encode("ascii")


class Splitter:
    """Cuts what arrives into messages. The end mark cuts: controllers write lengths that count other things."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def feed(self, arrived: bytes) -> tuple[list[Message], list[MessageUnfit]]:
        """The messages that are whole by now, and what was none. Raises MessageUnfit where no end is to be seen."""
        self._waiting += arrived
        *whole, rest = self._waiting.split(_END)
        if len(rest) > LARGEST:
            raise MessageUnfit("a message without an end")
        self._waiting = bytearray(rest)
        read: list[Message] = []
        unfit: list[MessageUnfit] = []
        for each in whole:
            # A message that was broken off lost its end mark to the next one, which is whole.
            starts = [found.start() for found in _START.finditer(each)]
            raw = bytes(each[starts[-1] :] if starts else each)
            if len(starts) > 1:
                unfit.append(MessageUnfit(f"broken off: {_shown(bytes(each))}"))
            try:
                read.append(_message(raw))
            except MessageUnfit as trouble:
                unfit.append(trouble)
        return read, unfit


def _message(raw: bytes) -> Message:
    # Names of grades may come in any writing; they are for people at the controller and not read here.
    parts = raw.decode("ascii", errors="replace").strip().split("|")
    if len(parts) < _HEAD or len(raw) > LARGEST:
        raise MessageUnfit(f"{len(parts)} parts: {_shown(raw)}")
    length, cipher, version, _user, kind, event, *_rest = parts
    if len(length) != 5 or not length.isdecimal():
        raise MessageUnfit(f"no length: {_shown(raw)}")
    if cipher != _NO_CIPHER or version != _VERSION:
        raise MessageUnfit(f"cipher {cipher[:4]!r}, version {version[:4]!r}")
    values: dict[str, str] = {}
    for part in parts[_HEAD:]:
        name, equals, value = part.partition("=")
        if equals and name:
            values.setdefault(name, value)
        elif part:
            # The next message began before this one had ended: figures of two must not be read as one's.
            raise MessageUnfit(f"{part[:20]!r} among the values of {event[:60]}")
    return Message(kind, event, values)


def _shown(raw: bytes) -> str:
    return repr(raw[:80])
