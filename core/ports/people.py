"""Who works here, and who may do what."""

from collections.abc import Sequence
from typing import Protocol

from core.domain.approval import Approval, Leave
from core.domain.ids import (
    ApprovalId,
    StaffId,
)
from core.domain.staff import Permission, Role, StaffMember


class Staff(Protocol):
    """People."""

    def get(self, staff: StaffId) -> StaffMember:
        """Raises StaffNotFound."""
        ...

    def save(self, member: StaffMember) -> None:
        """Insert or update."""
        ...

    def active(self) -> Sequence[StaffMember]:
        """Who works here, by name."""
        ...

    def everybody(self) -> Sequence[StaffMember]:
        """Those who left too, by name."""
        ...

    def by_card(self, card_hash: str) -> StaffMember | None:
        """Whose card this is, working here or not."""
        ...


class Roles(Protocol):
    """What people are here for, and what each may."""

    def get(self, code: str) -> Role:
        """Raises RoleUnknown."""
        ...

    def all(self) -> Sequence[Role]:
        """Every role, those put away too, in the order of their codes."""
        ...

    def save(self, role: Role) -> None:
        """Insert or update."""
        ...


class Rights(Protocol):
    """Whether somebody may do what not everybody may."""

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
        """Leave to do it in this transaction; an approval that it needs is used up by the commit.

        With `second_person` nobody does it alone, whatever rights he has.

        `subject` is the id of what it is done to: an approval given for another one is none. `shown` is for the paper of
        what has just been shown: the approval that was used up for that lets it be printed too. Raises ApprovalNeeded
        where somebody else has to agree and no approval came along, ApprovalNotValid where it does not fit, NotAllowed
        for a person who left, StaffNotFound.
        """
        ...

    def give(self, approval: Approval) -> None:
        """Write a fresh approval down."""
        ...
