"""Cash in, cash out, into the safe: how much and why."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout

from core.domain.cash import CashKind
from core.domain.money import ZERO
from core.qt import theme
from core.qt.notices import Tone, told
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import DecimalEdit
from core.qt.widgets.keypad import MONEY_KEYS, Keypad
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Sheet
from core.wording import names
from core.wording.catalogue import _, mark
from pos_app.cashier.shift.drawer.presenter import DrawerState
from pos_app.cashier.shift.pieces import Walk

_REASONS = {
    CashKind.PAID_IN: (mark("Change from the bank"), mark("More float"), mark("Found money")),
    CashKind.PAID_OUT: (mark("Purchase"), mark("Repair"), mark("Courier"), mark("Changed at the bank")),
    CashKind.SAFE_DROP: (mark("Too much in the drawer"), mark("Fetched by the bank's car")),
}
_LONGEST_REASON = 60
_MOST_REASONS = 4


class MoveSheet(Sheet):
    """Signals: given(Money, reason)."""

    given = Signal(object, str)

    def __init__(self) -> None:
        super().__init__("", "move_sheet", width=880)
        wearing = theme.current()
        self._kind = CashKind.PAID_IN
        columns = QHBoxLayout()
        columns.setSpacing(wearing.px(24))
        left = QVBoxLayout()
        left.setSpacing(wearing.px(4))
        left.addWidget(Words(_("Amount, yuan"), "quiet"))
        self.field = DecimalEdit("move_amount")
        left.addWidget(self.field)
        self._reason_words = Words("", "quiet")
        left.addSpacing(wearing.px(8))
        left.addWidget(self._reason_words)
        grid = QGridLayout()
        grid.setSpacing(wearing.px(8))
        self._choices = [self._choice(grid, place) for place in range(_MOST_REASONS)]
        left.addLayout(grid)
        self.reason = QLineEdit()
        self.reason.setObjectName("move_reason")
        self.reason.setMaxLength(_LONGEST_REASON)
        left.addWidget(self.reason)
        left.addStretch(1)
        columns.addLayout(left, 1)
        keypad = Keypad("move_key", MONEY_KEYS, self.field, wearing.px(56))
        columns.addWidget(keypad, 1)
        self.body.addLayout(columns)
        self._trouble = Words("", "strong", Tone.RED, name="move_trouble", wrap=True)
        self.body.addWidget(self._trouble)
        self._go = BusyButton("", "move_go", key="Return", role="primary")
        self._go.clicked.connect(self._give)
        self.body.addWidget(self._go)
        self._walk = Walk([self.field], keypad, self)
        for field in (self.field, self.reason):
            field.textChanged.connect(lambda _text: self._settle())

    def begin(self, kind: CashKind) -> None:
        """Empty, for this kind."""
        self._kind = kind
        self.title.setText(names.cash_kind(kind))
        self._go.set_words(_("Write it down and open the drawer"))
        optional = kind is CashKind.SAFE_DROP
        self._reason_words.setText(_("Why (may be left out)") if optional else _("Why"))
        words = _REASONS.get(kind, ())
        for place, button in enumerate(self._choices):
            theme.keep_room(button, place < len(words))
            if place < len(words):
                button.set_words(_(words[place]))
        self.field.clear()
        self.reason.clear()
        self._settle()

    def show_state(self, state: DrawerState) -> None:
        """Paint waiting and trouble."""
        busy = state.busy == "move"
        self._go.set_busy(busy, _("Writing it down…"))
        self.field.setEnabled(not busy)
        self.reason.setEnabled(not busy)
        self.allow_leaving(not busy)
        self._trouble.setText(told(state.trouble) if state.trouble is not None else "")
        self._trouble.setVisible(state.trouble is not None)

    def _choice(self, grid: QGridLayout, place: int) -> BusyButton:
        button = BusyButton("", f"move_reason_{place + 1}", key=f"F{place + 2}", role="small", stacked=True)
        button.clicked.connect(lambda: self._choose(place))
        grid.addWidget(button, place // 2, place % 2)
        return button

    def _choose(self, place: int) -> None:
        self.reason.setText(_(_REASONS[self._kind][place]))

    def _settle(self) -> None:
        amount = self.field.money()
        needs_reason = self._kind is not CashKind.SAFE_DROP and not self.reason.text().strip()
        if amount is None or amount <= ZERO:
            self._go.set_reason(_("Type how much first."))
        else:
            self._go.set_reason(_("Tap or type why first.") if needs_reason else "")

    def _give(self) -> None:
        amount = self.field.money()
        if amount is not None:
            self.given.emit(amount, self.reason.text().strip())
