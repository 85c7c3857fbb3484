"""What each answer of a pump means after what was known of it: every pair has its line, and nothing else decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from core.devices.pumps.pts.statuses import Status
from core.domain.pump import PumpState


class Seen(StrEnum):
    """What the controller's answer shows."""

    IDLE = "idle"
    CALLING = "calling"
    PROMISED = "promised"  # leave is given, the nozzle hangs
    LIFTED = "lifted"  # leave is given, the nozzle is up, nothing flows
    FILLING = "filling"
    PAUSED = "paused"
    ENDED = "ended"
    ENDED_OFFLINE = "ended_offline"  # the controller has the final record of a pump that it cannot reach
    OFFLINE = "offline"
    MISSING = "missing"  # the controller does not have this pump
    UNREADABLE = "unreadable"


class Knew(StrEnum):
    """Which fill was known to run there."""

    NONE = "none"
    THIS = "this"
    ANOTHER = "another"


class Effect(StrEnum):
    """What the driver does about it."""

    ASK_FOR_LOST = "ask_for_lost"  # the fill that ran is over, and nobody saw its end
    COUNT_ON = "count_on"  # numbers given out since the last known one are asked for
    BEGIN = "begin"  # a fill runs under this number from here on
    TELL_END = "tell_end"


@dataclass(frozen=True, slots=True)
class Step:
    """What our reading says, and what is to be done, in this order."""

    state: PumpState
    effects: tuple[Effect, ...] = ()


_STATES = {
    Seen.IDLE: PumpState.IDLE,
    Seen.CALLING: PumpState.CALLING,
    Seen.PROMISED: PumpState.AUTHORISED,
    Seen.LIFTED: PumpState.STARTED,
    Seen.FILLING: PumpState.FUELLING,
    Seen.PAUSED: PumpState.SUSPENDED,
    Seen.ENDED: PumpState.IDLE,
    Seen.ENDED_OFFLINE: PumpState.OFFLINE,
    Seen.OFFLINE: PumpState.OFFLINE,
    Seen.MISSING: PumpState.INOPERATIVE,
    Seen.UNREADABLE: PumpState.UNKNOWN,
}
_LOST = (Effect.ASK_FOR_LOST,)
_AT_REST = {Knew.NONE: (Effect.COUNT_ON,), Knew.THIS: _LOST, Knew.ANOTHER: (*_LOST, Effect.COUNT_ON)}
_RUNS = {
    Knew.NONE: (Effect.COUNT_ON, Effect.BEGIN),
    Knew.THIS: (),
    Knew.ANOTHER: (*_LOST, Effect.COUNT_ON, Effect.BEGIN),
}
_OVER = {
    Knew.NONE: (Effect.COUNT_ON, Effect.TELL_END),
    Knew.THIS: (Effect.TELL_END,),
    Knew.ANOTHER: (*_LOST, Effect.COUNT_ON, Effect.TELL_END),
}
# Of a pump that cannot be heard nothing new is known: what ran there may still run.
_UNHEARD: Mapping[Knew, tuple[Effect, ...]] = dict.fromkeys(Knew, ())
_EFFECTS: Mapping[Seen, Mapping[Knew, tuple[Effect, ...]]] = {
    Seen.IDLE: {**_AT_REST, Knew.THIS: (*_LOST, Effect.COUNT_ON)},
    Seen.CALLING: {**_AT_REST, Knew.THIS: (*_LOST, Effect.COUNT_ON)},
    # The number that leave was given under has not been filled: it is counted when it is over.
    Seen.PROMISED: {Knew.NONE: (), Knew.THIS: _LOST, Knew.ANOTHER: _LOST},
    Seen.LIFTED: {Knew.NONE: (), Knew.THIS: _LOST, Knew.ANOTHER: _LOST},
    Seen.FILLING: _RUNS,
    Seen.PAUSED: _RUNS,
    Seen.ENDED: _OVER,
    Seen.ENDED_OFFLINE: _OVER,
    Seen.OFFLINE: _UNHEARD,
    Seen.MISSING: _UNHEARD,
    Seen.UNREADABLE: _UNHEARD,
}

TABLE: Mapping[tuple[Seen, Knew], Step] = {
    (seen, knew): Step(_STATES[seen], _EFFECTS[seen][knew]) for seen, knew in product(Seen, Knew)
}

_SHOWN_AT_REST = {
    PumpState.IDLE: Seen.IDLE,
    PumpState.CALLING: Seen.CALLING,
    PumpState.AUTHORISED: Seen.PROMISED,
    PumpState.STARTED: Seen.LIFTED,
    PumpState.OFFLINE: Seen.OFFLINE,
    PumpState.INOPERATIVE: Seen.MISSING,
}


def seen_in(status: Status) -> Seen:
    """What this answer shows. A number is needed for a fill to be one."""
    if status.ended is not None:
        return Seen.ENDED_OFFLINE if status.state is PumpState.OFFLINE else Seen.ENDED
    if status.transaction and status.state is PumpState.FUELLING:
        return Seen.FILLING
    if status.transaction and status.state is PumpState.SUSPENDED:
        return Seen.PAUSED
    if status.promised and status.state in {PumpState.IDLE, PumpState.CALLING}:
        return Seen.PROMISED  # the controller has taken leave and is bringing it to the pump
    return _SHOWN_AT_REST.get(status.state, Seen.UNREADABLE)


def knew_of(running: int | None, transaction: int | None) -> Knew:
    """How the fill that was known to run stands to the one in the answer."""
    if running is None:
        return Knew.NONE
    return Knew.THIS if transaction == running else Knew.ANOTHER
