"""What happened at a pump."""

from dataclasses import dataclass

from core.domain.events.event import Event


@dataclass(frozen=True, slots=True)
class PumpAuthorisationRequested(Event):
    """Leave to fill was written down and waits for the owner of the pumps."""

    authorisation: str
    pump: int


@dataclass(frozen=True, slots=True)
class PumpStopRequested(Event):
    """A promise is to be taken back, or a running fill ended, by the owner of the pumps; pump 0 is every pump."""

    pump: int
    staff: str
    only_promise: bool = False  # a fill that has begun goes on


@dataclass(frozen=True, slots=True)
class PumpAuthorised(Event):
    """The controller took an authorisation."""

    authorisation: str
    pump: int


@dataclass(frozen=True, slots=True)
class PumpAuthorisationEnded(Event):
    """An authorisation was refused or cancelled."""

    authorisation: str
    pump: int
    reason: str


@dataclass(frozen=True, slots=True)
class FillFinished(Event):
    """A fill was booked."""

    fill: str
    pump: int
    nozzle: int
    volume_ml: int
    amount_fen: int
    agrees: bool


@dataclass(frozen=True, slots=True)
class FillChanged(Event):
    """A fill went onto a bill, off it, or waits again; that it was paid its bill's SaleCompleted tells."""

    fill: str
    state: str
