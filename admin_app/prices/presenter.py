"""The board, what each nozzle has confirmed, planned changes; plan one, withdraw one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from admin_app.prices.board import Board, board_of
from admin_app.prices.typed_moment import as_typed, moment_of, next_hour, next_midnight
from admin_app.prices.typed_price import Difference, difference, price_of
from admin_app.refreshing import RefreshingPresenter
from core.domain.ids import ApprovalId, GradeCode, NozzleId, PriceChangeId, StaffId
from core.domain.price import (
    HIGHEST_LI,
    LOWEST_LI,
    PriceChange,
    PriceChangeState,
    UnitPrice,
    check_new_change,
)
from core.domain.price_paper import CheckPoint
from core.domain.pump import PumpState
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
    from core.services.prices.desk import PriceDesk
    from core.services.reports import ReportDesk
    from core.services.staff import StaffDesk


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


_EMPTY = Board()
_OF_THE_MOMENT = (Lack.MOMENT, Lack.PAST)


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
    also: tuple[tuple[GradeCode, UnitPrice], ...] = ()  # other grades that change at the same go
    looked_at: PriceChangeId | None = None  # the change whose nozzles are shown one by one
    busy: frozenset[str] = frozenset()  # what was pressed and has no answer yet

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
    def wanted(self) -> dict[GradeCode, UnitPrice]:
        """Every grade of this go with its new price."""
        typed = {self.grade: self.price} if self.grade is not None and self.price is not None else {}
        return {**dict(self.also), **typed}

    @property
    def above_guide(self) -> tuple[GradeCode, ...]:
        """Grades that would cost more than the province allows, so that a second person has to agree."""
        tonight = self.moment is not Moment.NOW
        known = {**self.board.guides, **(self.board.guides_tonight if tonight else {})}
        return tuple(grade for grade, price in self.wanted.items() if grade in known and price > known[grade])

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
            return self._lack_of_also() if self.also else Lack.GRADE
        if self.price is None:
            return Lack.PRICE
        if not LOWEST_LI <= self.price.li <= HIGHEST_LI:
            return Lack.RANGE
        return self._lack_of_moment(self.grade, self.price) or self._lack_of_also()

    def _lack_of_also(self) -> Lack:
        lacks = (self._lack_of_moment(grade, price) for grade, price in self.also)
        return next((lack for lack in lacks if lack), Lack.NOTHING)

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
    """Signals: changed; planned, approved, withdrawn(PriceChange); guides_kept; printed; written(Path)."""

    planned = Signal(object)
    approved = Signal(object)
    withdrawn = Signal(object)
    guides_kept = Signal()
    printed = Signal()
    written = Signal(object)

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
        reports: "ReportDesk",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(background, notices, parent)
        self._approvals = approvals
        self._prices = prices
        self._reports = reports
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

    def keep_also(self) -> None:
        """What is typed belongs to this go; another grade comes with it."""
        state = self.state
        if state.grade is None or state.price is None or state.lack not in (Lack.NOTHING, *_OF_THE_MOMENT):
            return
        also = {**dict(state.also), state.grade: state.price}
        self._show(replace(state, also=tuple(also.items()), grade=None, typed=""))

    def drop_also(self) -> None:
        """Only what is typed, after all."""
        self._show(replace(self.state, also=()))

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
        wanted, due_at = state.wanted, state.due_at
        if not wanted or state.lack or state.planning:
            return
        self._show(replace(state, planning=True))
        self._background.run(
            lambda: self._prices.plan(wanted, due_at, by, approval), self._is_planned, self._not_planned
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

    # --- one change, one nozzle, one list ------------------------------------------------------------------------------

    def look_at(self, change: PriceChangeId | None) -> None:
        """Show a change nozzle by nozzle, or none."""
        self._show(replace(self.state, looked_at=change))

    def approve(self, change: PriceChangeId, approval: ApprovalId | None = None) -> None:
        """Agree to everything that was proposed at one go with this change."""
        row, by = self.state.board.change(change), self._by
        if row is None:
            return
        together = row.change.together
        self._do(
            f"approve {change}",
            lambda: self._prices.approve(together, by, approval),
            lambda agreed: self.approved.emit(agreed[0]),
            lambda given: self.approve(change, given),
            _("Agree to a new price"),
        )

    def try_again(self, nozzle: NozzleId) -> None:
        """Have a blocked nozzle asked once more."""
        by = self._by
        self._do(f"again {nozzle}", lambda: self._prices.try_again(nozzle, by), self._ignore)

    def tick_off(self, change: PriceChangeId, point: CheckPoint) -> None:
        """Somebody has looked."""
        row, by = self.state.board.change(change), self._by
        if row is not None:
            together = row.change.together
            self._do(f"tick {point}", lambda: self._prices.tick_off(together, point, by), self._ignore)

    def print_slip(self, change: PriceChangeId) -> None:
        """The slip of everything that was planned with this change, on receipt paper."""
        row, by = self.state.board.change(change), self._by
        if row is not None:
            together = row.change.together
            self._do(
                "print",
                lambda: self._reports.print_price_change(together, by),
                lambda _nothing: self.printed.emit(),
            )

    def write_file(self, change: PriceChangeId) -> None:
        """The same as a PDF."""
        row, by = self.state.board.change(change), self._by
        if row is not None:
            together = row.change.together
            self._do("file", lambda: self._reports.price_change_pdf(together, by), self.written.emit)

    def set_guides(self, prices: Mapping[GradeCode, UnitPrice], approval: ApprovalId | None = None) -> None:
        """Write the guide prices down: from tonight on where today is the day, else from now on."""
        by, now, reminder = self._by, self._clock.now(), self.state.board.reminder
        tonight = reminder is not None and reminder.window.is_today(reminder.today)
        since = next_midnight(now) if tonight else now
        self._do(
            "guides",
            lambda: self._prices.set_guides(prices, since, by, approval),
            lambda _nothing: self.guides_kept.emit(),
            lambda given: self.set_guides(prices, given),
            _("Write guide prices down"),
        )

    # --- within ------------------------------------------------------------------------------------------------------

    def _do(
        self,
        name: str,
        call: Callable[[], Any],
        done: Callable[[Any], None],
        again: Callable[[ApprovalId], None] | None = None,
        words: str = "",
    ) -> None:
        """Run it once at a time, and read everything anew."""
        if name in self.state.busy:
            return

        def ended() -> None:
            self._show(replace(self.state, busy=self.state.busy - {name}))

        def worked(answer: Any) -> None:
            ended()
            done(answer)
            self.reload()

        def failed(error: Exception) -> None:
            ended()
            if isinstance(error, ApprovalNeeded) and again is not None:
                self._approvals.ask(error, again, words)
                return
            self._notices.fault(error)
            self.reload()

        self._show(replace(self.state, busy=self.state.busy | {name}))
        self._background.run(call, worked, failed)

    @staticmethod
    def _ignore(_answer: object) -> None:
        """The list that is read next shows it."""

    def _read(self) -> Board:
        doing = {
            each.pump.number: each.reading.state if each.reading else PumpState.UNKNOWN
            for each in self._forecourt.wall()
        }
        people = {person.id: person.name for person in self._staff.people()}
        return board_of(self._prices.view(), doing, people, self._prices.reminder(), self._clock.now())

    def _arrived(self, figures: Board) -> None:
        self._show(replace(self.state, board=figures, loaded=True))

    def _is_planned(self, changes: tuple[PriceChange, ...]) -> None:
        self._show(replace(self.state, planning=False, typed="", moment=Moment.NOW, later_typed="", also=()))
        for change in changes[:1]:
            self.planned.emit(change)
        self.reload()

    def _not_planned(self, error: Exception) -> None:
        self._show(replace(self.state, planning=False))
        if isinstance(error, ApprovalNeeded):
            told = _(", ").join(
                _("New price of {grade}: {price}").format(
                    grade=names.grade(grade), price=formats.unit_price(price)
                )
                for grade, price in self.state.wanted.items()
            )
            self._approvals.ask(error, self.plan, told)
            return
        self._notices.fault(error)
        self.reload()

    def _show(self, state: PricesState) -> None:
        self.state = replace(state, now=self._clock.now())
        self.changed.emit()
