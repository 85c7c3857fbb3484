"""What people decided of fills, and who owes one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.domain.debt import Debt
from core.domain.fill_step import FillEntry, StepFigure
from core.domain.ids import DebtId, FillId, ShiftId


class FillSteps(Protocol):
    """Entries of fills. They are added and never changed."""

    def add(self, entry: FillEntry) -> None:
        """Write it down."""
        ...

    def of(self, fill: FillId) -> Sequence[FillEntry]:
        """A fill's steps, oldest first."""
        ...

    def between(self, since: datetime, until: datetime) -> Sequence[FillEntry]:
        """Every step taken in this time, oldest first: tests with the litres that went back into a tank among them."""
        ...

    def figures(self, shift: ShiftId) -> tuple[StepFigure, ...]:
        """What was decided in one shift, in the order in which steps are always named."""
        ...


class Debts(Protocol):
    """Fills whose customers have gone without paying."""

    def get(self, debt: DebtId) -> Debt:
        """Raises DebtNotFound."""
        ...

    def save(self, debt: Debt) -> None:
        """Insert or update."""
        ...

    def open_ones(self) -> Sequence[Debt]:
        """What is still owed, oldest first."""
        ...

    def recent(self, limit: int) -> Sequence[Debt]:
        """All of them, newest first."""
        ...
