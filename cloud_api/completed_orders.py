"""What a filled online order means in money and points: its station is owed for it, its driver earns by it."""

from cloud_api.database import Work
from cloud_api.ledger.receivables import Receivables
from cloud_api.orders.repository import OrderRow
from cloud_api.orders.service.moves import ReportedFill
from cloud_api.orders.service.tenders import kept_of
from cloud_api.points.service import Points
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.points_earning import BoughtFuel
from core.domain.tenders import Tender


class CompletedOrders:
    """Taken in the transaction that completes the order, after what was left over went back."""

    def __init__(self, points: Points, receivables: Receivables) -> None:
        self._points, self._receivables = points, receivables

    def take(self, work: Work, order: OrderRow, fill: ReportedFill) -> None:
        kept = kept_of(work, order.id)
        # What stored value paid is booked to the station by the charge itself.
        self._receivables.order_completed(work, order.id, order.station_id, kept[Tender.ONLINE])
        self._points.take_completed_order(
            work,
            order.id,
            order.station_id,
            order.driver_id,
            fill.at,
            # Points that were spent earn no points.
            paid_fen=sum(fen for tender, fen in kept.items() if tender is not Tender.POINTS),
            fuel=BoughtFuel(order.grade, Litres(fill.volume_ml), Money(fill.amount_fen)),
        )
