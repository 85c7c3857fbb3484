"""The route on which crowds come: an order placed and paid from the wallet in one request.

It reads and answers by itself: what FastAPI does for a route with models costs more than the order.
"""

import json
from typing import Any, cast

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from cloud_api.access import bearer_token, hash_of
from cloud_api.database import Database
from cloud_api.identifiers import ID_PATTERN, is_id
from cloud_api.orders import schemas
from cloud_api.orders.service.together import OrdersFromWallet, Wish

router = APIRouter()
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
    "/v1/orders/from-wallet",
    status_code=201,
    tags=["orders"],
    summary="Place an order and pay it from the wallet at once",
    response_model=schemas.Order,
    openapi_extra=_DESCRIBED,
)
async def place(request: Request) -> Response:
    """Answers when the order, its coupon, its money and the message to the station are on disk."""
    key = request.headers.get("idempotency-key", "")
    if not is_id(key):
        raise RequestValidationError([{"loc": ("header", "Idempotency-Key"), "msg": f"must be {ID_PATTERN}"}])
    try:
        asked = schemas.WalletOrderAsked.model_validate_json(await request.body())
    except ValidationError as error:
        raise RequestValidationError(
            [{**one, "loc": ("body", *one["loc"])} for one in error.errors(include_url=False)]
        ) from error
    database = cast(Database, request.app.state.database)
    orders = cast(OrdersFromWallet, request.app.state.orders_from_wallet)
    answer = await database.write_together(orders, Wish(hash_of(bearer_token(request)), key, asked))
    body = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return Response(body, 201, media_type="application/json")
