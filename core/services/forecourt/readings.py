"""Keep what the pumps show, and tell a driver who waits."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.domain.events.orders import OrderMoved
from core.domain.ids import OrderId, PumpNumber
from core.domain.pump import PumpReading, PumpState
from core.domain.station_order import ServiceState, StationOrder
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.unit_of_work import UnitOfWork, Work
from core.protocol import from_station
from core.protocol.codec import wrap

_SAVE_EVERY = timedelta(milliseconds=500)
_TELL_DRIVER_EVERY = timedelta(seconds=2)


class Readings:
    """The last reading of each pump, in the books."""

    def __init__(self, work: UnitOfWork, clock: Clock, ids: Identity) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids
        self._saved: dict[PumpNumber, PumpReading] = {}
        self._told: dict[OrderId, datetime] = {}

    def record_reading(self, reading: PumpReading) -> None:
        """Keep what a pump is doing (at most twice a second while nothing changes) and tell a waiting driver."""
        self.record_readings((reading,))

    def record_readings(self, readings: Sequence[PumpReading]) -> None:
        """The same for what many pumps are doing, each its newest, in one go."""
        due = [reading for reading in readings if self._is_due(reading)]
        if not due:
            return
        with self._work() as work:
            for reading in due:
                work.forecourt.save_reading(reading)
                if reading.state is PumpState.FUELLING:
                    authorisation = work.authorisations.open_on(reading.pump)
                    if authorisation is not None and authorisation.order is not None:
                        self._fuelling(work, authorisation.order, reading)
        self._saved.update({reading.pump: reading for reading in due})

    def _is_due(self, reading: PumpReading) -> bool:
        before = self._saved.get(reading.pump)
        if before is None:
            return True
        if before.state is reading.state and reading.at - before.at < _SAVE_EVERY:
            return False
        return replace(before, at=reading.at) != reading

    def _fuelling(self, work: Work, order_id: OrderId, reading: PumpReading) -> None:
        order: StationOrder = work.orders.get(order_id)
        if order.state in (ServiceState.AUTHORISING, ServiceState.AUTHORISED):
            order = order.moved(ServiceState.FUELLING)
            work.orders.save(order)
            work.record(OrderMoved(order.id, order.state))
        told = self._told.get(order_id)
        if told is None or reading.at - told >= _TELL_DRIVER_EVERY:
            self._told[order_id] = reading.at
            message = from_station.OrderFuelling(
                order_id=order_id,
                volume_ml=reading.volume.millilitres,
                amount_fen=reading.amount.fen,
                at=reading.at,
            )
            work.messages.post(wrap(message, self._ids(), self._clock.now()))
