"""One line of the bill: another price a piece, or so much off, each with its reason."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout

from core.domain.money import ZERO, Money
from core.domain.sale import LONGEST_TITLE
from core.domain.sale_line import SaleLine
from core.qt import theme
from core.qt.widgets.amount_label import AmountLabel
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import DecimalEdit
from core.qt.widgets.keypad import MONEY_KEYS, Keypad
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Sheet
from core.wording import formats
from core.wording.catalogue import _, mark
from pos_app.cashier.words import line_title

_REASONS = (mark("Damaged"), mark("Near its date"), mark("Wrong label"), mark("Regular customer"))


class LineSheet(Sheet):
    """Signals: price_given(line id, Money, reason, words); discount_given(line id, Money, reason, words)."""

    price_given = Signal(str, object, str, str)
    discount_given = Signal(str, object, str, str)

    def __init__(self) -> None:
        super().__init__("", "line_sheet", width=880)
        wearing = theme.current()
        self._line: SaleLine | None = None
        self._by_price = False
        columns = QHBoxLayout()
        columns.setSpacing(wearing.px(24))
        left = QVBoxLayout()
        left.setSpacing(wearing.px(8))
        ways = QHBoxLayout()
        ways.setSpacing(wearing.px(8))
        self._off = BusyButton(_("Take off"), "line_off", key="F2")
        self._price = BusyButton(_("Other price"), "line_price", key="F3")
        for button, by_price in ((self._off, False), (self._price, True)):
            button.setCheckable(True)
            button.clicked.connect(lambda _checked=False, chosen=by_price: self._choose(chosen))
            ways.addWidget(button, 1)
        left.addLayout(ways)
        self._asked = Words("", "quiet")
        left.addWidget(self._asked)
        self.field = DecimalEdit("line_amount")
        self.field.textChanged.connect(lambda _text: self._settle())
        left.addWidget(self.field)
        left.addWidget(Words(_("Reason"), "quiet"))
        self.reason = QLineEdit()
        self.reason.setObjectName("line_reason")
        self.reason.setMaxLength(LONGEST_TITLE)
        self.reason.textChanged.connect(lambda _text: self._settle())
        left.addWidget(self.reason)
        left.addLayout(self._reasons())
        left.addStretch(1)
        left.addWidget(Words(_("The line then costs"), "quiet"))
        self._after = AmountLabel("figure", "line_after")
        left.addWidget(self._after)
        columns.addLayout(left, 1)
        columns.addWidget(Keypad("line_key", MONEY_KEYS, self.field, wearing.px(56)), 1)
        self.body.addLayout(columns)
        self._go = BusyButton(_("Change it"), "line_go", key="Return", role="primary")
        self._go.clicked.connect(self._give)
        self.body.addWidget(self._go)

    def begin(self, line: SaleLine) -> None:
        """For this line."""
        self._line = line
        self.title.setText(line_title(line))
        self._price.set_reason("" if line.is_goods else _("A fill is as the pump reported it."))
        self.reason.setText(line.reason)
        self._choose(by_price=False)

    def _reasons(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(theme.current().px(8))
        for place, word in enumerate(_REASONS):
            button = BusyButton(
                _(word), f"line_reason_{place + 1}", key=f"F{place + 5}", role="small", stacked=True
            )
            button.clicked.connect(lambda _checked=False, said=word: self.reason.setText(_(said)))
            grid.addWidget(button, 0, place)
        return grid

    def _choose(self, by_price: bool) -> None:
        line = self._line
        if line is None:
            return
        self._by_price = by_price
        self._price.setChecked(by_price)
        self._off.setChecked(not by_price)
        self._asked.setText(
            _("New price of one, yuan") if by_price else _("Yuan off this line; 0 takes it back")
        )
        self.field.show_money(line.piece_price if by_price else line.by_hand)
        self.field.setFocus()
        self._settle()

    def _settle(self) -> None:
        line, amount = self._line, self.field.money()
        if line is None:
            return
        after = self._cost_after(line, amount or ZERO)
        self._after.show_amount(max(after, ZERO))
        if amount is None:
            missing = _("Type an amount first.")
        elif after < ZERO:
            missing = _("The line costs {amount} only.").format(amount=formats.money(line.gross))
        elif not self.reason.text().strip() and (amount or self._by_price):
            missing = _("Say or tap why.")
        else:
            missing = ""
        self._go.set_reason(missing)

    def _cost_after(self, line: SaleLine, amount: Money) -> Money:
        return amount * line.quantity if self._by_price else line.gross - amount

    def _give(self) -> None:
        line, amount = self._line, self.field.money()
        if line is None or amount is None:
            return
        said = _("{title}: {amount} off") if not self._by_price else _("{title}: {amount} each")
        words = said.format(title=line_title(line), amount=formats.money(amount))
        signal = self.price_given if self._by_price else self.discount_given
        signal.emit(line.id, amount, self.reason.text(), words)
