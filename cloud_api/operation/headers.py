"""Headers that every answer carries: nothing is guessed, framed, told on to other sites, or kept of somebody signed in."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}
_A_YEAR = "max-age=31536000"


def guards(*, is_personal: bool, https: bool) -> dict[str, str]:
    """What an answer carries, unless its room says otherwise."""
    said = dict(_EVERYWHERE)
    if is_personal:
        said["Cache-Control"] = "no-store"
    if https:
        said["Strict-Transport-Security"] = _A_YEAR
    return said


class GuardedAnswers:
    """ASGI middleware. What a room says itself about a header stands; `https` where drivers reach us by it."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._guards = [guards(is_personal=is_personal, https=https) for is_personal in (False, True)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said = self._guards["authorization" in Headers(scope=scope)]

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in said.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, guarded)
