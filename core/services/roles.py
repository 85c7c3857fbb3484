"""What people are here for and what each may: roles are the station's own data."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from core.domain.events.people import RoleChanged
from core.domain.ids import StaffId
from core.domain.refusals.people import RoleHasPeople, RoleUnfit, RoleUnknown
from core.domain.staff import Permission, Role, check_keepers
from core.ports.identity import Identity
from core.ports.unit_of_work import UnitOfWork, Work


class RoleDesk:
    """Keeps the roles. What was changed, by whom and when stands in the journal."""

    def __init__(self, work: UnitOfWork, ids: Identity) -> None:
        self._work = work
        self._ids = ids

    def roles(self) -> Sequence[Role]:
        """Those that can be given, the three of every station first."""
        with self._work.reading() as work:
            given = [role for role in work.roles.all() if role.active]
        return sorted(given, key=lambda role: (_place(role), role.name, role.code))

    def add(self, name: str, permissions: AbstractSet[Permission], by: StaffId) -> Role:
        """A new role. Raises RoleUnfit, NotAllowed."""
        role = Role(self._ids(), "", frozenset(permissions)).called(name)
        with self._work() as work:
            work.staff.get(by).must(Permission.MANAGE_ROLES)
            _name_is_free(work, role)
            work.roles.save(role)
            work.record(_told(replace(role, permissions=frozenset()), role), actor=by)
        return role

    def rename(self, code: str, name: str, by: StaffId) -> Role:
        """Call it otherwise. Raises RoleUnknown, RoleUnfit, NotAllowed."""
        return self._change(code, by, lambda _work, role: role.called(name))

    def permit(self, code: str, permissions: AbstractSet[Permission], by: StaffId) -> Role:
        """Its people may exactly this from now on. Raises RoleUnknown, NobodyLeftToManage, NotAllowed."""
        return self._change(code, by, lambda _work, role: replace(role, permissions=frozenset(permissions)))

    def put_away(self, code: str, by: StaffId) -> Role:
        """Give it to nobody any more. Raises RoleUnknown, RoleHasPeople, NotAllowed."""

        def away(work: Work, role: Role) -> Role:
            people = sum(person.role.code == code for person in work.staff.active())
            if people:
                raise RoleHasPeople(people)
            return replace(role, active=False)

        return self._change(code, by, away)

    def _change(self, code: str, by: StaffId, change: Callable[[Work, Role], Role]) -> Role:
        with self._work() as work:
            work.staff.get(by).must(Permission.MANAGE_ROLES)
            before = work.roles.get(code)
            if not before.active:
                raise RoleUnknown(code)
            after = change(work, before)
            if after == before:
                return before
            _name_is_free(work, after)
            work.roles.save(after)
            check_keepers(work.staff.active())
            work.record(_told(before, after), actor=by)
        return after


def _place(role: Role) -> int:
    first = [Role.CASHIER.code, Role.ATTENDANT.code, Role.MANAGER.code]
    return first.index(role.code) if role.code in first else len(first)


def _name_is_free(work: Work, role: Role) -> None:
    taken = {each.name.casefold() for each in work.roles.all() if each.active and each.code != role.code}
    if role.name and role.name.casefold() in taken:
        raise RoleUnfit(role.name)


def _told(before: Role, after: Role) -> RoleChanged:
    given, taken = after.permissions - before.permissions, before.permissions - after.permissions
    return RoleChanged(
        after.code, after.name or after.code, " ".join(sorted(given)), " ".join(sorted(taken)), after.active
    )
