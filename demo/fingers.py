"""What a person's fingers, a mouse and a scanner do to a window; nothing here reaches past what can be seen and touched.

A key goes to the window and from there to whatever has the focus. A tap or a click goes to a place on the glass, and
fails where something else lies over it.
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QScrollArea,
    QTableView,
    QWidget,
)

_MOST_TABS = 80
_LOOKS, _BLINK_MS = 40, 15
_SCANNED_MS = 4  # between two keys of a scanner
_READ = 300  # letters of one widget's words that a look brings along


class OutOfReach(Exception):
    """No finger gets there as the window is now."""


class Pulse(QObject):
    """Knows the device's time at which the last key went down."""

    last = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name.
        """Look, and let it pass."""
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and isinstance(watched, QWindow)
        ):
            self.last = event.timestamp()
        return False


class Fingers:
    """Does as it is told on the GUI thread. Orders name a widget by its objectName."""

    def __init__(
        self, window: QWidget, find: Callable[[str], QWidget], words: Callable[[QWidget], str]
    ) -> None:
        self._window = window
        self._find = find
        self._words = words
        self._touch = QTest.createTouchDevice()
        self._pulse = Pulse(window)
        QCoreApplication.instance().installEventFilter(self._pulse)  # type: ignore[union-attr]  # it runs

    @property
    def deeds(self) -> dict[str, Callable[[dict[str, Any]], Any]]:
        """By what an order calls them."""
        return {
            "press": self._press,
            "write": self._write,
            "scan": self._scan,
            "tap": self._tap,
            "poke": self._poke,
            "walk": self._walk,
            "look": self._look,
        }

    # --- keys ----------------------------------------------------------------------------------------------------------

    def _press(self, order: dict[str, Any]) -> None:
        """One key with what is held, as it stands on a button: "Shift+F6", "Return"."""
        QTest.qWait(int(order.get("pause", 60)))
        combination = QKeySequence.fromString(order["key"])[0]  # type: ignore[index]  # the stubs do not know it
        QTest.keyClick(self._glass, combination.key(), combination.keyboardModifiers())

    def _write(self, order: dict[str, Any]) -> None:
        """Text, wherever the focus is, with a person's pauses."""
        for letter in order["text"]:
            QTest.qWait(int(order.get("pause", 60)))
            QTest.keyClick(self._glass, letter)

    def _scan(self, order: dict[str, Any]) -> None:
        """A scanner in keyboard mode: the code in one burst, then Enter, each key with the device's own time.

        However long the window takes over the first one, the others came a few milliseconds after it.
        """
        code = order["text"]
        QTest.keyClick(self._glass, code[0])
        at = self._pulse.last
        for letter in (*code[1:], "\r"):
            key = Qt.Key.Key_Return if letter == "\r" else Qt.Key(ord(letter.upper()))
            at += _SCANNED_MS
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, letter)
                event.setTimestamp(at)
                QCoreApplication.sendEvent(self._glass, event)
        QTest.qWait(_SCANNED_MS * len(code))  # so long it took in truth: no key may come before it is over

    def _walk(self, order: dict[str, Any]) -> int:
        """Tab until that has the focus; how often."""
        wanted = self._find(order["name"])
        for tabs in range(_MOST_TABS):
            if self._focus is wanted:
                return tabs
            QTest.keyClick(self._glass, Qt.Key.Key_Tab)
        raise OutOfReach(f"{order['name']} is not reached by Tab")

    # --- the glass ----------------------------------------------------------------------------------------------------------

    def _tap(self, order: dict[str, Any]) -> None:
        place = self._settled(order["name"])
        QTest.touchEvent(self._glass, self._touch).press(0, place, self._glass).commit()
        QTest.touchEvent(self._glass, self._touch).release(0, place, self._glass).commit()

    def _poke(self, order: dict[str, Any]) -> None:
        place = self._settled(order["name"])
        QTest.mouseClick(self._glass, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    def _settled(self, name: str) -> QPoint:
        """Where it lies once it lies still: an eye is slower than a sheet that is being laid out."""
        place = self._place_of(name)
        for _look in range(_LOOKS):
            QTest.qWait(_BLINK_MS)
            before, place = place, self._place_of(name)
            if place == before:
                return place
        raise OutOfReach(f"{name} does not lie still")

    def _place_of(self, name: str) -> QPoint:
        """Its middle on the glass. Raises OutOfReach where that is off, covered or disabled."""
        widget = self._find(name)
        if not widget.isEnabled():
            raise OutOfReach(f"{name} is disabled: {widget.toolTip()}")
        around = widget.parentWidget()
        while around is not None:
            if isinstance(around, QScrollArea):
                around.ensureWidgetVisible(widget)
            around = around.parentWidget()
        place = widget.mapTo(self._window, widget.rect().center())
        hit = self._window.childAt(place)
        if hit is None or (hit is not widget and not widget.isAncestorOf(hit)):
            raise OutOfReach(
                f"{name} lies under {hit.objectName() or hit!r}" if hit else f"{name} is off the glass"
            )
        return place

    # --- eyes ----------------------------------------------------------------------------------------------------------------

    def _look(self, _order: dict[str, Any]) -> dict[str, Any]:
        """Every named widget that shows, with its words, its key and whether it can be pressed; and what has the focus."""
        seen: dict[str, Any] = {}
        for top in QApplication.topLevelWidgets():
            for widget in top.findChildren(QWidget):
                name = widget.objectName()
                if not name or name.startswith("qt_") or not widget.isVisible():
                    continue
                if isinstance(widget, QAbstractItemView):
                    rows = widget.model().rowCount()
                    words = self._words(widget)[:_READ] if isinstance(widget, QTableView) else ""
                    seen[name] = [f"{rows} rows\n{words}" if rows else "", "", widget.isEnabled()]
                elif isinstance(widget, QAbstractButton | QLineEdit) or not widget.findChildren(QWidget):
                    words = self._words(widget)[:_READ]
                    seen[name] = [words, getattr(widget, "key", ""), widget.isEnabled()]
                else:
                    seen[name] = ["", "", widget.isEnabled()]
        focus = self._focus
        named = "" if focus is None else focus.objectName() or type(focus).__name__
        return {"seen": seen, "focus": named}

    @property
    def _focus(self) -> QWidget | None:
        """What the next key goes to; a window that no system has made active has that, too."""
        return QApplication.focusWidget() or self._window.focusWidget()

    @property
    def _glass(self) -> QWindow:
        return self._window.windowHandle()
