"""What people on the forecourt told the counter."""

from dataclasses import dataclass

from core.domain.events.event import Event


@dataclass(frozen=True, slots=True)
class HelpCalled(Event):
    """Somebody on the forecourt wants a colleague there. Pump 0 is no pump in particular; `order` may be empty."""

    call: str
    staff: str
    pump: int
    order: str


@dataclass(frozen=True, slots=True)
class HelpAnswered(Event):
    """Somebody comes: the alarm ends everywhere."""

    call: str
    staff: str
    pump: int


@dataclass(frozen=True, slots=True)
class FillHanded(Event):
    """An attendant named a fill for the counter: its customer is on the way there."""

    fill: str
    pump: int
    amount_fen: int
    staff: str
