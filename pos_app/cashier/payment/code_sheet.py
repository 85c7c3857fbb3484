"""A payer's code: scan it, or choose another way; for all that is due or for a part of it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from core.domain.money import ZERO, Money
from core.domain.payment import Tender
from core.qt import theme
from core.qt.notices import Tone, told
from core.qt.widgets.amount_label import AmountLabel
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import CodeEdit
from core.qt.widgets.keypad import Keypad
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Sheet
from core.wording import formats
from core.wording.catalogue import _, mark
from core.wording.refusals import sentence_of_code
from pos_app.cashier.payment.legs_strip import LegsStrip
from pos_app.cashier.payment.part_field import PartField
from pos_app.cashier.payment.presenter import PaymentViewState, Step
from pos_app.cashier.payment.waiting_panel import WaitingPanel

_KEYS = (("1", "2", "3", "4", "5"), ("6", "7", "8", "9", "0"), ("clear", ".", "back"))
_REFUSED = {
    "cancelled": mark("The payment was taken back. The customer keeps the money."),
    "balance_short": mark(
        "Declined: not enough money in the customer's account. Ask for another way to pay."
    ),
    "code_expired": mark("Declined: the code has expired. Ask the customer for a fresh code and scan again."),
    "payer_refused": mark("Declined by the customer or their bank. Nothing was charged."),
    "not_given_back": mark("The payment could not be given back; the money is still in this bill."),
}
_DECLINED = mark("Declined. Nothing was charged. Try another code or another way to pay.")


class CodeSheet(Sheet):
    """Signals: given(str, amount), typed by hand; qr_wanted(Tender, amount); cash, card, credit; leg_back(Payment);
    ask_again; cancel; leave_for_later. `amount` is the part to pay now, or None for all."""

    given = Signal(str, object)
    qr_wanted = Signal(object, object)
    cash = Signal()
    card = Signal()
    credit = Signal()
    leg_back = Signal(object)
    ask_again = Signal()
    cancel = Signal()
    leave_for_later = Signal()

    def __init__(self) -> None:
        super().__init__(_("Scan to pay"), "code_sheet", width=880)
        self.due = AmountLabel("due", "code_due")
        self.body.addWidget(self.due)
        self.legs = LegsStrip("code_leg")
        self.legs.back.connect(self.leg_back)
        self.body.addWidget(self.legs)
        self._refused = Words("", "strong", Tone.RED, name="code_refused", wrap=True)
        self.body.addWidget(self._refused)
        words = _("The cloud cannot be reached: codes wait until it is back. Cash, cards and accounts go on.")
        self._away = Words(words, "strong", Tone.AMBER, name="code_cloud_away", wrap=True)
        self._is_away = False
        self.body.addWidget(self._away)
        self._most = BusyButton("", "code_part_available", key="Shift+F2")
        self._most.clicked.connect(self._pay_what_is_there)
        self._available = ZERO
        self.body.addWidget(self._most)
        self._others: list[BusyButton] = []
        self._scan = self._scanning()
        self._wait = WaitingPanel()
        self._wait.ask_again.connect(self.ask_again)
        self._wait.cancel.connect(self.cancel)
        self._wait.leave_for_later.connect(self.leave_for_later)
        self.body.addWidget(self._scan)
        self.body.addWidget(self._wait)

    @property
    def part(self) -> Money | None:
        """The part of the bill that is to be paid now; None for all that is due."""
        return self._part.part()

    def show_cloud(self, *, away: bool) -> None:
        """Whether anybody may be charged now, said before a customer holds up a phone in vain."""
        self._is_away = away

    def begin(self, state: PaymentViewState) -> None:
        """Open with nothing typed, for all that is due."""
        self.box.clear()
        self._part.field.show_money(state.due)

    def show_state(self, state: PaymentViewState) -> None:
        """Paint scanning or waiting."""
        waiting = state.step is Step.WAITING
        self.due.show_amount(
            state.pending.amount if waiting and state.pending and not state.goes_back else state.due
        )
        self._scan.setVisible(not waiting)
        self._wait.setVisible(waiting)
        self.title.setText(self._title(state))
        self.allow_leaving(not waiting and not state.busy, _("A payment is on its way."))
        trouble = told(state.trouble) if state.trouble is not None else self._refusal(state.refused)
        self._refused.setText(trouble)
        self._refused.setVisible(bool(trouble))
        self._away.setVisible(self._is_away and not trouble and not waiting)
        there = state.available
        offered = not waiting and there is not None and ZERO < there < state.due
        self._most.setVisible(offered)
        if offered and there is not None:
            self._available = there
            words = _("The balance is only {amount}: pay {amount} first")
            self._most.set_words(words.format(amount=formats.money(there)))
        self._go.set_busy(state.busy == "code", _("Asking the customer's bank…"))
        self.box.setEnabled(not state.busy)
        self.legs.show_legs(state.legs, busy=waiting or bool(state.busy))
        # Whoever pays the rest has seen it; what is there already needs the room.
        self._caption.setVisible(not state.legs)
        self._part.show_due(state.due)
        for button in self._others:
            button.set_reason(_("One moment…") if state.busy else "")
        if waiting:
            self._wait.show_state(state)

    def _pay_what_is_there(self) -> None:
        """So much is charged by the next scan; a member's code is good for one try only."""
        self._part.field.show_money(self._available)
        self.box.clear()
        self.box.setFocus()

    def _scanning(self) -> QWidget:
        wearing = theme.current()
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(12))
        self._caption = QWidget()
        row = QHBoxLayout(self._caption)
        row.setContentsMargins(0, 0, 0, 0)
        picture = Words()
        picture.setPixmap(wearing.picture("code", "blue", wearing.px(48)))
        row.addWidget(picture)
        words = _("Scan the customer's code: WeChat, Alipay, UnionPay, member or recharge card.")
        row.addWidget(Words(words, "title", wrap=True), 1)
        column.addWidget(self._caption)
        self._go = BusyButton(_("Charge"), "code_go", key="Return", role="primary")
        self.box = CodeEdit("code_box", _("or type its digits"))
        self.box.textChanged.connect(
            lambda text: self._go.set_reason("" if text.strip() else _("Scan the code first."))
        )
        self._part = PartField("code_part")
        fields = QHBoxLayout()
        fields.setSpacing(wearing.px(8))
        fields.addWidget(self.box, 3)
        fields.addWidget(self._part, 2)
        column.addLayout(fields)
        keys = Keypad("code_key", _KEYS, self.box)
        keys.follow(self.box, self._part.field)
        column.addWidget(keys)
        self._go.set_reason(_("Scan the code first."))
        self._go.clicked.connect(self._give)
        column.addWidget(self._go)
        column.addLayout(self._other_ways())
        return panel

    def _other_ways(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(theme.current().px(8))
        ways = (
            (_("Cash"), "code_cash", "F3", self.cash.emit),
            (_("WeChat QR"), "code_qr_wechat", "F4", lambda: self._show_qr(Tender.WECHAT)),
            (_("Alipay QR"), "code_qr_alipay", "F6", lambda: self._show_qr(Tender.ALIPAY)),
            (_("Card terminal"), "code_card", "F7", self.card.emit),
            (_("On account"), "code_credit", "F8", self.credit.emit),
        )
        for place, (words, name, key, call) in enumerate(ways):
            button = BusyButton(words, name, key=key, role="small", stacked=True)
            button.clicked.connect(lambda _checked=False, call=call: call())
            self._others.append(button)
            grid.addWidget(button, 0, place)
        return grid

    def _show_qr(self, tender: Tender) -> None:
        self.qr_wanted.emit(tender, self.part)

    @staticmethod
    def _title(state: PaymentViewState) -> str:
        if state.step is not Step.WAITING:
            return _("Pay the rest") if state.legs else _("Scan to pay")
        return _("Giving the money back") if state.goes_back else _("Waiting for the payment")

    @staticmethod
    def _refusal(reason: str) -> str:
        if not reason or reason in _REFUSED:
            return _(_REFUSED[reason]) if reason else ""
        sentence = sentence_of_code(reason)
        return _(_DECLINED) if sentence == reason else sentence

    def _give(self) -> None:
        text = self.box.text().strip()
        self.box.clear()
        if text:
            self.given.emit(text, self.part)
