"""The form for goods: name, barcode, price, stock."""

from dataclasses import replace

from PySide6.QtCore import QRegularExpression, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QLineEdit

from admin_app.panels import form
from admin_app.products.presenter import Draft, Lack, ProductsState
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import CodeEdit, DecimalEdit
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Sheet
from core.wording.catalogue import _, mark

_LACKS = {
    Lack.NAME: mark("Type the name."),
    Lack.BARCODE: mark("Scan or type the barcode: 8 or 12 to 14 digits."),
    Lack.BARCODE_TWICE: mark("Other goods have this barcode already."),
    Lack.PRICE: mark("Type the price of one piece."),
    Lack.STOCK: mark("Type how many there are, 0 to 99999."),
}


class GoodsSheet(Sheet):
    """Signals: typed(Draft); wanted."""

    typed = Signal(object)
    wanted = Signal()

    def __init__(self) -> None:
        super().__init__("", "goods_form", width=560)
        self._draft = Draft()
        self.name = QLineEdit()
        self.name.setObjectName("goods_name")
        self.name.setMaxLength(60)
        self._barcode = CodeEdit("goods_barcode")
        self._price = DecimalEdit("goods_price")
        self._stock = CodeEdit("goods_stock")
        self._stock.setValidator(QRegularExpressionValidator(QRegularExpression(r"-?\d{0,5}"), self._stock))
        fields = (
            (_("Goods name"), self.name),
            (_("Barcode"), self._barcode),
            (_("Price of one piece, yuan"), self._price),
            (_("On the shelf"), self._stock),
        )
        for _words, field in fields:
            field.textEdited.connect(lambda _text: self._typed())
        self._told = Words("", name="goods_told", wrap=True)
        self._go = BusyButton(_("Save"), "goods_save", key="Return", role="primary")
        self._go.clicked.connect(self.wanted)
        self.body.addLayout(form(*fields))
        self.body.addWidget(self._told)
        self.body.addWidget(self._go)

    def begin(self, draft: Draft) -> None:
        """Fill the fields."""
        self._draft = draft
        self.title.setText(_("New goods") if draft.is_new else _("Change goods"))
        self.name.setText(draft.name)
        self._barcode.setText(draft.barcode)
        if draft.price is None:
            self._price.clear()
        else:
            self._price.show_money(draft.price)
            self._price.deselect()
        self._stock.setText("" if draft.stock is None else str(draft.stock))

    def show_state(self, state: ProductsState) -> None:
        """Paint what is missing."""
        lack = _(_LACKS[state.lack]) if state.lack in _LACKS else ""
        self._told.say(lack, Tone.RED if state.lack is Lack.BARCODE_TWICE else Tone.GREY)
        self._go.set_reason(lack)
        self._go.set_busy(state.saving, _("Writing it down…"))

    def _typed(self) -> None:
        stock = self._stock.text()
        self._draft = replace(
            self._draft,
            name=self.name.text(),
            barcode=self._barcode.text().strip(),
            price=self._price.money(),
            stock=int(stock) if stock.lstrip("-") else None,
        )
        self.typed.emit(self._draft)
