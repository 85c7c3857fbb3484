"""What lies around every screen of a training till, so that nobody takes it for the real one."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.qt import theme
from core.wording.catalogue import in_every_language, mark

MARK = mark("TRAINING")
_SIDE = 26
_EDGE = 4


class TrainingFrame(QWidget):
    """A frame in a colour that nothing else has. Both sides say what this is, in every language, from top to bottom.

    The height of a counter's screen is spoken for, so what is written stands upright.
    """

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self.setObjectName("training_frame")
        side, edge = theme.current().px(_SIDE), theme.current().px(_EDGE)
        column = QVBoxLayout(self)
        column.setContentsMargins(side, edge, side, edge)
        column.addWidget(inside)
        self.words = "   ·   ".join(in_every_language(MARK).splitlines())
        self.setAccessibleName(self.words)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name.
        """The colour all around, and the words up one side and down the other."""
        wearing = theme.current()
        side = wearing.px(_SIDE)
        painter = QPainter(self)
        painter.fillRect(self.rect(), wearing.colour("training"))
        painter.setPen(wearing.colour("on_training"))
        painter.setFont(wearing.font("title", bold=True))
        along = QRect(-self.height() // 2, -side // 2, self.height(), side)
        room = painter.fontMetrics().horizontalAdvance(self.words) + wearing.px(96)
        times = max(1, self.height() // room)
        for middle, turn in ((side / 2, -90), (self.width() - side / 2, 90)):
            painter.save()
            painter.translate(middle, self.height() / 2)
            painter.rotate(turn)
            for time in range(times):
                part = QRect(
                    along.x() + time * self.height() // times, along.y(), self.height() // times, side
                )
                painter.drawText(part, Qt.AlignmentFlag.AlignCenter, self.words)
            painter.restore()
        painter.end()
