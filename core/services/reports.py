"""Gather a report's figures and have it written."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from core.domain.ids import ShiftId, StaffId
from core.domain.refusals import NotAllowed
from core.domain.report import DayFigures, ShiftReport
from core.domain.staff import Permission
from core.ports.clock import Clock
from core.ports.report_writer import ReportWriter
from core.ports.totals import Totals
from core.ports.unit_of_work import UnitOfWork


class ReportDesk:
    """Figures on paper."""

    def __init__(
        self, work: UnitOfWork, totals: Totals, clock: Clock, writer: ReportWriter, station: str
    ) -> None:
        self._work = work
        self._totals = totals
        self._clock = clock
        self._writer = writer
        self._station = station

    def shift_report(self, shift: ShiftId, by: StaffId) -> ShiftReport:
        """A shift's figures: X or Z. An open shift's only for who may see what the drawer should hold: the count is blind."""
        with self._work.reading() as work:
            report = work.shift_reports.of(shift)
            reader = work.staff.get(by)
        if not report.is_z:
            reader.must(Permission.SEE_EXPECTED)
        elif not (reader.may(Permission.SEE_REPORTS) or reader.may(Permission.RUN_SHIFT)):
            raise NotAllowed(Permission.SEE_REPORTS)
        return replace(report, station=self._station, printed_at=self._clock.now())

    def shift_pdf(self, shift: ShiftId, by: StaffId) -> Path:
        """The shift's paper as a PDF; where it lies. Raises ReportNotWritten; the shift stays closed."""
        return self._writer.shift(self.shift_report(shift, by))

    def overview(self, start: datetime, end: datetime) -> DayFigures:
        """The manager's figures for a stretch of time."""
        return self._totals.between(start, end)
