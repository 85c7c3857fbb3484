"""Goods without a barcode: a name, a price, how many."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout

from core.domain.sale import LONGEST_TITLE
from core.qt import theme
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import DecimalEdit
from core.qt.widgets.keypad import MONEY_KEYS, Keypad
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Sheet
from core.wording.catalogue import _, mark

# What a station sells without a barcode; a tap writes it.
_USUAL = (mark("Car wash"), mark("Parts"), mark("Labour"), mark("Drinks"), mark("Food"), mark("Other goods"))


class KeyedSheet(Sheet):
    """Signals: given(title, Money, quantity)."""

    given = Signal(str, object, int)

    def __init__(self) -> None:
        super().__init__(_("Goods without a barcode"), "keyed_sheet", width=880)
        wearing = theme.current()
        columns = QHBoxLayout()
        columns.setSpacing(wearing.px(24))
        left = QVBoxLayout()
        left.setSpacing(wearing.px(4))
        left.addWidget(Words(_("What"), "quiet"))
        self.name = QLineEdit()
        self.name.setObjectName("keyed_title")
        self.name.setMaxLength(LONGEST_TITLE)
        self.name.textChanged.connect(lambda _text: self._settle())
        left.addWidget(self.name)
        usual = QGridLayout()
        usual.setSpacing(wearing.px(8))
        for place, word in enumerate(_USUAL):
            button = BusyButton(
                _(word), f"keyed_usual_{place + 1}", key=f"F{place + 2}", role="small", stacked=True
            )
            button.clicked.connect(lambda _checked=False, said=word: self._write(_(said)))
            usual.addWidget(button, place // 3, place % 3)
        left.addLayout(usual)
        left.addWidget(Words(_("Price of one, yuan"), "quiet"))
        self.price = DecimalEdit("keyed_price")
        self.price.textChanged.connect(lambda _text: self._settle())
        self.name.returnPressed.connect(self.price.setFocus)
        left.addWidget(self.price)
        left.addStretch(1)
        columns.addLayout(left, 1)
        columns.addWidget(Keypad("keyed_key", MONEY_KEYS, self.price, wearing.px(56)), 1)
        self.body.addLayout(columns)
        self._go = BusyButton(_("Onto the bill"), "keyed_go", key="Return", role="primary")
        self._go.clicked.connect(self._give)
        self.body.addWidget(self._go)

    def begin(self) -> None:
        """Empty."""
        self.name.clear()
        self.price.clear()
        self._settle()

    def _write(self, name: str) -> None:
        self.name.setText(name)
        self.price.setFocus()

    def _settle(self) -> None:
        named = bool(self.name.text().strip())
        price = self.price.money()
        missing = "" if price else _("Type a price first.")
        self._go.set_reason(missing if named else _("Type or tap a name first."))

    def _give(self) -> None:
        price = self.price.money()
        if price is not None and self.name.text().strip():
            self.given.emit(self.name.text(), price, 1)
