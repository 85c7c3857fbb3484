"""Litres by hour and grade as stacked bars, with last week's total as a mark on each hour."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.domain.ids import GradeCode
from core.domain.litres import Litres
from core.qt import theme
from core.qt.widgets.labels import LEFT, RIGHT
from core.wording import formats, names
from core.wording.catalogue import _

HOURS = 24
_COLOURS = ("chart_1", "chart_2", "chart_3", "chart_4")
ByHour = Sequence[tuple[int, GradeCode, Litres]]


def top_of_axis(most_millilitres: int) -> tuple[int, int]:
    """The axis' end and its step in millilitres: a round number of litres, at most five steps."""
    step = 10_000
    while True:
        for times in (1, 2, 5):
            if step * times * 5 >= most_millilitres:
                steps = max(1, -(-most_millilitres // (step * times)))
                return step * times * steps, step * times
        step *= 10


def colour_of(place: int) -> QColor:
    """The colour of the grade at this place of the station's list; beyond the fourth they are all of the last one."""
    return theme.current().colour(_COLOURS[min(place, len(_COLOURS) - 1)])


class HourChart(QWidget):
    """Paints one day. Under the mouse an hour's figures stand in words; without one, the day's."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._grades: tuple[GradeCode, ...] = ()
        self._hours: dict[int, dict[GradeCode, int]] = {}
        self._week_ago: dict[int, int] = {}
        self._week_ago_words = ""
        self._hovered: int | None = None
        self._axis = top_of_axis(0)
        self._left = theme.current().px(64)

    def show_day(
        self, grades: Sequence[GradeCode], today: ByHour, week_ago: ByHour, week_ago_words: str
    ) -> None:
        """Paint these litres; grades that the station no longer sells come last."""
        hours: dict[int, dict[GradeCode, int]] = {}
        for hour, grade, volume in today:
            sold = hours.setdefault(hour, {})
            sold[grade] = sold.get(grade, 0) + volume.millilitres
        marks: dict[int, int] = {}
        for hour, _grade, volume in week_ago:
            marks[hour] = marks.get(hour, 0) + volume.millilitres
        gone = {grade for sold in hours.values() for grade in sold} - set(grades)
        self._grades = (*grades, *sorted(gone))
        self._hours, self._week_ago, self._week_ago_words = hours, marks, week_ago_words
        self._axis = top_of_axis(
            max((*(sum(sold.values()) for sold in hours.values()), *marks.values()), default=0)
        )
        caption = QFontMetrics(theme.current().font("caption"))
        widest = _("{litres} L").format(litres=f"{self._axis[0] // 1_000:,}")
        self._left = caption.horizontalAdvance(widest) + theme.current().px(12)
        self.setAccessibleName(_("Litres by hour"))
        self.setAccessibleDescription(self.words_of_day())
        self.update()

    def words_of_day(self) -> str:
        """The day's litres by grade in words."""
        totals = self._totals()
        return "  ".join(f"{names.grade_short(grade)} {_litres(totals[grade])}" for grade in self._grades)

    def words_at(self, hour: int) -> tuple[str, ...]:
        """What stands in the hover panel: the hour, each grade, the sum, the same hour last week."""
        sold = self._hours.get(hour, {})
        lines = [f"{hour:02}:00–{hour + 1:02}:00"]
        lines += [
            f"{names.grade(grade)}  {_litres(sold[grade])}" for grade in self._grades if sold.get(grade)
        ]
        lines.append(_("Together {litres}").format(litres=_litres(sum(sold.values()))))
        if self._week_ago.get(hour):
            lines.append(f"{self._week_ago_words}  {_litres(self._week_ago[hour])}")
        return tuple(lines)

    def hour_at(self, x: float) -> int | None:
        """The hour under this place, if any."""
        plot = self._plot()
        if not plot.left() <= x < plot.right():
            return None
        return int((x - plot.left()) * HOURS / plot.width())

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """Wide rather than high."""
        return QSize(theme.current().px(560), theme.current().px(280))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """Room for the axis."""
        return QSize(theme.current().px(320), theme.current().px(180))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name.
        """The hour under the mouse tells its figures."""
        hovered = self.hour_at(event.position().x())
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name.
        """No hour any more."""
        super().leaveEvent(event)
        self._hovered = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name.
        """Legend, axis, bars, marks, and the hovered hour's panel."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top, step = self._axis
        self._paint_legend(painter)
        self._paint_axis(painter, top, step)
        self._paint_bars(painter, top)
        if not self._hours and not self._week_ago:  # the marks of last week need the place
            painter.setPen(theme.current().colour("quiet"))
            painter.setFont(theme.current().font("body"))
            painter.drawText(
                self._plot(), Qt.AlignmentFlag.AlignCenter, _("Nothing has been sold yet today.")
            )
        if self._hovered is not None:
            self._paint_panel(painter, self._hovered)
        painter.end()

    # --- within ------------------------------------------------------------------------------------------------------

    def _totals(self) -> dict[GradeCode, int]:
        return {grade: sum(sold.get(grade, 0) for sold in self._hours.values()) for grade in self._grades}

    def _plot(self) -> QRectF:
        wearing = theme.current()
        above, right, below = wearing.px(36), wearing.px(24), wearing.px(28)
        wide, high = self.width() - self._left - right, self.height() - above - below
        return QRectF(self._left, above, max(1, wide), max(1, high))

    def _paint_legend(self, painter: QPainter) -> None:
        wearing = theme.current()
        painter.setFont(wearing.font("caption"))
        metrics = painter.fontMetrics()
        at, height = self._left, wearing.px(24)
        totals = self._totals()
        side = wearing.px(12)
        for place, grade in enumerate(self._grades):
            words = f"{names.grade_short(grade)}  {_litres(totals[grade])}"
            painter.fillRect(QRectF(at, (height - side) / 2, side, side), colour_of(place))
            painter.setPen(wearing.colour("text"))
            wide = metrics.horizontalAdvance(words)
            at += side + wearing.px(6)
            painter.drawText(QRectF(at, 0, wide + 4, height), int(LEFT.value), words)
            at += wide + wearing.px(20)

    def _paint_axis(self, painter: QPainter, top: int, step: int) -> None:
        wearing, plot = theme.current(), self._plot()
        painter.setFont(wearing.font("caption"))
        label_height = wearing.px(20)
        for value in range(0, top + 1, step):
            y = plot.bottom() - plot.height() * value / top
            painter.setPen(QPen(wearing.colour("quiet" if value == 0 else "line"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(wearing.colour("quiet"))
            box = QRectF(0, y - label_height / 2, plot.left() - wearing.px(8), label_height)
            words = f"{value // 1_000:,}"
            painter.drawText(
                box, int(RIGHT.value), _("{litres} L").format(litres=words) if value == top else words
            )
        wide = plot.width() / HOURS
        every = 2 if wide * 2 > painter.fontMetrics().horizontalAdvance("00:00") * 1.4 else 3
        for hour in range(0, HOURS + 1, every):
            x = plot.left() + wide * hour
            box = QRectF(x - wearing.px(30), plot.bottom() + 2, wearing.px(60), wearing.px(24))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{hour:02}:00")

    def _paint_bars(self, painter: QPainter, top: int) -> None:
        wearing, plot = theme.current(), self._plot()
        wide = plot.width() / HOURS
        gap = max(1.5, wide * 0.14)
        if self._hovered is not None:
            column = QRectF(plot.left() + wide * self._hovered, plot.top(), wide, plot.height())
            painter.fillRect(column, wearing.colour("sunken"))
        for hour in range(HOURS):
            left, at = plot.left() + wide * hour + gap, plot.bottom()
            for place, grade in enumerate(self._grades):
                high = plot.height() * self._hours.get(hour, {}).get(grade, 0) / top
                if high:
                    painter.fillRect(QRectF(left, at - high, wide - 2 * gap, high), colour_of(place))
                    at -= high
            if self._week_ago.get(hour):
                y = plot.bottom() - plot.height() * self._week_ago[hour] / top
                painter.setPen(QPen(wearing.colour("text"), 2))
                painter.drawLine(QPointF(left, y), QPointF(left + wide - 2 * gap, y))
        painter.setPen(QPen(wearing.colour("quiet"), 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())

    def _paint_panel(self, painter: QPainter, hour: int) -> None:
        wearing, plot = theme.current(), self._plot()
        lines = self.words_at(hour)
        painter.setFont(wearing.font("caption"))
        metrics = painter.fontMetrics()
        padding, line = wearing.px(10), metrics.height() + wearing.px(3)
        wide = max(metrics.horizontalAdvance(each) for each in lines) + 2 * padding
        high = line * len(lines) + 2 * padding
        x = plot.left() + plot.width() * (hour + 1) / HOURS + wearing.px(6)
        if x + wide > self.width():
            x = plot.left() + plot.width() * hour / HOURS - wearing.px(6) - wide
        panel = QRectF(x, plot.top(), wide, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(wearing.colour("text"))
        painter.drawRoundedRect(panel, 6, 6)
        painter.setPen(wearing.colour("surface"))
        for number, words in enumerate(lines):
            box = QRectF(x + padding, plot.top() + padding + line * number, wide, line)
            painter.drawText(box, int(LEFT.value), words)


def _litres(millilitres: int) -> str:
    return formats.litres(Litres(millilitres))
