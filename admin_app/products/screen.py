"""The list of goods on sale."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from admin_app.panels import page, panel
from admin_app.products.presenter import ProductsPresenter, ProductsState
from core.domain.ids import GoodsId
from core.domain.product import Goods
from core.qt.notices import Tone
from core.qt.row_table import ROW_ROLE, Column, RowTable, RowTableView
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import Words
from core.wording import formats
from core.wording.catalogue import _


class ProductsScreen(QWidget):
    """Paints the state. Signals: change_wanted(GoodsId); new_wanted."""

    change_wanted = Signal(str)
    new_wanted = Signal()

    def __init__(self, presenter: ProductsPresenter) -> None:
        super().__init__()
        self.setObjectName("products_screen")
        self._title = Words("", "strong", name="goods_title")
        self._table = RowTable(_columns(), key=lambda goods: goods.id)
        self._view = RowTableView(self._table, "goods_table", sortable=True)
        self._view.selectionModel().selectionChanged.connect(lambda *_changed: self._show_button())
        self._view.doubleClicked.connect(lambda _index: self._change())
        self._change_button = BusyButton(_("Change…"), "goods_change", role="small")
        self._change_button.clicked.connect(self._change)
        new = BusyButton(_("New goods…"), "goods_new", role="small")
        new.clicked.connect(self.new_wanted)
        page(self).addWidget(panel(self._title, self._view, self._change_button, new))
        presenter.changed.connect(lambda: self.show_state(presenter.state))
        self.show_state(presenter.state)

    def show_state(self, state: ProductsState) -> None:
        """Paint everything."""
        self._title.setText(
            _("Goods on sale ({count})").format(count=len(state.goods))
            if state.goods
            else _("No goods are on sale yet.")
        )
        self._table.show_rows(state.goods)
        self._show_button()

    def _show_button(self) -> None:
        self._change_button.set_reason("" if self._chosen() else _("Choose goods in the list."))

    def _chosen(self) -> GoodsId | None:
        rows = self._view.selectionModel().selectedRows()
        goods = rows[0].data(ROW_ROLE) if rows else None
        return goods.id if isinstance(goods, Goods) else None

    def _change(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self.change_wanted.emit(chosen)


def _columns() -> list[Column[Goods]]:
    return [
        Column(_("Goods name"), lambda goods: goods.name),
        Column(_("Barcode"), lambda goods: goods.barcode, width=200),
        Column(
            _("Quick key"),
            lambda goods: f"{goods.quick_page} – {goods.quick_place}" if goods.quick_page else "",
            width=120,
            value=lambda goods: (goods.quick_page or 99, goods.quick_place),
        ),
        Column(
            _("Price, yuan"),
            lambda goods: formats.money_without_sign(goods.price),
            figures=True,
            bold=True,
            width=140,
            value=lambda goods: goods.price.fen,
        ),
        Column(
            _("On the shelf"),
            lambda goods: f"{goods.stock:,}",
            figures=True,
            width=140,
            value=lambda goods: goods.stock,
            tone=lambda goods: Tone.AMBER if goods.stock <= 0 else None,
        ),
    ]
