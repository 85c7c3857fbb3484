"""Why a fill is written off, disputed, taken back, or was none: a tap for the usual, a line for the rest."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from core.qt import theme
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import Words
from core.wording.catalogue import _, mark
from pos_app.fills.presenter import FillsState, Why

_TITLES = {
    Why.WRITE_OFF: mark("Nobody pays this fill. The journal keeps who decided it, and why."),
    Why.REINSTATE: mark("The fill waits at the counter again."),
    Why.DISPUTE: mark("What does the customer say? It stays in the list until a manager decides."),
    Why.UNDO_TEST: mark(
        "It was no test: the litres leave the tank again, and the fill waits at the counter."
    ),
    Why.REJECT: mark("The counter moved, and it was no fill. What was it?"),
}
_REASONS = {
    Why.WRITE_OFF: (mark("Nobody to be found"), mark("Pump fault"), mark("Told by the manager")),
    Why.REINSTATE: (
        mark("Decided by mistake"),
        mark("The customer pays after all"),
        mark("Seen on the camera"),
    ),
    Why.DISPUTE: (mark("Says it was less"), mark("Says it was another fuel"), mark("Says it was paid")),
    Why.UNDO_TEST: (mark("Decided by mistake"), mark("It was a customer"), mark("Wrong tank or litres")),
    Why.REJECT: (mark("Pump was serviced"), mark("Meter board was changed"), mark("Keyed in by hand before")),
}


class WhyPanel(QWidget):
    """Signals: said(reason)."""

    said = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        wearing = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(16))
        self._what = Words("", "title", wrap=True)
        self.reason = QLineEdit()
        self.reason.setObjectName("fill_reason")
        self.reason.setMaxLength(200)
        self.reason.setPlaceholderText(_("Reason"))
        self.reason.textChanged.connect(lambda _text: self._settle())
        quick = QHBoxLayout()
        quick.setSpacing(wearing.px(8))
        self._quick = [
            BusyButton("", f"fill_reason_{place}", key=f"F{place + 4}", stacked=True) for place in (1, 2, 3)
        ]
        for place, button in enumerate(self._quick):
            button.set_height(wearing.size("target"))
            button.clicked.connect(lambda _checked=False, at=place: self._take(at))
            quick.addWidget(button, 1)
        self._go = BusyButton(_("Write it down"), "fill_reason_go", key="Return", role="primary")
        self._go.set_height(wearing.size("target"))
        self._go.clicked.connect(lambda: self.said.emit(self.reason.text()))
        column.addWidget(self._what)
        column.addWidget(self.reason)
        column.addLayout(quick)
        column.addWidget(self._go)
        self._why = Why.WRITE_OFF

    def begin(self, why: Why) -> None:
        """Nothing said yet."""
        self._why = why
        self._what.setText(_(_TITLES[why]))
        for button, words in zip(self._quick, _REASONS[why], strict=True):
            button.set_words(_(words))
        self.reason.clear()
        self._settle()

    def show_state(self, state: FillsState) -> None:
        """Paint whether it is being written down."""
        self._go.set_busy(state.busy == "why", _("Writing it down…"))

    def _take(self, place: int) -> None:
        self.reason.setText(_(_REASONS[self._why][place]))

    def _settle(self) -> None:
        self._go.set_reason("" if self.reason.text().strip() else _("Say or tap why."))
