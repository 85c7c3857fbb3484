"""Orders that a station has accepted before it lost its link: the head office ends them, as nobody else can."""

from cloud_api.access import OfficeUser
from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.offices import journal
from cloud_api.orders import schemas
from cloud_api.orders.service import view
from cloud_api.orders.service.moves import Moves
from cloud_api.orders.service.orders import check_heard
from cloud_api.settings import Settings
from cloud_api.stations import repository as stations
from core.domain.order import CancelReason, OrderState
from core.domain.refusals.orders import OrderNotFound, OrderStateUnfit, StationSilent


class LostOrders:
    """Whoever asked the station by telephone, and heard that nothing was filled, gives the money back here."""

    def __init__(self, database: Database, clock: Clock, settings: Settings, moves: Moves) -> None:
        self._database, self._clock, self._settings, self._moves = database, clock, settings, moves

    async def end(self, order_id: str, note: str, user: OfficeUser) -> schemas.Order:
        """Ends an accepted order at a silent station; everything paid goes back. The same again is the same.

        Raises OrderNotFound, OrderStateUnfit (fuel flows or has flowed, or the station can be heard and says it itself).
        """
        return await self._database.write(lambda work: self._end(work, order_id, note, user))

    def _end(self, work: Work, order_id: str, note: str, user: OfficeUser) -> schemas.Order:
        order = self._moves.order(work, order_id)
        if not user.may_see(order.station_id):
            raise OrderNotFound(order_id)
        if order.cancel_reason == CancelReason.STATION_DECLINED:
            return view.shown(work.connection, order)
        if order.state is not OrderState.RESERVED or not self._is_silent(work, order.station_id):
            raise OrderStateUnfit(order_id, order.state)
        # The station hears of it as soon as it is back.
        self._moves.cancel(work, order, CancelReason.STATION_DECLINED)
        journal.note(work, user, "orders.ended", order_id, {"note": note}, at=self._clock.now())
        return view.shown(work.connection, self._moves.order(work, order_id))

    def _is_silent(self, work: Work, station_id: str) -> bool:
        station = stations.station(work.connection, station_id)
        try:
            check_heard(station, self._clock.now(), self._settings.silent_station_seconds)
        except StationSilent:
            return True
        return False
