"""Online orders, the running ones and the last ended ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from admin_app.refreshing import RefreshingPresenter
from core.domain.ids import StaffId
from core.domain.station_order import StationOrder
from core.qt.background import Runs
from core.qt.notices import Notices

if TYPE_CHECKING:
    from core.services.orders.desk import OrderDesk
    from core.services.staff import StaffDesk

MOST = 100


@dataclass(frozen=True, slots=True)
class OrdersState:
    """What the room shows."""

    running: tuple[StationOrder, ...] = ()
    ended: tuple[StationOrder, ...] = ()
    names: Mapping[StaffId, str] = field(default_factory=dict)
    loaded: bool = False


class OrdersPresenter(RefreshingPresenter[OrdersState]):
    """Signals: changed."""

    def __init__(
        self,
        orders: "OrderDesk",
        staff: "StaffDesk",
        background: Runs,
        notices: Notices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(background, notices, parent)
        self._orders = orders
        self._staff = staff
        self.state = OrdersState()

    def _read(self) -> OrdersState:
        return OrdersState(
            tuple(self._orders.open_orders()),
            tuple(self._orders.recent(MOST)),
            {person.id: person.name for person in self._staff.people()},
            loaded=True,
        )

    def _arrived(self, figures: OrdersState) -> None:
        if figures != self.state:
            self.state = figures
            self.changed.emit()
