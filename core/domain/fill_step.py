"""What people decided of a fill: an entry for each step, added and never changed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.ids import DebtId, FillEntryId, FillId, GradeCode, ShiftId, StaffId, TankNumber
from core.domain.litres import NO_LITRES, Litres
from core.domain.money import Money


class FillStep(StrEnum):
    """One decision. The word stands in the database: it is never renamed."""

    DRIVE_OFF = "drive_off"  # gone without a word
    PROMISE = "promise"  # gone with a promise to pay
    COLLECTED = "collected"  # what was owed is paid
    WRITTEN_OFF = "written_off"
    TESTED = "tested"  # the pump was tried; `returned` went back into `tank`
    TEST_UNDONE = "test_undone"  # it was no trial: `returned` is out of `tank` again
    DISPUTED = "disputed"
    RESOLVED = "resolved"  # the customer pays after all
    REINSTATED = "reinstated"  # a wrong decision taken back
    RELEASED = "released"  # taken off the bill that had claimed it


@dataclass(frozen=True, slots=True)
class FillEntry:
    """One step of one fill, with its figures for the paper of the shift in which it was taken.

    For a tank's book: the litres of TESTED went back into `tank`, those of TEST_UNDONE are out of it again.
    """

    id: FillEntryId
    fill: FillId
    step: FillStep
    at: datetime
    by: StaffId
    grade: GradeCode
    volume: Litres
    amount: Money
    shift: ShiftId | None = None
    returned: Litres = NO_LITRES
    tank: TankNumber | None = None
    debt: DebtId | None = None
    reason: str = ""
    undoes: FillEntryId | None = None


@dataclass(frozen=True, slots=True)
class StepFigure:
    """How often one step was taken in a shift, and what its fills come to."""

    step: FillStep
    fills: int
    volume: Litres
    amount: Money
    returned: Litres = NO_LITRES
