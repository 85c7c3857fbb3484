"""Who signs in: choose the person, then the PIN."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.domain.ids import StaffId
from core.domain.refusals import WrongPin
from core.domain.staff import Permission, StaffMember
from core.qt.background import Runs

if TYPE_CHECKING:
    from core.services.staff import StaffDesk

SHORTEST_PIN = 4


@dataclass(frozen=True, slots=True)
class SignInState:
    """What the screen shows. `trouble` is what was raised last; its sentence is the screen's."""

    people: tuple[StaffMember, ...] = ()
    loaded: bool = False
    chosen: StaffId | None = None
    pin: str = ""
    busy: bool = False
    trouble: Exception | None = None
    tries: int = 0  # grows with each wrong PIN, so that the screen can shake the field

    @property
    def may_go(self) -> bool:
        """Whether there is enough to try."""
        return self.chosen is not None and len(self.pin) >= SHORTEST_PIN and not self.busy


class SignInPresenter(QObject):
    """Signals: changed, signed_in(StaffMember)."""

    changed = Signal()
    signed_in = Signal(object)

    def __init__(
        self,
        staff: "StaffDesk",
        background: Runs,
        permissions: Sequence[Permission] = (),
        parent: QObject | None = None,
    ) -> None:
        """Only people who hold one of the permissions are offered; with none given, everybody."""
        super().__init__(parent)
        self._staff = staff
        self._background = background
        self._permissions = tuple(permissions)
        self.state = SignInState()

    def begin(self) -> None:
        """Nobody chosen, the list fresh."""
        self._show(SignInState(people=self.state.people, loaded=self.state.loaded))
        self.reload()

    def reload(self) -> None:
        """The list fresh: somebody came or left."""
        self._background.run(self._staff.people, self._loaded, self._failed)

    def choose(self, person: StaffId) -> None:
        """This one wants to sign in."""
        self._show(replace(self.state, chosen=person, pin="", trouble=None))

    def type_pin(self, pin: str) -> None:
        """The PIN so far."""
        self._show(replace(self.state, pin=pin, trouble=self.state.trouble if not pin else None))

    def sign_in(self) -> None:
        """Try the PIN."""
        state = self.state
        if state.chosen is None or not state.may_go:
            return
        chosen, pin = state.chosen, state.pin
        self._show(replace(state, busy=True, trouble=None))
        self._background.run(lambda: self._staff.sign_in(chosen, pin), self._came_in, self._failed)

    def _loaded(self, people: Sequence[StaffMember]) -> None:
        allowed = tuple(person for person in people if self._is_offered(person))
        chosen = self.state.chosen if any(p.id == self.state.chosen for p in allowed) else None
        self._show(replace(self.state, people=allowed, loaded=True, chosen=chosen))

    def _is_offered(self, person: StaffMember) -> bool:
        return not self._permissions or any(person.may(permission) for permission in self._permissions)

    def _came_in(self, person: StaffMember) -> None:
        self._show(replace(self.state, chosen=None, pin="", busy=False, trouble=None))
        self.signed_in.emit(person)

    def _failed(self, error: Exception) -> None:
        tries = self.state.tries + isinstance(error, WrongPin)
        self._show(replace(self.state, pin="", busy=False, trouble=error, tries=tries))

    def _show(self, state: SignInState) -> None:
        self.state = state
        self.changed.emit()
