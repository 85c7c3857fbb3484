"""The road on which crowds come: an order placed and paid from the wallet in one request.

Its requests are taken at the door, before FastAPI looks for their route: that, and what it does for a route with models, costs
several times the order. The route is there as well, for the document and for answering what went wrong.
"""

from typing import Any, cast

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from cloud_api.access import hash_of, token_in
from cloud_api.database import Database
from cloud_api.identifiers import ID_PATTERN, is_id
from cloud_api.orders import schemas
from cloud_api.orders.service.together import OrdersFromWallet, Wish

PATH = "/v1/orders/from-wallet"
router = APIRouter()
_WENT_WRONG = "youzhan.order.went_wrong"
_DESCRIBED: dict[str, Any] = {
    "security": [{"driver token": []}],
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": True,
            "description": "32 hex; the same is the same, and the order's id",
            "schema": {"type": "string", "pattern": ID_PATTERN},
        }
    ],
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": schemas.WalletOrderAsked.model_json_schema()}},
    },
}


@router.post(
    PATH,
    status_code=201,
    tags=["orders"],
    summary="Place an order and pay it from the wallet at once",
    response_model=schemas.Order,
    openapi_extra=_DESCRIBED,
)
async def place(request: Request) -> Response:
    """Answers when the order, its coupon, its money and the message to the station are on disk."""
    went_wrong: Exception | None = request.scope.get(_WENT_WRONG)
    if went_wrong is not None:
        raise went_wrong
    answer = await _ordered(request.scope, request.headers, await request.body())
    return Response(answer, 201, media_type="application/json")


class Door:
    """ASGI middleware, inside those that count, limit and guard. What goes wrong is raised by the route, and so answered
    like anything else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        [self._route] = [route for route in router.routes if getattr(route, "path", "") == PATH]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        scope["route"] = self._route
        try:
            answer = await _ordered(scope, Headers(scope=scope), await _body(receive))
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - the route raises it again
            scope[_WENT_WRONG] = error
            await self._app(scope, receive, send)
            return
        length = str(len(answer)).encode()
        headers = [(b"content-length", length), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 201, "headers": headers})
        await send({"type": "http.response.body", "body": answer})


async def _ordered(scope: Scope, headers: Headers, body: bytes) -> bytes:
    """Raises RequestValidationError, and what the rules say no to."""
    key = headers.get("idempotency-key", "")
    if not is_id(key):
        raise RequestValidationError([{"loc": ("header", "Idempotency-Key"), "msg": f"must be {ID_PATTERN}"}])
    try:
        asked = schemas.WalletOrderAsked.model_validate_json(body)
    except ValidationError as error:
        raise RequestValidationError(
            [{**one, "loc": ("body", *one["loc"])} for one in error.errors(include_url=False)]
        ) from error
    state = scope["app"].state
    database, orders = cast(Database, state.database), cast(OrdersFromWallet, state.orders_from_wallet)
    wish = Wish(hash_of(token_in(headers.get("authorization", ""))), key, asked)
    answer: bytes = await database.write_together(orders, wish)
    return answer


async def _body(receive: Receive) -> bytes:
    """Raises ClientDisconnect, also where it grows too large."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)
