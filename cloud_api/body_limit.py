"""Bodies that are far too large are refused before they fill the memory."""

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.wording.catalogue import _

_MOST_BYTES = 4 * 1024 * 1024


class BodyTooLarge(Exception):
    """More than a request of ours ever needs."""


class LimitBodies:
    """Counts what comes in; the announced length is believed only when it is too large."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        received = 0
        answered = False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > _MOST_BYTES:
                raise BodyTooLarge
            return message

        async def watched(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._app(scope, counted, watched)
        except BodyTooLarge:
            if answered:
                raise
            said = _("The request is not understood. Update the program and try again.")
            body = {
                "error": {"code": "request_too_large", "message": said, "data": {"most_bytes": _MOST_BYTES}}
            }
            await JSONResponse(body, 413, headers={"Connection": "close"})(scope, receive, send)
