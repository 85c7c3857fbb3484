"""Labels in the theme's types and tones, and one that shortens what does not fit."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from core.qt.notices import Tone
from core.qt.theme import paint_as

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter


class Words(QLabel):
    """A label of one type ("body", "title", "figure"), plain text only: names come from people."""

    def __init__(
        self,
        text: str = "",
        type: str = "body",  # noqa: A002  The word of the style sheet.
        tone: Tone | None = None,
        *,
        name: str = "",
        align: Qt.AlignmentFlag = LEFT,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("type", type)
        self.setAlignment(align)
        self.setWordWrap(wrap)
        if name:
            self.setObjectName(name)
        if tone is not None:
            self.setProperty("tone", tone.value)

    def say(self, text: str, tone: Tone | None = None) -> None:
        """Other words, in this tone."""
        if text != self.text():
            self.setText(text)
        paint_as(self, tone=tone.value if tone else None)


class RunningWords(Words):
    """A label whose figures may run, many times a second and at many places at once.

    While they run nothing around them is laid out or painted anew: the label paints its own ground.
    """

    _running = ""
    _ground: QColor | None = None

    def run_on(self, text: str, ground: QColor) -> None:
        """Other figures in the same place, on this ground."""
        if len(text) != len(self.text()):
            self.setText(text)
        self._running, self._ground = text, ground
        # A new tone on what it lies in takes the attribute away again.
        if not self.testAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent):
            self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.update()

    def text(self) -> str:
        """What stands there now."""
        return self._running or super().text()

    def setText(self, text: str) -> None:  # noqa: N802  Qt's name.
        """Other words, which do not run."""
        if self._ground is not None:
            self._running, self._ground = "", None
            self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, False)
            self.update()
        if text != super().text():
            super().setText(text)

    def paint_ground(self, painter: QPainter) -> None:
        """What is behind the figures, while they run."""
        if self._ground is not None:
            painter.fillRect(self.rect(), self._ground)


class ElidedWords(RunningWords):
    """A label of one line that ends in "…" where there is no room, and shows the whole on hover."""

    _is_cut = True  # until it is known

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """Room for a few letters at least."""
        return QSize(self.fontMetrics().horizontalAdvance("中…"), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name.
        """The whole text on hover, only while it is cut."""
        super().resizeEvent(event)
        self._tell_whole()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name.
        """The same in another typeface."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._tell_whole()

    def setText(self, text: str) -> None:  # noqa: N802  Qt's name.
        """Other words."""
        changed = text != self.text()
        super().setText(text)
        if changed:
            self._tell_whole()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name.
        """As much of the text as fits."""
        painter = QPainter(self)
        self.paint_ground(painter)
        if self._is_cut:
            shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        else:
            shown = self.text()
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), int(self.alignment().value), shown)
        painter.end()

    def _tell_whole(self) -> None:
        self._is_cut = self.fontMetrics().horizontalAdvance(self.text()) > self.width()
        whole = self.text() if self._is_cut else ""
        if whole != self.toolTip():
            self.setToolTip(whole)


def line(parent: QWidget | None = None) -> QFrame:
    """A thin line between two parts."""
    frame = QFrame(parent)
    frame.setProperty("role", "line")
    frame.setFixedHeight(1)
    return frame
