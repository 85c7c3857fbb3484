"""Running online orders at the top, ended ones below."""

from PySide6.QtWidgets import QWidget

from admin_app.orders.presenter import OrdersPresenter, OrdersState
from admin_app.panels import page, panel
from core.domain.station_order import ServiceState, StationOrder
from core.qt.notices import Tone
from core.qt.row_table import Column, RowTable, RowTableView
from core.qt.widgets.labels import Words
from core.wording import formats, names
from core.wording.catalogue import _

_TONES = {
    ServiceState.WAITING: Tone.RED,
    ServiceState.COMPLETED: Tone.GREEN,
    ServiceState.DECLINED: Tone.AMBER,
    ServiceState.WITHDRAWN: Tone.GREY,
}


class OrdersScreen(QWidget):
    """Paints the state."""

    def __init__(self, presenter: OrdersPresenter) -> None:
        super().__init__()
        self.setObjectName("orders_screen")
        self._state = presenter.state
        self._running = RowTable(self._columns(ended=False), key=lambda order: order.id)
        self._ended = RowTable(self._columns(ended=True), key=lambda order: order.id)
        self._running_title = Words("", "strong", name="orders_running_title")
        self._ended_title = Words("", "strong", name="orders_ended_title")
        column = page(self)
        column.addWidget(panel(self._running_title, RowTableView(self._running, "orders_running")), 2)
        column.addWidget(
            panel(self._ended_title, RowTableView(self._ended, "orders_ended", sortable=True)), 3
        )
        presenter.changed.connect(lambda: self.show_state(presenter.state))
        self.show_state(presenter.state)

    def show_state(self, state: OrdersState) -> None:
        """Paint everything."""
        self._state = state
        self._running_title.setText(
            _("Running ({count})").format(count=len(state.running))
            if state.running
            else _("No online order is running.")
        )
        self._ended_title.setText(
            _("Ended ({count})").format(count=len(state.ended))
            if state.ended
            else _("No online order has ended yet.")
        )
        self._running.show_rows(state.running)
        self._ended.show_rows(state.ended)

    def _columns(self, *, ended: bool) -> list[Column[StationOrder]]:
        return [
            Column(_("Paid at"), lambda order: formats.short_moment(order.paid_at), width=118),
            Column(
                _("State"),
                lambda order: names.service_state(order.state),
                width=116,
                tone=lambda order: _TONES.get(order.state),
                bold=True,
            ),
            Column(_("Plate"), lambda order: order.plate, width=120, bold=True),
            Column(_("Car"), lambda order: order.car),
            *([] if ended else [Column(_("Order code"), _code, width=100)]),
            Column(_("Pump"), lambda order: _("Pump {pump}").format(pump=order.pump), width=80),
            Column(_("Grade"), lambda order: names.grade(order.grade), width=92),
            Column(_("Ordered"), _ordered, figures=True, width=100),
            Column(
                _("Paid, yuan"),
                lambda order: formats.money_without_sign(order.paid),
                figures=True,
                bold=True,
                width=100,
                value=lambda order: order.paid.fen,
            ),
            Column(_("Served by"), self._server, width=84),
            *([Column(_("Ended at"), _ended_at, width=118)] if ended else []),
        ]

    def _server(self, order: StationOrder) -> str:
        return self._state.names.get(order.served_by, "") if order.served_by else ""


def _ordered(order: StationOrder) -> str:
    return formats.litres(order.volume) if order.by_volume else formats.money(order.ordered)


def _code(order: StationOrder) -> str:
    return order.code


def _ended_at(order: StationOrder) -> str:
    return formats.short_moment(order.ended_at) if order.ended_at else ""
