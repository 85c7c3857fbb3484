"""Tells a scanner's burst from typing, wherever the focus is.

A scanner in keyboard mode types its code within a few milliseconds a key and ends it with Enter or Tab. Keys that could
begin a code are held back for a moment; a burst becomes one `scanned`, anything else is handed on just as it was typed.
Each key comes by this filter many times (shortcut, window, widget and every parent): only the window's turn counts.
"""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QWindow

GAP_MS = 50
"""The longest pause between two keys of one scan, by the events' own timestamps."""

SHORTEST_CODE = 6
_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_PLAIN = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class Scanner(QObject):
    """An application-wide event filter: `application.installEventFilter(Scanner(application))`.

    Signals: scanned(str), the code without its Enter.
    """

    scanned = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._held: list[tuple[QWindow, QKeyEvent]] = []
        self._code = ""
        self._last = 0
        self._releases: dict[int, int] = {}  # keys of a finished scan whose release is still to come
        self._handing_on = False
        self._patience = QTimer(self, interval=GAP_MS, singleShot=True)
        self._patience.timeout.connect(self._nothing_came)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name.
        """Whether the event stops here."""
        if not isinstance(watched, QWindow) or not isinstance(event, QKeyEvent) or self._handing_on:
            return False
        if event.type() == QEvent.Type.KeyPress:
            return self._pressed(watched, event)
        if event.type() == QEvent.Type.KeyRelease:
            return self._released(watched, event)
        return False

    def _pressed(self, window: QWindow, event: QKeyEvent) -> bool:
        if self._held and event.timestamp() - self._last > GAP_MS:
            self._hand_on()
        self._last = event.timestamp()
        if event.key() in _ENDS and len(self._code) >= SHORTEST_CODE:
            self._finish(event.key())
            return True
        if self._could_be_of_a_code(event):
            self._held.append((window, event.clone()))
            self._code += event.text()
            self._patience.start()
            return True
        self._hand_on()
        return False

    def _released(self, window: QWindow, event: QKeyEvent) -> bool:
        waiting = self._releases.get(event.key(), 0)
        if waiting:
            self._releases[event.key()] = waiting - 1
            return True
        if any(held.key() == event.key() for _window, held in self._held):
            self._held.append((window, event.clone()))
            return True
        return False

    def _could_be_of_a_code(self, event: QKeyEvent) -> bool:
        text = event.text()
        return (
            len(text) == 1
            and text.isascii()
            and (text.isalnum() or text in "-_")
            and not event.modifiers() & ~_PLAIN
            and not event.isAutoRepeat()
        )

    def _finish(self, end: int) -> None:
        self._patience.stop()
        self._releases.clear()
        for _window, held in self._held:
            step = 1 if held.type() == QEvent.Type.KeyPress else -1
            self._releases[held.key()] = self._releases.get(held.key(), 0) + step
        self._releases[end] = self._releases.get(end, 0) + 1
        code, self._code = self._code, ""
        self._held.clear()
        self.scanned.emit(code)

    def _nothing_came(self) -> None:
        # On a busy machine this timer can run before keys that are already waiting in the queue: let those in first.
        held = len(self._held)
        QTimer.singleShot(0, self, self._if_still(held))

    def _if_still(self, held: int) -> Callable[[], None]:
        def look() -> None:
            if len(self._held) == held:
                self._hand_on()

        return look

    def _hand_on(self) -> None:
        """It was typing: let the keys through in the order they came."""
        self._patience.stop()
        held, self._held = self._held, []
        self._code = ""
        self._handing_on = True
        try:
            for window, event in held:
                QCoreApplication.sendEvent(window, event)
        finally:
            self._handing_on = False
