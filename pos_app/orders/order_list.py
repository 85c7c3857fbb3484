"""The cards of all open orders: a column on the forecourt, a strip on the counter."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from core.domain.ids import OrderId
from core.domain.station_order import ServiceState
from core.qt import theme
from core.qt.widgets.labels import CENTRE, LEFT, Words
from core.qt.widgets.put_away import put_away
from core.wording.catalogue import _
from pos_app.orders.order_card import OrderCard
from pos_app.orders.presenter import OrdersState, OrderView

_WITH_KEYS = 9


class OrderList(QWidget):
    """Signals: next_wanted(OrderId); decline_wanted(OrderId)."""

    next_wanted = Signal(str)
    decline_wanted = Signal(str)

    def __init__(self, large: bool) -> None:
        """`large` is the forecourt's column, whose first order with a step is the primary action."""
        super().__init__()
        self._large = large
        self._cards: dict[OrderId, OrderCard] = {}
        self._sequence: list[OrderId] = []
        wearing = theme.current()
        inside = QWidget()
        self._row: QBoxLayout = QVBoxLayout(inside) if large else QHBoxLayout(inside)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(wearing.px(8))
        self._row.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidget(inside)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if large:
            self._area.setHorizontalScrollBarPolicy(off)
        else:
            self._area.setVerticalScrollBarPolicy(off)
        self._nothing: QLabel = Words(
            _("No online orders. A new one rings."), "quiet", align=CENTRE if large else LEFT, wrap=large
        )
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._nothing)
        outer.addWidget(self._area, 1)

    def show_state(self, state: OrdersState) -> None:
        """Paint every card."""
        wanted = [view.order.id for view in state.orders]
        for gone in [order for order in self._cards if order not in wanted]:
            card = self._cards.pop(gone)
            self._row.removeWidget(card)
            put_away(card)
        views = self._in_order(state)
        foremost = next((view.order.id for view in views if view.is_foremost), None) if self._large else None
        for place, view in enumerate(views):
            order = view.order.id
            card = self._cards.get(order) or self._add(order)
            if self._row.indexOf(card) != place:
                self._row.removeWidget(card)
                self._row.insertWidget(place, card)
            card.show_order(view, order == foremost)
        self._nothing.setVisible(not state.orders)
        self._area.setVisible(bool(state.orders))

    def _in_order(self, state: OrdersState) -> list[OrderView]:
        """On the forecourt what needs somebody stands first. A card that comes to need somebody goes behind those that did
        before: none moves under a finger because of another car."""
        if not self._large:
            return list(state.orders)
        views = {view.order.id: view for view in state.orders}
        kept = [order for order in self._sequence if order in views and _needs_somebody(views[order])]
        fresh = [order for order, view in views.items() if _needs_somebody(view) and order not in kept]
        others = [order for order, view in views.items() if not _needs_somebody(view)]
        self._sequence = [*kept, *fresh]
        return [views[order] for order in (*self._sequence, *others)]

    def _add(self, order: OrderId) -> OrderCard:
        taken = {card.number for card in self._cards.values()}
        free = next((number for number in range(1, _WITH_KEYS + 1) if number not in taken), 0)
        card = OrderCard(order, self._large, free)
        card.next_wanted.connect(self.next_wanted)
        card.decline_wanted.connect(self.decline_wanted)
        self._cards[order] = card
        return card


def _needs_somebody(view: OrderView) -> bool:
    return view.order.state not in (ServiceState.AUTHORISED, ServiceState.FUELLING)
