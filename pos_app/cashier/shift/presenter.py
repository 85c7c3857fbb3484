"""Opening a shift with its float, counting and closing it, and its report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.domain.count import cash_count
from core.domain.ids import StaffId
from core.domain.money import Money
from core.domain.shift import Shift
from core.domain.staff import StaffMember
from core.qt.background import Runs

if TYPE_CHECKING:
    from core.services.reports import ReportDesk
    from core.services.shifts.desk import ShiftDesk
    from core.services.staff import StaffDesk


@dataclass(frozen=True, slots=True)
class ShiftViewState:
    """What the shift's screens show. `closed` is the shift just counted; before that nothing tells what is expected."""

    loaded: bool = False
    shift: Shift | None = None
    names: Mapping[StaffId, str] = field(default_factory=dict)
    busy: bool = False
    counting: bool = False
    trouble: Exception | None = None
    closed: Shift | None = None
    report: Path | None = None
    writing: bool = False
    report_trouble: Exception | None = None

    @property
    def opened_by(self) -> str:
        """The name of who opened the shift."""
        return self.names.get(self.shift.opened_by, "") if self.shift else ""


class ShiftPresenter(QObject):
    """Signals: changed; known(Shift or None), what is open; ended, when the count has been read and put away."""

    changed = Signal()
    known = Signal(object)
    ended = Signal()

    def __init__(
        self,
        shifts: "ShiftDesk",
        reports: "ReportDesk",
        staff: "StaffDesk",
        background: Runs,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._shifts = shifts
        self._reports = reports
        self._staff = staff
        self._background = background
        self._by = StaffId("")
        self.state = ShiftViewState()

    def serve(self, person: StaffId) -> None:
        """This person opens and closes from now on."""
        self._by = person
        self._show(ShiftViewState(names=self.state.names))
        self._background.run(self._staff.people, self._know_names, self._failed)
        self.reload()

    def take_over(self, person: StaffId) -> None:
        """Another person goes on with what is there."""
        self._by = person

    def reload(self) -> None:
        """The open shift, fresh."""
        self._background.run(self._shifts.current, self._loaded, self._failed)

    def open(self, opening_float: Money) -> None:
        """Begin a shift with so much in the drawer."""
        if self.state.busy:
            return
        by = self._by
        self._show(replace(self.state, busy=True, trouble=None))
        self._background.run(lambda: self._shifts.open(opening_float, by), self._opened, self._failed)

    def begin_count(self) -> None:
        """Count the drawer."""
        self._show(replace(self.state, counting=True, trouble=None))

    def stop_counting(self) -> None:
        """Back to selling; once the shift is closed, this puts its count away."""
        closed = self.state.closed is not None
        self._show(
            replace(self.state, counting=False, trouble=None, closed=None, report=None, report_trouble=None)
        )
        if closed:
            self.ended.emit()

    def close(self, counted: Money) -> None:
        """So much was in the drawer: the shift ends."""
        if self.state.busy:
            return
        by = self._by
        self._show(replace(self.state, busy=True, trouble=None))
        self._background.run(lambda: self._shifts.close(cash_count(counted), by), self._closed, self._failed)

    def write_report(self) -> None:
        """The closed shift's paper as a PDF."""
        shift, by = self.state.closed, self._by
        if shift is None or self.state.writing:
            return
        self._show(replace(self.state, writing=True, report_trouble=None))
        self._background.run_outside(
            lambda: self._reports.shift_pdf(shift.id, by), self._written, self._not_written
        )

    def _know_names(self, people: Sequence[StaffMember]) -> None:
        self._show(replace(self.state, names={person.id: person.name for person in people}))

    def _loaded(self, shift: Shift | None) -> None:
        self._show(replace(self.state, loaded=True, shift=shift))
        self.known.emit(shift)

    def _opened(self, shift: Shift) -> None:
        self._show(replace(self.state, busy=False, shift=shift, trouble=None))
        self.known.emit(shift)

    def _closed(self, shift: Shift) -> None:
        self._show(replace(self.state, busy=False, shift=None, closed=shift, trouble=None))
        self.write_report()

    def _written(self, path: Path) -> None:
        self._show(replace(self.state, writing=False, report=path))

    def _not_written(self, error: Exception) -> None:
        self._show(replace(self.state, writing=False, report_trouble=error))

    def _failed(self, error: Exception) -> None:
        self._show(replace(self.state, busy=False, trouble=error))

    def _show(self, state: ShiftViewState) -> None:
        self.state = state
        self.changed.emit()
