"""The ends of an order and how each step is written down, for whichever use case takes it."""

from dataclasses import replace

from core.domain.events.orders import OrderMoved
from core.domain.ids import StaffId
from core.domain.order import CancelReason
from core.domain.print_job import PaperKind
from core.domain.station_order import ServiceState, StationOrder
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.unit_of_work import Work
from core.protocol import from_station
from core.protocol.codec import wrap

NOBODY = StaffId("")
"""Does what the station's own rules do."""


def save(work: Work, order: StationOrder, by: StaffId) -> None:
    """The order as it is now, and that it took a step."""
    work.orders.save(order)
    work.record(OrderMoved(order.id, order.state), actor=by)


def name_of(work: Work, by: StaffId) -> str:
    """What the cloud is told of who did it; empty for nobody."""
    return work.staff.get(by).name if by else ""


class Ends:
    """How an order ends at the station, inside the transaction of whoever ends it."""

    def __init__(self, clock: Clock, ids: Identity) -> None:
        self._clock = clock
        self._ids = ids

    def tell(self, work: Work, message: from_station.FromStation) -> None:
        """To the cloud, and so to the driver."""
        work.messages.post(wrap(message, self._ids(), self._clock.now()))

    def give_back(self, work: Work, order: StationOrder, reason: CancelReason, by: StaffId) -> StationOrder:
        """Decline the order: everything paid goes back to the driver. Raises OrderStateUnfit."""
        declined = replace(
            order.moved(ServiceState.DECLINED),
            reason=reason,
            ended_at=self._clock.now(),
            served_by=by or order.served_by,
            leaving="",
            to_pump=None,
            to_nozzle=None,
        )
        if order.fill is not None:
            work.fills.save(work.fills.get(order.fill).settled())
        save(work, declined, by)
        self._tell_declined(work, declined, by)
        return declined

    def complete(self, work: Work, order: StationOrder, by: StaffId) -> StationOrder:
        """Complete a filled order with the pump's figures; with nothing filled it goes back whole.

        Raises OrderStateUnfit.
        """
        completed = replace(order.moved(ServiceState.COMPLETED), ended_at=self._clock.now())
        assert order.fill is not None
        fill = work.fills.get(order.fill)
        if not fill.amount:
            return self.give_back(work, order, CancelReason.NOTHING_FILLED, by)
        work.fills.save(fill.settled())
        save(work, completed, by)
        work.printing.add(PaperKind.ORDER_SLIP, order.id, by)
        self._tell_completed(work, completed, by)
        return completed

    def tell_again(self, work: Work, order: StationOrder) -> None:
        """How it ended here, if it did; an end that was told already is no news to the cloud."""
        by = order.served_by or NOBODY
        if order.state is ServiceState.COMPLETED:
            self._tell_completed(work, order, by)
        elif order.state is ServiceState.DECLINED:
            self._tell_declined(work, order, by)

    def _tell_declined(self, work: Work, order: StationOrder, by: StaffId) -> None:
        message = {"order_id": order.id, "reason": order.reason, "declined_by": name_of(work, by)}
        self.tell(work, from_station.OrderDeclined.model_validate(message))

    def _tell_completed(self, work: Work, order: StationOrder, by: StaffId) -> None:
        assert order.fill is not None
        fill = work.fills.get(order.fill)
        told = from_station.OrderCompleted(
            order_id=order.id,
            fill_id=fill.id,
            volume_ml=fill.volume.millilitres,
            amount_fen=fill.amount.fen,
            price_li=fill.price.li,
            filled_at=fill.ended_at,
            completed_at=order.ended_at or self._clock.now(),
            completed_by=name_of(work, by),
        )
        self.tell(work, told)
