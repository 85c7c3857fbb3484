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
class PumpsReleased(Event):
    """The emergency is over: pumps may be released again, by the owner of the pumps. Nothing starts by itself."""

    staff: str


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
class ControllerDiffers(Event):
    """The pump controller is set up otherwise than the station; `difference` as SetupDifference writes it."""

    difference: str


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
class FillRecovered(Event):
    """A fill was found out afterwards: in what the controller keeps, or by nothing but the nozzle's counter."""

    fill: str
    pump: int
    nozzle: int
    volume_ml: int
    amount_fen: int
    source: str


@dataclass(frozen=True, slots=True)
class FillOverPreset(Event):
    """A pump went further than it was let."""

    fill: str
    pump: int
    preset: str
    volume_ml: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class CustomerGone(Event):
    """A customer went without paying: without a word, or with a promise."""

    fill: str
    number: str
    debt_kind: str
    pump: int
    amount_fen: int
    plate: str
    note: str


@dataclass(frozen=True, slots=True)
class DebtCollected(Event):
    """What was owed is paid on a bill."""

    number: str
    sale: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class FillWrittenOff(Event):
    """Nobody will pay it."""

    fill: str
    pump: int
    amount_fen: int
    note: str


@dataclass(frozen=True, slots=True)
class PumpTested(Event):
    """A fill was no sale: the pump was tried, and the fuel went back into a tank. Tank 0 is none."""

    fill: str
    pump: int
    volume_ml: int
    returned_ml: int
    tank: int
    note: str


@dataclass(frozen=True, slots=True)
class PumpTestUndone(Event):
    """What was booked as a test was none."""

    fill: str
    pump: int
    returned_ml: int
    tank: int
    note: str


@dataclass(frozen=True, slots=True)
class FillDisputed(Event):
    """A customer says otherwise."""

    fill: str
    pump: int
    amount_fen: int
    note: str


@dataclass(frozen=True, slots=True)
class FillReinstated(Event):
    """What was decided of a fill is taken back: it waits at the counter again."""

    fill: str
    pump: int
    amount_fen: int
    before: str
    note: str


@dataclass(frozen=True, slots=True)
class FillReleased(Event):
    """A fill was taken off the bill that had claimed it, at another till."""

    fill: str
    pump: int
    sale: str
    cashier: str


@dataclass(frozen=True, slots=True)
class MissingFillProposed(Event):
    """A nozzle's counter moved, and no fill is booked for it."""

    missing: str
    pump: int
    nozzle: int
    volume_ml: int
    amount_fen: int
    finding: str


@dataclass(frozen=True, slots=True)
class MissingFillAccepted(Event):
    """A person said that it was a fill."""

    missing: str
    fill: str
    pump: int
    nozzle: int
    volume_ml: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class MissingFillRejected(Event):
    """A person said that it was no fill, and why."""

    missing: str
    pump: int
    nozzle: int
    volume_ml: int
    note: str


@dataclass(frozen=True, slots=True)
class MissingFillFound(Event):
    """Its own record came after all."""

    missing: str
    fill: str
    pump: int
    nozzle: int
    volume_ml: int


@dataclass(frozen=True, slots=True)
class FillChanged(Event):
    """A fill went onto a bill, off it, or waits again; that it was paid its bill's SaleCompleted tells."""

    fill: str
    state: str
