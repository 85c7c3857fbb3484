"""Read-only figures for lists and reports."""

from datetime import datetime
from typing import Protocol

from core.domain.ids import ShiftId
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.report import DayFigures, FuelFigure, TenderFigure


class Totals(Protocol):
    """Sums, read from rollups kept in the sale's own transaction."""

    def tenders(self, shift: ShiftId) -> tuple[TenderFigure, ...]:
        """What came in by each tender."""
        ...

    def fuel(self, shift: ShiftId) -> tuple[FuelFigure, ...]:
        """Fuel sold at the counter by grade and price."""
        ...

    def sales(self, shift: ShiftId) -> tuple[int, Money, Money]:
        """Count, gross, discount."""
        ...

    def goods(self, shift: ShiftId) -> tuple[int, Money]:
        """Pieces and their net amount."""
        ...

    def orders(self, shift: ShiftId) -> tuple[int, Litres, Money]:
        """Online orders completed: count, litres, what drivers owed."""
        ...

    def between(self, start: datetime, end: datetime) -> DayFigures:
        """The manager's figures for a stretch of time."""
        ...
