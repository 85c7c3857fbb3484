"""Where the fuel of a shift's fills went, and the cases of fuel that two counts disagree about."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from core.domain.ids import CaseId, NozzleId, ShiftId
from core.domain.litres import Litres
from core.domain.reconciliation.case import Case
from core.domain.reconciliation.nozzle_balance import Whereto


class Cases(Protocol):
    """The cases of all shifts, and what they are found from."""

    def went(self, shift: ShiftId) -> Mapping[NozzleId, Mapping[Whereto, Litres]]:
        """Where the fuel of the fills that were booked in the shift is by now, nozzle by nozzle."""
        ...

    def get(self, case: CaseId) -> Case:
        """The case as it is. Raises CaseNotFound."""
        ...

    def of_shift(self, shift: ShiftId) -> Sequence[Case]:
        """What was found when the shift ended, in the order in which it was found."""
        ...

    def latest(self, limit: int) -> Sequence[Case]:
        """The newest cases; those that are open or explained before all others."""
        ...

    def add(self, case: Case) -> None:
        """Keep a new case."""
        ...

    def save(self, case: Case) -> None:
        """Keep what is said of it now; what was found stays as it was."""
        ...
