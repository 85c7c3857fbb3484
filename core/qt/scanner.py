"""Tells a scanner's burst from typing, wherever the focus is.

A scanner in keyboard mode types its code within a few milliseconds a key and ends it with Enter or Tab. The first key
goes into the field it was meant for at once, as fingers are slow: only what follows too quickly is held back. A burst
becomes one `scanned` and the field is as it was before; anything else is handed on just as it was typed. Where no field
would take the first key it is held back as well, for there it might press something.
Each key comes by this filter many times (shortcut, window, widget and every parent): only the window's turn counts.
"""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent, QPointerEvent, QWindow

from core.qt.scanner_burst import LONGEST_CODE, SHORTEST_CODE, Burst, FieldBefore, focused_field

GAP_MS = 50
"""The longest pause between two keys of one scan, by the events' own timestamps."""

_NO_FINGERS_MS = 30  # nobody types eight keys with pauses as short as this
_SHORTEST_UNENDED = 8
_NEVER_FINGERS = 40  # nor so many as this, even at the longest pause
_TORN_MS = 250  # nobody types, takes the scanner and has it read a code in so short a time
_TAPS = (QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin)
_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_PLAIN = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
_BARE = (
    Qt.Key.Key_Shift,
    Qt.Key.Key_Control,
    Qt.Key.Key_Alt,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_Meta,
    Qt.Key.Key_CapsLock,
    Qt.Key.Key_NumLock,
)
_NEVER = -1_000_000


def _no_code(_text: str) -> bool:
    return False


