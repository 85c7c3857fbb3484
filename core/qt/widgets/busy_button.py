"""A button that shows its key, says why it cannot be pressed, and shows that it waits for its answer."""

from collections.abc import Callable
from typing import ClassVar
from weakref import WeakSet

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QStylePainter, QToolTip, QWidget
from shiboken6 import isValid

from core.qt.theme import current, paint_as

_SHOW_AFTER_MS = 200
_SAY_AFTER_MS = 2_000
_TURN_MS = 60
# One primary button a screen: what lies behind a sheet does not shine beside the sheet's own.
_SHINES = ("primary", "step")
_KEY_NAMES = {"Return": "Enter", "Escape": "Esc", "Delete": "Del"}


class BusyButton(QPushButton):
    """Never waits silently: after 0.2 s it turns a wheel, after 2 s it says what it waits for.

    `key` is pressed through core.qt.widgets.layers, so that a button under a sheet stays still; it stands on the
    button, below its words where `stacked`.
    """

    _every: ClassVar["WeakSet[BusyButton]"] = WeakSet()

    def __init__(
        self,
        words: str,
        name: str,
        key: str = "",
        *,
        role: str = "",
        stacked: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.key = key
        self._words = words
        self._stacked = stacked
        self._waiting_for = ""
        self._reason = ""
        self._busy = False
        self._angle = 0
        self._shows_wheel = False
        self._least_height = 0
        self._covered = False
        # A till has some hundred buttons, of which few ever wait: each gets its timers when it does.
        self._turn: QTimer | None = None
        self._waits: tuple[QTimer, QTimer] | None = None
        self._every.add(self)
        self.setAutoDefault(False)
        if role:
            self.setProperty("role", role)
        if key and key not in ("Return", "Escape"):
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._write(words)

    @property
    def is_busy(self) -> bool:
        """Whether it waits for its answer."""
        return self._busy

    def set_height(self, pixels: int) -> None:
        """At least so high; a style sheet would overrule `setMinimumHeight`."""
        self._least_height = pixels
        # What is made for gloves is read from further away.
        paint_as(self, tall=pixels >= current().size("target_large"))
        self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """Room for its words, and for a finger."""
        hint = super().sizeHint()
        return hint.expandedTo(QSize(0, self._least_height))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """The same height."""
        hint = super().minimumSizeHint()
        return hint.expandedTo(QSize(0, self._least_height))

    def set_words(self, words: str) -> None:
        """Other words on the button."""
        self._words = words
        if not self._busy:
            self._write(words)

    def set_reason(self, reason: str) -> None:
        """Why it cannot be pressed now, shown on hover or tap; empty when it can."""
        self._reason = reason
        self.setToolTip(reason)
        self._settle()

    def set_busy(self, busy: bool, waiting_for: str = "") -> None:
        """Whether its answer is awaited, and from whom, in words for a longer wait."""
        self._waiting_for = waiting_for
        if busy == self._busy:
            return
        self._busy = busy
        if busy:
            if self._waits is None:
                self._waits = (
                    self._once(_SHOW_AFTER_MS, self._wheel_due),
                    self._once(_SAY_AFTER_MS, self._words_due),
                )
            for timer in self._waits:
                timer.start()
        else:
            for each in (*(self._waits or ()), self._turn):
                if each is not None:
                    each.stop()
            self._shows_wheel = False
            self._write(self._words)
        self._settle()

    def event(self, event: QEvent) -> bool:
        """A tap on a disabled button tells the reason; Qt itself would pass it by."""
        if (
            self._reason
            and not self.isEnabled()
            and event.type() == QEvent.Type.MouseButtonPress
            and isinstance(event, QMouseEvent)
        ):
            QToolTip.showText(event.globalPosition().toPoint(), self._reason, self)
            return True
        if isinstance(event, QHelpEvent) and not self.toolTip():
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name.
        """The button, and the wheel at its left while it waits."""
        if self._covered:
            option = QStyleOptionButton()
            self.initStyleOption(option)
            option.features |= QStyleOptionButton.ButtonFeature.Flat  # the style sheet's word for it
            under = QStylePainter(self)
            under.drawControl(QStyle.ControlElement.CE_PushButton, option)
            under.end()
        else:
            super().paintEvent(event)
        if not self._shows_wheel:
            return
        side = min(20, self.height() // 3)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(self.palette().buttonText().color())
        painter.setPen(QPen(colour, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        circle = QRectF(12, (self.height() - side) / 2, side, side)
        painter.drawArc(circle, -self._angle * 16, 270 * 16)
        painter.end()

    @classmethod
    def cover(cls, within: QWidget, top: QWidget) -> None:
        """Let only those on the top layer of `within` shine; their look alone changes, so nothing is styled anew."""
        for button in list(cls._every):
            if isValid(button) and button.property("role") in _SHINES and within.isAncestorOf(button):
                button._let_rest(not top.isAncestorOf(button))

    def _let_rest(self, covered: bool) -> None:
        if covered != self._covered:
            self._covered = covered
            self.setProperty("covered", covered)
            self.update()

    def _once(self, milliseconds: int, call: Callable[[], None]) -> QTimer:
        timer = QTimer(self, interval=milliseconds, singleShot=True)
        timer.timeout.connect(call)
        return timer

    def _settle(self) -> None:
        self.setEnabled(not self._busy and not self._reason)

    def _write(self, words: str) -> None:
        key = _KEY_NAMES.get(self.key, self.key)
        gap = "\n" if self._stacked else "   "
        self.setText((f"{words}{gap}{key}" if key else words).replace("&", "&&"))
        self.setAccessibleName(words)

    def _wheel_due(self) -> None:
        self._shows_wheel = True
        if self._turn is None:
            self._turn = QTimer(self, interval=_TURN_MS)
            self._turn.timeout.connect(self._turned)
        self._turn.start()
        self.update()

    def _words_due(self) -> None:
        if self._waiting_for:
            self.setText(self._waiting_for.replace("&", "&&"))

    def _turned(self) -> None:
        self._angle = (self._angle + 30) % 360
        self.update()
