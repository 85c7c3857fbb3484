"""What happened to fuel that was paid before it flowed."""

from dataclasses import dataclass

from core.domain.events.event import Event


@dataclass(frozen=True, slots=True)
class PrepayPaid(Event):
    """Fuel was paid before it flows; its pump is to be released."""

    prepay: str
    number: str
    sale: str
    pump: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class PrepayNotReleased(Event):
    """A prepay waits on: its pump could not be released, or the release was taken back."""

    prepay: str
    number: str
    pump: int
    reason: str


@dataclass(frozen=True, slots=True)
class PrepayMoveAsked(Event):
    """Somebody wants a prepay at another pump; it goes there once its pump promises nothing any more."""

    prepay: str
    number: str
    pump: int
    to_pump: int


@dataclass(frozen=True, slots=True)
class PrepayMoved(Event):
    """A prepay waits for another pump now, which is to be released."""

    prepay: str
    number: str
    from_pump: int
    pump: int


@dataclass(frozen=True, slots=True)
class PrepayStayed(Event):
    """A prepay was to go to another pump, but its fill had begun."""

    prepay: str
    number: str
    pump: int


@dataclass(frozen=True, slots=True)
class PrepayFilled(Event):
    """A fill was booked that had been paid before; what is left goes back."""

    prepay: str
    number: str
    pump: int
    amount_fen: int
    used_fen: int
    left_fen: int


@dataclass(frozen=True, slots=True)
class PrepayOverran(Event):
    """A pump delivered more than was paid; the customer owes so much more."""

    prepay: str
    number: str
    pump: int
    over_fen: int


@dataclass(frozen=True, slots=True)
class PrepayOverrunPaid(Event):
    """What was delivered beyond a prepay was paid on a bill of its own."""

    prepay: str
    number: str
    sale: str
    over_fen: int


@dataclass(frozen=True, slots=True)
class PrepayOverrunWaived(Event):
    """Somebody who may decided that nobody pays what was delivered beyond a prepay."""

    prepay: str
    number: str
    over_fen: int
    reason: str


@dataclass(frozen=True, slots=True)
class PrepayLeft(Event):
    """The customer went without what is left of a prepay; it is kept."""

    prepay: str
    number: str
    left_fen: int
    plate: str


@dataclass(frozen=True, slots=True)
class PrepayReturned(Event):
    """What was left of a prepay goes back to the customer."""

    prepay: str
    number: str
    refund: str
    returned_fen: int
