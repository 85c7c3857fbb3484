"""The journal to read in, and its verification."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from admin_app.refreshing import RefreshingPresenter
from core.domain.history import HistoryEntry, HistoryPage
from core.domain.ids import StaffId
from core.domain.journal import Progress, Verdict
from core.domain.staff import StaffMember
from core.ports.clock import Clock
from core.ports.journal import Wanted
from core.qt.background import Runs
from core.qt.notices import Notices
from core.wording.events import Topic, kinds_of
from core.wording.formats import STATION_ZONE

if TYPE_CHECKING:
    from core.services.history import HistoryDesk
    from core.services.journal import JournalDesk

PAGE = 200


class Period(StrEnum):
    """How far back."""

    TODAY = "today"
    WEEK = "week"
    MONTH = "month"
    ALL = "all"


_DAYS = {Period.TODAY: 0, Period.WEEK: 6, Period.MONTH: 29}


@dataclass(frozen=True, slots=True)
class HistoryState:
    """What the room shows."""

    entries: tuple[HistoryEntry, ...] = ()
    more: bool = False
    before: int = 0
    people: tuple[StaffMember, ...] = ()
    person: StaffId | None = None
    topic: Topic | None = None
    period: Period = Period.WEEK
    text: str = ""
    loaded: bool = False
    going_back: bool = False
    verifying: bool = False
    progress: Progress | None = None
    verdict: Verdict | None = None
    verified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What was read for which question."""

    asked: tuple[object, ...]
    page: HistoryPage
    people: tuple[StaffMember, ...]


class HistoryPresenter(RefreshingPresenter[Found]):
    """Signals: changed."""

    _came_on = Signal(object)

    def __init__(
        self,
        history: "HistoryDesk",
        journal: "JournalDesk",
        clock: Clock,
        background: Runs,
        notices: Notices,
        *,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(background, notices, parent)
        self._history = history
        self._journal = journal
        self._clock = clock
        self._stop = Event()
        self.state = HistoryState()
        # The verification tells from its worker; this brings it to the screen's thread.
        self._came_on.connect(self._show_progress)

    def choose_period(self, period: Period) -> None:
        """Look that far back."""
        self._look(replace(self.state, period=period))

    def choose_topic(self, topic: Topic | None) -> None:
        """Only what is about that; None for everything."""
        self._look(replace(self.state, topic=topic))

    def choose_person(self, person: StaffId | None) -> None:
        """Only what that person did or approved; None for everybody."""
        self._look(replace(self.state, person=person))

    def search(self, text: str) -> None:
        """Only rows whose words hold the text."""
        if text != self.state.text:
            self._look(replace(self.state, text=text))

    def go_back(self) -> None:
        """More of the same, from further back."""
        state = self.state
        if state.going_back or not state.more:
            return
        asked, wanted = self._asked(), self._wanted()
        by, text, before = self._by, state.text, state.before

        def came(page: HistoryPage) -> None:
            self._show(replace(self.state, going_back=False))
            if asked == self._asked() and self.state.before == before:
                known = self.state.entries
                self._show(
                    replace(self.state, entries=known + page.entries, before=page.before, more=page.more)
                )

        def failed(error: Exception) -> None:
            self._show(replace(self.state, going_back=False))
            self._notices.fault(error)

        self._show(replace(state, going_back=True))
        self._background.run(lambda: self._history.look(wanted, text, by, before=before), came, failed)

    def verify(self) -> None:
        """Walk the whole journal; what is wrong is shown, and the desk goes on meanwhile."""
        if self.state.verifying:
            return
        self._stop.clear()

        def ended(verdict: Verdict) -> None:
            self._show(
                replace(
                    self.state,
                    verifying=False,
                    progress=None,
                    verdict=verdict,
                    verified_at=self._clock.now(),
                )
            )

        def failed(error: Exception) -> None:
            self._show(replace(self.state, verifying=False, progress=None))
            self._notices.fault(error)

        self._show(replace(self.state, verifying=True, progress=None, verdict=None))
        self._background.run_outside(
            lambda: self._journal.verify(tell=self._came_on.emit, stop=self._stop.is_set), ended, failed
        )

    def stop_verifying(self) -> None:
        """Enough."""
        self._stop.set()

    def _look(self, state: HistoryState) -> None:
        self._show(replace(state, entries=(), more=False, before=0, loaded=False))
        self.reload()

    def _asked(self) -> tuple[object, ...]:
        state = self.state
        return state.period, state.topic, state.person, state.text

    def _wanted(self) -> Wanted:
        state = self.state
        kinds = kinds_of(state.topic) if state.topic is not None else ()
        return Wanted(state.person, kinds, self._since(state.period))

    def _since(self, period: Period) -> datetime | None:
        if period is Period.ALL:
            return None
        today = self._clock.now().astimezone(STATION_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
        return today - timedelta(days=_DAYS[period])

    def _read(self) -> Found:
        asked = self._asked()
        # As far back as the reader has gone already, so that nothing is taken from under the eyes.
        most = max(PAGE, len(self.state.entries))
        page = self._history.look(self._wanted(), self.state.text, self._by, most=most)
        return Found(asked, page, tuple(self._history.people(self._by)))

    def _arrived(self, figures: Found) -> None:
        if figures.asked != self._asked():
            self.reload()
            return
        page = figures.page
        self._show(
            replace(
                self.state,
                entries=page.entries,
                more=page.more,
                before=page.before,
                people=figures.people,
                loaded=True,
            )
        )

    def _show_progress(self, progress: Progress) -> None:
        if self.state.verifying:
            self._show(replace(self.state, progress=progress))

    def _show(self, state: HistoryState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit()
