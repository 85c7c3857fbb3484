"""Orders that stand still: told to the station, and by its own rules declined, returned or completed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from core.domain.events.orders import OrderStandsStill
from core.domain.ids import OrderId
from core.domain.order import CancelReason
from core.domain.station_order import OrderRules, ServiceState, StationOrder
from core.ports.clock import Clock
from core.ports.unit_of_work import UnitOfWork, Work
from core.services.orders.steps import NOBODY, Ends
from core.services.orders.turning import TurningDesk

_S = ServiceState
_ASK_AGAIN = timedelta(seconds=5)
_Step = Callable[[Work, StationOrder], object]


class StandingOrders:
    """What the clock does with orders at the station."""

    def __init__(
        self, work: UnitOfWork, clock: Clock, rules: OrderRules, ends: Ends, turning: TurningDesk
    ) -> None:
        self._work = work
        self._clock = clock
        self._rules = rules
        self._ends = ends
        self._turning = turning
        self._seen_turning: dict[OrderId, datetime] = {}

    def look(self) -> None:
        """Chore of the pumps' owner: every open order, each in a transaction of its own where something is due."""
        now = self._clock.now()
        with self._work.reading() as work:
            orders = work.orders.open_ones()
        self._take_up(orders_turning={order.id for order in orders if order.is_turning}, now=now)
        for order in orders:
            due = None if order.is_turning else self._due(order, now)
            if due is not None:
                with self._work() as work:
                    fresh = work.orders.get(order.id)
                    if fresh == order:
                        due(work, fresh)

    def _take_up(self, orders_turning: set[OrderId], now: datetime) -> None:
        """What was to leave its pump and has not for a while: whoever was at it is gone, or the controller was."""
        self._seen_turning = {order: self._seen_turning.get(order, now) for order in orders_turning}
        for order, since in self._seen_turning.items():
            if now - since >= _ASK_AGAIN:
                self._seen_turning[order] = now
                self._turning.go_on(order)

    def _due(self, order: StationOrder, now: datetime) -> _Step | None:
        rules = self._rules
        if order.state is _S.FILLED and not rules.attendant_confirms:
            return self._complete
        if order.state is _S.WAITING:
            waited, limit = now - order.paid_at, rules.decline_after
            remind_after: timedelta | None = rules.late_after
            reason = CancelReason.NOBODY_ACCEPTED
        elif order.waits_for_car() and order.accepted_at is not None:
            waited, limit = now - order.accepted_at, rules.return_after
            remind_after, reason = rules.remind_after, CancelReason.NOBODY_CAME
        else:
            return None
        if limit is not None and waited >= limit:
            return lambda work, each: self._turning.give_back_in(work, each, reason, NOBODY)
        is_still = remind_after is not None and waited >= remind_after
        return self._remind if is_still and order.reminded_at is None else None

    def _remind(self, work: Work, order: StationOrder) -> None:
        work.orders.save(replace(order, reminded_at=self._clock.now()))
        work.record(OrderStandsStill(order.id, order.pump, order.state))

    def _complete(self, work: Work, order: StationOrder) -> None:
        self._ends.complete(work, order, order.served_by or NOBODY)
