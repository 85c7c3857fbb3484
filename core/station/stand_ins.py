"""What stands where the outside would be, for a till that trains."""

from dataclasses import dataclass

from core.ports.coupon_desk import CouponDesk
from core.ports.member_desk import MemberDesk
from core.ports.payment_gateway import PaymentGateway
from core.ports.points_desk import PointsDesk
from core.ports.printer import Printer


@dataclass(frozen=True, slots=True)
class StandIns:
    """Nothing here moves money, opens a drawer or reaches the cloud."""

    payments: PaymentGateway
    coupons: CouponDesk
    members: MemberDesk
    points: PointsDesk
    printer: Printer
    queue: str  # the name of that printer's queue
