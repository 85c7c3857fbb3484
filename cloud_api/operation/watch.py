"""Around everything else: counts each request, refuses those that are too many, and logs who was let in and who was not."""

import logging
import time

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cloud_api.operation.figures import Figures
from cloud_api.operation.limits import Limits
from cloud_api.refusals import body_of
from core.domain.refusals.cloud import TooManyRequests

# Set in a request's scope by who has held it against the limits already.
WEIGHED = "youzhan.weighed"
_log = logging.getLogger(__name__)
_SIGN_INS = frozenset({"/v1/sign-in", "/v1/sign-in/wechat", "/v1/station-enrolments", "/v1/office/sign-in"})
_NOBODYS = frozenset({"/health", "/ready", "/metrics"})


class Watch:
    """ASGI middleware; `app.state.figures` tells what it counted."""

    def __init__(self, app: ASGIApp, figures: Figures, limits: Limits) -> None:
        self._app, self._figures, self._limits = app, figures, limits

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
            # The route and not the path, which may name somebody; who it was is in the head office's journal.
            if status in {401, 403} or route in _SIGN_INS:
                _log.info("%s %s: %d", scope["method"], route, status)

    def _wait(self, scope: Scope, now: float) -> int:
        if scope["path"] in _NOBODYS or WEIGHED in scope:
            return 0
        authorization = Headers(scope=scope).get("authorization", "")
        client = scope.get("client")
        return self._limits.wait(authorization.encode("latin-1"), client[0] if client else "", now)


def _too_many(wait: int) -> Response:
    return JSONResponse(body_of(TooManyRequests(wait)), 429, headers={"Retry-After": str(wait)})
