"""StaffMember, Role, Permission, and may(): the only rights check."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from core.domain.ids import StaffId
from core.domain.refusals.people import NobodyLeftToManage, NotAllowed, PinLocked, RoleUnfit
from core.domain.words import one_line


class Permission(StrEnum):
    """One thing that not everybody may do. The word stands in the database: it is never renamed."""

    SELL = "sell"
    RUN_SHIFT = "run_shift"
    SERVE_ORDERS = "serve_orders"
    AUTHORISE_PUMP = "authorise_pump"
    # The bill
    PRICE_OVERRIDE = "price_override"
    DISCOUNT = "discount"
    ROUND_OFF = "round_off"
    VOID_LINE = "void_line"
    VOID_SALE = "void_sale"
    REFUND = "refund"
    REPRINT = "reprint"
    HAND_OVER_OTHERS = "hand_over_others"
    MOVE_PREPAY = "move_prepay"
    SELL_ON_CREDIT = "sell_on_credit"
    # Fills
    OWE_FILL = "owe_fill"
    TEST_FILL = "test_fill"
    RESOLVE_FILL = "resolve_fill"
    UNLOCK_FILL = "unlock_fill"
    BOOK_MISSING = "book_missing"
    # Cash and shift
    OPEN_DRAWER = "open_drawer"
    CASH_IN = "cash_in"
    CASH_OUT = "cash_out"
    SAFE_DROP = "safe_drop"
    SEE_EXPECTED = "see_expected"
    CHECK_COUNT = "check_count"
    CORRECT_SHIFT = "correct_shift"
    # The desk
    SEE_REPORTS = "see_reports"
    SEE_JOURNAL = "see_journal"
    SCHEDULE_PRICES = "schedule_prices"
    KEEP_TANKS = "keep_tanks"  # dip, receive deliveries, acknowledge alarms
    ADJUST_STOCK = "adjust_stock"  # write into the stock book by hand, set tanks up
    MANAGE_OFFERS = "manage_offers"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_STAFF = "manage_staff"
    MANAGE_ROLES = "manage_roles"


ROLE_NAME_LENGTH = 40
TRIES_BEFORE_LOCK = 5
LOCK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Role:
    """What a person is here for, and what that person may do. Roles are the station's own data.

    The three that every station begins with have no name of their own: they are called in the reader's language. A role
    that is put away (`active` False) is no longer given to anybody; history keeps it.
    """

    code: str
    name: str
    permissions: frozenset[Permission]
    active: bool = True

    CASHIER: ClassVar["Role"]
    ATTENDANT: ClassVar["Role"]
    MANAGER: ClassVar["Role"]

    def called(self, name: str) -> "Role":
        """The role under this name. Raises RoleUnfit."""
        wanted = one_line(name)
        if not wanted or len(wanted) > ROLE_NAME_LENGTH:
            raise RoleUnfit(wanted)
        return replace(self, name=wanted)


_ATTENDANT = frozenset({Permission.AUTHORISE_PUMP, Permission.SERVE_ORDERS})
_CASHIER = _ATTENDANT | {
    Permission.SELL,
    Permission.RUN_SHIFT,
    Permission.ROUND_OFF,
    Permission.VOID_LINE,
    Permission.MOVE_PREPAY,
    Permission.SELL_ON_CREDIT,
    Permission.CASH_IN,
    Permission.SAFE_DROP,
}
Role.CASHIER = Role("cashier", "", frozenset(_CASHIER))
Role.ATTENDANT = Role("attendant", "", frozenset(_ATTENDANT))
Role.MANAGER = Role("manager", "", frozenset(Permission))
# What a new station begins with; from then on its own table says what each may.
FIRST_ROLES = (Role.CASHIER, Role.ATTENDANT, Role.MANAGER)


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
    card_hash: str | None = None

    def may(self, permission: Permission) -> bool:
        """Whether the person's role carries the right."""
        return self.active and permission in self.role.permissions

    def must(self, permission: Permission) -> None:
        """Refuse with NotAllowed unless the person may."""
        if not self.may(permission):
            raise NotAllowed(permission)

    def must_manage(self, *roles: Role) -> None:
        """Refuse with NotAllowed unless the person may manage people who have these roles, or give them.

        Whoever does not manage roles gives nobody more than the own rights, and does not touch those who have more:
        another's PIN or card is as good as that person's rights.
        """
        self.must(Permission.MANAGE_STAFF)
        if not self.may(Permission.MANAGE_ROLES):
            for role in roles:
                for right in sorted(role.permissions - self.role.permissions):
                    raise NotAllowed(right)

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


def check_keepers(people: Iterable[StaffMember]) -> None:
    """Refuse with NobodyLeftToManage unless somebody may still manage both people and rights."""
    if not any(
        person.may(Permission.MANAGE_STAFF) and person.may(Permission.MANAGE_ROLES) for person in people
    ):
        raise NobodyLeftToManage
