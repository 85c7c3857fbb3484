"""What a station does with orders: claims one, and reports what became of it."""

from typing import Any

from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.orders import repository
from cloud_api.orders.service.moves import Moves, ReportedFill
from cloud_api.stations.service import Taker
from core.domain.order import CancelReason, OrderState
from core.domain.refusals.orders import OrderNoLongerWaiting, OrderStateUnfit
from core.protocol.from_station import (
    OrderAtPump,
    OrderAuthorised,
    OrderBackDeclined,
    OrderCarDiffers,
    OrderCarSettled,
    OrderCompleted,
    OrderDeclined,
    OrderFuelling,
)

_OVER = (OrderState.COMPLETED, OrderState.CANCELLED)


class OrdersAtStation:
    """The station's side of orders. Its messages come once each, but may repeat what an earlier one said."""

    def __init__(self, database: Database, clock: Clock, moves: Moves) -> None:
        self._database = database
        self._clock = clock
        self._moves = moves

    @property
    def takers(self) -> dict[type[Any], Taker]:
        """Who takes in which message."""
        return {
            OrderAuthorised: self._authorised,
            OrderFuelling: self._fuelling,
            OrderCompleted: self._completed,
            OrderDeclined: self._declined,
            OrderCarDiffers: self._car_differs,
            OrderCarSettled: self._car_settled,
            OrderAtPump: self._at_pump,
            OrderBackDeclined: self._back_declined,
        }

    async def claim(self, station_id: str, order_id: str, claim_id: str) -> None:
        """The station takes the order; from here on the driver cannot cancel it.

        The same claim again is the same. Raises OrderNotFound, OrderNoLongerWaiting.
        """
        await self._database.write(lambda work: self._claim(work, station_id, order_id, claim_id))

    def _claim(self, work: Work, station_id: str, order_id: str, claim_id: str) -> None:
        now = self._clock.now()
        claimed = repository.claim(work.connection, order_id, station_id, claim_id, now)
        order = self._moves.order_of_station(work, order_id, station_id)
        if claimed:
            self._moves.note(work, order, "accepted", now)
        elif order.claim_id != claim_id or order.state is OrderState.CANCELLED:
            raise OrderNoLongerWaiting(order_id, order.state)

    def _authorised(self, work: Work, station_id: str, message: OrderAuthorised) -> None:
        order = self._moves.order_of_station(work, message.order_id, station_id)
        if order.state is OrderState.RESERVED:
            # It was claimed, whether we remember it or not.
            repository.claim(work.connection, order.id, station_id, order.id, self._clock.now())
            self._moves.note(work, order, "authorised")

    def _fuelling(self, work: Work, station_id: str, message: OrderFuelling) -> None:
        order = self._moves.order_of_station(work, message.order_id, station_id)
        if order.state in _OVER or (order.fuelling_at is not None and message.at < order.fuelling_at):
            return  # a reading that was overtaken by a later one says nothing any more
        if order.state is OrderState.RESERVED:
            self._moves.start_fuelling(work, order, message.at)
        elif order.state is OrderState.PENDING_PAYMENT:
            raise OrderStateUnfit(order.id, order.state)
        self._moves.change(
            work,
            order,
            fuelling_volume_ml=message.volume_ml,
            fuelling_amount_fen=message.amount_fen,
            fuelling_at=message.at,
        )

    def _completed(self, work: Work, station_id: str, message: OrderCompleted) -> None:
        order = self._moves.order_of_station(work, message.order_id, station_id)
        if order.state is OrderState.COMPLETED and order.fill_id == message.fill_id:
            return
        fill = ReportedFill(
            id=message.fill_id,
            volume_ml=message.volume_ml,
            amount_fen=message.amount_fen,
            price_li=message.price_li,
            at=message.filled_at,
            by=message.completed_by,
        )
        self._moves.complete(work, order, fill)

    def _declined(self, work: Work, station_id: str, message: OrderDeclined) -> None:
        order = self._moves.order_of_station(work, message.order_id, station_id)
        if order.state is not OrderState.CANCELLED:
            self._moves.cancel(work, order, CancelReason(message.reason), by_station=True)

    def _car_differs(self, work: Work, station_id: str, message: OrderCarDiffers) -> None:
        order = self._moves.order_of_station(work, message.order_id, station_id)
        if order.state is OrderState.RESERVED:
            differs = "".join(str(place) for place in message.differs)
            self._moves.change(work, order, car_asked_at=message.at, car_differs=differs, car_is_mine=None)
            self._moves.note(work, order, "car_differs", message.at)

    def _car_settled(self, work: Work, station_id: str, message: OrderCarSettled) -> None:
        order = self._moves.order_of_station(work, message.order_id, station_id)
        if order.is_asked_about_car:
            self._moves.change(work, order, car_asked_at=None, car_differs=None)

    def _at_pump(self, work: Work, station_id: str, message: OrderAtPump) -> None:
        order = self._moves.order_of_station(work, message.order_id, station_id)
        there = (message.pump, message.nozzle)
        if order.state is OrderState.RESERVED and (order.pump, order.nozzle) != there:
            self._moves.change(work, order, pump=message.pump, nozzle=message.nozzle)
            self._moves.note(work, order, "moved")

    def _back_declined(self, work: Work, station_id: str, message: OrderBackDeclined) -> None:
        order = self._moves.order_of_station(work, message.order_id, station_id)
        if order.back_asked_at is not None and order.back_declined_at is None and order.state not in _OVER:
            self._moves.change(work, order, back_declined_at=message.at)
            self._moves.note(work, order, "back_declined", message.at)
