"""StaffMember, Role, Permission, and may(): the only rights check."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from core.domain.ids import StaffId
from core.domain.refusals import NotAllowed, PinLocked


class Role(StrEnum):
    """What a person is here for."""

    CASHIER = "cashier"
    ATTENDANT = "attendant"
    MANAGER = "manager"


class Permission(StrEnum):
    """One thing that not everybody may do."""

    SELL = "sell"
    RUN_SHIFT = "run_shift"
    SERVE_ORDERS = "serve_orders"
    AUTHORISE_PUMP = "authorise_pump"
    SCHEDULE_PRICES = "schedule_prices"
    MANAGE_STAFF = "manage_staff"
    SEE_REPORTS = "see_reports"


_RIGHTS: dict[Role, frozenset[Permission]] = {
    Role.CASHIER: frozenset(
        {Permission.SELL, Permission.RUN_SHIFT, Permission.AUTHORISE_PUMP, Permission.SERVE_ORDERS}
    ),
    Role.ATTENDANT: frozenset({Permission.AUTHORISE_PUMP, Permission.SERVE_ORDERS}),
    Role.MANAGER: frozenset(Permission),
}

TRIES_BEFORE_LOCK = 5
LOCK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A person who works here. People leave by becoming inactive; history keeps their names."""

    id: StaffId
    name: str
    role: Role
    pin_hash: str
    active: bool = True
    failed_tries: int = 0
    locked_until: datetime | None = None

    def may(self, permission: Permission) -> bool:
        """Whether the person's role carries the right."""
        return self.active and permission in _RIGHTS[self.role]

    def must(self, permission: Permission) -> None:
        """Refuse with NotAllowed unless the person may."""
        if not self.may(permission):
            raise NotAllowed(permission)

    def check_lock(self, now: datetime) -> None:
        """Refuse a PIN while the person is locked out."""
        if self.locked_until is not None and now < self.locked_until:
            raise PinLocked(self.locked_until)

    def after_wrong_pin(self, now: datetime) -> "StaffMember":
        """One more wrong try; the fifth locks for five minutes."""
        tries = self.failed_tries + 1
        if tries >= TRIES_BEFORE_LOCK:
            return replace(self, failed_tries=0, locked_until=now + LOCK)
        return replace(self, failed_tries=tries)

    def after_right_pin(self) -> "StaffMember":
        """Tries and lock forgotten."""
        return replace(self, failed_tries=0, locked_until=None)
