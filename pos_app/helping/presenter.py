"""Calls for help until somebody answers, and fills that an attendant named for the counter."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.domain.events.helping import FillHanded, HelpCalled
from core.domain.ids import FillId, HelpCallId, OrderId, PumpNumber, StaffId
from core.ports.clock import Clock
from core.qt.background import Runs
from core.qt.notices import Notices

if TYPE_CHECKING:
    from core.services.helping import CallView, HandedView, HelpDesk

_RING_AGAIN = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class HelpState:
    """Open calls and fills on their way to the counter, the oldest first; `waited` is since the first call."""

    calls: "tuple[CallView, ...]" = ()
    handed: "tuple[HandedView, ...]" = ()
    waited: timedelta = timedelta()

    @property
    def names_by_fill(self) -> Mapping[FillId, str]:
        """Who sent which fill's customer, the first sent first."""
        return {view.fill.id: view.name for view in self.handed}


class HelpPresenter(QObject):
    """Signals: changed; ring(pump or 0), at once and again and again until somebody answers; sent(pump, Money)."""

    changed = Signal()
    ring = Signal(int)
    sent = Signal(int, object)

    def __init__(
        self,
        desk: "HelpDesk",
        background: Runs,
        notices: Notices,
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._background = background
        self._notices = notices
        self._clock = clock
        self._by = StaffId("")
        self._rang_at: datetime | None = None
        self._tell: set[str] = set()
        self.state = HelpState()

    def serve(self, person: StaffId) -> None:
        """Whoever is signed in does what is asked from now on."""
        self._by = person
        self.reload()

    def take_over(self, person: StaffId) -> None:
        """Another person goes on with what is there."""
        self._by = person

    def reload(self) -> None:
        """Fresh from the database."""
        self._background.run(
            lambda: (tuple(self._desk.open_calls()), tuple(self._desk.handed())),
            self._loaded,
            self._notices.fault,
        )

    def called(self, _event: HelpCalled) -> None:
        """Somebody called: it rings at once."""
        self._rang_at = None
        self.reload()

    def fill_handed(self, event: FillHanded) -> None:
        """A fill was named for the counter: told once it is known."""
        self._tell.add(event.fill)
        self.reload()

    def tick(self) -> None:
        """A second has passed."""
        if not self.state.calls:
            return
        now = self._clock.now()
        first = self.state.calls[0].call
        self.state = replace(self.state, waited=max(timedelta(), now - first.called_at))
        self.changed.emit()
        self._ring_when_due(now)

    def call(self, pump: PumpNumber | None = None, order: OrderId | None = None) -> None:
        """Call for help, wherever one is; no right is needed."""
        by = self._by
        self._background.run(
            lambda: self._desk.call(by, pump, order), lambda _call: None, self._notices.fault
        )

    def answer(self) -> None:
        """Whoever is signed in here goes to the oldest call."""
        if self.state.calls:
            call, by = HelpCallId(self.state.calls[0].call.id), self._by
            self._background.run(
                lambda: self._desk.answer(call, by), lambda _call: self.reload(), self._notices.fault
            )

    def hand(self, fill: FillId) -> None:
        """Name a fill for the counter."""
        by = self._by
        self._background.run(lambda: self._desk.hand(fill, by), lambda _fill: None, self._notices.fault)

    def _loaded(self, found: "tuple[tuple[CallView, ...], tuple[HandedView, ...]]") -> None:
        calls, handed = found
        now = self._clock.now()
        waited = max(timedelta(), now - calls[0].call.called_at) if calls else timedelta()
        self.state = HelpState(calls, handed, waited)
        self.changed.emit()
        if calls:
            self._ring_when_due(now)
        else:
            self._rang_at = None
        for view in handed:
            if view.fill.id in self._tell:
                self._tell.discard(view.fill.id)
                self.sent.emit(view.fill.pump, view.fill.amount)

    def _ring_when_due(self, now: datetime) -> None:
        if self._rang_at is None or now - self._rang_at >= _RING_AGAIN:
            self._rang_at = now
            self.ring.emit(self.state.calls[0].call.pump or 0)
