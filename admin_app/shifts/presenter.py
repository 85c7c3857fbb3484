"""The running shift as it stands, closed ones with their differences, a shift's paper."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from admin_app.refreshing import RefreshingPresenter
from core.domain.ids import ShiftId, StaffId
from core.domain.report import ShiftReport
from core.domain.shift import Shift
from core.qt.background import Runs
from core.qt.notices import Notices

if TYPE_CHECKING:
    from core.services.reports import ReportDesk
    from core.services.shifts.desk import ShiftDesk
    from core.services.staff import StaffDesk

MOST = 60


@dataclass(frozen=True, slots=True)
class ShiftsState:
    """What the room shows. `shown` is the shift whose figures stand at the right."""

    shifts: tuple[Shift, ...] = ()
    names: Mapping[StaffId, str] = field(default_factory=dict)
    shown: ShiftReport | None = None
    loaded: bool = False
    writing: bool = False


class ShiftsPresenter(RefreshingPresenter[ShiftsState]):
    """Signals: changed; written(Path)."""

    written = Signal(object)

    def __init__(
        self,
        shifts: "ShiftDesk",
        reports: "ReportDesk",
        staff: "StaffDesk",
        background: Runs,
        notices: Notices,
        *,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(background, notices, parent)
        self._shifts = shifts
        self._reports = reports
        self._staff = staff
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

    def _read(self) -> ShiftsState:
        shifts = tuple(self._shifts.recent(MOST))
        known = {shift.id for shift in shifts}
        wanted = self._chosen if self._chosen in known else shifts[0].id if shifts else None
        return ShiftsState(
            shifts=shifts,
            names={person.id: person.name for person in self._staff.people()},
            shown=self._reports.shift_report(wanted, self._by) if wanted else None,
            loaded=True,
        )

    def _arrived(self, figures: ShiftsState) -> None:
        self._show(replace(figures, writing=self.state.writing))

    def _show(self, state: ShiftsState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit()
