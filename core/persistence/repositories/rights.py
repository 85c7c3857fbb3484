"""Roles, approvals, and the one check of whether somebody may."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from core.domain.approval import Approval, Leave, needs_approval
from core.domain.ids import ApprovalId, StaffId
from core.domain.refusals.people import ApprovalNeeded, ApprovalNotValid, RoleUnknown
from core.domain.staff import Permission, Role
from core.persistence.repositories.people import STAFF
from core.persistence.rows import RowsOf
from core.persistence.tables.rights import approvals, roles
from core.persistence.transaction import Transaction
from core.persistence.words import bindparam
from core.ports.clock import Clock
from core.ports.people import Staff

_ROLES = RowsOf(roles, Role)
_ROLE = _ROLES.where(roles.c.code == bindparam("code"))
_ALL_ROLES = _ROLES.where(order=[roles.c.code])
_APPROVALS = RowsOf(approvals, Approval)
_APPROVAL = _APPROVALS.where(approvals.c.id == bindparam("approval"))


class SqlRoles:
    """Port Roles."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, code: str) -> Role:
        found = self._transaction.first(_ROLE, code)
        if found is None:
            raise RoleUnknown(code)
        return found

    def all(self) -> Sequence[Role]:
        return self._transaction.all(_ALL_ROLES)

    def save(self, role: Role) -> None:
        self._transaction.memory.of(STAFF).clear()
        self._transaction.run(_ROLES.save, *_ROLES.of(role))


class SqlRights:
    """Port Rights. `second_person` is what the station lets nobody do without another's agreement."""

    def __init__(
        self, transaction: Transaction, staff: Staff, clock: Clock, second_person: AbstractSet[Permission]
    ) -> None:
        self._transaction = transaction
        self._staff = staff
        self._clock = clock
        self._second_person = second_person

    def check(
        self,
        by: StaffId,
        permission: Permission,
        approval: ApprovalId | None = None,
        subject: str = "",
        *,
        shown: bool = False,
        second_person: bool = False,
    ) -> Leave:
        if not needs_approval(self._staff.get(by), permission, self._second_person) and not second_person:
            return Leave(by)
        if approval is None:
            raise ApprovalNeeded(permission, subject)
        found = self._transaction.first(_APPROVAL, approval)
        if found is None:
            raise ApprovalNotValid(permission)
        if shown and found.used_at is not None:
            if not found.still_lets(by, permission, subject, self._clock.now()):
                raise ApprovalNeeded(permission, subject)
            return Leave(by, found.approver)
        used = found.used(by, permission, subject, self._clock.now())
        self._transaction.run(_APPROVALS.save, *_APPROVALS.of(used))
        return Leave(by, used.approver)

    def give(self, approval: Approval) -> None:
        self._transaction.run(_APPROVALS.insert, *_APPROVALS.of(approval))
