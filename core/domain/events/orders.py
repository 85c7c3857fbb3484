"""What happened to an online order."""

from dataclasses import dataclass

from core.domain.events.event import Event

TO_ANOTHER_PUMP = "to_another_pump"


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


@dataclass(frozen=True, slots=True)
class OrderCarDiffers(Event):
    """Another car stands at the pump than the one on the order; its driver is asked. `differs` names characters."""

    order: str
    plate: str
    differs: str


@dataclass(frozen=True, slots=True)
class OrderCarAnswered(Event):
    """The driver said on the phone whether the car at the pump is theirs."""

    order: str
    mine: bool


@dataclass(frozen=True, slots=True)
class OrderTurning(Event):
    """An order leaves a pump that was released for it: its promise is to be taken back.

    `reason` is a CancelReason, or TO_ANOTHER_PUMP.
    """

    order: str
    pump: int
    reason: str


@dataclass(frozen=True, slots=True)
class OrderAtAnotherPump(Event):
    """An order is served at another nozzle of the same fuel than it was placed for."""

    order: str
    from_pump: int
    pump: int
    nozzle: int


@dataclass(frozen=True, slots=True)
class OrderStandsStill(Event):
    """Nobody accepted an order in time, or nobody came to its pump: the station was told. `state` is where it stands."""

    order: str
    pump: int
    state: str
