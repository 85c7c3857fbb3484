"""One tank, drawn: its fuel, its water, its limits, and the figures beside it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from admin_app.tanks.words import alarm_tone, lasts, whole
from core.domain.ids import TankNumber
from core.domain.litres import NO_LITRES, Litres
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.labels import RIGHT, ElidedWords, Words
from core.wording import names, tanks
from core.wording.catalogue import _

if TYPE_CHECKING:
    from admin_app.tanks.presenter import TankView

_WIDTH, _HEIGHT = 64, 148


class Vessel(QWidget):
    """The tank from the side: filled to its level; low and high limits are lines, water is hatched at the bottom."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: TankView | None = None
        self.setFixedSize(theme.current().px(_WIDTH), theme.current().px(_HEIGHT))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_tank(self, view: "TankView") -> None:
        """Paint this tank."""
        if view != self._view:
            self._view = view
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name.
        """The outline, what is in it, and the limits."""
        view, wearing = self._view, theme.current()
        if view is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inside = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        outline = QPainterPath()
        outline.addRoundedRect(inside, wearing.px(12), wearing.px(12))
        painter.fillPath(outline, wearing.colour("sunken"))
        painter.save()
        painter.setClipPath(outline)
        reading = view.reading
        if reading is not None:
            tone = self._tone(view)
            surface = self._at(inside, reading.fuel + reading.water_volume)
            bottom = self._at(inside, reading.water_volume)
            painter.fillRect(
                QRectF(inside.left(), surface, inside.width(), bottom - surface), wearing.tone(tone)
            )
            # A few litres of water must be seen too.
            if reading.water_volume > NO_LITRES:
                top = min(bottom, inside.bottom() - wearing.px(3))
                water = QRectF(inside.left(), top, inside.width(), inside.bottom() - top)
                painter.fillRect(water, wearing.colour("surface"))
                painter.fillRect(water, Qt.BrushStyle.BDiagPattern)
        limits = view.tank.limits
        for limit in (limits.low, limits.high, view.tank.safe_fill):
            height = self._at(inside, limit)
            pen = QPen(wearing.colour("text"), 1, Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.drawLine(QPointF(inside.left(), height), QPointF(inside.right(), height))
        painter.restore()
        painter.setPen(QPen(wearing.colour("quiet"), 2))
        painter.drawPath(outline)
        painter.end()

    def _at(self, inside: QRectF, volume: Litres) -> float:
        view = self._view
        if view is None:
            return inside.bottom()
        share = (
            max(0, min(volume.millilitres, view.tank.capacity.millilitres)) / view.tank.capacity.millilitres
        )
        return inside.bottom() - inside.height() * share

    @staticmethod
    def _tone(view: "TankView") -> Tone:
        if not view.fresh:
            return Tone.GREY
        tones = [alarm_tone(alarm) for alarm in view.alarms]
        return Tone.RED if Tone.RED in tones else Tone.AMBER if tones else Tone.GREEN


class TankCard(QPushButton):
    """Chosen by pressing it; the rest of the room then is about this tank."""

    def __init__(self, number: TankNumber) -> None:
        super().__init__()
        wearing = theme.current()
        self._number = number
        self.setObjectName(f"tank_{number}")
        self.setCheckable(True)
        self.setProperty("role", "grade")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.vessel = Vessel()
        self._name = ElidedWords("", "strong", name=f"tank_name_{number}")
        self._fuel = Words("", "large", name=f"tank_fuel_{number}")
        self._rows = {
            "at_20": Words("", "caption", name=f"tank_at_20_{number}", align=RIGHT),
            "water": Words("", "caption", name=f"tank_water_{number}", align=RIGHT),
            "room": Words("", "caption", name=f"tank_room_{number}", align=RIGHT),
            "lasts": Words("", "caption", name=f"tank_lasts_{number}", align=RIGHT),
        }
        self._state = ElidedWords("", "caption", name=f"tank_state_{number}")
        titles = {
            "at_20": _("At 20 °C"),
            "water": _("Water"),
            "room": _("Room"),
            "lasts": _("Lasts"),
        }
        grid = QGridLayout()
        grid.setVerticalSpacing(0)
        for place, (key, value) in enumerate(self._rows.items()):
            grid.addWidget(Words(titles[key], "caption"), place, 0)
            grid.addWidget(value, place, 1)
        grid.setColumnStretch(1, 1)
        told = QVBoxLayout()
        told.setSpacing(0)
        told.addWidget(self._name)
        told.addWidget(self._fuel)
        told.addLayout(grid)
        told.addWidget(self._state)
        row = QHBoxLayout(self)
        row.setContentsMargins(wearing.px(12), wearing.px(8), wearing.px(12), wearing.px(8))
        row.setSpacing(wearing.px(12))
        row.addWidget(self.vessel)
        row.addLayout(told, 1)
        for label in self.findChildren(Words):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_tank(self, view: "TankView", chosen: bool) -> None:
        """Paint the tank as it is."""
        self.setChecked(chosen)
        self.vessel.show_tank(view)
        name = _("Tank {tank}, {grade}").format(tank=self._number, grade=names.grade(view.tank.grade))
        self.setAccessibleName(name)
        self._name.setText(name)
        reading = view.reading
        self._fuel.setText(whole(reading.fuel) if reading is not None else "—")
        self._rows["at_20"].setText(whole(view.at_20))
        self._rows["water"].setText(tanks.height(reading.water_height) if reading is not None else "—")
        self._rows["room"].setText(whole(view.room))
        self._rows["lasts"].setText(lasts(view.time_known, view.time_left))
        self._state.say(*self._told(view))

    @staticmethod
    def _told(view: "TankView") -> tuple[str, Tone | None]:
        """The worst of what is to be said."""
        if view.alarms:
            worst = min(view.alarms, key=lambda alarm: alarm_tone(alarm) is not Tone.RED)
            return tanks.alarm(worst.kind), alarm_tone(worst)
        if view.kept is None:
            return _("Never measured: dip it"), Tone.AMBER
        if not view.fresh:
            return _("Not measured lately"), Tone.GREY
        temperature = view.kept.reading.temperature
        if temperature is None:
            return _("in order"), Tone.GREEN
        return _("in order, {temperature}").format(temperature=tanks.celsius(temperature)), Tone.GREEN

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """As large as what is in it."""
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """The same."""
        return self.sizeHint()
