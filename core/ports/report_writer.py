"""Turn a report into a file."""

from pathlib import Path
from typing import Protocol

from core.domain.report import ShiftReport


class ReportWriter(Protocol):
    """Writes a report's file whole or not at all. Raises ReportNotWritten."""

    def shift(self, report: ShiftReport) -> Path:
        """The shift's paper; where it lies."""
        ...
