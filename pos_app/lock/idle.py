"""Notices that nobody has touched the till for a while."""

from datetime import timedelta

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

from core.ports.clock import Clock

_LOOK_MS = 1_000
# A scanner's keys are keys too. A mouse that only lies there sends nothing.
_TOUCHES = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.TouchUpdate,
    QEvent.Type.TabletPress,
}


class Idle(QObject):
    """An event filter for the window's QWindow, which every key, touch and movement passes first.

    Signals: idle, once when the time is over, and again only after a touch.
    """

    idle = Signal()

    def __init__(self, clock: Clock, after_seconds: int, parent: QObject | None = None) -> None:
        """`after_seconds` of 0 never comes."""
        super().__init__(parent)
        self._clock = clock
        self._after = timedelta(seconds=after_seconds)
        self._touched = clock.now()
        self._told = False
        self._looking = QTimer(self, interval=_LOOK_MS)
        self._looking.timeout.connect(self.look)

    def start(self) -> None:
        """Somebody is here."""
        self.touched()
        self._looking.start()

    def wait(self, after_seconds: int) -> None:
        """Somebody else is here, after whom another while counts; 0 never comes."""
        self._after = timedelta(seconds=after_seconds)
        self.touched()

    def stop(self) -> None:
        """Nothing to watch."""
        self._looking.stop()

    def touched(self) -> None:
        """Somebody pressed, moved or scanned something just now."""
        self._touched = self._clock.now()
        self._told = False

    def look(self) -> None:
        """Whether it is time."""
        now = self._clock.now()
        # Where the clock was set back, it counts anew rather than wait for hours.
        self._touched = min(self._touched, now)
        if self._after and not self._told and now - self._touched >= self._after:
            self._told = True
            self.idle.emit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name.
        """Every touch counts, none is stopped."""
        if event.type() in _TOUCHES:
            self.touched()
        return False
