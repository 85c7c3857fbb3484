"""A member known by phone or plate tells six digits from a text message; then his points and balance may be spent."""

from datetime import datetime, timedelta

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.domain.money import ZERO
from core.domain.sale import Sale
from core.ports.clock import Clock
from core.qt import theme
from core.qt.notices import Tone, told
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import CodeEdit
from core.qt.widgets.keypad import Keypad
from core.qt.widgets.labels import RIGHT, Words
from core.qt.widgets.layers import Sheet
from core.wording import formats
from core.wording.catalogue import _
from pos_app.cashier.members.presenter import MemberState, Proof
from pos_app.cashier.words import what_he_has

_KEYS = (("7", "8", "9"), ("4", "5", "6"), ("1", "2", "3"), ("clear", "0", "back"))
_DIGITS = 6
_RESEND = timedelta(seconds=60)


class ProofSheet(Sheet):
    """Signals: sending, again where it was sent before; told(digits); pay_wanted(code, amount); points_wanted."""

    sending = Signal()
    told = Signal(str)
    pay_wanted = Signal(str, object)
    points_wanted = Signal()

    def __init__(self, clock: Clock) -> None:
        super().__init__(_("Confirm by text message"), "proof_sheet", width=720)
        self._clock = clock
        self._state = MemberState()
        self._sale: Sale | None = None
        self._sent: tuple[str, datetime] | None = None
        self._who = Words("", "title", name="proof_who", wrap=True)
        self.body.addWidget(self._who)
        self._trouble = Words("", "strong", Tone.RED, name="proof_trouble", wrap=True)
        self.body.addWidget(self._trouble)
        self._typing = self._asking()
        self._ways = self._spending()
        self.body.addWidget(self._typing)
        self.body.addWidget(self._ways)
        self._seconds = QTimer(self, interval=1_000)
        self._seconds.timeout.connect(self.tick)

    def begin(self) -> None:
        """Nothing typed."""
        self.field.clear()
        self._sent = None

    def show_state(self, state: MemberState, sale: Sale | None) -> None:
        """Paint how far it is."""
        self._state, self._sale = state, sale
        proof = state.proof or Proof()
        if proof.confirmation and (self._sent is None or self._sent[0] != proof.confirmation):
            self._sent = (proof.confirmation, self._clock.now())
            self.field.clear()
            self.field.setFocus()
        self._who.setText(self._words(state, sale, proof))
        self._trouble.setText(told(proof.trouble) if proof.trouble is not None else "")
        self._trouble.setVisible(proof.trouble is not None)
        self._typing.setVisible(not proof.is_done)
        self._ways.setVisible(proof.is_done)
        self._send.set_busy(proof.busy == "send", _("Asking the cloud…"))
        self._go.set_busy(proof.busy == "confirm", _("Asking the cloud…"))
        if proof.trouble is not None and not proof.busy:
            self.field.selectAll()
        if proof.is_done:
            self._show_ways(state, sale, proof)
        self.tick()

    def tick(self) -> None:
        """A second has passed."""
        proof = self._state.proof or Proof()
        waited = self._clock.now() - self._sent[1] if self._sent is not None else _RESEND
        left = max(0, -(-(_RESEND - waited) // timedelta(seconds=1)))
        self._send.set_words(_("Send again") if self._sent is not None else _("Send the digits"))
        wait = _("They are on their way. Send again in {seconds} s.").format(seconds=left)
        self._send.set_reason(wait if left else "")
        self._waiting.setText(wait if left else "")
        if proof.confirmation:
            short = _("Type the six digits that he tells you.")
            self._go.set_reason("" if len(self.field.text()) == _DIGITS else short)
        else:
            self._go.set_reason(_("Send the digits first."))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name.
        """The seconds count while somebody looks."""
        super().showEvent(event)
        self._seconds.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  Qt's name.
        """And no longer."""
        super().hideEvent(event)
        self._seconds.stop()

    def _asking(self) -> QWidget:
        wearing = theme.current()
        inside = QWidget()
        columns = QHBoxLayout(inside)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(wearing.px(24))
        left = QVBoxLayout()
        left.setSpacing(wearing.px(8))
        self._send = BusyButton(_("Send the digits"), "proof_send", key="F2")
        self._send.clicked.connect(self.sending)
        left.addWidget(self._send)
        self._waiting = Words("", "quiet", name="proof_waiting", wrap=True)
        left.addWidget(self._waiting)
        self.field = CodeEdit("proof_digits", _("Six digits"))
        self.field.setMaxLength(_DIGITS)
        self.field.setProperty("type", "figure")
        self.field.setAlignment(RIGHT)
        self.field.textChanged.connect(lambda _text: self.tick())
        left.addWidget(self.field)
        left.addStretch(1)
        self._go = BusyButton(_("Check"), "proof_go", key="Return", role="primary")
        self._go.clicked.connect(self._tell)
        left.addWidget(self._go)
        columns.addLayout(left, 1)
        columns.addWidget(Keypad("proof_key", _KEYS, self.field, wearing.px(56)), 1)
        return inside

    def _spending(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.current().px(8))
        self._pay = BusyButton("", "proof_pay", key="F3", role="primary")
        self._pay.clicked.connect(self._wants_to_pay)
        self._points = BusyButton(_("Use points"), "proof_points", key="F4")
        self._points.clicked.connect(self.points_wanted)
        column.addWidget(self._pay)
        column.addWidget(self._points)
        return inside

    def _words(self, state: MemberState, sale: Sale | None, proof: Proof) -> str:
        on_bill = sale.member if sale is not None else None
        who = f"{on_bill.name} {on_bill.phone_masked}" if on_bill is not None else ""
        if proof.is_done:
            has = what_he_has(state.member) if state.member is not None else ""
            words = _("{who} has proven himself. {has}")
            return words.format(who=who, has=has)
        words = _(
            "{who} was named by phone or plate only. He gets six digits by text message and tells them to you."
        )
        return words.format(who=who)

    def _show_ways(self, state: MemberState, sale: Sale | None, proof: Proof) -> None:
        balance = state.member.balance if state.member is not None else ZERO
        due = sale.due if sale is not None else ZERO
        amount = formats.money(min(balance, due))
        if balance < due:
            self._pay.set_words(_("The balance is only {amount}: pay {amount} first").format(amount=amount))
        else:
            self._pay.set_words(_("Pay {amount} from the balance").format(amount=amount))
        if not proof.spending_code:
            self._pay.set_reason(_("That was used. Send new digits for another payment from the balance."))
        elif not balance:
            self._pay.set_reason(_("The balance is empty."))
        else:
            self._pay.set_reason("" if due else _("Nothing is due."))
        points = state.member.points if state.member is not None else 0
        spent = sale is not None and sale.points is not None
        self._points.set_reason("" if points and not spent else _("There are no points to spend here."))

    def _tell(self) -> None:
        self.told.emit(self.field.text())

    def _wants_to_pay(self) -> None:
        proof, member, sale = self._state.proof, self._state.member, self._sale
        if proof is not None and proof.spending_code and member is not None and sale is not None:
            self.pay_wanted.emit(proof.spending_code, min(member.balance, sale.due))
