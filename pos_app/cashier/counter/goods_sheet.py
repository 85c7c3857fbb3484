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
from core.qt.widgets.put_away import put_away
from core.wording import formats
from core.wording.catalogue import _
from pos_app.cashier.counter.presenter import CounterState

_COLUMNS = 4
_NARROW = 1_120
_WIDE = 1_500  # pixels at scale 1: so wide a window holds half as many cards again beside each other
_KEPT = 90  # cards of goods that were shown, some with a stock of an hour ago
_LETTERS = (tuple("ABCDEFGHIJKLMN"), (*"OPQRSTUVWXYZ", "back"))


class GoodsSheet(Sheet):
    """Signals: goods_chosen(barcode); sought(text); keyed_wanted."""

    goods_chosen = Signal(str)
    sought = Signal(str)
    keyed_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(_("Goods"), "goods_sheet", width=_NARROW)
        wearing = theme.current()
        self._state = CounterState()
        self._page = 1
        self._shown: tuple[Goods | None, ...] = ()
        self._cards: list[QWidget] = []
        self._kept: dict[str, GoodsCard] = {}  # by barcode; to dress a card takes longer than a key may
        self._columns = _COLUMNS
        self._is_wide = False
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
        column.addLayout(self._grid)
        column.addStretch(1)
        area = _Area()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area

    def place(self) -> None:
        """As wide as the window allows, with as many cards in a row as that holds."""
        over, wearing = self.parentWidget(), theme.current()
        self._is_wide = over is not None and over.width() >= wearing.px(_WIDE)
        self._wanted_width = wearing.px(_WIDE if self._is_wide else _NARROW)
        if self._columns != self._wanted_columns:
            self._arrange()
        super().place()

    @property
    def _wanted_columns(self) -> int:
        """Quick keys stay four in a row on every screen, as they were laid out."""
        by_keys = not self.search.text().strip() and bool(self._state.quick)
        return _COLUMNS * 3 // 2 if self._is_wide and not by_keys else _COLUMNS

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
            put_away(button)
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
        """What stays where it was keeps its card: a finger may be on it while the fresh stock arrives."""
        codes = [goods.barcode if goods else "" for goods in wanted]
        if codes == [card.barcode if isinstance(card, GoodsCard) else "" for card in self._cards]:
            for card, goods in zip(self._cards, wanted, strict=True):
                if isinstance(card, GoodsCard) and goods is not None:
                    card.show_goods(goods)
            return
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
        for goods in wanted:
            self._cards.append(QWidget() if goods is None else self._card(goods))
        self._arrange()

    def _arrange(self) -> None:
        self._columns = self._wanted_columns
        for place, shown in enumerate(self._cards):
            self._grid.addWidget(shown, place // self._columns, place % self._columns)
            shown.show()
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 1 if column < self._columns else 0)

    def _card(self, goods: Goods) -> "GoodsCard":
        card = self._kept.get(goods.barcode)
        if card is None:
            card = self._kept[goods.barcode] = GoodsCard(goods.barcode)
            card.clicked.connect(lambda _checked=False, code=card.barcode: self.goods_chosen.emit(code))
        card.show_goods(goods)
        return card


class _Area(QScrollArea):
    """Three rows of cards and a bit where there is room for them, two at least."""

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """More on a taller screen."""
        window = self.window().height()
        rows = 4 if window >= theme.current().px(880) else 3
        return QSize(theme.current().px(900), theme.current().px(rows * 104))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """Two rows."""
        return QSize(theme.current().px(400), theme.current().px(208))


class GoodsCard(QPushButton):
    """One kind of goods, with its price and what is left; a stripe in its key's colour."""

    def __init__(self, barcode: str) -> None:
        super().__init__()
        wearing = theme.current()
        self.barcode = barcode
        self._goods: Goods | None = None
        self.setObjectName(f"goods_{barcode}")
        column = QVBoxLayout(self)
        column.setContentsMargins(wearing.px(16), wearing.px(8), wearing.px(12), wearing.px(8))
        column.setSpacing(0)
        # What tells two oils apart stands at the end of their long names: two lines before anything is left out.
        self._name = Words(
            "", "strong", wrap=True, align=Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        )
        self._name.ensurePolished()
        self._name.setFixedHeight(2 * self._name.fontMetrics().lineSpacing() + wearing.px(2))
        column.addWidget(self._name, 1)
        row = QHBoxLayout()
        self._price = Words("", "title")
        row.addWidget(self._price)
        self._left = Words("", "caption", align=RIGHT)
        row.addWidget(self._left, 1)
        column.addLayout(row)
        for label in (self._name, self._price, self._left):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_goods(self, goods: Goods) -> None:
        """Paint these, fresh: name, price, what is left, and the stripe."""
        if goods == self._goods:
            return
        self._goods = goods
        self.setAccessibleName(goods.name)
        self.setToolTip(goods.name)
        theme.paint_as(self, stripe=goods.quick_colour or None)
        self._name.setText(goods.name)
        self._price.setText(formats.money(goods.price))
        left = _("{stock} left").format(stock=goods.stock)
        self._left.say(left, None if goods.stock > 0 else Tone.AMBER)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """Two lines and a price."""
        return QSize(theme.current().px(220), theme.current().px(96))
