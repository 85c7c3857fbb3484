"""What routes of many rooms ask for in the same words: the database, the clock, an idempotency key, a page."""

from typing import Annotated, cast

from fastapi import Depends, Header, Query, Request

from cloud_api.clock import Clock
from cloud_api.database import Database
from cloud_api.schemas import KeyId


def _database(request: Request) -> Database:
    return cast(Database, request.app.state.database)


def _clock(request: Request) -> Clock:
    return cast(Clock, request.app.state.clock)


TheDatabase = Annotated[Database, Depends(_database)]
TheClock = Annotated[Clock, Depends(_clock)]
IdempotencyKey = Annotated[
    KeyId, Header(alias="Idempotency-Key", description="32 hex; the same again is the same")
]
Limit = Annotated[int, Query(ge=1, le=200)]
LineBefore = Annotated[
    int | None, Query(ge=1, le=2**62, description="The number of the last line of the page before")
]
