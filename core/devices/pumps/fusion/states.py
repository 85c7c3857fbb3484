"""What the controller calls a pump's state, in our words: a table without gaps."""

from core.domain.pump import PumpState

STATES = ("CLOSED", "ERROR", "IDLE", "CALLING", "AUTHORIZED", "STARTING", "FUELLING", "PAUSED")
PROMISES = ("MONEY_PRESET", "VOLUME_PRESET", "MONEY_PREPAY", "AUTHORIZATION")
STOPPED = "STOPPED"
PARTS = ("", "IDLE", *PROMISES, STOPPED, "CALL_WRONG", "HOSE_SEL_REQ")

_BY_STATE = {
    "CLOSED": PumpState.CLOSED,
    "ERROR": PumpState.INOPERATIVE,
    "IDLE": PumpState.IDLE,
    "CALLING": PumpState.CALLING,
    "AUTHORIZED": PumpState.AUTHORISED,
    "STARTING": PumpState.STARTED,
    "FUELLING": PumpState.FUELLING,
    "PAUSED": PumpState.SUSPENDED,
}


def _meaning(state: str, part: str) -> PumpState:
    if state in {"IDLE", "CALLING"}:
        if part == STOPPED:
            return PumpState.CLOSED  # stands stopped until it is released
        if part in PROMISES:
            return PumpState.AUTHORISED
        if part in {"CALL_WRONG", "HOSE_SEL_REQ"}:
            return PumpState.CALLING
    return _BY_STATE[state]


TABLE = {(state, part): _meaning(state, part) for state in STATES for part in PARTS}
"""Every state with every part of it that the text names."""

PROMISED = frozenset({PumpState.AUTHORISED, PumpState.STARTED, PumpState.FUELLING, PumpState.SUSPENDED})
"""In these a transaction is under way."""

DELIVERING = frozenset({PumpState.STARTED, PumpState.FUELLING, PumpState.SUSPENDED})


def meaning(state: str, part: str) -> PumpState:
    """Ours for theirs; UNKNOWN for a word that the text does not have. A part that it does not have changes nothing."""
    return TABLE.get((state, part), TABLE.get((state, ""), PumpState.UNKNOWN))
