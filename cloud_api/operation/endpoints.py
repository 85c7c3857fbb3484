"""Whether this worker lives, whether it can serve, and its figures."""

import asyncio
import hmac
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import PlainTextResponse, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from cloud_api.database import Database
from cloud_api.operation.figures import CONTENT_TYPE, Figures
from cloud_api.schemas import Given
from core.domain.refusals.cloud import NotFound

router = APIRouter(tags=["operation"])
_SECONDS_FOR_THE_DATABASE = 3.0


class Health(Given):
    """`status` is "ok", or says what is missing."""

    status: str


@router.get("/health", summary="Whether this worker lives")
async def health() -> Health:
    return Health(status="ok")


@router.get("/ready", summary="Whether this worker can serve: 503 while its database does not answer")
async def ready(request: Request, response: Response) -> Health:
    database: Database = request.app.state.database
    try:
        async with asyncio.timeout(_SECONDS_FOR_THE_DATABASE):
            await database.read(lambda c: c.execute(text("SELECT 1")).scalar())
    except (SQLAlchemyError, TimeoutError):
        response.status_code = 503
        return Health(status="database")
    return Health(status="ok")


@router.get(
    "/metrics",
    summary="Figures for Prometheus, with the token of the settings",
    response_class=PlainTextResponse,
)
async def metrics(
    request: Request, authorization: Annotated[str, Header(include_in_schema=False)] = ""
) -> Response:
    """Without a token in the settings there is nothing here."""
    wanted: str = request.app.state.settings.metrics_token
    if not wanted or not hmac.compare_digest(authorization.encode(), f"Bearer {wanted}".encode()):
        raise NotFound
    told: Figures = request.app.state.figures
    return PlainTextResponse(told.text(), media_type=CONTENT_TYPE)
