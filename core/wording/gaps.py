"""Differences between two counts of the same fuel, in words."""

from core.domain.reconciliation.case import CaseState
from core.domain.reconciliation.gap import Cause, GapKind
from core.wording.catalogue import _, mark

_KINDS = {
    GapKind.COUNTER_FILLS: mark("Counter and fills"),
    GapKind.FILLS_BILLS: mark("Fills and bills"),
    GapKind.TANK_COUNTER: mark("Tank and counters"),
    GapKind.NO_COUNTER: mark("Counter not known"),
    GapKind.NO_TANK: mark("Tank not measured"),
}
_CAUSES = {
    Cause.RUNNING: mark("A fill is under way"),
    Cause.MISSING_FILL: mark("Fuel flowed that no fill was booked for"),
    Cause.TWICE_BOOKED: mark("More was booked than the counter shows: a fill may be booked twice"),
    Cause.COUNTER_REPLACED: mark("The counter fell: a new board, or it turned over"),
    Cause.NEVER_TOLD: mark("The pump has never told its counter"),
    Cause.WAITS: mark("Waits to be paid or settled"),
    Cause.NO_REASON: mark("A fill went nowhere"),
    Cause.WITHIN_MEASURING: mark("No more than measuring may err"),
    Cause.LOSS: mark("The tank lost more: leak, theft, or a counter that counts too little"),
    Cause.DELIVERY_NOT_BOOKED: mark("The tank gained: a delivery is not booked"),
    Cause.GAIN: mark("The tank lost less: a counter that counts too much, or fuel poured back"),
    Cause.NOT_MEASURED: mark("Nobody measured the tank at one end"),
}
_STATES = {
    CaseState.NOTED: mark("noted"),
    CaseState.OPEN: mark("open"),
    CaseState.EXPLAINED: mark("explained"),
    CaseState.CLOSED: mark("closed"),
}


def kind(value: GapKind) -> str:
    """Which two counts differ."""
    return _(_KINDS[value])


def cause(value: Cause) -> str:
    """What most likely made it."""
    return _(_CAUSES[value])


def state(value: CaseState) -> str:
    """How far a case is."""
    return _(_STATES[value])
