"""What a bill holds already, leg by leg; each goes out only by being given back."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from core.domain.payment import Payment
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import RIGHT, ElidedWords, Words
from core.wording import formats, names
from core.wording.catalogue import _


class LegsStrip(QFrame):
    """One row a payment; nothing at all while there is none. Signals: back(Payment)."""

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
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(wearing.px(16), wearing.px(4), wearing.px(4), wearing.px(4))
        self._column.setSpacing(wearing.px(4))
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
            self._column.removeWidget(row)
            row.setParent(None)
            row.deleteLater()
        self._rows, self._buttons = [], []
        for leg in self._shown:
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            words = _("Received: {tender}").format(tender=names.tender(leg.tender))
            beside = leg.slip or leg.plate or leg.payer_code
            line.addWidget(ElidedWords(f"{words}   {beside}" if beside else words, "strong"), 1)
            line.addWidget(Words(formats.money(leg.amount), "title", align=RIGHT))
            button = BusyButton(_("Give back"), f"{self._prefix}_back_{leg.id}", role="quiet")
            button.clicked.connect(lambda _checked=False, of=leg: self.back.emit(of))
            line.addWidget(button)
            self._rows.append(row)
            self._buttons.append(button)
            self._column.addWidget(row)
