"""What a bill holds already, leg by leg; each goes out only by being given back."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from core.domain.payment import Payment
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import RIGHT, ElidedWords, Words
from core.qt.widgets.put_away import put_away
from core.wording import formats, names
from core.wording.catalogue import _

_BESIDE = 2
_WITH_KEYS = 9


class LegsStrip(QFrame):
    """Two payments beside each other; nothing at all while there is none. Signals: back(Payment)."""

    back = Signal(object)

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self._prefix = prefix
        self._shown: tuple[Payment, ...] = ()
        self._rows: list[QWidget] = []
        self._buttons: list[BusyButton] = []
        self.setProperty("role", "tinted")
        theme.paint_as(self, tone=Tone.GREEN.value)
        wearing = theme.current()
        inside = QWidget()
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(wearing.px(12), 0, wearing.px(4), 0)
        self._grid.setHorizontalSpacing(wearing.px(16))
        self._grid.setVerticalSpacing(0)
        self._area = QScrollArea()
        self._area.setWidget(inside)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, wearing.px(4), 0, wearing.px(4))
        column.addWidget(self._area)
        self.hide()

    def show_legs(self, legs: Sequence[Payment], *, busy: bool) -> None:
        """Paint them."""
        if tuple(legs) != self._shown:
            self._shown = tuple(legs)
            self._lay_out()
        self.setVisible(bool(legs))
        for button in self._buttons:
            button.set_reason(_("One moment…") if busy else "")

    def _lay_out(self) -> None:
        for row in self._rows:
            self._grid.removeWidget(row)
            put_away(row)
        self._rows, self._buttons = [], []
        for place, leg in enumerate(self._shown):
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            words = _("Received: {tender}").format(tender=names.tender(leg.tender))
            beside = leg.slip or leg.plate or leg.payer_code[-4:]
            line.addWidget(ElidedWords(f"{words}   {beside}" if beside else words, "strong"), 1)
            line.addWidget(Words(formats.money(leg.amount), "strong", align=RIGHT))
            key = f"Alt+{place + 1}" if place < _WITH_KEYS else ""
            button = BusyButton(
                _("Give back"), f"{self._prefix}_back_{leg.id}", key, role="quiet", stacked=True
            )
            button.clicked.connect(lambda _checked=False, of=leg: self.back.emit(of))
            line.addWidget(button)
            self._rows.append(row)
            self._buttons.append(button)
            self._grid.addWidget(row, place // _BESIDE, place % _BESIDE)
        # However many there are, two rows show and the others are scrolled to: the keys below keep their room.
        rows = min(-(-len(self._shown) // _BESIDE), 2)
        self._area.setFixedHeight(rows * theme.current().px(52))
