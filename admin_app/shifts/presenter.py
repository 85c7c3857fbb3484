"""The running shift as it stands, closed ones with their differences, a shift's papers, and what is put right later."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from admin_app.refreshing import RefreshingPresenter
from core.domain.ids import ApprovalId, ShiftId, StaffId
from core.domain.money import Money
from core.domain.payment import Tender
from core.domain.print_job import PaperKind
from core.domain.refusals.people import ApprovalNeeded
from core.domain.refusals.shifts import ZReportDamaged
from core.domain.report import ShiftReport
from core.domain.shift import Shift, ShiftCorrection
from core.qt.approval.asking import AsksApproval
from core.qt.background import Runs
from core.qt.notices import Notices
from core.wording import formats, names
from core.wording.catalogue import _

if TYPE_CHECKING:
    from core.services.receipts.desk import ReceiptDesk
    from core.services.reports import ReportDesk
    from core.services.shifts.desk import ShiftDesk
    from core.services.staff import StaffDesk

MOST = 60


@dataclass(frozen=True, slots=True)
class ShiftsState:
    """What the room shows. `shown` is the shift whose figures stand at the right; `damaged` says why they do not."""

    shifts: tuple[Shift, ...] = ()
    names: Mapping[StaffId, str] = field(default_factory=dict)
    shown: ShiftReport | None = None
    damaged: Exception | None = None
    loaded: bool = False
    writing: bool = False
    printing: bool = False
    correcting: bool = False  # the form is open
    saving: bool = False
    trouble: Exception | None = None  # why a correction was not taken


class ShiftsPresenter(RefreshingPresenter[ShiftsState]):
    """Signals: changed; written(Path); printed; corrected."""

    written = Signal(object)
    printed = Signal()
    corrected = Signal()

    def __init__(  # noqa: PLR0917 - what the room works with
        self,
        shifts: "ShiftDesk",
        reports: "ReportDesk",
        staff: "StaffDesk",
        receipts: "ReceiptDesk",
        background: Runs,
        notices: Notices,
        approvals: AsksApproval,
        *,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(background, notices, parent)
        self._shifts = shifts
        self._reports = reports
        self._staff = staff
        self._receipts = receipts
        self._approvals = approvals
        self._chosen: ShiftId | None = None
        self.state = ShiftsState()

    def choose(self, shift: ShiftId) -> None:
        """Show this shift's figures."""
        if shift != self._chosen:
            self._chosen = shift
            self.reload()

    def write_pdf(self) -> None:
        """Write the shown shift's paper."""
        report, by = self.state.shown, self._by
        if report is None or self.state.writing:
            return

        def done(path: Path) -> None:
            self._show(replace(self.state, writing=False))
            self.written.emit(path)

        def failed(error: Exception) -> None:
            self._show(replace(self.state, writing=False))
            self._notices.fault(error)

        self._show(replace(self.state, writing=True))
        self._background.run_outside(lambda: self._reports.shift_pdf(report.shift.id, by), done, failed)

    def reprint(self, approval: ApprovalId | None = None) -> None:
        """The closed shift's Z on receipt paper once more, as it was, marked as a copy."""
        report, by = self.state.shown, self._by
        if report is None or not report.is_z or self.state.printing:
            return

        def done(_nothing: object) -> None:
            self._show(replace(self.state, printing=False))
            self.printed.emit()

        def failed(error: Exception) -> None:
            self._show(replace(self.state, printing=False))
            if isinstance(error, ApprovalNeeded):
                words = _("Print the Z of shift {number} again").format(number=report.shift.number)
                self._approvals.ask(error, self.reprint, words)
            else:
                self._notices.fault(error)

        self._show(replace(self.state, printing=True))
        self._background.run_outside(
            lambda: self._receipts.print_paper(PaperKind.Z_REPORT, report.shift.id, by, approval),
            done,
            failed,
        )

    # --- putting right ----------------------------------------------------------------------------------------------

    def begin_correction(self) -> None:
        """Open the form for the shown shift."""
        if self.state.shown is not None and self.state.shown.is_z:
            self._show(replace(self.state, correcting=True, trouble=None))

    def give_up_correction(self) -> None:
        """Not after all."""
        self._show(replace(self.state, correcting=False, trouble=None))

    def correct(self, tender: Tender, amount: Money, reason: str, approval: ApprovalId | None = None) -> None:
        """A new entry beside the Z: so much more, or less, was counted."""
        report, by = self.state.shown, self._by
        if report is None or self.state.saving:
            return
        shift = report.shift

        def failed(error: Exception) -> None:
            self._show(replace(self.state, saving=False))
            if isinstance(error, ApprovalNeeded):
                words = _("Correct shift {number}, {tender}: {amount}").format(
                    number=shift.number, tender=names.tender(tender), amount=formats.money(amount)
                )
                self._approvals.ask(error, lambda leave: self.correct(tender, amount, reason, leave), words)
            else:
                self._show(replace(self.state, trouble=error))

        self._show(replace(self.state, saving=True, trouble=None))
        self._background.run(
            lambda: self._shifts.correct(shift.id, tender, amount, reason, by, approval),
            self._corrected,
            failed,
        )

    def _corrected(self, _entry: ShiftCorrection) -> None:
        self._show(replace(self.state, saving=False, correcting=False))
        self.corrected.emit()
        self.reload()

    # --- reading ----------------------------------------------------------------------------------------------------

    def _read(self) -> ShiftsState:
        shifts = tuple(self._shifts.recent(MOST))
        known = {shift.id for shift in shifts}
        wanted = self._chosen if self._chosen in known else shifts[0].id if shifts else None
        shown, damaged = None, None
        try:
            shown = self._reports.shift_report(wanted, self._by) if wanted else None
        except ZReportDamaged as refusal:
            damaged = refusal
        return ShiftsState(
            shifts=shifts,
            names={person.id: person.name for person in self._staff.everybody()},
            shown=shown,
            damaged=damaged,
            loaded=True,
        )

    def _arrived(self, figures: ShiftsState) -> None:
        state = self.state
        self._show(
            replace(
                figures,
                writing=state.writing,
                printing=state.printing,
                correcting=state.correcting and figures.shown is not None,
                saving=state.saving,
                trouble=state.trouble,
            )
        )

    def _show(self, state: ShiftsState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit()
