"""People: who works here, add one, another role, leave."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from admin_app.refreshing import RefreshingPresenter
from core.domain.ids import StaffId
from core.domain.staff import Role, StaffMember
from core.qt.background import Runs
from core.qt.notices import Notices

if TYPE_CHECKING:
    from core.services.staff import StaffDesk


class Lack(StrEnum):
    """What is still missing before a person can be added."""

    NOTHING = ""
    NAME = "name"
    NAME_TWICE = "name_twice"
    PIN = "pin"
    PIN_AGAIN = "pin_again"


@dataclass(frozen=True, slots=True)
class Draft:
    """A new person as typed."""

    name: str = ""
    role: Role = Role.CASHIER
    pin: str = ""
    pin_again: str = ""


@dataclass(frozen=True, slots=True)
class StaffState:
    """The list and what is being typed, if anything. `me` is whoever looks."""

    people: tuple[StaffMember, ...] = ()
    loaded: bool = False
    me: StaffId | None = None
    draft: Draft | None = None
    saving: bool = False

    @property
    def lack(self) -> Lack:
        """The first thing that is missing or wrong."""
        draft = self.draft
        if draft is None or not draft.name.strip():
            return Lack.NAME
        if any(person.name == draft.name.strip() for person in self.people):
            return Lack.NAME_TWICE
        if not (draft.pin.isascii() and draft.pin.isdigit() and 4 <= len(draft.pin) <= 8):
            return Lack.PIN
        return Lack.NOTHING if draft.pin == draft.pin_again else Lack.PIN_AGAIN


class StaffPresenter(RefreshingPresenter[tuple[StaffMember, ...]]):
    """Signals: changed; told(StaffMember, str), what was done: "added", "role", "left"."""

    told = Signal(object, str)

    def __init__(
        self, staff: "StaffDesk", background: Runs, notices: Notices, parent: QObject | None = None
    ) -> None:
        super().__init__(background, notices, parent)
        self._staff = staff
        self.state = StaffState()

    def serve(self, person: StaffId) -> None:
        """Whoever looks cannot send themselves away."""
        super().serve(person)
        self._show(replace(self.state, me=person, draft=None, saving=False))

    def begin_new(self) -> None:
        """An empty form."""
        self._show(replace(self.state, draft=Draft()))

    def type_draft(self, draft: Draft) -> None:
        """The form so far."""
        self._show(replace(self.state, draft=draft))

    def give_up(self) -> None:
        """No form any more; nobody is added."""
        self._show(replace(self.state, draft=None, saving=False))

    def add(self) -> None:
        """Add the person typed."""
        draft, by = self.state.draft, self._by
        if draft is None or self.state.lack or self.state.saving:
            return

        def done(member: StaffMember) -> None:
            self.give_up()
            self._is_done(member, "added")

        self._show(replace(self.state, saving=True))
        self._background.run(
            lambda: self._staff.add(draft.name, draft.role, draft.pin, by), done, self._not_done
        )

    def change_role(self, person: StaffId, role: Role) -> None:
        """Another role from now on."""
        by = self._by
        known = self._known(person)
        if known is not None and known.role.code != role.code and person != self.state.me:
            self._background.run(
                lambda: self._staff.change_role(person, role, by),
                lambda member: self._is_done(member, "role"),
                self._not_done,
            )

    def leave_for_good(self, person: StaffId) -> None:
        """The person no longer works here."""
        by = self._by
        known = self._known(person)
        if known is not None and person != self.state.me:
            self._background.run(
                lambda: self._staff.leave(person, by),
                lambda _nothing: self._is_done(known, "left"),
                self._not_done,
            )

    def _known(self, person: StaffId) -> StaffMember | None:
        return next((each for each in self.state.people if each.id == person), None)

    def _is_done(self, member: StaffMember, what: str) -> None:
        self.told.emit(member, what)
        self.reload()

    def _not_done(self, error: Exception) -> None:
        self._show(replace(self.state, saving=False))
        self._notices.fault(error)
        self.reload()

    def _read(self) -> tuple[StaffMember, ...]:
        return tuple(self._staff.people())

    def _arrived(self, figures: tuple[StaffMember, ...]) -> None:
        self._show(replace(self.state, people=figures, loaded=True))

    def _show(self, state: StaffState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit()
