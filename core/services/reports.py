"""Gather a report's figures and have it written."""

from datetime import datetime
from pathlib import Path

from core.domain.ids import ShiftId, StaffId
from core.domain.money import ZERO, total
from core.domain.refusals import NotAllowed
from core.domain.report import DayFigures, ShiftReport
from core.domain.shift import ShiftState
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
        """A shift's figures. An open shift's only for who may see reports: the count is blind."""
        with self._work.reading() as work:
            subject = work.shifts.get(shift)
            reader = work.staff.get(by)
            if subject.state is ShiftState.OPEN:
                reader.must(Permission.SEE_REPORTS)
            elif not (reader.may(Permission.SEE_REPORTS) or reader.may(Permission.RUN_SHIFT)):
                raise NotAllowed(Permission.SEE_REPORTS)
            unpaid = work.fills.unpaid()
            opened_by = work.staff.get(subject.opened_by).name
            closed_by = work.staff.get(subject.closed_by).name if subject.closed_by else ""
        count, gross, discount = self._totals.sales(shift)
        pieces, goods_amount = self._totals.goods(shift)
        orders, order_millilitres, order_amount = self._totals.orders(shift)
        return ShiftReport(
            station=self._station,
            shift=subject,
            opened_by=opened_by,
            closed_by=closed_by,
            printed_at=self._clock.now(),
            sales=count,
            gross=gross,
            discount=discount,
            net=gross - discount,
            fuel=self._totals.fuel(shift),
            goods_pieces=pieces,
            goods_amount=goods_amount,
            tenders=self._totals.tenders(shift),
            orders=orders,
            orders_volume=order_millilitres,
            orders_amount=order_amount,
            unpaid_fills=len(unpaid),
            unpaid_amount=total(fill.amount for fill in unpaid) if unpaid else ZERO,
        )

    def shift_pdf(self, shift: ShiftId, by: StaffId) -> Path:
        """The shift's paper as a PDF; where it lies. Raises ReportNotWritten; the shift stays closed."""
        return self._writer.shift(self.shift_report(shift, by))

    def overview(self, start: datetime, end: datetime) -> DayFigures:
        """The manager's figures for a stretch of time."""
        return self._totals.between(start, end)
