"""Why an order is sent back; the money returns to the driver whatever the reason."""

from PySide6.QtCore import Signal

from core.domain.order import CancelReason
from core.domain.station_order import ServiceState
from core.qt import theme
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Sheet
from core.wording import formats, names
from core.wording.catalogue import _
from pos_app.orders.presenter import OrderView


class DeclineSheet(Sheet):
    """Signals: declined(OrderId, CancelReason)."""

    declined = Signal(str, object)

    def __init__(self) -> None:
        super().__init__(_("Send the order back?"), "decline_sheet", width=640)
        self._order = ""
        self._what = Words("", "title", wrap=True)
        self._consequence = Words("", "body", wrap=True)
        self.body.addWidget(self._what)
        self.body.addWidget(self._consequence)
        self._car = self._reason(_("The car is not there"), CancelReason.CAR_NOT_THERE, "F2")
        self._station = self._reason(_("We cannot serve it"), CancelReason.STATION_DECLINED, "F3")

    def begin(self, view: OrderView) -> None:
        """Open for this order; the likelier reason stands first and has the focus of the eye."""
        order = view.order
        self._order = order.id
        self._what.setText(
            f"{order.plate}   "
            + _("Pump {pump}, {grade}").format(pump=order.pump, grade=names.grade(order.grade))
        )
        self._consequence.setText(
            _("The whole {paid} goes back to the driver at once, and the driver is told.").format(
                paid=formats.money(order.paid)
            )
        )
        seen = order.state is not ServiceState.WAITING
        self._car.set_reason("" if seen else _("Accept the order first, then look for the car."))

    def _reason(self, words: str, reason: CancelReason, key: str) -> BusyButton:
        button = BusyButton(words, f"decline_{reason.value}", key=key, role="danger")
        button.set_height(theme.current().size("target_large"))
        button.clicked.connect(lambda: self.declined.emit(self._order, reason))
        self.body.addWidget(button)
        return button
