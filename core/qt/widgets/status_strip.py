"""How the printer, the pumps and the cloud are; who is here, and what time it is."""

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.labels import ElidedWords, Words

_ICONS = {
    Tone.RED: "alert",
    Tone.AMBER: "watch",
    Tone.GREEN: "done",
    Tone.GREY: "unknown",
    Tone.BLUE: "watch",
}


@dataclass(frozen=True, slots=True)
class Lamp:
    """One thing's health in words; `detail` is the whole sentence, on hover or tap."""

    name: str  # the object's name is status_<name>
    words: str
    tone: Tone
    detail: str = ""
    icon: str = ""  # of resources/icons; without it, the tone's


class StatusStrip(QFrame):
    """The strip on top of a window: where and who at the left, health and clock at the right.

    Signals: lamp_pressed(str), the lamp's name.
    """

    lamp_pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status_strip")
        self.setFixedHeight(theme.current().px(52))
        self._lamps: dict[str, QPushButton] = {}
        self._buttons: list[QPushButton] = []
        self.where = Words("", "strong", name="status_station")
        self.who = ElidedWords("", "quiet", name="status_who")
        self.clock = Words("", "strong", name="status_clock")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 0, 16, 0)
        self._row.setSpacing(theme.current().size("grid"))
        self._row.addWidget(self.where)
        self._row.addWidget(self.who, 1)
        self._row.addWidget(self.clock)

    def show_lamps(self, lamps: tuple[Lamp, ...]) -> None:
        """Paint how everything is."""
        for lamp in lamps:
            button = self._lamps.get(lamp.name) or self._add(lamp.name)
            button.setText(lamp.words)
            button.setToolTip(lamp.detail)
            colour = "text" if lamp.tone is Tone.GREY else lamp.tone.value
            button.setIcon(theme.current().icon(lamp.icon or _ICONS[lamp.tone], colour))
            theme.paint_as(button, tone=lamp.tone.value)

    def add_button(self, button: QPushButton) -> None:
        """A button at the right, before the clock."""
        self._buttons.append(button)
        self._row.insertWidget(self._row.count() - 1, button)

    def room_beside_lamps(self) -> int:
        """How wide the left is, where and who, before anything that tells of health."""
        return self._left_of(*self._lamps.values(), *self._buttons, self.clock)

    def room_beside_buttons(self) -> int:
        """The same up to what can be pressed; the lamps' words are on a tap, and the notice is mostly theirs."""
        return self._left_of(*self._buttons, self.clock)

    def _left_of(self, *widgets: QWidget) -> int:
        self._row.activate()
        return min(each.x() for each in widgets if not each.isHidden())

    def _add(self, name: str) -> QPushButton:
        button = QPushButton()
        button.setObjectName(f"status_{name}")
        button.setProperty("role", "lamp")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setFixedHeight(theme.current().size("target"))
        button.setIconSize(QSize(theme.current().px(18), theme.current().px(18)))
        button.clicked.connect(lambda: self.lamp_pressed.emit(name))
        self._lamps[name] = button
        self._row.insertWidget(2 + len(self._lamps) - 1, button)
        return button
