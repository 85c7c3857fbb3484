"""A button that shows its key, says why it cannot be pressed, and shows that it waits for its answer."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QToolTip, QWidget

from core.qt.theme import current, paint_as

_SHOW_AFTER_MS = 200
_SAY_AFTER_MS = 2_000
_TURN_MS = 60
_KEY_NAMES = {"Return": "Enter", "Escape": "Esc", "Delete": "Del"}


class BusyButton(QPushButton):
    """Never waits silently: after 0.2 s it turns a wheel, after 2 s it says what it waits for.

    `key` is pressed through core.qt.widgets.layers, so that a button under a sheet stays still; it stands on the
    button, below its words where `stacked`.
    """

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
        self._turn = QTimer(self, interval=_TURN_MS)
        self._turn.timeout.connect(self._turned)
        self._show_wheel = QTimer(self, interval=_SHOW_AFTER_MS, singleShot=True)
        self._show_wheel.timeout.connect(self._wheel_due)
        self._say = QTimer(self, interval=_SAY_AFTER_MS, singleShot=True)
        self._say.timeout.connect(self._words_due)
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
            self._show_wheel.start()
            self._say.start()
        else:
            for timer in (self._show_wheel, self._say, self._turn):
                timer.stop()
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

    def _settle(self) -> None:
        self.setEnabled(not self._busy and not self._reason)

    def _write(self, words: str) -> None:
        key = _KEY_NAMES.get(self.key, self.key)
        gap = "\n" if self._stacked else "   "
        self.setText((f"{words}{gap}{key}" if key else words).replace("&", "&&"))
        self.setAccessibleName(words)

    def _wheel_due(self) -> None:
        self._shows_wheel = True
        self._turn.start()
        self.update()

    def _words_due(self) -> None:
        if self._waiting_for:
            self.setText(self._waiting_for.replace("&", "&&"))

    def _turned(self) -> None:
        self._angle = (self._angle + 30) % 360
        self.update()
