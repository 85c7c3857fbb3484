"""What a pump controller knows beside its fills: counters, how it is set up, and where that differs from ours."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from core.domain.ids import GradeCode, NozzleNumber, PumpNumber
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.product import FuelGrade
from core.domain.pump import Pump

CLOCKS_APART = timedelta(seconds=60)
"""From here on a person is told: times on papers and in the controller's store no longer fit."""


@dataclass(frozen=True, slots=True)
class Totals:
    """A nozzle's counters as the pump has them: everything it ever delivered. Not every pump counts money."""

    volume: Litres
    amount: Money | None = None


class Counted(StrEnum):
    """Why a forecourt read a nozzle's counter by itself."""

    START = "start"
    RECONNECT = "reconnect"


@dataclass(frozen=True, slots=True)
class ControllerGrade:
    """A fuel grade in the controller's own list. Its name is for people at the controller; names on paper are ours."""

    number: int
    name: str = ""
    price: UnitPrice | None = None


@dataclass(frozen=True, slots=True)
class ControllerSetup:
    """How the controller is set up. What it does not tell is None or empty, and nothing of that is compared.

    `nozzles` has the controller's number of the grade behind each nozzle of a pump.
    """

    pumps: frozenset[PumpNumber] = frozenset()
    nozzles: Mapping[PumpNumber, Mapping[NozzleNumber, int]] = field(default_factory=dict)
    grades: tuple[ControllerGrade, ...] = ()
    clock_difference: timedelta | None = None  # the controller's clock minus ours
    name: str = ""  # which controller it is, as it says itself


class DifferenceKind(StrEnum):
    """What is not the same in the controller and with us."""

    PUMP_MISSING = "pump_missing"  # ours, and the controller does not have it
    PUMP_UNKNOWN = "pump_unknown"  # the controller's, and we do not know it: what it fills is nobody's
    NOZZLE_MISSING = "nozzle_missing"
    NOZZLE_UNKNOWN = "nozzle_unknown"
    GRADE_MISSING = "grade_missing"
    NOZZLE_GRADE = "nozzle_grade"  # another fuel behind the nozzle than we sell from it
    GRADE_PRICE = "grade_price"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class SetupDifference:
    """One thing that is not the same. `ours` and `theirs` are grade numbers, li or seconds, by kind; 0 where one has none."""

    kind: DifferenceKind
    pump: PumpNumber | None = None
    nozzle: NozzleNumber | None = None
    grade: GradeCode | None = None
    ours: int = 0
    theirs: int = 0

    def written(self) -> str:
        """As one word, for the journal."""
        fields = (self.kind, self.pump or "", self.nozzle or "", self.grade or "", self.ours, self.theirs)
        return "|".join(map(str, fields))

    @classmethod
    def read(cls, written: str) -> "SetupDifference":
        """As it was written. Raises ValueError."""
        kind, pump, nozzle, grade, ours, theirs = written.split("|")
        return cls(
            DifferenceKind(kind),
            PumpNumber(int(pump)) if pump else None,
            NozzleNumber(int(nozzle)) if nozzle else None,
            GradeCode(grade) if grade else None,
            int(ours),
            int(theirs),
        )


def differences(
    setup: ControllerSetup,
    pumps: Sequence[Pump],
    grades: Sequence[FuelGrade],
    prices: Mapping[GradeCode, UnitPrice],
) -> tuple[SetupDifference, ...]:
    """Everything in which the controller and the station are not the same, by pump, nozzle and grade."""
    return (
        *_pumps_apart(setup, pumps),
        *(apart for pump in pumps for apart in _nozzles_apart(setup, pump, grades)),
        *_grades_apart(setup, grades, prices),
        *_clocks_apart(setup),
    )


def _pumps_apart(setup: ControllerSetup, pumps: Sequence[Pump]) -> Iterator[SetupDifference]:
    if not setup.pumps:
        return
    ours = {pump.number for pump in pumps}
    for number in sorted(ours - setup.pumps):
        yield SetupDifference(DifferenceKind.PUMP_MISSING, number)
    for number in sorted(setup.pumps - ours):
        yield SetupDifference(DifferenceKind.PUMP_UNKNOWN, number)


def _nozzles_apart(
    setup: ControllerSetup, pump: Pump, grades: Sequence[FuelGrade]
) -> Iterator[SetupDifference]:
    theirs = setup.nozzles.get(pump.number)
    if not theirs:
        return
    numbers = {grade.code: grade.controller_grade for grade in grades}
    for nozzle in pump.nozzles:
        ours, behind = numbers.get(nozzle.grade, 0), theirs.get(nozzle.number)
        if behind is None:
            yield SetupDifference(
                DifferenceKind.NOZZLE_MISSING, pump.number, nozzle.number, nozzle.grade, ours
            )
        elif behind != ours:
            yield SetupDifference(
                DifferenceKind.NOZZLE_GRADE, pump.number, nozzle.number, nozzle.grade, ours, behind
            )
    for number in sorted(theirs.keys() - {nozzle.number for nozzle in pump.nozzles}):
        yield SetupDifference(DifferenceKind.NOZZLE_UNKNOWN, pump.number, number, theirs=theirs[number])


def _grades_apart(
    setup: ControllerSetup, grades: Sequence[FuelGrade], prices: Mapping[GradeCode, UnitPrice]
) -> Iterator[SetupDifference]:
    listed = {grade.number: grade for grade in setup.grades}
    if not listed:
        return
    for grade in grades:
        known = listed.get(grade.controller_grade)
        if known is None:
            yield SetupDifference(DifferenceKind.GRADE_MISSING, grade=grade.code, ours=grade.controller_grade)
            continue
        ours = prices.get(grade.code)
        if known.price is not None and ours is not None and known.price != ours:
            yield SetupDifference(
                DifferenceKind.GRADE_PRICE, grade=grade.code, ours=ours.li, theirs=known.price.li
            )


def _clocks_apart(setup: ControllerSetup) -> Iterator[SetupDifference]:
    apart = setup.clock_difference
    if apart is not None and abs(apart) > CLOCKS_APART:
        yield SetupDifference(DifferenceKind.CLOCK, theirs=round(apart.total_seconds()))
