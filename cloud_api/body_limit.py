"""Bodies that are far too large are refused before they fill the memory."""

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.wording.catalogue import _

_MOST_BYTES = 4 * 1024 * 1024


class LimitBodies:
    """Counts what comes in, and answers itself once it is too much, whatever the rest of the program makes of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            if received > _MOST_BYTES:
                return {"type": "http.disconnect"}
            message = await receive()
            received += len(message.get("body", b""))
            return {"type": "http.disconnect"} if received > _MOST_BYTES else message

        async def unless_too_large(message: Message) -> None:
            if received <= _MOST_BYTES:
                await send(message)

        await self._app(scope, counted, unless_too_large)
        if received > _MOST_BYTES:
            await self._refuse(scope, receive, send)

    @staticmethod
    async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
        said = _("The request is not understood. Update the program and try again.")
        body = {"error": {"code": "request_too_large", "message": said, "data": {"most_bytes": _MOST_BYTES}}}
        await JSONResponse(body, 413, headers={"Connection": "close"})(scope, receive, send)
