"""A card paid at the bank's own terminal: only the amount and the slip's number come here."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.qt import theme
from core.qt.notices import Tone, told
from core.qt.widgets.amount_label import AmountLabel
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import CodeEdit
from core.qt.widgets.keypad import Keypad
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Sheet
from core.wording.catalogue import _
from pos_app.cashier.payment.legs_strip import LegsStrip
from pos_app.cashier.payment.part_field import PartField
from pos_app.cashier.payment.presenter import PaymentViewState

_KEYS = (("1", "2", "3", "4", "5"), ("6", "7", "8", "9", "0"), ("clear", ".", "back"))


class CardSheet(Sheet):
    """Signals: taken(amount, slip), the amount None for all that is due; leg_back(Payment)."""

    taken = Signal(object, str)
    leg_back = Signal(object)

    def __init__(self) -> None:
        super().__init__(_("Card terminal"), "card_sheet", width=880)
        wearing = theme.current()
        self._due = AmountLabel("due", "card_due")
        self._legs = LegsStrip("card_leg")
        self._legs.back.connect(self.leg_back)
        self._part = PartField("card_part")
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(12))
        column.addWidget(
            Words(
                _("Take the payment on the bank's terminal first. Then type the number of its slip."),
                "title",
                wrap=True,
            )
        )
        self.slip = CodeEdit("card_slip", _("Number on the terminal's slip"))
        self.slip.textChanged.connect(lambda _text: self._settle())
        fields = QHBoxLayout()
        fields.setSpacing(wearing.px(8))
        fields.addWidget(self.slip, 3)
        fields.addWidget(self._part, 2)
        column.addLayout(fields)
        self._never = Words(
            _("Never the card's own number: it must not be written down."), "quiet", wrap=True
        )
        column.addWidget(self._never)
        keys = Keypad("card_key", _KEYS, self.slip)
        keys.follow(self.slip, self._part.field)
        column.addWidget(keys)
        self._trouble = Words("", "strong", Tone.RED, name="card_trouble", wrap=True)
        self._go = BusyButton(_("The terminal has taken it"), "card_go", key="Return", role="primary")
        self._go.clicked.connect(lambda: self.taken.emit(self._part.part(), self.slip.text().strip()))
        for widget in (self._due, self._legs, inside, self._trouble, self._go):
            self.body.addWidget(widget)

    def begin(self, state: PaymentViewState) -> None:
        """Open with nothing typed, for all that is due."""
        self._part.field.show_money(state.due)
        self.slip.clear()
        self._settle()

    def show_state(self, state: PaymentViewState) -> None:
        """Paint waiting and trouble."""
        busy = bool(state.busy)
        self._due.show_amount(state.due)
        self._part.show_due(state.due)
        self._legs.show_legs(state.legs, busy=busy)
        self._go.set_busy(state.busy == "card", _("Writing it down…"))
        self.allow_leaving(not busy)
        self._trouble.setText(told(state.trouble) if state.trouble is not None else "")
        self._trouble.setVisible(state.trouble is not None)
        self._never.setVisible(state.trouble is None)

    def _settle(self) -> None:
        self._go.set_reason("" if self.slip.text().strip() else _("Type the slip's number first."))
