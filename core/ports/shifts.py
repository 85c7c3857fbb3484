"""Shifts with their counts and papers, and the cash that moves in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.domain.blocker import Blocker
from core.domain.cash import CashMovement
from core.domain.count import Count, Variance
from core.domain.ids import CashMovementId, ShiftId
from core.domain.report import ShiftReport
from core.domain.shift import MeterCut, Shift, ShiftCorrection


class Shifts(Protocol):
    """Shifts."""

    def get(self, shift: ShiftId) -> Shift:
        """Raises NoShiftOpen."""
        ...

    def current(self) -> Shift | None:
        """The open shift, if there is one."""
        ...

    def save(self, shift: Shift) -> None:
        """Insert or update."""
        ...

    def next_number(self) -> int:
        """The next gap-free number."""
        ...

    def recent(self, limit: int) -> Sequence[Shift]:
        """The last ones, open or closed, newest first."""
        ...

    def before(self, number: int) -> Shift | None:
        """The shift before that number; None for the first."""
        ...

    def save_count(self, shift: ShiftId, count: Count, variances: Sequence[Variance]) -> None:
        """What was counted beside what the books said; once a shift."""
        ...

    def variances(self, shift: ShiftId) -> Sequence[Variance]:
        """Each tender's books and count; none while the shift is open."""
        ...

    def pieces(self, shift: ShiftId) -> Count:
        """The notes and coins of the count, without the other tenders."""
        ...

    def save_meters(self, shift: ShiftId, cuts: Sequence[MeterCut]) -> None:
        """The nozzles' counters at the end of the shift."""
        ...

    def meters(self, shift: ShiftId) -> Sequence[MeterCut]:
        """Them again, by nozzle."""
        ...

    def correct(self, correction: ShiftCorrection) -> None:
        """Put a figure of a closed shift right by a new entry."""
        ...

    def corrections(self, shift: ShiftId) -> Sequence[ShiftCorrection]:
        """What was put right, in order."""
        ...

    def next_correction(self, shift: ShiftId) -> int:
        """The next number within the shift."""
        ...

    def keep_z(self, shift: Shift, content: str, digest: str, at: datetime) -> None:
        """The Z as it was; once a shift."""
        ...

    def z(self, shift: ShiftId) -> tuple[str, str] | None:
        """(content, digest) of the shift's Z; None while it is open."""
        ...


class ShiftReports(Protocol):
    """All that a shift's paper says."""

    def of(self, shift: ShiftId) -> ShiftReport:
        """So far, for an open shift; word for word what was kept, for a closed one, with what was put right since.

        Raises NoShiftOpen, ZReportDamaged.
        """
        ...

    def keep(
        self, shift: Shift, at: datetime, journal: str, carried: Sequence[Blocker] = (), note: str = ""
    ) -> ShiftReport:
        """The Z of a shift that has just been closed and counted; `journal` is the head of the journal on it.

        `carried` is what was still under way, `note` what was written about it.
        """
        ...


class CashBook(Protocol):
    """Cash that moved without a sale."""

    def add(self, movement: CashMovement) -> None:
        """Write it down, for ever."""
        ...

    def of(self, shift: ShiftId) -> Sequence[CashMovement]:
        """The shift's movements, in order."""
        ...

    def get(self, movement: CashMovementId) -> CashMovement:
        """Raises CashMovementNotFound."""
        ...

    def next_number(self, shift: ShiftId) -> int:
        """The next number within the shift."""
        ...
