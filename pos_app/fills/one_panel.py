"""One fill: its figures, how it stands, and what can be decided of it, the likeliest first."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.domain.fill import Fill, FillState
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.amount_label import AmountLabel
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import Words
from core.wording.catalogue import _
from pos_app.fills.presenter import FillsState, Why, may_be_taken
from pos_app.fills.words import owed_by, stands, what

# What was decided of a fill in one of these may be taken back.
_TAKEN_BACK = (FillState.DISPUTED, FillState.OWED, FillState.TESTED, FillState.WRITTEN_OFF)


class OnePanel(QWidget):
    """Signals: take; gone; test; unlock; why(Why)."""

    take = Signal()
    gone = Signal()
    test = Signal()
    unlock = Signal()
    why = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        wearing = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(12))
        self._what = Words("", "title", name="fill_what", wrap=True)
        self._stands = Words("", "strong", name="fill_stands", wrap=True)
        self._whose = Words("", "body", Tone.AMBER, name="fill_whose", wrap=True)
        self._amount = AmountLabel("due", "fill_amount")
        for words in (self._what, self._stands, self._whose, self._amount):
            column.addWidget(words)
        self._take = BusyButton("", "fill_take", key="Return", role="primary")
        self._unlock = BusyButton(_("Take it off that bill"), "fill_unlock", key="F5", role="primary")
        self._gone = BusyButton(_("Gone without paying"), "fill_gone", key="F4")
        self._test = BusyButton(_("Pump test"), "fill_test", key="F6")
        self._dispute = BusyButton(_("Disputed"), "fill_dispute", key="F7")
        self._write_off = BusyButton(_("Write off"), "fill_write_off", key="F8", role="danger")
        self._again = BusyButton("", "fill_reinstate", key="F9")
        self._again_why = Why.REINSTATE
        self._take.clicked.connect(self.take)
        self._unlock.clicked.connect(self.unlock)
        self._gone.clicked.connect(self.gone)
        self._test.clicked.connect(self.test)
        self._dispute.clicked.connect(lambda: self.why.emit(Why.DISPUTE))
        self._write_off.clicked.connect(lambda: self.why.emit(Why.WRITE_OFF))
        self._again.clicked.connect(lambda: self.why.emit(self._again_why))
        for button in (self._take, self._unlock):
            button.set_height(wearing.size("target"))
            column.addWidget(button)
        others = QHBoxLayout()
        others.setSpacing(wearing.px(8))
        for button in (self._gone, self._test, self._dispute, self._again, self._write_off):
            button.set_height(wearing.size("target"))
            others.addWidget(button, 1)
        column.addLayout(others)

    def show_state(self, state: FillsState) -> None:
        """Paint it and what it allows."""
        fill = state.chosen
        if fill is None:
            return
        self._what.setText(what(fill))
        self._stands.setText(stands(fill))
        self._amount.show_amount(fill.amount)
        whose = self._whose_words(state)
        self._whose.setText(whose)
        self._whose.setVisible(bool(whose))
        self._show_buttons(fill, state)

    def _show_buttons(self, fill: Fill, state: FillsState) -> None:
        waits, doubted = fill.state is FillState.UNPAID, fill.state is FillState.DISPUTED
        self._take.setVisible(may_be_taken(fill))
        self._take.set_words(_("Onto the bill") if waits else _("Collect"))
        claim = state.claim
        self._unlock.setVisible(claim is not None)
        if claim is not None:
            self._unlock.set_reason(_("Money is in that bill. End it there.") if claim.has_money else "")
            self._unlock.set_busy(state.busy == "unlock", _("Writing it down…"))
        self._gone.setVisible(waits or doubted)
        self._test.setVisible(waits or doubted)
        self._dispute.setVisible(waits)
        self._write_off.setVisible(waits or doubted or fill.state is FillState.OWED)
        self._again.setVisible(fill.state in _TAKEN_BACK)
        tested = fill.state is FillState.TESTED
        self._again_why = Why.UNDO_TEST if tested else Why.REINSTATE
        self._again.set_words(_("Undo the test") if tested else _("Back to the counter"))

    @staticmethod
    def _whose_words(state: FillsState) -> str:
        if state.debt is not None:
            return "   ".join(each for each in (owed_by(state.debt), state.debt.debt.note) if each)
        claim = state.claim
        if claim is None:
            return ""
        return _("It is on a bill of {cashier} at {place}.").format(
            cashier=claim.cashier, place=claim.place or "—"
        )
