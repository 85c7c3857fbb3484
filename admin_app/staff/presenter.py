"""People and roles: who works here, PINs and cards, what each role may."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from admin_app.refreshing import RefreshingPresenter
from core.domain.ids import StaffId
from core.domain.staff import ROLE_NAME_LENGTH, Permission, Role, StaffMember
from core.qt.background import Runs
from core.qt.notices import Notices

if TYPE_CHECKING:
    from core.services.roles import RoleDesk
    from core.services.staff import StaffDesk


class Lack(StrEnum):
    """What is still missing before it can be written down."""

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
class RoleDraft:
    """A role as ticked; `code` is empty for a new one."""

    code: str = ""
    name: str = ""
    permissions: frozenset[Permission] = frozenset()


@dataclass(frozen=True, slots=True)
class StaffState:
    """The lists and what is being typed, if anything. `me` is whoever looks; `card` a code that is told only now."""

    people: tuple[StaffMember, ...] = ()
    left: tuple[StaffMember, ...] = ()
    roles: tuple[Role, ...] = ()
    loaded: bool = False
    me: StaffId | None = None
    draft: Draft | None = None
    changing: StaffId | None = None
    role_draft: RoleDraft | None = None
    card: tuple[StaffMember, str] | None = None
    saving: bool = False

    @property
    def lack(self) -> Lack:
        """The first thing of the new person that is missing or wrong."""
        draft = self.draft
        if draft is None or not draft.name.strip():
            return Lack.NAME
        if any(person.name == draft.name.strip() for person in self.people):
            return Lack.NAME_TWICE
        return lack_of_pin(draft.pin, draft.pin_again)

    @property
    def role_lack(self) -> Lack:
        """The same of the role. One that came with the station may stay without a name of its own."""
        draft = self.role_draft
        name = " ".join(draft.name.split()) if draft is not None else ""
        known = next((role for role in self.roles if draft is not None and role.code == draft.code), None)
        if draft is None or len(name) > ROLE_NAME_LENGTH or (not name and (known is None or known.name)):
            return Lack.NAME
        if any(
            role.name and role.name.casefold() == name.casefold() and role is not known for role in self.roles
        ):
            return Lack.NAME_TWICE
        return Lack.NOTHING

    @property
    def changed_person(self) -> StaffMember | None:
        """Whose entry is open."""
        return next((person for person in self.people if person.id == self.changing), None)

    def count(self, role: Role) -> int:
        """How many people have it."""
        return sum(person.role.code == role.code for person in self.people)

    def may(self, permission: Permission) -> bool:
        """Whether whoever looks may."""
        return any(person.id == self.me and person.may(permission) for person in self.people)


@dataclass(frozen=True, slots=True)
class Lists:
    """What is read together."""

    everybody: tuple[StaffMember, ...]
    roles: tuple[Role, ...]


def lack_of_pin(pin: str, again: str) -> Lack:
    """What is wrong with a PIN that was typed twice."""
    if not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 8):
        return Lack.PIN
    return Lack.NOTHING if pin == again else Lack.PIN_AGAIN


class StaffPresenter(RefreshingPresenter[Lists]):
    """Signals: changed; told(name, what, role), what was done, as StaffChanged calls it, or "role_saved", "role_away"."""

    told = Signal(str, str, object)

    def __init__(
        self,
        staff: "StaffDesk",
        roles: "RoleDesk",
        background: Runs,
        notices: Notices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(background, notices, parent)
        self._staff = staff
        self._roles = roles
        self.state = StaffState()

    def serve(self, person: StaffId) -> None:
        """Whoever looks cannot send themselves away."""
        super().serve(person)
        self._show(
            replace(
                self.state, me=person, draft=None, changing=None, role_draft=None, card=None, saving=False
            )
        )

    # --- a new person ---------------------------------------------------------------------------------------------------

    def begin_new(self) -> None:
        """An empty form."""
        self._show(replace(self.state, draft=Draft()))

    def type_draft(self, draft: Draft) -> None:
        """The form so far."""
        self._show(replace(self.state, draft=draft))

    def give_up(self) -> None:
        """No form any more; nothing is written down."""
        self._show(replace(self.state, draft=None, changing=None, role_draft=None, card=None, saving=False))

    def add(self) -> None:
        """Add the person typed."""
        draft, by = self.state.draft, self._by
        if draft is None or self.state.lack or self.state.saving:
            return

        def done(member: StaffMember) -> None:
            self.give_up()
            self._is_done(member, "added")

        self._run(lambda: self._staff.add(draft.name, draft.role, draft.pin, by), done)

    # --- somebody who is here -------------------------------------------------------------------------------------------

    def begin_change(self, person: StaffId) -> None:
        """Open somebody's entry."""
        self._show(replace(self.state, changing=person, card=None))

    def change_role(self, person: StaffId, role: Role) -> None:
        """Another role from now on."""
        by = self._by
        known = self._known(person)
        if known is not None and known.role.code != role.code and person != self.state.me:
            self._run(
                lambda: self._staff.change_role(person, role, by),
                lambda member: self._is_done(member, "role"),
            )

    def change_pin(self, person: StaffId, pin: str) -> None:
        """Another PIN from now on."""
        by = self._by
        self._on(person, lambda: self._staff.change_pin(person, pin, by), "pin")

    def give_card(self, person: StaffId) -> None:
        """A fresh card; its code is shown once."""
        by, known = self._by, self._known(person)
        if known is None:
            return

        def done(code: str) -> None:
            self._show(replace(self.state, saving=False, card=(known, code)))
            self.reload()

        self._run(lambda: self._staff.give_card(person, by), done)

    def take_card(self, person: StaffId) -> None:
        """The card is no good any more."""
        by = self._by
        self._on(person, lambda: self._staff.take_card(person, by), "card_taken")

    def leave_for_good(self, person: StaffId) -> None:
        """The person no longer works here."""
        by = self._by
        if person != self.state.me:
            self._on(person, lambda: self._staff.leave(person, by), "left", closes=True)

    def come_back(self, person: StaffId) -> None:
        """Somebody who left works here again."""
        by, known = self._by, next((each for each in self.state.left if each.id == person), None)
        if known is not None:
            self._run(lambda: self._staff.come_back(person, by), lambda _none: self._is_done(known, "back"))

    # --- roles ----------------------------------------------------------------------------------------------------------

    def begin_role(self, code: str = "") -> None:
        """Open a role; without a code, a new one."""
        known = next((role for role in self.state.roles if role.code == code), None)
        draft = RoleDraft(known.code, known.name, known.permissions) if known is not None else RoleDraft()
        self._show(replace(self.state, role_draft=draft))

    def type_role(self, draft: RoleDraft) -> None:
        """The role so far."""
        self._show(replace(self.state, role_draft=draft))

    def save_role(self) -> None:
        """Write the role down: its people may exactly this from now on."""
        draft, by = self.state.role_draft, self._by
        if draft is None or self.state.role_lack or self.state.saving:
            return

        def save() -> Role:
            if not draft.code:
                return self._roles.add(draft.name, draft.permissions, by)
            saved = self._roles.permit(draft.code, draft.permissions, by)
            if draft.name.strip() and draft.name.strip() != saved.name:
                saved = self._roles.rename(draft.code, draft.name, by)
            return saved

        self._run(save, lambda role: self._role_done(role, "role_saved"))

    def put_role_away(self) -> None:
        """Give the role to nobody any more."""
        draft, by = self.state.role_draft, self._by
        if draft is not None and draft.code:
            self._run(
                lambda: self._roles.put_away(draft.code, by), lambda role: self._role_done(role, "role_away")
            )

    # --- inside ---------------------------------------------------------------------------------------------------------

    def _known(self, person: StaffId) -> StaffMember | None:
        return next((each for each in self.state.people if each.id == person), None)

    def _on(self, person: StaffId, call: Callable[[], object], what: str, *, closes: bool = False) -> None:
        known = self._known(person)
        if known is None:
            return

        def done(_result: object) -> None:
            if closes:
                self.give_up()
            self._is_done(known, what)

        self._run(call, done)

    def _run(self, call: Callable[[], object], done: Callable[..., object]) -> None:
        if not self.state.saving:
            self._show(replace(self.state, saving=True))
            self._background.run(call, done, self._not_done)

    def _is_done(self, member: StaffMember, what: str) -> None:
        self._show(replace(self.state, saving=False))
        self.told.emit(member.name, what, member.role)
        self.reload()

    def _role_done(self, role: Role, what: str) -> None:
        self._show(replace(self.state, saving=False, role_draft=None))
        self.told.emit("", what, role)
        self.reload()

    def _not_done(self, error: Exception) -> None:
        self._show(replace(self.state, saving=False))
        self._notices.fault(error)
        self.reload()

    def _read(self) -> Lists:
        everybody: Sequence[StaffMember] = self._staff.everybody()
        return Lists(tuple(everybody), tuple(self._roles.roles()))

    def _arrived(self, figures: Lists) -> None:
        here = tuple(person for person in figures.everybody if person.active)
        gone = tuple(person for person in figures.everybody if not person.active)
        self._show(replace(self.state, people=here, left=gone, roles=figures.roles, loaded=True))

    def _show(self, state: StaffState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit()
