"""Routes of orders for the head office."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field

from cloud_api.access import OperationsUser, held_to_stations
from cloud_api.orders import schemas
from cloud_api.orders.service.lost import LostOrders
from cloud_api.schemas import Asked, KeyId, PlainText

router = APIRouter(tags=["head office"])


class OrderEnded(Asked):
    note: Annotated[PlainText, Field(min_length=1, max_length=400, examples=["电话核实：未加油"])]


def _lost(request: Request) -> LostOrders:
    return cast(LostOrders, request.app.state.lost_orders)


@router.post("/v1/office/orders/{order_id}/end", summary="End an accepted order of a station that is silent")
@held_to_stations
async def end(
    order_id: Annotated[KeyId, Path()],
    asked: OrderEnded,
    user: OperationsUser,
    lost: Annotated[LostOrders, Depends(_lost)],
) -> schemas.Order:
    return await lost.end(order_id, asked.note, user)
