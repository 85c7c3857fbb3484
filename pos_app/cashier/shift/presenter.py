"""Which shift is open, and opening one with its float."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.domain.ids import StaffId
from core.domain.money import Money
from core.domain.shift import Shift
from core.domain.staff import StaffMember
from core.qt.background import Runs

if TYPE_CHECKING:
    from core.services.shifts.desk import ShiftDesk
    from core.services.staff import StaffDesk


@dataclass(frozen=True, slots=True)
class ShiftViewState:
    """What the opening screen shows. `suggested` is the cash that the last shift counted."""

    loaded: bool = False
    shift: Shift | None = None
    names: Mapping[StaffId, str] = field(default_factory=dict)
    suggested: Money | None = None
    busy: bool = False
    trouble: Exception | None = None

    @property
    def opened_by(self) -> str:
        """The name of who opened the shift."""
        return self.names.get(self.shift.opened_by, "") if self.shift else ""


class ShiftPresenter(QObject):
    """Signals: changed; known(Shift or None), what is open."""

    changed = Signal()
    known = Signal(object)

    def __init__(
        self, shifts: "ShiftDesk", staff: "StaffDesk", background: Runs, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._shifts = shifts
        self._staff = staff
        self._background = background
        self._by = StaffId("")
        self.state = ShiftViewState()

    def serve(self, person: StaffId) -> None:
        """This person opens shifts from now on."""
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

    def _know_names(self, people: Sequence[StaffMember]) -> None:
        self._show(replace(self.state, names={person.id: person.name for person in people}))

    def _loaded(self, shift: Shift | None) -> None:
        self._show(replace(self.state, loaded=True, shift=shift))
        if shift is None:
            self._background.run(self._shifts.last_counted, self._know_last, self._failed)
        self.known.emit(shift)

    def _know_last(self, counted: Money | None) -> None:
        self._show(replace(self.state, suggested=counted))

    def _opened(self, shift: Shift) -> None:
        self._show(replace(self.state, busy=False, shift=shift, trouble=None))
        self.known.emit(shift)

    def _failed(self, error: Exception) -> None:
        self._show(replace(self.state, busy=False, trouble=error))

    def _show(self, state: ShiftViewState) -> None:
        self.state = state
        self.changed.emit()
