"""The board, what each nozzle has confirmed, planned changes; plan one, withdraw one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from admin_app.prices.typed_moment import as_typed, moment_of, next_hour, next_midnight
from admin_app.prices.typed_price import Difference, difference, price_of
from admin_app.refreshing import RefreshingPresenter
from core.domain.ids import ApprovalId, GradeCode, PriceChangeId, StaffId
from core.domain.price import (
    HIGHEST_LI,
    LOWEST_LI,
    PriceChange,
    PriceChangeState,
    UnitPrice,
    check_new_change,
)
from core.domain.pump import Nozzle, PumpState
from core.domain.refusals.people import ApprovalNeeded
from core.domain.refusals.refusal import Refusal
from core.ports.clock import Clock
from core.qt.approval.asking import AsksApproval
from core.qt.background import Runs
from core.qt.notices import Notices
from core.wording import formats, names
from core.wording.catalogue import _

if TYPE_CHECKING:
    from core.services.forecourt.desk import ForecourtDesk
    from core.services.prices import PriceDesk
    from core.services.staff import StaffDesk

_AT_ONCE = timedelta(seconds=1)  # the service looks at its clock a little after us
OPEN = (PriceChangeState.SCHEDULED, PriceChangeState.APPLYING)


class Moment(StrEnum):
    """When a new price is to begin."""

    NOW = "now"
    MIDNIGHT = "midnight"  # 24:00 of today
    LATER = "later"


class Lack(StrEnum):
    """What is still missing before a change can be planned."""

    NOTHING = ""
    GRADE = "grade"
    PRICE = "price"
    RANGE = "range"
    SAME = "same"
    MOMENT = "moment"
    PAST = "past"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class NozzleRow:
    """A nozzle, the price it confirmed last, and what its pump is doing."""

    nozzle: Nozzle
    price: UnitPrice | None
    doing: PumpState


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change, who planned it, and which nozzles it still waits for."""

    change: PriceChange
    by: str
    nozzles: int
    waiting: tuple[NozzleRow, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """What was read."""

    grades: tuple[GradeCode, ...] = ()
    prices: Mapping[GradeCode, UnitPrice] | None = None
    nozzles: tuple[NozzleRow, ...] = ()
    changes: tuple[ChangeRow, ...] = ()

    def price(self, grade: GradeCode | None) -> UnitPrice | None:
        """What the grade costs now."""
        return self.prices.get(grade) if self.prices is not None and grade is not None else None

    def wanted(self, grade: GradeCode) -> UnitPrice | None:
        """What the grade's nozzles should have by now: the price being applied, or the board's."""
        coming = self.coming(grade)
        if coming is not None and coming.change.state is PriceChangeState.APPLYING:
            return coming.change.price
        return self.price(grade)

    def nozzles_of(self, grade: GradeCode) -> tuple[NozzleRow, ...]:
        """The grade's nozzles."""
        return tuple(row for row in self.nozzles if row.nozzle.grade == grade)

    def coming(self, grade: GradeCode) -> ChangeRow | None:
        """The grade's next open change."""
        open_ones = [row for row in self.changes if row.change.grade == grade and row.change.state in OPEN]
        return min(open_ones, key=lambda row: row.change.due_at, default=None)


_EMPTY = Board()


@dataclass(frozen=True, slots=True)
class PricesState:
    """The board and the form."""

    board: Board = _EMPTY
    loaded: bool = False
    grade: GradeCode | None = None
    typed: str = ""
    moment: Moment = Moment.NOW
    later_typed: str = ""
    now: datetime | None = None
    planning: bool = False
    withdrawing: frozenset[PriceChangeId] = frozenset()

    @property
    def price(self) -> UnitPrice | None:
        """What is typed."""
        return price_of(self.typed)

    @property
    def price_now(self) -> UnitPrice | None:
        """What the chosen grade costs now."""
        return self.board.price(self.grade)

    @property
    def difference(self) -> Difference | None:
        """From the price now to the typed one."""
        price, before = self.price, self.price_now
        return difference(before, price) if price is not None and before is not None else None

    @property
    def due_at(self) -> datetime | None:
        """When it is to begin; None for at once."""
        if self.moment is Moment.LATER:
            return moment_of(self.later_typed)
        return next_midnight(self.now) if self.moment is Moment.MIDNIGHT and self.now else None

    @property
    def lack(self) -> Lack:
        """What is still missing or wrong, the first of it."""
        if self.grade is None:
            return Lack.GRADE
        if self.price is None:
            return Lack.PRICE
        if not LOWEST_LI <= self.price.li <= HIGHEST_LI:
            return Lack.RANGE
        return self._lack_of_moment(self.grade, self.price)

    def _lack_of_moment(self, grade: GradeCode, price: UnitPrice) -> Lack:
        changes = [row.change for row in self.board.changes if row.change.grade == grade]
        running = any(change.state is PriceChangeState.APPLYING for change in changes)
        if self.moment is Moment.NOW:
            # While a change is still reaching the pumps, the board's price is a way back.
            return Lack.SAME if price == self.price_now and not running else Lack.NOTHING
        due_at, now = self.due_at, self.now
        if due_at is None or now is None:
            return Lack.MOMENT
        if due_at <= now:
            return Lack.PAST
        try:
            check_new_change(grade, price, due_at, now, tuple(changes))
        except Refusal:
            return Lack.TWICE
        return Lack.NOTHING


class PricesPresenter(RefreshingPresenter[Board]):
    """Signals: changed; planned(PriceChange); withdrawn(PriceChange)."""

    planned = Signal(object)
    withdrawn = Signal(object)

    def __init__(
        self,
        prices: "PriceDesk",
        forecourt: "ForecourtDesk",
        staff: "StaffDesk",
        clock: Clock,
        background: Runs,
        *,
        notices: Notices,
        approvals: AsksApproval,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(background, notices, parent)
        self._approvals = approvals
        self._prices = prices
        self._forecourt = forecourt
        self._staff = staff
        self._clock = clock
        self.state = PricesState()

    def serve(self, person: StaffId) -> None:
        """A fresh form for whoever signed in."""
        super().serve(person)
        self._show(PricesState(board=self.state.board, loaded=self.state.loaded))

    def choose(self, grade: GradeCode) -> None:
        """This grade is to cost something else; what was typed for another one goes."""
        typed = self.state.typed if grade == self.state.grade else ""
        self._show(replace(self.state, grade=grade, typed=typed))

    def type_price(self, text: str) -> None:
        """The new price so far."""
        self._show(replace(self.state, typed=text))

    def begin_at(self, moment: Moment) -> None:
        """When it is to begin; for LATER the next full hour is proposed."""
        typed = self.state.later_typed
        if moment is Moment.LATER and not typed:
            typed = as_typed(next_hour(self._clock.now()))
        self._show(replace(self.state, moment=moment, later_typed=typed))

    def type_later(self, text: str) -> None:
        """The moment so far."""
        self._show(replace(self.state, later_typed=text))

    def postpone(self, by: timedelta) -> None:
        """A typed moment so much later."""
        typed = moment_of(self.state.later_typed)
        if typed is not None:
            self.type_later(as_typed(typed + by))

    def plan(self, approval: ApprovalId | None = None) -> None:
        """Schedule what the form says."""
        state, by = self.state, self._by
        grade, price, due_at = state.grade, state.price, state.due_at
        if grade is None or price is None or state.lack or state.planning:
            return
        self._show(replace(state, planning=True))
        self._background.run(
            lambda: self._prices.schedule(grade, price, due_at or self._clock.now() + _AT_ONCE, by, approval),
            self._is_planned,
            self._not_planned,
        )

    def withdraw(self, change: PriceChangeId, approval: ApprovalId | None = None) -> None:
        """Take a planned change back."""
        by = self._by

        def done(withdrawn: PriceChange) -> None:
            self._show(replace(self.state, withdrawing=self.state.withdrawing - {change}))
            self.withdrawn.emit(withdrawn)
            self.reload()

        def failed(error: Exception) -> None:
            self._show(replace(self.state, withdrawing=self.state.withdrawing - {change}))
            if isinstance(error, ApprovalNeeded):
                self._approvals.ask(
                    error, lambda given: self.withdraw(change, given), _("Take a planned price back")
                )
                return
            self._notices.fault(error)
            self.reload()

        self._show(replace(self.state, withdrawing=self.state.withdrawing | {change}))
        self._background.run(lambda: self._prices.withdraw(change, by, approval), done, failed)

    # --- within ------------------------------------------------------------------------------------------------------

    def _read(self) -> Board:
        view = self._prices.view()
        doing = {
            each.pump.number: each.reading.state if each.reading else PumpState.UNKNOWN
            for each in self._forecourt.wall()
        }
        people = {person.id: person.name for person in self._staff.people()}
        nozzles = tuple(
            NozzleRow(nozzle, price, doing.get(nozzle.pump, PumpState.UNKNOWN))
            for nozzle, price in view.nozzles
        )
        return Board(
            tuple(grade.code for grade in view.grades),
            dict(view.board.prices),
            nozzles,
            tuple(_row(change, people, nozzles) for change in _in_order(view.changes)),
        )

    def _arrived(self, figures: Board) -> None:
        self._show(replace(self.state, board=figures, loaded=True))

    def _is_planned(self, change: PriceChange) -> None:
        self._show(replace(self.state, planning=False, typed="", moment=Moment.NOW, later_typed=""))
        self.planned.emit(change)
        self.reload()

    def _not_planned(self, error: Exception) -> None:
        self._show(replace(self.state, planning=False))
        grade, price = self.state.grade, self.state.price
        if isinstance(error, ApprovalNeeded) and grade is not None and price is not None:
            words = _("New price of {grade}: {price}").format(
                grade=names.grade(grade), price=formats.unit_price(price)
            )
            self._approvals.ask(error, self.plan, words)
            return
        self._notices.fault(error)
        self.reload()

    def _show(self, state: PricesState) -> None:
        self.state = replace(state, now=self._clock.now())
        self.changed.emit()


def _in_order(changes: tuple[PriceChange, ...]) -> list[PriceChange]:
    """Open ones first, the next one on top; then the others, the latest on top."""
    open_ones = sorted(
        (change for change in changes if change.state in OPEN), key=lambda change: change.due_at
    )
    closed = [change for change in changes if change.state not in OPEN]
    return open_ones + sorted(closed, key=lambda change: change.due_at, reverse=True)


def _row(change: PriceChange, names: Mapping[StaffId, str], nozzles: tuple[NozzleRow, ...]) -> ChangeRow:
    of_grade = [row for row in nozzles if row.nozzle.grade == change.grade]
    waiting: tuple[NozzleRow, ...] = ()
    if change.state is PriceChangeState.APPLYING:
        waiting = tuple(row for row in of_grade if row.price != change.price)
    return ChangeRow(change, names.get(change.scheduled_by, ""), len(of_grade), waiting)
