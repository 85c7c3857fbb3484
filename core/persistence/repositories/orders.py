"""Online orders."""

from collections.abc import Sequence

from core.domain.ids import OrderId
from core.domain.refusals.orders import OrderNotFound
from core.domain.station_order import ServiceState, StationOrder
from core.persistence.column_types import one_of
from core.persistence.repositories.forecourt import FILL
from core.persistence.repositories.shifts import CURRENT_SHIFT
from core.persistence.repositories.sums import Sums
from core.persistence.rows import RowsOf
from core.persistence.tables.orders import OPEN_ORDERS, orders
from core.persistence.transaction import Transaction
from core.persistence.words import bindparam

_ORDERS = RowsOf(orders, StationOrder)
_ORDER = _ORDERS.where(orders.c.id == bindparam("order"))
_OPEN_ONES = _ORDERS.where(one_of(orders.c.state, OPEN_ORDERS), order=[orders.c.paid_at, orders.c.id])
_RECENT = _ORDERS.where(
    orders.c.ended_at.is_not(None), order=[orders.c.ended_at.desc(), orders.c.id.desc()], limited=True
)


class SqlOrders:
    """Port Orders."""

    def __init__(self, transaction: Transaction, sums: Sums) -> None:
        self._transaction = transaction
        self._sums = sums

    def get(self, order: OrderId) -> StationOrder:
        found = self.find(order)
        if found is None:
            raise OrderNotFound(order)
        return found

    def find(self, order: OrderId) -> StationOrder | None:
        return self._transaction.first(_ORDER, order)

    def save(self, order: StationOrder) -> None:
        completing = order.state is ServiceState.COMPLETED and not self._is_completed(order.id)
        self._transaction.run(_ORDERS.save, *_ORDERS.of(order))
        if completing:
            fill = self._transaction.first(FILL, order.fill) if order.fill is not None else None
            shift = self._transaction.first(CURRENT_SHIFT)
            self._sums.add_order(order, fill, shift.id if shift else None)

    def open_ones(self) -> Sequence[StationOrder]:
        return self._transaction.all(_OPEN_ONES)

    def recent(self, limit: int) -> Sequence[StationOrder]:
        return self._transaction.all(_RECENT, limit)

    def _is_completed(self, order: OrderId) -> bool:
        known = self.find(order)
        return known is not None and known.state is ServiceState.COMPLETED
