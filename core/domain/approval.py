"""Approval: somebody who may agrees on the spot to what another person asks for, once, for two minutes."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from core.domain.ids import ApprovalId, StaffId
from core.domain.refusals.people import ApprovalNotValid, ApprovalOfOneself, NotAllowed, StaffNotFound
from core.domain.staff import Permission, StaffMember

APPROVAL_LIVES = timedelta(minutes=2)
# Whoever was shown something may still have the same thing printed for so long.
STILL_SHOWN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Leave:
    """Who does it, and who agreed to it where somebody had to."""

    by: StaffId
    approver: StaffId | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """One agreement: of `approver`, to what `asked_by` wants to do to `subject`, by the right `permission`.

    `subject` is the id of what it is about (a sale, a shift), as ApprovalNeeded named it; empty where there is none.
    """

    id: ApprovalId
    approver: StaffId
    asked_by: StaffId
    permission: Permission
    at: datetime
    until: datetime
    subject: str = ""
    used_at: datetime | None = None

    @classmethod
    def given(  # noqa: PLR0917 - an agreement is between two, about one thing, at a moment
        cls,
        approval: ApprovalId,
        approver: StaffMember,
        asked_by: StaffMember,
        permission: Permission,
        at: datetime,
        subject: str = "",
    ) -> Self:
        """Agreed to now. Raises ApprovalOfOneself, StaffNotFound, NotAllowed (the approver himself may not)."""
        if approver.id == asked_by.id:
            raise ApprovalOfOneself
        if not asked_by.active:
            raise StaffNotFound(asked_by.id)
        approver.must(permission)
        return cls(approval, approver.id, asked_by.id, permission, at, at + APPROVAL_LIVES, subject)

    def used(self, actor: StaffId, permission: Permission, subject: str, now: datetime) -> "Approval":
        """Used up. Raises ApprovalNotValid unless it is fresh, unused, and for exactly this."""
        fresh = self.used_at is None and self.at <= now < self.until
        if not (fresh and self._is_for(actor, permission, subject)):
            raise ApprovalNotValid(permission)
        return replace(self, used_at=now)

    def still_lets(self, actor: StaffId, permission: Permission, subject: str, now: datetime) -> bool:
        """Whether it was used a moment ago to show exactly this to this person."""
        lately = self.used_at is not None and self.used_at <= now < self.used_at + STILL_SHOWN
        return lately and self._is_for(actor, permission, subject)

    def _is_for(self, actor: StaffId, permission: Permission, subject: str) -> bool:
        return (self.asked_by, self.permission, self.subject) == (actor, permission, subject)


def needs_approval(
    actor: StaffMember, permission: Permission, second_person: AbstractSet[Permission] = frozenset()
) -> bool:
    """Whether somebody else has to agree: the person has no right to it, or the station wants two people for it.

    Raises NotAllowed for somebody who no longer works here.
    """
    if not actor.active:
        raise NotAllowed(permission)
    return permission in second_person or not actor.may(permission)
