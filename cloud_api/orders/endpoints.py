"""Routes of quotes and orders, the station's claim, and the live page of an order."""

import asyncio
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Header, Path, Query, Request, WebSocket
from fastapi.requests import HTTPConnection
from pydantic import Field, ValidationError
from starlette.websockets import WebSocketDisconnect

from cloud_api.access import Driver, SignedInDriver, SignedInStation, driver_of_token
from cloud_api.hub import Hub, Listener
from cloud_api.orders import schemas
from cloud_api.orders.service.at_station import OrdersAtStation
from cloud_api.orders.service.moves import topic
from cloud_api.orders.service.orders import Orders
from cloud_api.orders.service.paying import Paying
from cloud_api.orders.service.quotes import Quotes
from cloud_api.refusals import close_refused
from cloud_api.schemas import Asked, KeyId
from core.domain.refusals.people import NotSignedIn
from core.domain.refusals.refusal import Refusal

router = APIRouter()

_FIRST_MESSAGE_SECONDS = 10.0
_LOOK_AGAIN_SECONDS = 30.0


def _quotes(request: Request) -> Quotes:
    return cast(Quotes, request.app.state.quotes)


def _orders(connection: HTTPConnection) -> Orders:
    return cast(Orders, connection.app.state.orders)


def _paying(request: Request) -> Paying:
    return cast(Paying, request.app.state.paying)


def _at_station(request: Request) -> OrdersAtStation:
    return cast(OrdersAtStation, request.app.state.orders_at_station)


Service = Annotated[Orders, Depends(_orders)]
OrderId = Annotated[KeyId, Path()]
IdempotencyKey = Annotated[
    KeyId, Header(alias="Idempotency-Key", description="32 hex; the same again is the same")
]


@router.post("/v1/quotes", tags=["orders"], summary="What a fill would cost, with the best coupon")
async def quote(
    asked: schemas.QuoteAsked, driver: SignedInDriver, quotes: Annotated[Quotes, Depends(_quotes)]
) -> schemas.Quote:
    return await quotes.quote(driver.id, asked)


@router.get(
    "/v1/quotes/{quote_id}/combination", tags=["orders"], summary="The best coupons, and why not the others"
)
async def combination(
    quote_id: Annotated[KeyId, Path()],
    driver: SignedInDriver,
    quotes: Annotated[Quotes, Depends(_quotes)],
) -> schemas.Combination:
    return await quotes.combination(driver.id, quote_id)


@router.post("/v1/orders", status_code=201, tags=["orders"], summary="Place an order; the key becomes its id")
async def place(
    asked: schemas.OrderAsked, key: IdempotencyKey, driver: SignedInDriver, orders: Service
) -> schemas.Order:
    return await orders.place(driver, key, asked)


@router.get("/v1/orders", tags=["orders"], summary="The driver's orders, newest first")
async def orders_of(
    driver: SignedInDriver,
    orders: Service,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    before: Annotated[KeyId | None, Query(description="The last order of the page before")] = None,
) -> schemas.Orders:
    return schemas.Orders(orders=await orders.orders_of(driver, limit, before))


@router.get("/v1/orders/{order_id}", tags=["orders"], summary="One order")
async def order(order_id: OrderId, driver: SignedInDriver, orders: Service) -> schemas.Order:
    return await orders.order(driver, order_id)


@router.post(
    "/v1/orders/{order_id}/payments",
    status_code=201,
    tags=["orders"],
    summary="Start to pay; the key is its id",
)
async def pay(  # noqa: PLR0917 - FastAPI hands each over by name
    order_id: OrderId,
    asked: schemas.PaymentAsked,
    key: IdempotencyKey,
    driver: SignedInDriver,
    paying: Annotated[Paying, Depends(_paying)],
    request: Request,
) -> schemas.StartedPayment:
    payer_ip = request.client.host if request.client else "127.0.0.1"
    return await paying.pay(driver, order_id, key, asked, payer_ip)


@router.post(
    "/v1/orders/{order_id}/cancel", tags=["orders"], summary="Cancel, until the station has accepted"
)
async def cancel(
    order_id: OrderId, driver: SignedInDriver, orders: Service, _asked: schemas.CancelAsked | None = None
) -> schemas.Order:
    return await orders.cancel(driver, order_id)


@router.post(
    "/v1/orders/{order_id}/ask-back",
    tags=["orders"],
    summary="Cancel, or ask the station that has accepted it to give it back",
)
async def ask_back(order_id: OrderId, driver: SignedInDriver, orders: Service) -> schemas.Order:
    return await orders.ask_back(driver, order_id)


@router.post("/v1/orders/{order_id}/car", tags=["orders"], summary="Is the car at the pump the driver's?")
async def answer_car(
    order_id: OrderId, asked: schemas.CarAnswer, driver: SignedInDriver, orders: Service
) -> schemas.Order:
    return await orders.answer_car(driver, order_id, asked.mine)


@router.post(
    "/v1/station/orders/{order_id}/claim", tags=["station link"], summary="The station takes the order"
)
async def claim(
    order_id: OrderId,
    asked: schemas.ClaimAsked,
    station: SignedInStation,
    at_station: Annotated[OrdersAtStation, Depends(_at_station)],
) -> schemas.Claimed:
    await at_station.claim(station.id, order_id, asked.claim_id)
    return schemas.Claimed(order_id=order_id, claimed=True)


class _FirstMessage(Asked):
    token: Annotated[str, Field(max_length=200)]


@router.websocket("/v1/orders/{order_id}/follow")
async def follow(socket: WebSocket, order_id: str, orders: Service) -> None:
    await socket.accept()
    hub: Hub = socket.app.state.hub
    try:
        driver = await _who_follows(socket)
        with hub.listening(topic(order_id)) as listener:
            await orders.order(driver, order_id)
            await _tell_until_they_leave(socket, orders, driver, order_id, listener)
    except Refusal as refusal:
        await close_refused(socket, refusal)
    except WebSocketDisconnect:
        return


async def _who_follows(socket: WebSocket) -> Driver:
    try:
        async with asyncio.timeout(_FIRST_MESSAGE_SECONDS):
            first = _FirstMessage.model_validate_json(await socket.receive_text())
    except (TimeoutError, ValidationError, KeyError) as error:
        raise NotSignedIn from error
    return await driver_of_token(socket, first.token)


async def _tell_until_they_leave(
    socket: WebSocket, orders: Orders, driver: Driver, order_id: str, listener: Listener
) -> None:
    telling = asyncio.create_task(_tell(socket, orders, driver, order_id, listener))
    leaving = asyncio.create_task(_left(socket))
    done, waiting = await asyncio.wait({telling, leaving}, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    for task in done:
        task.result()


async def _tell(socket: WebSocket, orders: Orders, driver: Driver, order_id: str, listener: Listener) -> None:
    told = ""
    while True:
        now = (await orders.order(driver, order_id)).model_dump_json()
        if now != told:
            await socket.send_text(now)
            told = now
        await listener.rung(_LOOK_AGAIN_SECONDS)


async def _left(socket: WebSocket) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass
