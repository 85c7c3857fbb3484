"""What a refund at a counter means to a member: points in proportion, and the coupon back when all was given back."""

from cloud_api.coupons.service import Coupons
from cloud_api.database import Work
from cloud_api.points.service import Points
from core.protocol.from_station import RefundCompleted


class CounterRefunds:
    """Takes a station's report of a refund, in the transaction that keeps it."""

    def __init__(self, points: Points, coupons: Coupons) -> None:
        self._points, self._coupons = points, coupons

    def take(self, work: Work, station_id: str, refund: RefundCompleted) -> None:
        self._points.take_refund(work, station_id, refund)
        if refund.gives_all_back:
            self._coupons.give_back(work, station_id, refund.sale_id)
