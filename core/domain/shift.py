"""Shift, the count of its drawer and its difference."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from core.domain.ids import ShiftId, StaffId
from core.domain.money import ZERO, Money
from core.domain.refusals import AmountUnfit, ShiftIsClosed


class ShiftState(StrEnum):
    """open -> closed."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Shift:
    """One person's time at the till, from float to count. `number` runs without gaps for the whole station."""

    id: ShiftId
    number: int
    opened_by: StaffId
    opened_at: datetime
    opening_float: Money
    state: ShiftState = ShiftState.OPEN
    closed_by: StaffId | None = None
    closed_at: datetime | None = None
    counted_cash: Money = ZERO
    expected_cash: Money = ZERO

    @property
    def difference(self) -> Money:
        """Counted less expected; zero while the shift is open."""
        return self.counted_cash - self.expected_cash

    def closed(self, by: StaffId, at: datetime, counted: Money, expected: Money) -> "Shift":
        """The shift after its count. The count never has to match: the difference is a fact to be kept."""
        if self.state is ShiftState.CLOSED:
            raise ShiftIsClosed(self.number)
        check_cash(counted)
        return replace(
            self,
            state=ShiftState.CLOSED,
            closed_by=by,
            closed_at=at,
            counted_cash=counted,
            expected_cash=expected,
        )


def check_cash(amount: Money) -> None:
    """Refuse a float or count that is negative or more than a million yuan."""
    if not 0 <= amount.fen <= 100_000_000:
        raise AmountUnfit(amount.fen)