class Scanner(QObject):
    """An application-wide event filter: `application.installEventFilter(Scanner(application))`.

    `is_code` knows codes by their shape: one that a scanner sent without Enter, or that an input method took for words,
    is told by it. Signals: scanned(str), the code without its Enter; garbled(bool), a burst that is no code, and
    whether an input method made that of it.
    """

    scanned = Signal(str)
    garbled = Signal(bool)

    def __init__(self, parent: QObject | None = None, *, is_code: Callable[[str], bool] = _no_code) -> None:
        super().__init__(parent)
        self._is_code = is_code
        self._burst = Burst()
        self._typed: Burst | None = None  # what was handed on last
        self._ended_ms = _NEVER
        self._clock = QElapsedTimer()
        self._clock.start()
        self._heard_ms = 0  # when the last key came by our own clock, and by the device's
        self._device_ms = 0
        self._releases: dict[int, int] = {}  # keys of a finished scan whose release is still to come
        self._handing_on = False
        self._patience = QTimer(self, interval=GAP_MS, singleShot=True)
        self._patience.timeout.connect(self._nothing_came)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name.
        """Whether the event stops here."""
        if self._handing_on:
            return False
        if isinstance(event, QInputMethodEvent):
            return watched is QGuiApplication.focusObject() and self._composed(watched, event)
        if not isinstance(event, QKeyEvent) or not isinstance(watched, QWindow):
            if isinstance(event, QPointerEvent) and isinstance(watched, QWindow) and event.type() in _TAPS:
                self._tapped()
            return False
        kind = event.type()
        if kind == QEvent.Type.KeyPress:
            return self._pressed(watched, event)
        if kind == QEvent.Type.KeyRelease:
            return self._released(watched, event)
        return False

    def _tapped(self) -> None:
        """A hand at the screen, after a quantity perhaps: what was typed before it begins no scan."""
        if self._burst.count < SHORTEST_CODE and not self._burst.surely:
            self._hand_on()
        self._typed = None

    # --- keys -------------------------------------------------------------------------------------------------------

    def _pressed(self, window: QWindow, event: QKeyEvent) -> bool:
        now = self._now(event.timestamp())
        if event.key() in _BARE:
            return False
        self._begin_where_it_paused(now)
        burst = self._burst
        if event.key() in _ENDS and (burst.count >= SHORTEST_CODE or burst.surely):
            self._finish(now, event.key())
            return True
        if self._could_be_of_a_code(event):
            return self._take(window, event, event.text(), now)
        if burst.count >= SHORTEST_CODE or burst.surely:
            # No finger is as quick as this: a control character in the middle of what a scanner sends.
            return self._take(window, event, event.text(), now)
        self._hand_on()
        self._typed = None  # a key of its own, Enter or F4: what was typed before it begins no scan
        return False

    def _take(self, target: QObject, event: QEvent, text: str, now: int) -> bool:
        """One more of the burst; whether it is held back."""
        burst = self._burst
        first = not burst.count
        burst.add(text, now)
        if first and not burst.surely:
            field = focused_field(target)
            if field is not None:
                burst.before = FieldBefore.of(field)
                return False
            if text == " ":  # begins no code, and presses buttons
                self._burst = Burst()
                return False
        if burst.count <= LONGEST_CODE:  # more of it is never handed on
            burst.held.append((target, event.clone()))
        self._patience.start()
        return True

    def _released(self, window: QWindow, event: QKeyEvent) -> bool:
        waiting = self._releases.get(event.key(), 0)
        if waiting:
            self._releases[event.key()] = waiting - 1
            return True
        if any(isinstance(held, QKeyEvent) and held.key() == event.key() for _to, held in self._burst.held):
            self._burst.held.append((window, event.clone()))
            return True
        return False

    @staticmethod
    def _could_be_of_a_code(event: QKeyEvent) -> bool:
        text = event.text()
        return (
            len(text) == 1
            and text.isprintable()
            and not event.modifiers() & ~_PLAIN
            and not event.isAutoRepeat()
        )

    # --- an input method --------------------------------------------------------------------------------------------

    def _composed(self, target: QObject, event: QInputMethodEvent) -> bool:
        """An input method wrote something, or shows what it is composing; whether that stops here."""
        text, composing = event.commitString(), event.preeditString()
        if not text and not composing:
            return False
        now = self._now(self._device_ms + self._clock.elapsed() - self._heard_ms)
        self._begin_where_it_paused(now)
        whole = Burst()
        whole.add(text, now)
        if self._is_code(whole.code):
            # The whole code in one piece: a quick input method that waited for the Enter.
            before = self._burst.before or _before()
            self._burst = whole
            whole.before, whole.composed = before, True
            self._finish(now)
            return True
        stops = self._take(target, event, "" if composing else text, now)
        self._burst.composed = bool(self._burst.count)
        return stops

    # --- what became of it ------------------------------------------------------------------------------------------

    def _now(self, device_ms: int) -> int:
        """The device's own time; where it tells none, ours."""
        self._heard_ms = self._clock.elapsed()
        self._device_ms = device_ms or self._heard_ms
        return self._device_ms

    def _begin_where_it_paused(self, now: int) -> None:
        burst = self._burst
        if burst.count and now - burst.last_ms > GAP_MS:
            self._settle()
        if not self._burst.count:
            follows = 0 <= now - self._ended_ms <= GAP_MS
            self._burst = Burst(surely=follows)

    def _settle(self) -> None:
        """The burst has no end: a code all the same, noise, or typing."""
        if self._is_of_a_scanner(self._burst):
            self._finish(self._burst.last_ms)
        else:
            self._hand_on()

    def _is_of_a_scanner(self, burst: Burst) -> bool:
        if burst.count > _NEVER_FINGERS or (burst.surely and burst.count > 1):
            return True
        if burst.count < _SHORTEST_UNENDED or burst.gap_ms > _NO_FINGERS_MS:
            return False
        figures = burst.before is not None and burst.before.takes_figures
        return burst.noise or figures or self._is_code(burst.code)

    def _finish(self, now: int, end: int | None = None) -> None:
        self._patience.stop()
        burst, self._burst = self._burst, Burst()
        torn = self._beginning_of(burst)
        if end is not None and torn is not None:
            burst = burst.after(torn)
        self._typed = None
        self._ended_ms = now
        self._releases.clear()
        for _to, held in burst.held:
            if isinstance(held, QKeyEvent):
                step = 1 if held.type() == QEvent.Type.KeyPress else -1
                self._releases[held.key()] = self._releases.get(held.key(), 0) + step
        if end is not None:
            self._releases[end] = self._releases.get(end, 0) + 1
        if burst.before is not None:
            if burst.composed:
                burst.before.drop_composition()
            burst.before.restore()
        if burst.code:
            self.scanned.emit(burst.code)
        elif burst.count >= SHORTEST_CODE:
            self.garbled.emit(burst.composed)

    def _beginning_of(self, burst: Burst) -> Burst | None:
        """What came just before it in the same field and passed for typing: a scan that a busy machine tore apart."""
        typed = self._typed
        if typed is None or not burst.is_of_the_same_field(typed):
            return None
        return typed if burst.first_ms - typed.last_ms <= _TORN_MS else None

    def _nothing_came(self) -> None:
        # On a busy machine this timer can run before keys that are already waiting in the queue: let those in first.
        count = self._burst.count
        QTimer.singleShot(0, self, self._if_still(count))

    def _if_still(self, count: int) -> Callable[[], None]:
        def look() -> None:
            if self._burst.count == count:
                self._settle()

        return look

    def _hand_on(self) -> None:
        """It was typing: let the keys through in the order they came."""
        self._patience.stop()
        burst, self._burst = self._burst, Burst()
        if burst.count:
            torn = self._beginning_of(burst)
            self._typed = burst.after(torn) if torn is not None else burst
        self._handing_on = True
        try:
            for target, event in burst.held:
                QCoreApplication.sendEvent(target, event)
        finally:
            self._handing_on = False


def _before() -> FieldBefore | None:
    field = focused_field()
    return FieldBefore.of(field) if field is not None else None
