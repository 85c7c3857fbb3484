"""The road on which crowds come: an order placed and paid from the wallet in one request.

Its requests are taken at the door, before FastAPI looks for their route: that, and what it does for a route with models, costs
several times the order. The route is there as well, for the document, and for what is out of the common or goes wrong.
"""

import time
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, cast

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from cloud_api.access import hash_of, token_in
from cloud_api.database import Database
from cloud_api.identifiers import ID_PATTERN, is_id
from cloud_api.operation.figures import Figures
from cloud_api.operation.headers import guards
from cloud_api.operation.limits import Limits
from cloud_api.operation.watch import WEIGHED
from cloud_api.orders import schemas
from cloud_api.orders.service.together import OrdersFromWallet, Wish
from core.wording.catalogue import Language, language, language_asked_for

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
    said = request.headers
    answer = await _ordered(
        request.scope,
        said.get("idempotency-key", ""),
        said.get("authorization", ""),
        language(),
        await request.body(),
    )
    return Response(answer, 201, media_type="application/json")


class Door:
    """ASGI middleware outside of all others, which does for this road what they do.

    What is out of the common goes through them: a request that is too many, or whose length is not said or not small. What
    goes wrong does, too: the route raises it there, so that it is answered like anything else.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        began, state = time.perf_counter(), scope["app"].state
        limits, figures = cast(Limits, state.limits), cast(Figures, state.figures)
        # Of a header that is said twice the first counts, as everywhere.
        said: dict[bytes, bytes] = dict(reversed(scope["headers"]))
        authorization, client = said.get(b"authorization", b""), scope.get("client")
        if not _is_small(said) or limits.wait(authorization, client[0] if client else "", began):
            await self._app(scope, receive, send)
            return
        scope[WEIGHED] = True
        try:
            answer = await _ordered(
                scope,
                said.get(b"idempotency-key", b"").decode("latin-1"),
                authorization.decode("latin-1"),
                _language(said.get(b"accept-language", b"")),
                await _body(receive),
            )
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - the route raises it again
            scope[_WENT_WRONG] = error
            await self._app(scope, receive, send)
            return
        headers = [
            (b"content-length", b"%d" % len(answer)),
            (b"content-type", b"application/json"),
            *_guards(bool(authorization), state.settings.site_url.startswith("https:")),
        ]
        await send({"type": "http.response.start", "status": 201, "headers": headers})
        await send({"type": "http.response.body", "body": answer})
        figures.count("POST", PATH, 201, time.perf_counter() - began)


async def _ordered(scope: Scope, key: str, authorization: str, spoken: Language, body: bytes) -> bytes:
    """Raises RequestValidationError, and what the rules say no to."""
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
    answer: bytes = await database.write_together(
        orders, Wish(hash_of(token_in(authorization)), key, asked, spoken)
    )
    return answer


def _is_small(said: Mapping[bytes, bytes]) -> bool:
    length = said.get(b"content-length", b"")
    return length.isdigit() and len(length) < len(b"65536")


@cache
def _guards(is_personal: bool, https: bool) -> list[tuple[bytes, bytes]]:
    said = guards(is_personal=is_personal, https=https)
    return [(name.lower().encode(), value.encode()) for name, value in said.items()]


@lru_cache(256)
def _language(accepted: bytes) -> Language:
    return language_asked_for(accepted.decode("latin-1"))


async def _body(receive: Receive) -> bytes:
    """Raises ClientDisconnect."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)
