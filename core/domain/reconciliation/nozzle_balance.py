"""A nozzle over a while: its counter at both ends, the fills between them, and where each of their litres went."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.domain.ids import GradeCode, NozzleId
from core.domain.litres import NO_LITRES, Litres
from core.domain.reconciliation.gap import Cause, Gap, GapKind


class Whereto(StrEnum):
    """Where the fuel of a fill went, as the books say."""

    BILL = "bill"  # sold at the counter
    ORDER = "order"  # a driver's online order
    PREPAY = "prepay"
    WAITS = "waits"  # at the counter, not paid yet
    OWED = "owed"  # its customer is gone, with a promise or without
    DISPUTED = "disputed"
    TEST = "test"  # pumped to try the pump, and poured back or away
    WRITTEN_OFF = "written_off"


NOT_YET = (Whereto.WAITS, Whereto.OWED, Whereto.DISPUTED)


@dataclass(frozen=True, slots=True)
class NozzleBalance:
    """Counters are None where nobody knows them. `running` is what a fill under way has delivered by now."""

    nozzle: NozzleId
    grade: GradeCode
    before: Litres | None
    now: Litres | None
    went: Mapping[Whereto, Litres]
    fills: int = 0
    booked: Litres = NO_LITRES
    running: Litres = NO_LITRES

    @property
    def counted(self) -> Litres | None:
        """Litres by the counter; None where it is not known or fell."""
        if self.before is None or self.now is None or self.now < self.before:
            return None
        return self.now - self.before

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Where its counts differ. Counters and fills are both the pump's own figures: they agree to the millilitre."""
        return (*self._of_the_counter(), *self._of_the_bills())

    def _of_the_counter(self) -> tuple[Gap, ...]:
        counted = self.counted
        if counted is None:
            fell = self.before is not None and self.now is not None
            if not fell and not self.booked:
                return ()
            cause = Cause.COUNTER_REPLACED if fell else Cause.NEVER_TOLD
            return (self._gap(GapKind.NO_COUNTER, self.booked.millilitres, cause),)
        more = counted.millilitres - self.booked.millilitres
        if more == 0:
            return ()
        return (self._gap(GapKind.COUNTER_FILLS, more, self._cause_of(more)),)

    def _cause_of(self, more: int) -> Cause:
        if more < 0:
            return Cause.TWICE_BOOKED
        # A pump's counter moves while it runs, or only when it ends: both are told as they are.
        return Cause.RUNNING if 0 < more <= self.running.millilitres else Cause.MISSING_FILL

    def _of_the_bills(self) -> tuple[Gap, ...]:
        said = sum(litres.millilitres for litres in self.went.values())
        nowhere = self.booked.millilitres - said
        waiting = sum(litres.millilitres for where, litres in self.went.items() if where in NOT_YET)
        gaps = []
        if nowhere:
            gaps.append(self._gap(GapKind.FILLS_BILLS, nowhere, Cause.NO_REASON))
        if waiting:
            gaps.append(self._gap(GapKind.FILLS_BILLS, waiting, Cause.WAITS))
        return tuple(gaps)

    def _gap(self, kind: GapKind, millilitres: int, cause: Cause) -> Gap:
        return Gap(kind, self.grade, self.nozzle, millilitres, cause)
