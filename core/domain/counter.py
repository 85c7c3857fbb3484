"""A nozzle's counter (totaliser): what it showed when, and how much of it the books can explain."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.ids import CounterSnapshotId, FillId, NozzleNumber, PumpNumber, ShiftId
from core.domain.litres import NO_LITRES, Litres
from core.domain.money import Money

# A counter shows hundredths of a litre; a fill's litres and the counter may each be rounded.
TOLERANCE = Litres(10)
# The largest fill that a road pump makes: a heavy lorry with both its tanks empty.
LARGEST_FILL = Litres(2_000_000)
_TURNS = tuple(Litres(10**digits * 1_000) for digits in range(4, 10))


class CounterWhy(StrEnum):
    """What made somebody look at the counter."""

    FILL = "fill"
    START = "start"
    RECONNECT = "reconnect"
    SHIFT_CUT = "shift_cut"
    PRICE_SWITCH = "price_switch"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class CounterSnapshot:
    """What one nozzle's counter showed at one moment; added, never changed."""

    id: CounterSnapshotId
    pump: PumpNumber
    nozzle: NozzleNumber
    at: datetime
    volume: Litres
    why: CounterWhy
    amount: Money | None = None
    fill: FillId | None = None
    shift: ShiftId | None = None


@dataclass(frozen=True, slots=True)
class NozzleCount:
    """Up to which count everything is explained: by fills, or by what was proposed as a missing one."""

    pump: PumpNumber
    nozzle: NozzleNumber
    explained: Litres
    agreed: Litres  # what the counter showed when it and the books agreed last
    at: datetime  # and when that was


class Finding(StrEnum):
    """What a counter says beside the books."""

    AGREES = "agrees"
    MISSING = "missing"  # as much as one or several fills
    JUMPED = "jumped"  # more than was ever filled in that time
    FELL = "fell"  # a new board, or fills that never flowed


def compared(explained: Litres, counter: Litres) -> tuple[Finding, Litres]:
    """What the counter says, and by how much it is ahead of the books (behind, for FELL).

    A counter that turned over its last digit goes on from nothing.
    """
    ahead = counter - explained
    if ahead < NO_LITRES:
        for turn in _TURNS:
            over = counter + turn - explained
            if counter < LARGEST_FILL and Litres(-TOLERANCE.millilitres) <= over <= LARGEST_FILL:
                ahead = over
                break
    if abs(ahead.millilitres) <= TOLERANCE.millilitres:
        return Finding.AGREES, NO_LITRES
    if ahead < NO_LITRES:
        return Finding.FELL, NO_LITRES - ahead
    return (Finding.MISSING if ahead <= LARGEST_FILL else Finding.JUMPED), ahead
