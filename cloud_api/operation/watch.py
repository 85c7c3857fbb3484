"""Around everything else: counts each request, and refuses those that are too many."""

import hashlib
import time

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cloud_api.operation.figures import Figures
from cloud_api.operation.limits import Buckets, network_of
from cloud_api.refusals import body_of
from core.domain.refusals.cloud import TooManyRequests

_NOBODYS = frozenset({"/health", "/ready", "/metrics"})


class Watch:
    """ASGI middleware; `app.state.figures` tells what it counted."""

    def __init__(self, app: ASGIApp, figures: Figures, by_token: Buckets, by_address: Buckets) -> None:
        self._app, self._figures = app, figures
        self._by_token, self._by_address = by_token, by_address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500
        wait = self._wait(scope, began)

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            if wait:
                self._figures.count_limited()
                await _too_many(wait)(scope, receive, noted)
            else:
                await self._app(scope, receive, noted)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            self._figures.count(scope["method"], route, status, time.perf_counter() - began)

    def _wait(self, scope: Scope, now: float) -> int:
        if scope["path"] in _NOBODYS:
            return 0
        authorization = Headers(scope=scope).get("authorization", "")
        wait = 0
        if authorization:
            # Not the token itself: what is kept in memory must not let anybody in.
            wait = self._by_token.take(hashlib.sha256(authorization.encode()).hexdigest(), now)
        client = scope.get("client")
        network = network_of(client[0]) if client else ""
        return max(wait, self._by_address.take(network, now) if network else 0)


def _too_many(wait: int) -> Response:
    return JSONResponse(body_of(TooManyRequests(wait)), 429, headers={"Retry-After": str(wait)})
