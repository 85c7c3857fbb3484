"""What happened to a shift and its drawer."""

from dataclasses import dataclass

from core.domain.events.event import Event


@dataclass(frozen=True, slots=True)
class ShiftOpened(Event):
    """A shift began."""

    shift: str
    number: int
    staff: str
    float_fen: int


@dataclass(frozen=True, slots=True)
class ShiftClosed(Event):
    """A shift was counted and ended."""

    shift: str
    number: int
    staff: str
    expected_fen: int
    counted_fen: int
    note: str = ""  # why what was still under way went on to the next shift


@dataclass(frozen=True, slots=True)
class ShiftHandedOver(Event):
    """A shift ended and the next began in the same moment, while the pumps ran on."""

    shift: str
    next_shift: str
    bills: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class ShiftCorrected(Event):
    """A figure of a closed shift was put right by a new entry; its Z stays as it was."""

    correction: str
    shift: str
    number: int
    tender: str
    amount_fen: int
    reason: str


@dataclass(frozen=True, slots=True)
class CashMoved(Event):
    """Cash came into the drawer or left it without a sale."""

    movement: str
    shift: str
    movement_kind: str
    amount_fen: int
    reason: str


@dataclass(frozen=True, slots=True)
class DrawerOpened(Event):
    """Somebody had the cash drawer opened without a sale."""

    staff: str
