"""What became of a refund, leg by leg, with what is still to be done about each."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from core.domain.payment import Tender
from core.domain.refund import LegState, Refund, RefundLeg
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.amount_label import AmountLabel
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import CodeEdit
from core.qt.widgets.keypad import Keypad
from core.qt.widgets.labels import RIGHT, ElidedWords, Words
from core.qt.widgets.put_away import put_away
from core.wording import formats, names
from core.wording.catalogue import _
from pos_app.cashier.refund.presenter import RefundViewState

_TONES = {
    LegState.PENDING: Tone.AMBER,
    LegState.DONE: Tone.GREEN,
    LegState.REFUSED: Tone.RED,
    LegState.TO_CASH: Tone.GREEN,
}
_KEYS = (("1", "2", "3", "4", "5"), ("6", "7", "8", "9", "0"), ("clear", "back"))


class ResultPanel(QWidget):
    """Signals: in_cash(leg id); slip(leg id, number); ask_again; done."""

    in_cash = Signal(str)
    slip = Signal(str, str)
    ask_again = Signal()
    done = Signal()

    def __init__(self) -> None:
        super().__init__()
        wearing = theme.current()
        self._shown: Refund | None = None
        self._legs: list[QWidget] = []
        self._busy_ones: list[BusyButton] = []
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(wearing.px(12))
        self._number = Words("", "quiet", name="refund_number")
        self._said = Words("", "title", name="refund_said", wrap=True)
        self._total = AmountLabel("due", "refund_total")
        for widget in (self._number, self._said, self._total):
            outer.addWidget(widget)
        self._column = QVBoxLayout()
        self._column.setSpacing(wearing.px(8))
        outer.addLayout(self._column)
        outer.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(wearing.px(8))
        self._ask = BusyButton(_("Ask now"), "refund_ask", key="F5")
        self._ask.set_height(wearing.size("primary"))
        self._ask.clicked.connect(self.ask_again)
        self._done = BusyButton(_("Done"), "refund_done", key="Return", role="primary")
        self._done.clicked.connect(self.done)
        row.addWidget(self._ask, 1)
        row.addWidget(self._done, 2)
        outer.addLayout(row)

    def show_state(self, state: RefundViewState) -> None:
        """Paint the legs and what can be done."""
        refund = state.refund
        if refund is None:
            return
        if refund != self._shown:
            self._shown = refund
            self._lay_out(refund)
        self._number.setText(_("No. {number}").format(number=refund.number))
        self._total.show_amount(refund.total)
        self._said.setText(_words(refund))
        pending = any(
            leg.state is LegState.PENDING and leg.tender is not Tender.BANK_CARD for leg in refund.legs
        )
        self._ask.setVisible(pending)
        self._ask.set_busy(state.busy == "ask", _("Asking…"))
        # Where a person has something to do, that comes first, and Enter is its key.
        self._done.key = "" if self._busy_ones else "Return"
        self._done.set_words(_("See to it later") if self._busy_ones else _("Done"))
        theme.paint_as(self._done, role="" if self._busy_ones else "primary")
        for button in self._busy_ones:
            button.set_busy(bool(state.busy) and state.busy in ("cash", "slip"), _("Writing it down…"))

    def _lay_out(self, refund: Refund) -> None:
        for each in self._legs:
            self._column.removeWidget(each)
            put_away(each)
        self._legs, self._busy_ones = [], []
        for leg in refund.legs:
            frame = self._leg(leg)
            self._legs.append(frame)
            self._column.addWidget(frame)

    def _leg(self, leg: RefundLeg) -> QFrame:
        wearing = theme.current()
        frame = QFrame()
        frame.setProperty("role", "tinted")
        theme.paint_as(frame, tone=_TONES[leg.state].value)
        column = QVBoxLayout(frame)
        column.setContentsMargins(wearing.px(16), wearing.px(8), wearing.px(8), wearing.px(8))
        row = QHBoxLayout()
        row.addWidget(
            ElidedWords(
                f"{names.tender(leg.tender)}   {names.leg_state(leg.state)}",
                "strong",
                name=f"refund_leg_{leg.id}",
            ),
            1,
        )
        row.addWidget(Words(formats.money(leg.amount), "title", align=RIGHT))
        column.addLayout(row)
        if leg.state is LegState.REFUSED:
            button = BusyButton(
                _("Pay it in cash instead"), f"refund_in_cash_{leg.id}", key="Return", role="primary"
            )
            button.clicked.connect(lambda: self.in_cash.emit(leg.id))
            self._busy_ones.append(button)
            row.addWidget(button)
        elif leg.state is LegState.PENDING and leg.tender is Tender.BANK_CARD:
            self._ask_for_slip(column, leg)
        return frame

    def _ask_for_slip(self, column: QVBoxLayout, leg: RefundLeg) -> None:
        column.addWidget(
            Words(_("Give it back on the bank's terminal, then type its slip's number."), wrap=True)
        )
        field = CodeEdit(f"refund_slip_{leg.id}", _("Number on the terminal's slip"))
        button = BusyButton(
            _("Write the slip down"), f"refund_slip_go_{leg.id}", key="Return", role="primary"
        )
        button.clicked.connect(lambda: self.slip.emit(leg.id, field.text().strip()))
        self._busy_ones.append(button)
        row = QHBoxLayout()
        row.addWidget(field, 1)
        row.addWidget(button)
        column.addLayout(row)
        column.addWidget(Keypad("refund_slip_key", _KEYS, field))


def _words(refund: Refund) -> str:
    if refund.is_settled:
        cash = any(leg.paid_by is Tender.CASH for leg in refund.legs)
        return _("Count the cash out to the customer.") if cash else _("The customer has the money back.")
    if any(leg.state is LegState.PENDING and leg.tender is Tender.BANK_CARD for leg in refund.legs):
        return _("This card is given back on the bank's terminal.")
    if any(leg.state is LegState.REFUSED for leg in refund.legs):
        return _("The provider will not give it back. It can be paid in cash, if somebody agrees.")
    return _("On its way. It is asked by itself until it is clear; the customer need not wait here.")
