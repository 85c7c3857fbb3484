"""Hand over outgoing messages; fetch incoming ones after a number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.protocol.envelope import Envelope


@dataclass(frozen=True, slots=True)
class RefusedMessage:
    """A message that the other side will never take, and why."""

    id: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of the messages that were handed over; one in neither list is to be sent again."""

    accepted: tuple[str, ...]
    refused: tuple[RefusedMessage, ...]


@dataclass(frozen=True, slots=True)
class Unsent:
    """How many messages wait, and since when the oldest of them does; None where nothing waits."""

    count: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class MessageAside:
    """A message that the other side refused; it waits for a person. `number` is its place in the outbox."""

    number: int
    id: str
    kind: str
    at: datetime
    why: str  # the refusal's code, and what more was said


class Mailbox(Protocol):
    """Both directions of the link to the cloud. Raises CloudUnreachable, StationNotEnrolled."""

    def send(self, messages: Sequence[Envelope]) -> Delivery:
        """Hand over, in order; taken once each by id."""
        ...

    def fetch(self, after: int) -> Sequence[Envelope]:
        """The messages with numbers above `after`, in order, a page at a time."""
        ...
