"""Shift: one person's time at the till, from float to count, and what is put right after it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from core.domain.count import Count, Variance
from core.domain.ids import (
    GradeCode,
    NozzleId,
    NozzleNumber,
    PumpNumber,
    ShiftCorrectionId,
    ShiftId,
    StaffId,
    nozzle_id,
)
from core.domain.litres import NO_LITRES, Litres
from core.domain.money import ZERO, Money
from core.domain.payment import Tender
from core.domain.refusals.shifts import ShiftIsClosed
from core.domain.refusals.typed import AmountUnfit, ReasonMissing
from core.domain.words import one_line


class ShiftState(StrEnum):
    """open -> closed."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Shift:
    """One person's time at the till. `number` runs without gaps for the whole station and is the number of its Z."""

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
    checked_by: StaffId | None = None  # the second person, where the station wants one
    followed_by: ShiftId | None = None  # the shift that took over while the pumps ran on

    @property
    def difference(self) -> Money:
        """Counted less expected; zero while the shift is open."""
        return self.counted_cash - self.expected_cash

    def closed(  # noqa: PLR0917 - an end has these parts
        self,
        by: StaffId,
        at: datetime,
        count: Count,
        expected_cash: Money,
        checked_by: StaffId | None = None,
        followed_by: ShiftId | None = None,
    ) -> "Shift":
        """The shift after its count. The count never has to match: the difference is a fact to be kept."""
        if self.state is ShiftState.CLOSED:
            raise ShiftIsClosed(self.number)
        check_cash(count.cash)
        return replace(
            self,
            state=ShiftState.CLOSED,
            closed_by=by,
            closed_at=at,
            counted_cash=count.cash,
            expected_cash=expected_cash,
            checked_by=checked_by,
            followed_by=followed_by,
        )


@dataclass(frozen=True, slots=True)
class MeterCut:
    """A nozzle's counter at the moment of a hand-over: the totaliser after its last booked fill, and what a fill that
    was running then had delivered. That fill's litres belong to the shift in which it ends."""

    nozzle: NozzleId
    totaliser: Litres | None  # None where the controller has never told it
    running: Litres = NO_LITRES


@dataclass(frozen=True, slots=True)
class MeterFigure:
    """One nozzle over one shift: its counter at both cuts beside the fills that were booked between them.

    A counter that was never told is None; one that fell (a new board, a turn over its last digit) tells no litres.
    """

    pump: PumpNumber
    nozzle: NozzleNumber
    grade: GradeCode
    before: Litres | None
    now: Litres | None
    fills: int = 0
    volume: Litres = NO_LITRES
    running: Litres = NO_LITRES  # what a fill had delivered that ran over the end of the shift

    @property
    def id(self) -> NozzleId:
        """The nozzle's station-wide name."""
        return nozzle_id(self.pump, self.nozzle)

    @property
    def metered(self) -> Litres | None:
        """Litres by the counter."""
        if self.before is None or self.now is None or self.now < self.before:
            return None
        return Litres(self.now.millilitres - self.before.millilitres)

    @property
    def gap(self) -> int | None:
        """Millilitres that the counter has more than the fills; negative for less."""
        metered = self.metered
        return None if metered is None else metered.millilitres - self.volume.millilitres

    @property
    def moved(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.fills or self.running or self.gap)


@dataclass(frozen=True, slots=True)
class ShiftCorrection:
    """A figure of a closed shift put right: a new entry beside its Z, which itself never changes."""

    id: ShiftCorrectionId
    shift: ShiftId
    number: int  # within its shift, from 1
    tender: Tender
    amount: Money  # added to what was counted; negative takes off
    reason: str
    by: StaffId
    at: datetime
    approver: StaffId | None = None


def check_correction(amount: Money, reason: str) -> None:
    """Refuse a correction of nothing, or without a reason."""
    if not 0 < abs(amount.fen) <= 100_000_000:
        raise AmountUnfit(amount.fen)
    if not one_line(reason):
        raise ReasonMissing


def corrected(variance: Variance, corrections: tuple[ShiftCorrection, ...]) -> Variance:
    """The variance with what was put right later."""
    added = sum(
        (entry.amount for entry in corrections if entry.tender is variance.tender), start=variance.counted
    )
    return replace(variance, counted=added)


def check_cash(amount: Money) -> None:
    """Refuse a float or count that is negative or more than a million yuan."""
    if not 0 <= amount.fen <= 100_000_000:
        raise AmountUnfit(amount.fen)
