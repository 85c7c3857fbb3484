"""The forecourt: pump tiles that fill the screen, paid orders at the right."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import RIGHT, Words
from core.wording.catalogue import _
from pos_app.orders.order_list import OrderList
from pos_app.orders.presenter import OrdersPresenter, OrdersState
from pos_app.pumps.presenter import PumpsPresenter
from pos_app.pumps.wall import PumpWall


class ForecourtScreen(QWidget):
    """Paints pumps and orders. Sheets are opened by the window.

    Signals: help_wanted(0), at no pump in particular.
    """

    help_wanted = Signal(int)

    def __init__(self, pumps: PumpsPresenter, orders: OrdersPresenter) -> None:
        super().__init__()
        self.setProperty("role", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        wearing = theme.current()
        gap = wearing.px(16)
        self.wall = PumpWall(large=True)
        self.orders = OrderList(large=True)
        columns = QHBoxLayout(self)
        columns.setContentsMargins(gap, gap, gap, gap)
        columns.setSpacing(gap)
        columns.addWidget(self.wall, 1)
        side = QWidget()
        side.setFixedWidth(wearing.px(408))
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        head = QHBoxLayout()
        head.addWidget(Words(_("Online orders"), "title"))
        self._count = Words("", "title", name="orders_waiting", align=RIGHT)
        head.addWidget(self._count, 1)
        column.addLayout(head)
        column.addWidget(self.orders, 1)
        help_call = BusyButton(_("Call for help"), "forecourt_help", key="F4")
        help_call.set_height(wearing.px(56))
        help_call.clicked.connect(lambda: self.help_wanted.emit(0))
        column.addWidget(help_call)
        columns.addWidget(side)
        self.orders.next_wanted.connect(orders.next_step)
        pumps.changed.connect(lambda: self.wall.show_state(pumps.state))
        orders.changed.connect(lambda: self._show_orders(orders.state))
        self.wall.show_state(pumps.state)
        self._show_orders(orders.state)

    def _show_orders(self, state: OrdersState) -> None:
        self.orders.show_state(state)
        waiting = sum(1 for view in state.orders if view.has_step)
        late = any(view.late for view in state.orders)
        self._count.say(str(waiting) if waiting else "", Tone.RED if late else None)
