"""The counter's right: what is due, how it is paid, and a pad for codes and quantities."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout

from core.domain.money import ZERO, Money
from core.domain.offer import RoundTo
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.amount_label import AmountLabel
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.keypad import Keypad
from core.qt.widgets.labels import RIGHT, ElidedWords, Words
from core.wording import formats
from core.wording.catalogue import _
from pos_app.cashier.counter.presenter import CounterState
from pos_app.cashier.receipts.presenter import Paper, ReceiptsState

_KEYS = (("7", "8", "9"), ("4", "5", "6"), ("1", "2", "3"), ("0", "00", "back"))


class PayPanel(QFrame):
    """Signals: one for each thing a cashier can do here; quantity_given(int) from the pad."""

    pay_code = Signal()
    pay_cash = Signal()
    goods_wanted = Signal()
    reprint = Signal()
    open_drawer = Signal()
    cancel_sale = Signal()
    shift_wanted = Signal()
    refund_wanted = Signal()
    why_wanted = Signal()
    round_wanted = Signal()
    quantity_given = Signal(int)

    def __init__(self, scan_box: QLineEdit) -> None:
        super().__init__()
        self.setProperty("role", "surface")
        self._scan_box = scan_box
        self._paper_failed = False
        wearing = theme.current()
        column = QVBoxLayout(self)
        margin = wearing.px(16)
        column.setContentsMargins(margin, wearing.px(8), margin, wearing.px(8))
        column.setSpacing(wearing.px(8))
        head = QHBoxLayout()
        self._caption = Words(_("Due"), "title")
        self._before = ElidedWords("", "quiet", name="due_before", align=RIGHT)
        head.addWidget(self._caption)
        head.addWidget(self._before, 1)
        self._last = ElidedWords("", "caption", name="last_sale", align=RIGHT)
        head.addWidget(self._last, 1)
        column.addLayout(head)
        self.due = AmountLabel("due", "due_amount")
        column.addWidget(self.due)
        self._code = BusyButton(_("Scan to pay"), "pay_code", key="F2", role="primary")
        self._cash = BusyButton(_("Cash"), "pay_cash", key="F3")
        self._cash.set_height(wearing.size("primary"))
        self._code.clicked.connect(self.pay_code)
        self._cash.clicked.connect(self.pay_cash)
        tenders = QHBoxLayout()
        tenders.setSpacing(wearing.px(8))
        tenders.addWidget(self._code, 5)
        tenders.addWidget(self._cash, 3)
        column.addLayout(tenders)
        column.addLayout(self._others())
        column.addLayout(self._pad(), 1)

    def show_state(self, state: CounterState) -> None:
        """Paint what is due and what can be done."""
        sale = state.sale
        due = sale.due if sale else ZERO
        self.due.show_amount(due)
        self._before.setText(self._before_words(state))
        self._share_head()
        free = state.has_lines and due <= ZERO and not state.has_money
        self._code.set_words(_("Finish") if free else _("Scan to pay"))
        missing = self._missing(state)
        self._code.set_reason(missing)
        self._cash.set_reason(missing or (_("Nothing is due.") if free else ""))
        self._why.set_reason("" if sale is not None and sale.steps else _("Nothing comes off this bill."))
        self._round.set_reason(self._no_rounding(state) or missing)
        self._round.set_busy(state.busy == "round")
        self._cancel.set_reason(self._no_cancel(state))
        self._cancel.set_busy(state.busy == "cancel")

    def show_receipts(self, state: ReceiptsState) -> None:
        """Paint what was sold last and how its paper is."""
        self._reprint.set_reason("" if state.last else _("Nothing was sold yet."))
        self._reprint.set_busy(state.reprinting)
        self._drawer.set_busy(state.opening_drawer)
        self._paper_failed = state.paper is Paper.FAILED
        self._share_head()
        if state.last is None:
            self._last.say("")
            return
        words = {
            Paper.NONE: "",
            Paper.PRINTING: _("receipt on its way"),
            Paper.PRINTED: _("receipt printed"),
            Paper.FAILED: _("receipt not printed, F9 prints it"),
        }[state.paper]
        total: Money = state.last.total
        text = _("Last: {amount}").format(amount=formats.money(total))
        self._last.say(f"{text}   {words}", Tone.RED if state.paper is Paper.FAILED else None)

    def _share_head(self) -> None:
        """What comes off this bill, or how the last one went: a receipt that is missing is said first."""
        says_before = bool(self._before.text()) and not self._paper_failed
        self._before.setVisible(says_before)
        self._last.setVisible(not says_before)

    def _others(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(theme.current().px(8))
        self._goods = BusyButton(_("Goods"), "goods_list", key="F4", role="small", stacked=True)
        self._drawer = BusyButton(_("Drawer"), "open_drawer", key="F8", role="small", stacked=True)
        self._reprint = BusyButton(_("Reprint"), "reprint", key="F9", role="small", stacked=True)
        self._cancel = BusyButton(_("Cancel bill"), "cancel_sale", key="F10", role="small", stacked=True)
        self._shift = BusyButton(_("Shift"), "shift", key="F6", role="small", stacked=True)
        self._why = BusyButton(_("Savings"), "why", key="Shift+F9", role="small", stacked=True)
        self._round = BusyButton(_("Round"), "round_off", key="Shift+F6", role="small", stacked=True)
        self._refund = BusyButton(_("Refund"), "refund", key="Shift+F10", role="small", stacked=True)
        self._quantity = BusyButton(_("Quantity"), "set_quantity", key="F5", role="small", stacked=True)
        for button, signal in (
            (self._goods, self.goods_wanted),
            (self._drawer, self.open_drawer),
            (self._reprint, self.reprint),
            (self._cancel, self.cancel_sale),
            (self._shift, self.shift_wanted),
            (self._refund, self.refund_wanted),
            (self._round, self.round_wanted),
            (self._why, self.why_wanted),
        ):
            button.clicked.connect(signal)
        self._quantity.clicked.connect(self._give_quantity)
        buttons = (
            self._goods,
            self._quantity,
            self._round,
            self._why,
            self._cancel,
            self._reprint,
            self._refund,
            self._drawer,
            self._shift,
        )
        for place, button in enumerate(buttons):
            grid.addWidget(button, place // 3, place % 3)
        return grid

    def _pad(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(Keypad("counter_key", _KEYS, self._scan_box, theme.current().px(48)))
        return row

    def _give_quantity(self) -> None:
        text = self._scan_box.text().strip()
        self._scan_box.clear()
        self._scan_box.setFocus()
        if text.isascii() and text.isdigit() and len(text) <= 4:
            self.quantity_given.emit(int(text))

    @staticmethod
    def _before_words(state: CounterState) -> str:
        sale = state.sale
        if sale is None or not (sale.discount or sale.rounding):
            return ""
        return _("{gross} less {discount}").format(
            gross=formats.money(sale.gross), discount=formats.money(sale.discount + sale.rounding)
        )

    @staticmethod
    def _no_rounding(state: CounterState) -> str:
        if state.has_money:
            return _("Money is in this bill.")
        sale = state.sale
        if sale is None or not sale.total or sale.rounding or sale.total.fen % RoundTo.YUAN.fen:
            return ""
        words = _("{amount} is round already: there is nothing to round off.")
        return words.format(amount=formats.money(sale.total))

    @staticmethod
    def _missing(state: CounterState) -> str:
        if not state.has_lines:
            return _("The bill is empty.")
        if state.busy or state.checking_coupon:
            return _("One moment…")
        return ""

    @staticmethod
    def _no_cancel(state: CounterState) -> str:
        if state.sale is None or not (state.has_lines or state.sale.coupon or state.sale.member):
            return _("The bill is empty.")
        return _("Money is in this bill.") if state.has_money else ""
