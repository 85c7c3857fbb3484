"""A line of figures over time, with its zero where it has one."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from core.qt import theme
from core.qt.notices import Tone

_HEIGHT = 56


class Curve(QWidget):
    """Points from 0 to 1 across; what is higher stands higher."""

    def __init__(self, name: str, *, has_zero: bool) -> None:
        super().__init__()
        self.setObjectName(name)
        self._has_zero = has_zero
        self._points: tuple[tuple[float, int], ...] = ()
        self._tone: Tone = Tone.BLUE
        self.setFixedHeight(theme.current().px(_HEIGHT))

    def show_points(self, points: Sequence[tuple[float, int]], tone: Tone | None) -> None:
        """Paint these."""
        fresh = (tuple(points), tone or Tone.BLUE)
        if fresh != (self._points, self._tone):
            self._points, self._tone = fresh
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name.
        """The line."""
        if len(self._points) < 2:
            return
        wearing = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(self.rect()).adjusted(2, 4, -2, -4)
        figures = [figure for _across, figure in self._points] + ([0] if self._has_zero else [])
        lowest, highest = min(figures), max(figures)
        span = max(1, highest - lowest)

        def at(across: float, figure: int) -> QPointF:
            return QPointF(
                room.left() + room.width() * across, room.bottom() - room.height() * (figure - lowest) / span
            )

        if self._has_zero:
            painter.setPen(QPen(wearing.colour("line"), 1))
            painter.drawLine(at(0.0, 0), at(1.0, 0))
        painter.setPen(QPen(wearing.tone(self._tone), 2))
        painter.drawPolyline(QPolygonF([at(across, figure) for across, figure in self._points]))
        painter.end()
