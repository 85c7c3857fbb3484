"""The open shift's four counts, and the cases that wait for somebody."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from admin_app.refreshing import RefreshingPresenter
from core.domain.ids import CaseId, StaffId
from core.domain.reconciliation.case import Case
from core.domain.reconciliation.gap import Cause
from core.domain.reconciliation.grade_balance import Reconciliation
from core.domain.refusals.shifts import NoShiftOpen
from core.qt.background import Runs
from core.qt.notices import Notices

if TYPE_CHECKING:
    from core.services.staff import StaffDesk
    from core.services.tanks.reconciliation import ReconciliationDesk


@dataclass(frozen=True, slots=True)
class ReconciliationState:
    """What the room shows. `live` is None while no shift is open; `chosen` is the case whose sheet is open."""

    live: Reconciliation | None = None
    cases: tuple[Case, ...] = ()
    names: Mapping[StaffId, str] = field(default_factory=dict)
    chosen: Case | None = None
    busy: str = ""
    trouble: Exception | None = None
    loaded: bool = False


class ReconciliationPresenter(RefreshingPresenter[ReconciliationState]):
    """Signals: changed, said(Case): what was decided of a case."""

    said = Signal(object)

    def __init__(
        self,
        desk: "ReconciliationDesk",
        staff: "StaffDesk",
        background: Runs,
        notices: Notices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(background, notices, parent)
        self._desk = desk
        self._staff = staff
        self.state = ReconciliationState()

    def choose(self, case: CaseId) -> None:
        """Open a case."""
        found = next((each for each in self.state.cases if each.id == case), None)
        self._set(replace(self.state, chosen=found, trouble=None))

    def leave_case(self) -> None:
        """Put it away; nothing changes."""
        self._set(replace(self.state, chosen=None, trouble=None))

    def explain(self, cause: Cause, said: str) -> None:
        """Say what made the gap."""
        case, by = self._case_id(), self._by
        self._have("explain", lambda: self._desk.explain(case, cause, said, by))

    def doubt(self, said: str) -> None:
        """Not believe what was said of it."""
        case, by = self._case_id(), self._by
        self._have("doubt", lambda: self._desk.doubt(case, said, by))

    def close(self) -> None:
        """Be done with it."""
        case, by = self._case_id(), self._by
        self._have("close", lambda: self._desk.close(case, by))

    def _case_id(self) -> CaseId:
        if self.state.chosen is None:
            raise RuntimeError("no case is open")
        return self.state.chosen.id

    def _have(self, busy: str, call: Callable[[], Case]) -> None:
        if not self.state.busy:
            self._set(replace(self.state, busy=busy, trouble=None))
            self._background.run(call, self._was_said, self._was_refused)

    def _was_said(self, case: Case) -> None:
        self._set(replace(self.state, chosen=None, busy=""))
        self.said.emit(case)
        self.reload()

    def _was_refused(self, why: Exception) -> None:
        self._set(replace(self.state, busy="", trouble=why))

    def _read(self) -> ReconciliationState:
        try:
            live: Reconciliation | None = self._desk.so_far(self._by)
        except NoShiftOpen:
            live = None
        return ReconciliationState(
            live,
            tuple(self._desk.cases(self._by)),
            {person.id: person.name for person in self._staff.people()},
            loaded=True,
        )

    def _arrived(self, figures: ReconciliationState) -> None:
        now = self.state
        self._set(replace(figures, chosen=now.chosen, busy=now.busy, trouble=now.trouble))

    def _set(self, state: ReconciliationState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit()
