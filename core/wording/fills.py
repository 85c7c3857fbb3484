"""What is said of fills: how they stand, how the station came to know of them, what was decided, what counters tell."""

from core.domain.counter import Finding
from core.domain.debt import DebtKind, DebtState
from core.domain.fill import FillSource, FillState
from core.domain.fill_step import FillStep
from core.domain.litres import Litres
from core.domain.missing_fill import MissingState
from core.domain.money import Money
from core.wording import formats
from core.wording.catalogue import _, mark

_STATES = {
    FillState.UNPAID: mark("waits for payment"),
    FillState.IN_SALE: mark("on a bill"),
    FillState.PAID: mark("is paid"),
    FillState.FOR_ORDER: mark("for an online order"),
    FillState.FOR_PREPAY: mark("paid beforehand, something is left"),
    FillState.SETTLED: mark("settled with its order"),
    FillState.EMPTY: mark("nothing was delivered"),
    FillState.OWED: mark("owed by a customer who has gone"),
    FillState.DISPUTED: mark("disputed"),
    FillState.TESTED: mark("a pump test"),
    FillState.WRITTEN_OFF: mark("written off"),
}
_SOURCES = {
    FillSource.PUMP: mark("told by the pump"),
    FillSource.HISTORY: mark("found in the controller's store"),
    FillSource.KEYED: mark("keyed by hand"),
    FillSource.COUNTER: mark("booked by the counter"),
}
_STEPS = {
    FillStep.DRIVE_OFF: mark("Drive-offs"),
    FillStep.PROMISE: mark("Promises to pay"),
    FillStep.COLLECTED: mark("Collected later"),
    FillStep.WRITTEN_OFF: mark("Written off"),
    FillStep.TESTED: mark("Pump tests"),
    FillStep.TEST_UNDONE: mark("Pump tests undone"),
    FillStep.DISPUTED: mark("Disputed fills"),
    FillStep.RESOLVED: mark("Disputes resolved"),
    FillStep.REINSTATED: mark("Fills reinstated"),
    FillStep.RELEASED: mark("Fills taken off another bill"),
}
_DEBTS = {DebtKind.DRIVE_OFF: mark("drive-off"), DebtKind.PROMISE: mark("promise to pay")}
_ENDS = {
    DebtState.OPEN: mark("still owed"),
    DebtState.COLLECTED: mark("collected"),
    DebtState.WRITTEN_OFF: mark("written off"),
    DebtState.WITHDRAWN: mark("taken back"),
}
_FINDINGS = {
    Finding.AGREES: mark("agrees with the books"),
    Finding.MISSING: mark("a fill is missing"),
    Finding.JUMPED: mark("the counter jumped further than any fill goes"),
    Finding.FELL: mark("the counter fell"),
}
_MISSING = {
    MissingState.PROPOSED: mark("waits for a decision"),
    MissingState.ACCEPTED: mark("booked"),
    MissingState.REJECTED: mark("rejected"),
    MissingState.FOUND: mark("its own record came"),
}


def fill_state(state: FillState) -> str:
    """How it stands."""
    return _(_STATES[state])


def source(found: FillSource) -> str:
    """How the station came to know of it."""
    return _(_SOURCES[found])


def step(taken: FillStep) -> str:
    """What was decided, as a heading over several."""
    return _(_STEPS[taken])


def debt_kind(kind: DebtKind) -> str:
    """How the customer went."""
    return _(_DEBTS[kind])


def debt_state(state: DebtState) -> str:
    """What became of it."""
    return _(_ENDS[state])


def finding(found: Finding) -> str:
    """What a counter tells."""
    return _(_FINDINGS[found])


def missing_state(state: MissingState) -> str:
    """What became of it."""
    return _(_MISSING[state])


def preset(told: str) -> str:
    """How far a pump was let, as an event has it: `amount 20000` (fen), `volume 30000` (millilitres)."""
    kind, _space, most = told.partition(" ")
    return formats.money(Money(int(most))) if kind == "amount" else formats.litres(Litres(int(most)))
