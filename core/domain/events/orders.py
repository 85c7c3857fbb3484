"""What happened to an online order."""

from dataclasses import dataclass

from core.domain.events.event import Event


@dataclass(frozen=True, slots=True)
class OrderReceived(Event):
    """A paid online order arrived."""

    order: str
    pump: int


@dataclass(frozen=True, slots=True)
class OrderMoved(Event):
    """An online order took a step."""

    order: str
    state: str
