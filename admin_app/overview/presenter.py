"""Today's figures against the same hours a week ago, and what needs a person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from admin_app.connections.health import GaugeState, Health, Surroundings, condition, gauge_state
from admin_app.overview.needs import Found, Need, NeedKind, needs
from admin_app.refreshing import RefreshingPresenter
from core.domain.ids import GradeCode, HelpCallId
from core.domain.money import Money, half_up, total
from core.domain.report import DayFigures
from core.domain.shift import Shift, ShiftState
from core.ports.clock import Clock
from core.qt.background import Runs
from core.qt.notices import Notices
from core.wording.formats import STATION_ZONE

if TYPE_CHECKING:
    from core.services.forecourt.desk import ForecourtDesk
    from core.services.helping import HelpDesk
    from core.services.mailbox import MailboxDesk
    from core.services.orders.desk import OrderDesk
    from core.services.prices.desk import PriceDesk
    from core.services.reports import ReportDesk
    from core.services.shifts.desk import ShiftDesk
    from core.services.tanks.measuring import TankMeasuring

WEEK = timedelta(days=7)
DAY = timedelta(days=1)
NO_FIGURES = DayFigures()
NO_HEALTH = Health()


@dataclass(frozen=True, slots=True)
class OverviewState:
    """The day so far. Sums are kept by the hour, so the comparison runs to the last full hour on both days."""

    now: datetime | None = None  # when this was read; None before the first time
    today: DayFigures = NO_FIGURES
    until: datetime | None = None  # the last full hour; None in the first hour of the day
    so_far: DayFigures = NO_FIGURES
    week_ago: DayFigures = NO_FIGURES
    whole_week_ago: DayFigures = NO_FIGURES
    grades: tuple[GradeCode, ...] = ()
    needs: tuple[Need, ...] = ()
    health: Health = NO_HEALTH

    @property
    def online(self) -> Money:
        """What drivers paid online: all that was not taken at the counter."""
        return self.today.amount - total(figure.amount for figure in self.today.tenders)


@dataclass(frozen=True, slots=True)
class OverviewDesks:
    """The use cases that the overview looks into."""

    reports: "ReportDesk"
    prices: "PriceDesk"
    forecourt: "ForecourtDesk"
    orders: "OrderDesk"
    shifts: "ShiftDesk"
    mailbox: "MailboxDesk"
    helping: "HelpDesk"
    tanks: "TankMeasuring"


class OverviewPresenter(RefreshingPresenter[OverviewState]):
    """Signals: changed; alarmed(Need), once for each call for help, and calmed when the last was answered."""

    alarmed = Signal(object)
    calmed = Signal()

    def __init__(
        self,
        desks: OverviewDesks,
        surroundings: Surroundings,
        clock: Clock,
        background: Runs,
        notices: Notices,
        *,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(background, notices, parent)
        self._desks = desks
        self._surroundings = surroundings
        self._clock = clock
        self.state = OverviewState()

    def touched(self) -> None:
        """The rail shows how many things need a person, so this room is kept fresh whoever looks."""
        self.reload()

    def answer(self, call: str) -> None:
        """Whoever sits here goes and helps: the ringing ends everywhere."""
        by, helping = self._by, self._desks.helping
        self._background.run(
            lambda: helping.answer(HelpCallId(call), by), lambda _call: self.reload(), self._notices.fault
        )

    def _read(self) -> OverviewState:
        now = self._clock.now()
        local = now.astimezone(STATION_ZONE)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        full_hour = local.replace(minute=0, second=0, microsecond=0)
        figures: Callable[[datetime, datetime], DayFigures] = self._desks.reports.overview
        compared = full_hour > midnight
        health, found = self._look_around()
        return OverviewState(
            now=now,
            today=figures(midnight, midnight + DAY),
            until=full_hour if compared else None,
            so_far=figures(midnight, full_hour) if compared else NO_FIGURES,
            week_ago=figures(midnight - WEEK, full_hour - WEEK) if compared else NO_FIGURES,
            whole_week_ago=figures(midnight - WEEK, midnight - WEEK + DAY),
            grades=tuple(grade.code for grade in self._desks.prices.view().grades),
            needs=needs(found, now),
            health=health,
        )

    def _look_around(self) -> tuple[Health, Found]:
        desks, around = self._desks, self._surroundings
        wall = desks.forecourt.wall()
        conditions = around.conditions()
        unsent = desks.mailbox.unsent()
        health = Health(
            printer=conditions.printer,
            printer_set=around.printer_set,
            paper_near_end=conditions.paper_near_end,
            printer_known=conditions.printer_known,
            papers_waiting=conditions.papers_waiting,
            owner=around.pumps_owner(),
            pumps=tuple(condition(view.pump.number, view.reading) for view in wall),
            gauge=gauge_state(desks.tanks.latest(), self._clock.now())
            if around.gauge_set
            else GaugeState.NOT_SET,
            paired=around.paired,
            unsent=unsent.count,
            unsent_since=unsent.since,
            aside=len(desks.mailbox.aside()),
        )
        prices = desks.prices.view()
        found = Found(
            health=health,
            changes=prices.changes,
            nozzles=prices.nozzles,
            unpaid=tuple(fill for view in wall for fill in view.unpaid),
            orders=desks.orders.open_orders(),
            calls=[(view.call, view.name) for view in desks.helping.open_calls()],
            last_shift=_last_closed(desks.shifts.recent(2)),
            blocked=tuple(prices.blocks.values()),
            reminder=desks.prices.reminder(),
            tank_alarms=desks.tanks.standing(),
        )
        return health, found

    def _arrived(self, figures: OverviewState) -> None:
        before = self.state
        self.state = figures
        self._alarm(before.needs)
        if replace(figures, now=before.now) != before or _hour(figures.now) != _hour(before.now):
            self.changed.emit()

    def _alarm(self, before: tuple[Need, ...]) -> None:
        calls = [need for need in self.state.needs if need.kind is NeedKind.HELP_WANTED]
        called = [need for need in before if need.kind is NeedKind.HELP_WANTED]
        for need in calls:
            if need not in called:
                self.alarmed.emit(need)
        if called and not calls:
            self.calmed.emit()


def permille(now: int, before: int) -> int | None:
    """By how many thousandths it grew; None where there was nothing before."""
    return half_up((now - before) * 1_000, before) if before else None


def _hour(moment: datetime | None) -> datetime | None:
    return moment.replace(minute=0, second=0, microsecond=0) if moment else None


def _last_closed(shifts: Sequence[Shift]) -> Shift | None:
    return next((shift for shift in shifts if shift.state is ShiftState.CLOSED), None)
