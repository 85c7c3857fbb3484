"""Keep what is left for a customer who has gone: the plate, if anybody saw it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from core.qt import theme
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import Words
from core.qt.widgets.letters import LettersButton
from core.wording import formats
from core.wording.catalogue import _
from pos_app.prepays.presenter import PrepaysState


class LeavePanel(QWidget):
    """Signals: kept(plate, or nothing)."""

    kept = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.current().px(16))
        self._what = Words("", "title", wrap=True)
        # An input method is wanted here: a plate begins with a Chinese character.
        self.plate = QLineEdit()
        self.plate.setObjectName("prepay_plate")
        self.plate.setMaxLength(12)
        self.plate.setPlaceholderText(_("Plate, if somebody saw it"))
        self._go = BusyButton(_("Keep it and print the slip"), "prepay_keep_go", key="Return", role="primary")
        self._go.clicked.connect(lambda: self.kept.emit(self.plate.text()))
        car = QHBoxLayout()
        car.addWidget(self.plate, 1)
        car.addWidget(LettersButton(self.plate))
        column.addWidget(self._what)
        column.addLayout(car)
        column.addWidget(self._go)

    def begin(self, plate: str) -> None:
        """With what is known of it."""
        self.plate.setText(plate)

    def show_state(self, state: PrepaysState) -> None:
        """Paint how much is kept."""
        if state.chosen is not None:
            words = _(
                "{amount} is kept; the customer gets it on any day with the slip, its number or the plate."
            )
            self._what.setText(words.format(amount=formats.money(state.chosen.to_return)))
        self._go.set_busy(state.busy == "leave", _("Writing it down…"))
