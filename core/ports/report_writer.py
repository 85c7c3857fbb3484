"""Turn a report into a file."""

from pathlib import Path
from typing import Protocol

from core.domain.account import StatementPaper
from core.domain.price_paper import PricePaper
from core.domain.report import ShiftReport
from core.domain.tanks.day_paper import TankDay


class ReportWriter(Protocol):
    """Writes a report's file whole or not at all. Raises ReportNotWritten."""

    def prepare(self) -> None:
        """A paper will be wanted soon: load now what the first one of a program needs."""
        ...

    def shift(self, report: ShiftReport) -> Path:
        """The shift's paper; where it lies."""
        ...

    def statement(self, paper: StatementPaper) -> Path:
        """An account customer's statement; where it lies."""
        ...

    def price_change(self, paper: PricePaper) -> Path:
        """A price change's slip; where it lies."""
        ...

    def tank_day(self, day: TankDay) -> Path:
        """The tanks' figures of a day; where they lie."""
        ...
