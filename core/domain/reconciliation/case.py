"""A gap that was written down: what it was, what the station makes of it, and who says so. Nothing is adjusted by it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from core.domain.ids import CaseId, ShiftId, StaffId
from core.domain.money import Money
from core.domain.reconciliation.gap import Cause, Gap
from core.domain.refusals.reconciliation import CaseIsClosed, CaseNeedsReason


class CaseState(StrEnum):
    """open -> explained -> closed; noted or explained go back to open when somebody doubts it."""

    NOTED = "noted"  # the program's own reason is enough: a fill ran, a bill waits, measuring errs
    OPEN = "open"
    EXPLAINED = "explained"
    CLOSED = "closed"


def found(id: CaseId, shift: ShiftId, gap: Gap, worth: Money, at: datetime) -> "Case":  # noqa: A002
    """A gap as it is written down at first."""
    state = CaseState.OPEN if gap.needs_somebody else CaseState.NOTED
    return Case(id, shift, gap, worth, at, gap.cause, state)


@dataclass(frozen=True, slots=True)
class Case:
    """One gap of one shift. `gap.cause` is what the program proposed, `cause` what people say by now."""

    id: CaseId
    shift: ShiftId
    gap: Gap
    worth: Money  # at the price in force when the shift ended
    found_at: datetime
    cause: Cause
    state: CaseState = CaseState.OPEN
    said: str = ""
    by: StaffId | None = None
    at: datetime | None = None

    def explained(self, cause: Cause, said: str, by: StaffId, at: datetime) -> "Case":
        """With a person's own reason. Raises CaseIsClosed, CaseNeedsReason."""
        self._must_be_open()
        return replace(self, state=CaseState.EXPLAINED, cause=cause, said=_reason(said), by=by, at=at)

    def doubted(self, said: str, by: StaffId, at: datetime) -> "Case":
        """Open again, because somebody does not believe it."""
        self._must_be_open()
        return replace(self, state=CaseState.OPEN, said=_reason(said), by=by, at=at)

    def closed(self, by: StaffId, at: datetime) -> "Case":
        """Done with. Raises CaseNeedsReason where nobody has explained it."""
        self._must_be_open()
        if self.state is CaseState.OPEN:
            raise CaseNeedsReason
        return replace(self, state=CaseState.CLOSED, by=by, at=at)

    def _must_be_open(self) -> None:
        if self.state is CaseState.CLOSED:
            raise CaseIsClosed


def _reason(said: str) -> str:
    reason = " ".join(said.split())
    if not reason:
        raise CaseNeedsReason
    return reason
