"""The station's doors to the cloud: real ones where it is paired, closed ones where it is not, a training till's own."""

from dataclasses import dataclass

from core.cloud_link.client import CloudClient
from core.cloud_link.coupon_desk import CloudCouponDesk
from core.cloud_link.mailbox import CloudMailbox
from core.cloud_link.member_desk import CloudMemberDesk
from core.cloud_link.order_desk import CloudOrderDesk
from core.cloud_link.payment_gateway import CloudPaymentGateway
from core.cloud_link.points_desk import CloudPointsDesk
from core.ports.coupon_desk import CouponDesk
from core.ports.mailbox import Mailbox
from core.ports.member_desk import MemberDesk
from core.ports.order_desk import OrderDesk as CloudOrders
from core.ports.payment_gateway import PaymentGateway
from core.ports.points_desk import PointsDesk
from core.station.absent import AbsentCloud
from core.station.settings import Settings
from core.station.stand_ins import StandIns


@dataclass(frozen=True, slots=True)
class CloudDoors:
    """The doors to the cloud, or closed ones."""

    payments: PaymentGateway
    coupons: CouponDesk
    orders: CloudOrders
    mailbox: Mailbox
    url: str = ""
    token: str = ""
    station_id: str = ""
    members: MemberDesk | None = None
    points: PointsDesk | None = None


def doors_to_the_cloud(settings: Settings) -> CloudDoors:
    """As the pairing says; closed without one."""
    pairing = settings.cloud.pairing()
    if pairing is None:
        absent = AbsentCloud()
        return CloudDoors(absent, absent, absent, absent)
    client = CloudClient(settings.cloud.url, pairing.token)
    return CloudDoors(
        CloudPaymentGateway(client),
        CloudCouponDesk(client),
        CloudOrderDesk(client),
        CloudMailbox(client),
        settings.cloud.url,
        pairing.token,
        pairing.station_id,
        CloudMemberDesk(client),
        CloudPointsDesk(client),
    )


def doors_of_training(stand_ins: StandIns) -> CloudDoors:
    """Nothing here knows where the cloud is."""
    absent = AbsentCloud()
    return CloudDoors(
        stand_ins.payments,
        stand_ins.coupons,
        absent,
        absent,
        members=stand_ins.members,
        points=stand_ins.points,
    )
