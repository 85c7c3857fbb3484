"""A difference between two ways to count the same fuel, and what most likely made it."""

from dataclasses import dataclass
from enum import StrEnum

from core.domain.ids import GradeCode, NozzleId


class GapKind(StrEnum):
    """Which two counts differ. `millilitres` of a gap is the first count less the second."""

    COUNTER_FILLS = "counter_fills"  # of a nozzle: its counter, the fills that were booked
    FILLS_BILLS = "fills_bills"  # of a nozzle: the fills, what is said of where they went
    TANK_COUNTER = "tank_counter"  # of a grade: what its tanks lost, what its nozzles counted
    NO_COUNTER = "no_counter"  # of a nozzle: nobody knows its counter, so nothing can be compared
    NO_TANK = "no_tank"  # of a grade: a tank's level at one end is not known


class Cause(StrEnum):
    """What most likely made a gap; a proposal, never a booking."""

    RUNNING = "running"  # a fill runs or has not been fetched: wait
    MISSING_FILL = "missing_fill"  # fuel flowed that no fill was booked for
    TWICE_BOOKED = "twice_booked"
    COUNTER_REPLACED = "counter_replaced"  # it fell: a new board, or it turned over
    NEVER_TOLD = "never_told"
    WAITS = "waits"  # at the counter, in dispute, or for a promise
    NO_REASON = "no_reason"  # a fill that went nowhere
    WITHIN_MEASURING = "within_measuring"  # no more than counters and gauges may err
    LOSS = "loss"  # leak, theft, or a counter that counts too little
    DELIVERY_NOT_BOOKED = "delivery_not_booked"
    GAIN = "gain"  # a counter that counts too much, or fuel that came back
    NOT_MEASURED = "not_measured"


@dataclass(frozen=True, slots=True)
class Gap:
    """One difference, at a nozzle or of a grade."""

    kind: GapKind
    grade: GradeCode
    nozzle: NozzleId | None
    millilitres: int
    cause: Cause

    @property
    def place(self) -> str:
        """Where it is: the nozzle's name, or the grade's."""
        return str(self.nozzle) if self.nozzle is not None else str(self.grade)

    @property
    def needs_somebody(self) -> bool:
        """Whether a person has to look at it; the others go away by themselves or are no more than measuring errs."""
        return self.cause not in (Cause.RUNNING, Cause.WAITS, Cause.WITHIN_MEASURING)
