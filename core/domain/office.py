"""The head office: its duties, and the four roles that every cloud has from the start."""

from enum import StrEnum


class Duty(StrEnum):
    """What somebody of the head office is there for. The word stands in the database: it is never renamed."""

    # Stations, campaigns, coupons.
    OPERATIONS = "operations"
    # Bills, refunds, cards, invoices, the ledger.
    FINANCE = "finance"
    # Looks at orders and people, masked; appeals.
    SUPPORT = "support"
    # Users, roles, settings.
    ADMINISTRATION = "administration"


# Their titles are words for people and live in core.wording; more roles are rows of the office's own.
BUILT_IN_ROLES: dict[str, tuple[Duty, ...]] = {
    "administrator": (Duty.ADMINISTRATION,),
    "operations": (Duty.OPERATIONS,),
    "finance": (Duty.FINANCE,),
    "support": (Duty.SUPPORT,),
}
