"""Gather a report's figures and have it written."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from core.domain.account import StatementPaper, statement_subject
from core.domain.approval import Leave
from core.domain.events.papers import PrintJobPosted
from core.domain.faults import PrinterNotSet
from core.domain.ids import AccountId, ApprovalId, ShiftId, StaffId
from core.domain.price_paper import PricePaper
from core.domain.print_job import PaperKind
from core.domain.refusals.people import NotAllowed
from core.domain.refusals.shifts import NoShiftOpen
from core.domain.report import DayFigures, ShiftReport, blind
from core.domain.staff import Permission
from core.domain.tanks.day_paper import TankDay
from core.ports.clock import Clock
from core.ports.report_writer import ReportWriter
from core.ports.totals import Totals
from core.ports.unit_of_work import UnitOfWork, Work


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
        return self._told(report)

    def so_far(self, by: StaffId) -> ShiftReport:
        """The open shift's figures; without what tells the drawer for whoever may not know that. Raises NoShiftOpen."""
        with self._work.reading() as work:
            report = work.shift_reports.of(_open_shift(work))
            knows = work.staff.get(by).may(Permission.SEE_EXPECTED)
        return self._told(report if knows else blind(report))

    def so_far_whole(self, by: StaffId, approval: ApprovalId | None = None) -> ShiftReport:
        """The open shift's figures with what the drawer should hold. Raises NoShiftOpen, ApprovalNeeded."""
        with self._work() as work:
            shift = _open_shift(work)
            work.rights.check(by, Permission.SEE_EXPECTED, approval, subject=shift)
            return self._told(work.shift_reports.of(shift))

    def print_so_far(self, by: StaffId, approval: ApprovalId | None = None, *, whole: bool = False) -> None:
        """The open shift's figures on receipt paper; the approval that let them be seen lets them be printed.

        Raises NoShiftOpen, PrinterNotSet, and for the whole ApprovalNeeded.
        """
        with self._work() as work:
            shift = _open_shift(work)
            leave = Leave(by)
            if whole:
                leave = work.rights.check(by, Permission.SEE_EXPECTED, approval, subject=shift, shown=True)
            # The paper tells what the one may know who stands behind it.
            job = work.printing.add(PaperKind.X_REPORT, shift, leave.approver or by)
            if job is None:
                raise PrinterNotSet
            told = PrintJobPosted(job.id, job.kind, shift, reprint=False)
            work.record(told, actor=by, approver=leave.approver)

    def prepare(self) -> None:
        """A paper will be wanted soon: what the first one of a program needs is loaded while nobody waits for it."""
        self._writer.prepare()

    def shift_pdf(self, shift: ShiftId, by: StaffId) -> Path:
        """The shift's paper as a PDF; where it lies. Raises ReportNotWritten; the shift stays closed."""
        return self._writer.shift(self.shift_report(shift, by))

    def statement_pdf(self, account: AccountId, start: datetime, end: datetime, by: StaffId) -> Path:
        """An account customer's statement as a PDF; where it lies. Raises ReportNotWritten, AccountNotFound, NotAllowed."""
        with self._work.reading() as work:
            _must_see_accounts(work, by)
            statement = work.accounts.statement(account, start, end)
            sold = [entry.sale for entry in statement.entries if entry.sale is not None]
            bills = {sale: work.sales.get(sale).number for sale in sold}
        return self._writer.statement(StatementPaper(statement, self._station, self._clock.now(), bills))

    def print_statement(self, account: AccountId, start: datetime, end: datetime, by: StaffId) -> None:
        """The same on receipt paper. Raises PrinterNotSet, AccountNotFound, NotAllowed."""
        with self._work() as work:
            _must_see_accounts(work, by)
            subject = statement_subject(work.accounts.get(account).id, start, end)
            job = work.printing.add(PaperKind.ACCOUNT_STATEMENT, subject, by)
            if job is None:
                raise PrinterNotSet
            work.record(PrintJobPosted(job.id, job.kind, account, reprint=False), actor=by)

    def price_change_pdf(self, together: str, by: StaffId) -> Path:
        """The slip of the prices that were planned at one go, as a PDF; where it lies.

        Raises ReportNotWritten, PriceChangeClosed where there is none, NotAllowed.
        """
        with self._work.reading() as work:
            work.staff.get(by).must(Permission.SCHEDULE_PRICES)
            paper = self._price_paper(work, together)
        return self._writer.price_change(paper)

    def print_price_change(self, together: str, by: StaffId) -> None:
        """The same on receipt paper. Raises PrinterNotSet, PriceChangeClosed, NotAllowed."""
        with self._work() as work:
            work.staff.get(by).must(Permission.SCHEDULE_PRICES)
            self._price_paper(work, together)  # where there is none nothing is printed
            job = work.printing.add(PaperKind.PRICE_SLIP, together, by)
            if job is None:
                raise PrinterNotSet
            work.record(PrintJobPosted(job.id, job.kind, together, reprint=False), actor=by)

    def tank_day_pdf(self, day: TankDay, by: StaffId) -> Path:
        """The tanks' figures of a day as a PDF; where it lies. Raises ReportNotWritten, NotAllowed."""
        with self._work.reading() as work:
            work.staff.get(by).must(Permission.KEEP_TANKS)
        return self._writer.tank_day(replace(day, station=self._station, printed_at=self._clock.now()))

    def overview(self, start: datetime, end: datetime) -> DayFigures:
        """The manager's figures for a stretch of time."""
        return self._totals.between(start, end)

    def _price_paper(self, work: Work, together: str) -> PricePaper:
        changes = work.prices.together(together)
        switches = [switch for change in changes for switch in work.prices.switches(change.id)]
        people = {person.id: person.name for person in work.staff.everybody()}
        checks = work.prices.checks(together)
        return PricePaper.of(changes, switches, checks, people, self._station, self._clock.now())

    def _told(self, report: ShiftReport) -> ShiftReport:
        return replace(report, station=self._station, printed_at=self._clock.now())


def _open_shift(work: Work) -> ShiftId:
    shift = work.shifts.current()
    if shift is None:
        raise NoShiftOpen
    return shift.id


def _must_see_accounts(work: Work, by: StaffId) -> None:
    who = work.staff.get(by)
    if not who.may(Permission.SEE_REPORTS):
        who.must(Permission.MANAGE_ACCOUNTS)
