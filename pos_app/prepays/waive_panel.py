"""Why nobody pays what a pump delivered beyond a prepay."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from core.qt import theme
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import Words
from core.wording import formats
from core.wording.catalogue import _, mark
from pos_app.prepays.presenter import PrepaysState

_REASONS = (
    mark("The pump stopped late"),
    mark("The customer has driven off"),
    mark("Agreed with the customer"),
)
_LONGEST = 60


class WaivePanel(QWidget):
    """Signals: waived(reason)."""

    waived = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        wearing = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(16))
        self._what = Words("", "title", wrap=True)
        self.reason = QLineEdit()
        self.reason.setObjectName("prepay_why_waived")
        self.reason.setMaxLength(_LONGEST)
        self.reason.setPlaceholderText(_("Reason"))
        self.reason.textChanged.connect(lambda _text: self._settle())
        quick = QHBoxLayout()
        quick.setSpacing(wearing.px(8))
        for place, word in enumerate(_REASONS, 1):
            button = BusyButton(
                _(word), f"prepay_waive_reason_{place}", key=f"F{place + 4}", role="small", stacked=True
            )
            button.clicked.connect(lambda _checked=False, said=word: self.reason.setText(_(said)))
            quick.addWidget(button, 1)
        self._go = BusyButton(_("Nobody pays it"), "prepay_waive_go", key="Return", role="primary")
        self._go.clicked.connect(lambda: self.waived.emit(self.reason.text()))
        column.addWidget(self._what)
        column.addWidget(self.reason)
        column.addLayout(quick)
        column.addWidget(self._go)

    def begin(self) -> None:
        """Nothing said yet."""
        self.reason.clear()
        self._settle()

    def show_state(self, state: PrepaysState) -> None:
        """Paint how much it is."""
        if state.chosen is not None:
            words = _("{amount} of fuel goes unpaid. The journal keeps who decided it, and why.")
            self._what.setText(words.format(amount=formats.money(state.chosen.owed)))
        self._go.set_busy(state.busy == "waive", _("Writing it down…"))

    def _settle(self) -> None:
        self._go.set_reason("" if self.reason.text().strip() else _("Say or tap why."))
