"""Cash that moves without a sale, and what the drawer should hold: the one formula of the counter."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.ids import CashMovementId, ShiftId, StaffId
from core.domain.money import ZERO, Money, total
from core.domain.refusals.typed import AmountUnfit, ReasonMissing
from core.domain.words import one_line

MOST = Money(100_000_000)


class CashKind(StrEnum):
    """Why cash came or went."""

    PAID_IN = "paid_in"  # change money fetched from the bank, a found note
    PAID_OUT = "paid_out"  # a purchase, a courier
    SAFE_DROP = "safe_drop"  # notes from the drawer to the safe: still the station's, no longer the drawer's
    SETTLEMENT = "settlement"  # an account customer paid what he owes


_OUT = frozenset({CashKind.PAID_OUT, CashKind.SAFE_DROP})


@dataclass(frozen=True, slots=True)
class CashMovement:
    """One hand in the drawer, written down when it happens. Never changed: a slip is put right by another movement."""

    id: CashMovementId
    shift: ShiftId
    number: int  # within its shift, from 1, without gaps; stands on the slip
    kind: CashKind
    amount: Money  # always positive; the kind says which way
    reason: str
    by: StaffId
    at: datetime
    approver: StaffId | None = None
    ref: str = ""  # what it belongs to: an account's entry

    @property
    def into_drawer(self) -> Money:
        """What the drawer has more of; negative for cash that went."""
        return -self.amount if self.kind in _OUT else self.amount


def check_movement(kind: CashKind, amount: Money, reason: str) -> None:
    """Refuse an amount of nothing, more than a million yuan, or a hand in the drawer without a reason."""
    if not ZERO < amount <= MOST:
        raise AmountUnfit(amount.fen)
    if kind in (CashKind.PAID_IN, CashKind.PAID_OUT) and not one_line(reason):
        raise ReasonMissing


def in_drawer(opening: Money, taken: Money, refunded: Money, movements: Iterable[CashMovement]) -> Money:
    """What should lie in the drawer: float, cash sales net of change, less cash refunds, and every movement."""
    return opening + taken - refunded + total(movement.into_drawer for movement in movements)
