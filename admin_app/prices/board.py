"""What was read of the prices: board, nozzles with what they confirmed or why they are blocked, changes, guide prices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.domain.guide_price import ceilings
from core.domain.ids import GradeCode, NozzleId, PumpNumber, StaffId
from core.domain.price import OPEN_CHANGES, PriceChange, PriceChangeState, UnitPrice
from core.domain.price_paper import CheckPoint, PriceCheck
from core.domain.price_switch import UNDER_WAY, PriceBlock, PriceSwitch, SwitchState
from core.domain.price_view import PriceView, WindowReminder
from core.domain.pump import Nozzle, PumpState


@dataclass(frozen=True, slots=True)
class NozzleRow:
    """A nozzle, the price it confirmed last, what its pump is doing, and why nothing is released on it."""

    nozzle: Nozzle
    price: UnitPrice | None
    doing: PumpState
    block: PriceBlock | None = None


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change with its people, its nozzles, and what a person looked at."""

    change: PriceChange
    by: str
    nozzles: int
    waiting: tuple[NozzleRow, ...]
    approver: str = ""
    switches: tuple[PriceSwitch, ...] = ()
    checks: tuple[tuple[PriceCheck, str], ...] = ()

    @property
    def blocked(self) -> tuple[PriceSwitch, ...]:
        """Nozzles that did not take it."""
        return tuple(each for each in self.switches if each.state is SwitchState.BLOCKED)

    @property
    def unchecked(self) -> tuple[CheckPoint, ...]:
        """What nobody has looked at yet, of a change that has come."""
        if self.change.state not in (PriceChangeState.APPLYING, PriceChangeState.APPLIED):
            return ()
        ticked = {check.point for check, _name in self.checks}
        return tuple(point for point in CheckPoint if point not in ticked)


@dataclass(frozen=True, slots=True)
class Board:
    """What was read."""

    grades: tuple[GradeCode, ...] = ()
    prices: Mapping[GradeCode, UnitPrice] | None = None
    nozzles: tuple[NozzleRow, ...] = ()
    changes: tuple[ChangeRow, ...] = ()
    guides: Mapping[GradeCode, UnitPrice] = field(default_factory=dict)  # in force now
    guides_tonight: Mapping[GradeCode, UnitPrice] = field(default_factory=dict)  # of those keyed for later
    reminder: WindowReminder | None = None

    def price(self, grade: GradeCode | None) -> UnitPrice | None:
        """What the grade costs now."""
        return self.prices.get(grade) if self.prices is not None and grade is not None else None

    def wanted(self, grade: GradeCode) -> UnitPrice | None:
        """What the grade's nozzles should have by now: the price being applied, or the board's."""
        running = [
            row.change
            for row in self.changes
            if row.change.grade == grade and row.change.state is PriceChangeState.APPLYING
        ]
        return running[0].price if running else self.price(grade)

    def nozzles_of(self, grade: GradeCode) -> tuple[NozzleRow, ...]:
        """The grade's nozzles."""
        return tuple(row for row in self.nozzles if row.nozzle.grade == grade)

    def coming(self, grade: GradeCode) -> ChangeRow | None:
        """The grade's next open change."""
        open_ones = [
            row for row in self.changes if row.change.grade == grade and row.change.state in OPEN_CHANGES
        ]
        return min(open_ones, key=lambda row: row.change.due_at, default=None)

    def change(self, change: str) -> ChangeRow | None:
        """The row of this change, while it is listed."""
        return next((row for row in self.changes if row.change.id == change), None)


def board_of(
    view: PriceView,
    doing: Mapping[PumpNumber, PumpState],
    people: Mapping[StaffId, str],
    reminder: WindowReminder | None,
    now: datetime,
) -> Board:
    """The view with names, and with what each pump is doing."""
    nozzles = tuple(
        NozzleRow(
            nozzle, price, doing.get(nozzle.pump, PumpState.UNKNOWN), view.blocks.get(NozzleId(nozzle.id))
        )
        for nozzle, price in view.nozzles
    )
    in_force = {grade: guide.price for grade, guide in ceilings(view.guides, now).items()}
    keyed = {guide.grade: guide.price for guide in view.guides}
    return Board(
        tuple(grade.code for grade in view.grades),
        dict(view.board.prices),
        nozzles,
        tuple(_row(change, view, people, nozzles) for change in _in_order(view.changes)),
        in_force,
        {grade: price for grade, price in keyed.items() if in_force.get(grade) != price},
        reminder,
    )


def _in_order(changes: tuple[PriceChange, ...]) -> list[PriceChange]:
    """Open ones first, the next one on top; then the others, the latest on top."""
    open_ones = sorted(
        (change for change in changes if change.state in OPEN_CHANGES), key=lambda change: change.due_at
    )
    closed = [change for change in changes if change.state not in OPEN_CHANGES]
    return open_ones + sorted(closed, key=lambda change: change.due_at, reverse=True)


def _row(
    change: PriceChange, view: PriceView, people: Mapping[StaffId, str], nozzles: tuple[NozzleRow, ...]
) -> ChangeRow:
    of_grade = [row for row in nozzles if row.nozzle.grade == change.grade]
    switches = view.switches.get(change.id, ())
    unsettled = {each.nozzle for each in switches if each.state in UNDER_WAY}
    waiting: tuple[NozzleRow, ...] = ()
    if change.state is PriceChangeState.APPLYING:
        waiting = tuple(row for row in of_grade if row.nozzle.id in unsettled)
    return ChangeRow(
        change,
        people.get(change.scheduled_by, ""),
        len(of_grade),
        waiting,
        people.get(change.approved_by, "") if change.approved_by else "",
        switches,
        tuple((check, people.get(check.by, "")) for check in view.checks.get(change.together, ())),
    )
