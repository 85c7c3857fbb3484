"""Who signs in, and who opens a locked screen again."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.domain.ids import StaffId
from core.domain.staff import Permission, StaffMember
from core.qt.background import Runs
from core.qt.sign_in.proving import SHORTEST_PIN, ProvingPresenter, ProvingState

if TYPE_CHECKING:
    from core.services.staff import StaffDesk

__all__ = ["SHORTEST_PIN", "SignInPresenter", "SignInState", "UnlockPresenter"]

SignInState = ProvingState


class SignInPresenter(ProvingPresenter[StaffMember]):
    """Signals: changed, signed_in(StaffMember)."""

    signed_in = Signal(object)

    def __init__(
        self,
        staff: "StaffDesk",
        background: Runs,
        permissions: Sequence[Permission] = (),
        parent: QObject | None = None,
    ) -> None:
        """Only people who hold one of the permissions are offered; with none given, everybody."""
        super().__init__(background, parent)
        self._staff = staff
        self._permissions = tuple(permissions)

    def sign_in(self) -> None:
        """Try the PIN."""
        self.go()

    def _people(self) -> Sequence[StaffMember]:
        return [person for person in self._staff.people() if self._is_offered(person)]

    def _is_offered(self, person: StaffMember) -> bool:
        return not self._permissions or any(person.may(permission) for permission in self._permissions)

    def _try(self, chosen: StaffId | None, proof: str) -> StaffMember:
        if chosen is not None:
            return self._staff.sign_in(chosen, proof)
        return self._staff.sign_in_by_card(proof, self._permissions)

    def _proven(self, result: StaffMember) -> None:
        self.signed_in.emit(result)


class UnlockPresenter(ProvingPresenter[StaffMember]):
    """A covered screen: the same person opens it, or another who may work here and takes it over.

    Signals: changed; locked; opened(StaffMember).
    """

    locked = Signal()
    opened = Signal(object)

    def __init__(
        self,
        staff: "StaffDesk",
        background: Runs,
        permissions: Sequence[Permission],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(background, parent)
        self._staff = staff
        self._permissions = tuple(permissions)
        self._before: StaffMember | None = None

    @property
    def before(self) -> StaffMember | None:
        """Whose screen is covered; None while it is open."""
        return self._before

    def lock(self, person: StaffMember, *, idle: bool = False) -> None:
        """Cover the screen of this person."""
        if self._before is None:
            self._before = person
            self._background.run(
                lambda: self._staff.lock(person.id, idle=idle), lambda _done: None, self._failed
            )
            self.locked.emit()
            self.begin()
            self.choose(person.id)

    def _people(self) -> Sequence[StaffMember]:
        before = self._before
        return [
            person
            for person in self._staff.people()
            if (before is not None and person.id == before.id)
            or any(person.may(permission) for permission in self._permissions)
        ]

    def _try(self, chosen: StaffId | None, proof: str) -> StaffMember:
        before = self._before
        assert before is not None
        return self._staff.unlock(before.id, chosen, proof, self._permissions)

    def _proven(self, result: StaffMember) -> None:
        self._before = None
        self.opened.emit(result)
