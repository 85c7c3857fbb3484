"""Waiting for a payer or for an answer, with something to do: one thing to press, two ways out, and how long it lasts."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.qt import theme
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import CENTRE, Words
from core.wording import formats, names
from core.wording.catalogue import _, mark
from pos_app.cashier.payment.presenter import PaymentViewState
from pos_app.cashier.payment.qr_picture import QrPicture

_WAITING = {
    "payer": mark("The customer is typing a password. Ask them to finish on their phone."),
    "provider": mark("There is no clear answer yet. It is being asked again; do not charge a second time."),
}


class WaitingPanel(QWidget):
    """Signals: ask_again; cancel; leave_for_later."""

    ask_again = Signal()
    cancel = Signal()
    leave_for_later = Signal()

    def __init__(self) -> None:
        super().__init__()
        wearing = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(12))
        self._qr = QrPicture("code_qr", wearing.px(232))
        self._qr.hide()
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self._qr)
        middle.addStretch(1)
        column.addLayout(middle)
        self._waited = Words("", "figure", name="code_waited", align=CENTRE)
        self._who = Words("", "title", name="code_waiting_for", align=CENTRE, wrap=True)
        self._left = Words("", "quiet", name="code_left", align=CENTRE, wrap=True)
        self._safe = Words("", "quiet", align=CENTRE, wrap=True)
        for widget in (self._waited, self._who, self._left, self._safe):
            column.addWidget(widget)
        self._check = BusyButton(_("Ask now"), "code_check", key="F5", role="primary")
        self._cancel = BusyButton(_("Take it back"), "code_cancel", key="F10")
        self._later = BusyButton(_("Next customer first"), "code_later", key="F7")
        self._check.clicked.connect(self.ask_again)
        self._cancel.clicked.connect(self.cancel)
        self._later.clicked.connect(self.leave_for_later)
        column.addWidget(self._check)
        row = QHBoxLayout()
        row.setSpacing(wearing.px(8))
        for button in (self._later, self._cancel):
            button.set_height(wearing.px(56))
            row.addWidget(button, 1)
        column.addLayout(row)

    def show_state(self, state: PaymentViewState) -> None:
        """Paint who is waited for and until when."""
        pending = state.pending
        self._qr.show_content(state.qr)
        self._waited.setText(formats.waiting_time(state.waited))
        self._waited.setVisible(not state.qr)
        self._who.setText(self._words(state))
        left = formats.waiting_time(state.left)
        by_itself = _("Not paid by then, it is taken back by itself in {time}.").format(time=left)
        self._left.setText("" if pending is None or state.goes_back else by_itself)
        self._left.setVisible(bool(self._left.text()))
        self._safe.setText(f"{names.tender(pending.tender)}   {pending.payer_code}" if pending else "")
        self._safe.setVisible(pending is not None)
        unknown = "" if pending is not None else _("One moment…")
        self._check.set_busy(state.busy == "check", _("Asking…"))
        self._cancel.set_busy(state.busy == "cancel", _("Taking it back…"))
        self._check.set_reason(unknown or (_("One moment…") if state.busy in ("code", "qr") else ""))
        self._cancel.set_reason(
            unknown or (_("This money is on its way back already.") if state.goes_back else "")
        )
        self._later.set_reason(unknown)

    @staticmethod
    def _words(state: PaymentViewState) -> str:
        if state.goes_back:
            return _("The money is on its way back to the customer. It is asked until that is clear.")
        if state.qr:
            return _("The customer scans this code, here or on the display.")
        if state.busy == "qr":
            return _("Getting the code…")
        reason = state.pending.waiting_for if state.pending is not None else ""
        return _(_WAITING[reason]) if reason in _WAITING else _("Asking the customer's bank…")
