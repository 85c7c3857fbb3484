"""What happened to the station itself: its messages to the cloud, its clock."""

from dataclasses import dataclass

from core.domain.events.event import Event


@dataclass(frozen=True, slots=True)
class MessageSetAside(Event):
    """The cloud refused a message; it waits for a person and blocks nothing."""

    message: str
    message_kind: str
    why: str


@dataclass(frozen=True, slots=True)
class MessageRetried(Event):
    """A message that the cloud had refused is to be sent once more."""

    message: str
    message_kind: str
    number: int


@dataclass(frozen=True, slots=True)
class MessageSettled(Event):
    """A person has seen to a message that the cloud refused; it is never sent."""

    message: str
    message_kind: str
    number: int
    why: str  # what the cloud had refused it for


@dataclass(frozen=True, slots=True)
class ClockWentBack(Event):
    """The machine's clock was found standing before the last sale, or before what it had shown."""

    behind_minutes: int
