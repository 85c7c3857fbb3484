"""Goods to choose from, for what has no barcode on it or will not scan."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.domain.product import Goods
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.labels import CENTRE, RIGHT, Words
from core.qt.widgets.layers import Sheet
from core.wording import formats
from core.wording.catalogue import _

_COLUMNS = 3


class GoodsSheet(Sheet):
    """Signals: goods_chosen(barcode)."""

    goods_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(_("Goods"), "goods_sheet", width=960)
        wearing = theme.current()
        self._goods: tuple[Goods, ...] = ()
        self._cards: list[QPushButton] = []
        self.search = QLineEdit()
        self.search.setObjectName("goods_search")
        self.search.setPlaceholderText(_("Part of the name or barcode"))
        self.search.textChanged.connect(lambda _text: self._lay_out())
        self.search.returnPressed.connect(self._take_only_one)
        self._nothing = Words("", "quiet", align=CENTRE)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        self._grid = QGridLayout()
        self._grid.setSpacing(wearing.px(8))
        column.addLayout(self._grid)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setMinimumHeight(wearing.px(400))
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.addWidget(self.search)
        self.body.addWidget(self._nothing)
        self.body.addWidget(area, 1)

    def begin(self, goods: tuple[Goods, ...]) -> None:
        """Open with everything on sale."""
        self._goods = goods
        self.search.clear()
        self._lay_out()

    def _take_only_one(self) -> None:
        """Enter after a few letters, when they leave one choice."""
        if len(self._cards) == 1:
            self._cards[0].click()

    def _lay_out(self) -> None:
        for card in self._cards:
            self._grid.removeWidget(card)
            card.setParent(None)
            card.deleteLater()
        self._cards = []
        wanted = self.search.text().strip().casefold()
        found = [each for each in self._goods if wanted in each.name.casefold() or wanted in each.barcode]
        self._nothing.setVisible(not found)
        self._nothing.setText(
            _("Nothing of that name is on sale.") if wanted else _("No goods are on sale yet.")
        )
        for place, goods in enumerate(found):
            card = _GoodsCard(goods)
            card.clicked.connect(lambda _checked=False, code=goods.barcode: self.goods_chosen.emit(code))
            self._cards.append(card)
            self._grid.addWidget(card, place // _COLUMNS, place % _COLUMNS)
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1)


class _GoodsCard(QPushButton):
    def __init__(self, goods: Goods) -> None:
        super().__init__()
        wearing = theme.current()
        self.setObjectName(f"goods_{goods.barcode}")
        self.setAccessibleName(goods.name)
        column = QVBoxLayout(self)
        column.setContentsMargins(wearing.px(12), wearing.px(8), wearing.px(12), wearing.px(8))
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
        return QSize(theme.current().px(240), theme.current().px(96))
