"""Goods to choose from: quick keys in pages, and a search by initials, barcode or name."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from core.domain.product import QUICK_PLACES, Goods
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import CodeEdit
from core.qt.widgets.keypad import Keypad
from core.qt.widgets.labels import CENTRE, RIGHT, Words
from core.qt.widgets.layers import Sheet
from core.wording import formats
from core.wording.catalogue import _
from pos_app.cashier.counter.presenter import CounterState

_COLUMNS = 4
_KEPT = 90  # cards of goods that were shown, some with a stock of an hour ago
_LETTERS = (tuple("ABCDEFGHIJKLMN"), (*"OPQRSTUVWXYZ", "back"))


class GoodsSheet(Sheet):
    """Signals: goods_chosen(barcode); sought(text); keyed_wanted."""

    goods_chosen = Signal(str)
    sought = Signal(str)
    keyed_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(_("Goods"), "goods_sheet", width=1120)
        wearing = theme.current()
        self._state = CounterState()
        self._page = 1
        self._shown: tuple[Goods | None, ...] = ()
        self._cards: list[QWidget] = []
        self._kept: dict[Goods, GoodsCard] = {}  # to dress a card takes longer than a key may
        row = QHBoxLayout()
        row.setSpacing(wearing.px(8))
        # Initials and barcodes need no input method, so none can swallow them.
        self.search = CodeEdit("goods_search", _("Pinyin initials, barcode or name"))
        self.search.textChanged.connect(self._seek)
        self.search.returnPressed.connect(self._take_first)
        self._keyed = BusyButton(_("Type name and price"), "goods_keyed", key="F2")
        self._keyed.clicked.connect(self.keyed_wanted)
        row.addWidget(self.search, 1)
        row.addWidget(self._keyed)
        self.body.addLayout(row)
        self._pages = QHBoxLayout()
        self._pages.setSpacing(wearing.px(8))
        self._page_buttons: list[QPushButton] = []
        self.body.addLayout(self._pages)
        self._nothing = Words("", "quiet", align=CENTRE)
        self.body.addWidget(self._nothing)
        self.body.addWidget(self._area(), 1)
        self.body.addWidget(Keypad("goods_letter", _LETTERS, self.search, wearing.px(48)))

    def begin(self, text: str = "") -> None:
        """Open with the quick keys, or with what was typed elsewhere."""
        self._page = 1
        self.search.setText(text)
        self._seek(text)

    def show_state(self, state: CounterState) -> None:
        """Paint the quick keys, or what was found."""
        pages_changed = state.quick != self._state.quick or not self._cards
        self._state = state
        if pages_changed:
            self._lay_out_pages()
        self._lay_out()

    def _area(self) -> QScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.current().px(8))
        for place in range(_COLUMNS):
            self._grid.setColumnStretch(place, 1)
        column.addLayout(self._grid)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setMinimumHeight(theme.current().px(312))
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area

    def _seek(self, text: str) -> None:
        self.sought.emit(text.strip())
        self._lay_out()

    def _take_first(self) -> None:
        """Enter takes what stands first, once something was typed; a barcode that is wholly typed is taken by itself."""
        if self.search.text().strip():
            first = next((card for card in self._cards if isinstance(card, QPushButton)), None)
            if first is not None:
                first.click()

    def _lay_out_pages(self) -> None:
        for button in self._page_buttons:
            self._pages.removeWidget(button)
            button.setParent(None)
            button.deleteLater()
        self._page_buttons = []
        pages = sorted({goods.quick_page for goods in self._state.quick})
        for page in pages:
            button = BusyButton(_("Page {page}").format(page=page), f"goods_page_{page}", key=f"Alt+{page}")
            button.setCheckable(True)
            button.clicked.connect(lambda _checked=False, chosen=page: self._turn(chosen))
            self._pages.addWidget(button)
            self._page_buttons.append(button)
        if pages and self._page not in pages:
            self._page = pages[0]

    def _turn(self, page: int) -> None:
        self._page = page
        self.search.clear()
        self._lay_out()
        self.search.setFocus()

    def _lay_out(self) -> None:
        typed = self.search.text().strip()
        by_keys = not typed and bool(self._state.quick)
        for button in self._page_buttons:
            button.setChecked(by_keys and button.objectName() == f"goods_page_{self._page}")
        wanted = self._on_page() if by_keys else tuple(self._state.goods)
        self._nothing.setVisible(not wanted)
        self._nothing.setText(
            _("Nothing of that name is on sale.") if typed else _("No goods are on sale yet.")
        )
        if wanted == self._shown and self._cards:
            return
        self._shown = wanted
        self._fill(wanted)

    def _on_page(self) -> tuple[Goods | None, ...]:
        """The page as it was laid out, with its gaps: a hand knows where its keys are."""
        places: list[Goods | None] = [None] * QUICK_PLACES
        for goods in self._state.quick:
            if goods.quick_page == self._page and 1 <= goods.quick_place <= QUICK_PLACES:
                places[goods.quick_place - 1] = goods
        while places and places[-1] is None:
            places.pop()
        return tuple(places)

    def _fill(self, wanted: Sequence[Goods | None]) -> None:
        for old in self._cards:
            self._grid.removeWidget(old)
            if isinstance(old, GoodsCard):
                old.hide()
            else:
                old.deleteLater()
        self._cards = []
        if len(self._kept) > _KEPT:
            for card in self._kept.values():
                card.deleteLater()
            self._kept.clear()
        for place, goods in enumerate(wanted):
            shown: QWidget = QWidget() if goods is None else self._card(goods)
            self._cards.append(shown)
            self._grid.addWidget(shown, place // _COLUMNS, place % _COLUMNS)
            shown.show()

    def _card(self, goods: Goods) -> "GoodsCard":
        card = self._kept.get(goods)
        if card is None:
            card = self._kept[goods] = GoodsCard(goods)
            card.clicked.connect(lambda _checked=False, code=card.barcode: self.goods_chosen.emit(code))
        return card


class GoodsCard(QPushButton):
    """One kind of goods, with its price and what is left; a stripe in its key's colour."""

    def __init__(self, goods: Goods) -> None:
        super().__init__()
        wearing = theme.current()
        self.barcode = goods.barcode
        self.setObjectName(f"goods_{goods.barcode}")
        self.setAccessibleName(goods.name)
        if goods.quick_colour:
            self.setProperty("stripe", goods.quick_colour)
        column = QVBoxLayout(self)
        column.setContentsMargins(wearing.px(16), wearing.px(8), wearing.px(12), wearing.px(8))
        column.setSpacing(0)
        # What tells two oils apart stands at the end of their long names: two lines before anything is left out.
        name = Words(
            goods.name, "strong", wrap=True, align=Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        )
        name.setFixedHeight(2 * name.fontMetrics().lineSpacing())
        self.setToolTip(goods.name)
        column.addWidget(name, 1)
        row = QHBoxLayout()
        row.addWidget(Words(formats.money(goods.price), "title"))
        left = Words("", "caption", align=RIGHT)
        left.say(_("{stock} left").format(stock=goods.stock), None if goods.stock > 0 else Tone.AMBER)
        row.addWidget(left, 1)
        column.addLayout(row)
        for label in self.findChildren(Words):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """Two lines and a price."""
        return QSize(theme.current().px(220), theme.current().px(96))
