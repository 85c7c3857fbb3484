"""The form for goods: name, barcode, price, stock, quick key."""

from dataclasses import replace

from PySide6.QtCore import QRegularExpression, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from admin_app.panels import form
from admin_app.products.presenter import Draft, Lack, ProductsState
from core.domain.product import QUICK_PAGES, QUICK_PLACES
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.choice_box import ChoiceBox
from core.qt.widgets.edits import CodeEdit, DecimalEdit
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Sheet
from core.wording.catalogue import _, mark
from core.wording.refusals import sentence

_LACKS = {
    Lack.NAME: mark("Type the name."),
    Lack.BARCODE: mark("Scan or type the barcode: 8 or 12 to 14 digits."),
    Lack.BARCODE_TWICE: mark("Other goods have this barcode already."),
    Lack.PRICE: mark("Type the price of one piece."),
    Lack.STOCK: mark("Type how many there are, 0 to 99999."),
    Lack.QUICK_KEY: mark("Other goods have this quick key. Choose another place."),
}
_COLOURS = {
    "": mark("No colour"),
    "chart_1": mark("Blue"),
    "chart_2": mark("Teal"),
    "chart_3": mark("Violet"),
    "chart_4": mark("Grey"),
}


class GoodsSheet(Sheet):
    """Signals: typed(Draft); wanted."""

    typed = Signal(object)
    wanted = Signal()

    def __init__(self) -> None:
        super().__init__("", "goods_form", width=760)
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
        self.body.addLayout(form(*fields, (_("Quick key at the counter"), self._quick_key())))
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
        for box, value in (
            (self._page, draft.quick_page),
            (self._place, draft.quick_place - 1),
            (self._colour, list(_COLOURS).index(draft.quick_colour)),
        ):
            box.blockSignals(True)
            box.setCurrentIndex(value)
            box.blockSignals(False)
        self._settle_key()

    def show_state(self, state: ProductsState) -> None:
        """Paint what is missing."""
        lack = _(_LACKS[state.lack]) if state.lack in _LACKS else ""
        if state.refused is not None:
            self._told.say(sentence(state.refused), Tone.RED)
        else:
            self._told.say(lack, Tone.RED if state.lack is Lack.BARCODE_TWICE else Tone.GREY)
        self._go.set_reason(lack)
        self._go.set_busy(state.saving, _("Writing it down…"))

    def _quick_key(self) -> QWidget:
        inside = QWidget()
        row = QHBoxLayout(inside)
        row.setContentsMargins(0, 0, 0, 0)
        self._page, self._place, self._colour = ChoiceBox(), ChoiceBox(), ChoiceBox()
        pages = [_("No key"), *(_("Page {page}").format(page=page) for page in range(1, QUICK_PAGES + 1))]
        places = [_("Place {place}").format(place=place) for place in range(1, QUICK_PLACES + 1)]
        for box, name, items in (
            (self._page, "goods_quick_page", pages),
            (self._place, "goods_quick_place", places),
            (self._colour, "goods_quick_colour", [_(word) for word in _COLOURS.values()]),
        ):
            box.setObjectName(name)
            box.addItems(items)
            box.currentIndexChanged.connect(lambda _index: self._typed())
            row.addWidget(box, 1)
        return inside

    def _settle_key(self) -> None:
        has_key = self._page.currentIndex() > 0
        self._place.setEnabled(has_key)
        self._colour.setEnabled(has_key)

    def _typed(self) -> None:
        self._settle_key()
        stock = self._stock.text()
        self._draft = replace(
            self._draft,
            name=self.name.text(),
            barcode=self._barcode.text().strip(),
            price=self._price.money(),
            stock=int(stock) if stock.lstrip("-") else None,
            quick_page=self._page.currentIndex(),
            quick_place=self._place.currentIndex() + 1,
            quick_colour=list(_COLOURS)[self._colour.currentIndex()],
        )
        self.typed.emit(self._draft)
