"""Every route of the cloud, joined once for all apps of a process."""

import functools
from typing import Any

from fastapi import APIRouter

from cloud_api import schemas
from cloud_api.abuse import endpoints as abuse_endpoints
from cloud_api.bills import endpoints as bill_endpoints
from cloud_api.campaigns import endpoints as campaign_endpoints
from cloud_api.campaigns import office as campaign_office
from cloud_api.coupons import endpoints as coupon_endpoints
from cloud_api.drivers import endpoints as driver_endpoints
from cloud_api.drivers import person_endpoints
from cloud_api.invoices import endpoints as invoice_endpoints
from cloud_api.invoices import page as invoice_page
from cloud_api.ledger import office as ledger_office
from cloud_api.members import endpoints as member_endpoints
from cloud_api.offices import administration
from cloud_api.offices import endpoints as office_endpoints
from cloud_api.offices import people as office_people
from cloud_api.operation import endpoints as operation_endpoints
from cloud_api.orders import endpoints as order_endpoints
from cloud_api.orders import from_wallet
from cloud_api.orders import office as order_office
from cloud_api.payments import endpoints as payment_endpoints
from cloud_api.payments import office as refund_office
from cloud_api.places import endpoints as place_endpoints
from cloud_api.points import endpoints as point_endpoints
from cloud_api.points import office as point_office
from cloud_api.recharge_cards import endpoints as card_endpoints
from cloud_api.recharge_cards import office as card_office
from cloud_api.stations import endpoints as station_endpoints
from cloud_api.wallets import endpoints as wallet_endpoints
from cloud_api.wallets import office as wallet_office

EVERY_ERROR: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": schemas.Error, "description": "The rules say no; `error.message` says what to do."},
    "5XX": {
        "model": schemas.Error,
        "description": "Something failed on our side or outside; asking again does no harm.",
    },
}
_ROOMS = (
    # First, as routes are tried in their order and this one is asked most.
    from_wallet,
    campaign_endpoints,
    abuse_endpoints,
    campaign_office,
    point_endpoints,
    ledger_office,
    wallet_office,
    point_office,
    card_office,
    office_people,
    office_endpoints,
    administration,
    driver_endpoints,
    person_endpoints,
    station_endpoints,
    coupon_endpoints,
    order_endpoints,
    payment_endpoints,
    bill_endpoints,
    refund_office,
    order_office,
    wallet_endpoints,
    card_endpoints,
    member_endpoints,
    operation_endpoints,
    invoice_endpoints,
    invoice_page,
    place_endpoints,
)


@functools.cache
def doors() -> APIRouter:
    """They find their rooms by `request.app`, so apps may share them; FastAPI takes longer over them than all else takes
    to start."""
    joined = APIRouter(responses=EVERY_ERROR)
    for room in _ROOMS:
        joined.include_router(room.router)
    return joined
