"""A payer's code: scan it; then wait with something to do, for an answer that may take its time."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.domain.payment import PaymentState
from core.qt import theme
from core.qt.notices import Tone, told
from core.qt.widgets.amount_label import AmountLabel
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import CodeEdit
from core.qt.widgets.keypad import Keypad
from core.qt.widgets.labels import CENTRE, Words
from core.qt.widgets.layers import Sheet
from core.wording import formats, names
from core.wording.catalogue import _, mark
from pos_app.cashier.payment.presenter import PaymentViewState, Step

_KEYS = (("1", "2", "3", "4", "5"), ("6", "7", "8", "9", "0"), ("clear", "back"))
_REFUSED = {
    "cancelled": mark("The payment was taken back. The customer keeps the money."),
    "balance_short": mark(
        "Declined: not enough money in the customer's account. Ask for another way to pay."
    ),
    "code_expired": mark("Declined: the code has expired. Ask the customer for a fresh code and scan again."),
    "payer_refused": mark("Declined by the customer or their bank. Nothing was charged."),
}
_DECLINED = mark("Declined. Nothing was charged. Try another code or another way to pay.")
_WAITING = {
    "payer": mark("The customer is typing a password. Ask them to finish on their phone."),
    "provider": mark("There is no clear answer yet. It is being asked again; do not charge a second time."),
}


class CodeSheet(Sheet):
    """Signals: given(str); ask_again; cancel; leave_for_later."""

    given = Signal(str)
    ask_again = Signal()
    cancel = Signal()
    leave_for_later = Signal()

    def __init__(self) -> None:
        super().__init__(_("Scan to pay"), "code_sheet", width=720)
        self.due = AmountLabel("due", "code_due")
        self.body.addWidget(self.due)
        self._refused = Words("", "strong", Tone.RED, name="code_refused", wrap=True)
        self.body.addWidget(self._refused)
        self._scan = self._scanning()
        self._wait = self._waiting()
        self.body.addWidget(self._scan)
        self.body.addWidget(self._wait)

    def show_state(self, state: PaymentViewState) -> None:
        """Paint scanning or waiting."""
        waiting = state.step is Step.WAITING
        self.due.show_amount(state.due)
        self._scan.setVisible(not waiting)
        self._wait.setVisible(waiting)
        self.title.setText(_("Waiting for the payment") if waiting else _("Scan to pay"))
        self.allow_leaving(not waiting and not state.busy, _("A payment is on its way."))
        trouble = told(state.trouble) if state.trouble is not None else self._refusal(state.refused)
        self._refused.setText(trouble)
        self._refused.setVisible(bool(trouble))
        self._go.set_busy(state.busy == "code", _("Asking the customer's bank…"))
        self.box.setEnabled(not state.busy)
        if waiting:
            self._show_waiting(state)

    def _scanning(self) -> QWidget:
        wearing = theme.current()
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(16))
        row = QHBoxLayout()
        picture = Words()
        picture.setPixmap(wearing.picture("code", "blue", wearing.px(56)))
        row.addWidget(picture)
        row.addWidget(
            Words(_("Scan the WeChat or Alipay payment code on the customer's phone."), "title", wrap=True), 1
        )
        column.addLayout(row)
        self._go = BusyButton(_("Charge"), "code_go", key="Return", role="primary")
        self.box = CodeEdit("code_box", _("or type its digits"))
        self.box.textChanged.connect(
            lambda text: self._go.set_reason("" if text.strip() else _("Scan the code first."))
        )
        column.addWidget(self.box)
        column.addWidget(Keypad("code_key", _KEYS, self.box))
        self._go.set_reason(_("Scan the code first."))
        self._go.clicked.connect(self._give)
        column.addWidget(self._go)
        return panel

    def _waiting(self) -> QWidget:
        wearing = theme.current()
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(16))
        self._waited = Words("", "figure", name="code_waited", align=CENTRE)
        self._who = Words("", "title", name="code_waiting_for", align=CENTRE, wrap=True)
        self._safe = Words("", "quiet", align=CENTRE, wrap=True)
        row = QHBoxLayout()
        row.setSpacing(wearing.px(8))
        self._check = BusyButton(_("Ask now"), "code_check", key="F5")
        self._cancel = BusyButton(_("Take it back"), "code_cancel", key="F10")
        self._later = BusyButton(_("Next customer first"), "code_later", key="F7")
        self._check.clicked.connect(self.ask_again)
        self._cancel.clicked.connect(self.cancel)
        self._later.clicked.connect(self.leave_for_later)
        for button in (self._check, self._cancel, self._later):
            button.set_height(wearing.px(56))
            row.addWidget(button, 1)
        for widget in (self._waited, self._who, self._safe):
            column.addWidget(widget)
        column.addLayout(row)
        return panel

    def _show_waiting(self, state: PaymentViewState) -> None:
        pending = state.pending
        self._waited.setText(formats.waiting_time(state.waited))
        reason = pending.waiting_for if pending is not None else ""
        self._who.setText(_(_WAITING[reason]) if reason in _WAITING else _("Asking the customer's bank…"))
        tender = names.tender(pending.tender) if pending is not None else ""
        state_word = names.payment_state(PaymentState.PENDING)
        code = pending.payer_code if pending is not None else ""
        self._safe.setText(f"{tender}   {code}   {state_word}" if pending is not None else "")
        unknown = "" if pending is not None else _("One moment…")
        self._check.set_busy(state.busy == "check", _("Asking…"))
        self._cancel.set_busy(state.busy == "cancel", _("Taking it back…"))
        self._check.set_reason(unknown or (_("One moment…") if state.busy == "code" else ""))
        self._cancel.set_reason(unknown)
        self._later.set_reason(unknown)

    @staticmethod
    def _refusal(reason: str) -> str:
        return _(_REFUSED.get(reason, _DECLINED)) if reason else ""

    def _give(self) -> None:
        text = self.box.text().strip()
        self.box.clear()
        if text:
            self.given.emit(text)
