"""A car's plate as it is painted on the car: to be compared by eye, and character by character with a finger."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from core.qt import theme
from core.qt.widgets.labels import Words
from core.qt.widgets.put_away import put_away

_NEW_ENERGY_LENGTH = 8
_DOT_AFTER = 2  # province and issuing letter stand before the dot


def is_new_energy(plate: str) -> bool:
    """Whether the plate is one of eight characters, dark on green."""
    return len(plate) == _NEW_ENERGY_LENGTH


class PlateLabel(Words):
    """The plate painted: white on blue, or dark on green for new energy. Its text is the plate without the dot."""

    def __init__(self, type: str, name: str = "") -> None:  # noqa: A002  The word of the style sheet.
        super().__init__("", type, name=name)
        self._type = type

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """Room for every character and the painted edge."""
        wearing = theme.current()
        metrics = QFontMetrics(wearing.font(self._type, bold=True))
        width = metrics.horizontalAdvance(self._painted) + 2 * wearing.px(12)
        return QSize(width, metrics.height() + wearing.px(6))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """A plate is never cut."""
        return self.sizeHint()

    def setText(self, text: str) -> None:  # noqa: N802  Qt's name.
        """Another plate."""
        if text != self.text():
            super().setText(text)
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name.
        """The plate at the left, as large as its characters."""
        if not self.text():
            return
        wearing = theme.current()
        ground = "plate_new" if is_new_energy(self.text()) else "plate"
        hint = self.sizeHint()
        box = QRectF(0, (self.height() - hint.height()) / 2, hint.width(), hint.height())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(wearing.colour(ground))
        painter.drawRoundedRect(box, wearing.px(6), wearing.px(6))
        line, inset = wearing.px(2), wearing.px(3)
        painter.setPen(QPen(wearing.colour(f"on_{ground}"), line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inner = box.adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(inner, wearing.px(4), wearing.px(4))
        painter.setFont(wearing.font(self._type, bold=True))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._painted)
        painter.end()

    @property
    def _painted(self) -> str:
        plate = self.text()
        return f"{plate[:_DOT_AFTER]}·{plate[_DOT_AFTER:]}" if len(plate) > _DOT_AFTER else plate


class PlateKeys(QWidget):
    """The plate as one key a character: whoever stands before the car taps those that are different there.

    Signals: changed.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.current().px(8))
        self._keys: list[QPushButton] = []
        self._plate = ""

    def show_plate(self, plate: str) -> None:
        """Another plate, nothing tapped."""
        self._plate = plate
        for key in self._keys:
            self._row.removeWidget(key)
            put_away(key)
        side = theme.current().size("target_large")
        role = "plate-new" if is_new_energy(plate) else "plate"
        self._keys = []
        for place, character in enumerate(plate, 1):
            key = QPushButton(character)
            key.setObjectName(f"plate_key_{place}")
            key.setProperty("role", role)
            key.setCheckable(True)
            key.setFixedHeight(side)
            key.setMinimumWidth(theme.current().px(56))
            key.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            key.clicked.connect(lambda _checked=False: self.changed.emit())
            self._row.addWidget(key, 1)
            self._keys.append(key)

    @property
    def differs(self) -> str:
        """Places of the tapped characters, "1" the first."""
        return "".join(str(place) for place, key in enumerate(self._keys, 1) if key.isChecked())
