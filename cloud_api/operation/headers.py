"""Headers that every answer carries: nothing is guessed, framed, told on to other sites, or kept of somebody signed in."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}
# What a program answers is no page, whatever a browser takes it for.
_NO_PAGE = "default-src 'none'; frame-ancestors 'none'"
_API = "/v1/"
# The same for everybody, and of nobody.
_PUBLIC = "/v1/stations"
_A_YEAR = "max-age=31536000"
# Styles are written by the page itself as it runs, tiles and member codes come as data.
_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:;"
    " font-src 'self' data:; connect-src 'self'{socket}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FOREIGN = 4403


def page_policy(site_url: str) -> str:
    """What the driver's page may load. Older browsers do not count a socket of our own host as ours, so it is named."""
    scheme, _colon, host = site_url.rstrip("/").partition("://")
    socket = f" {'wss' if scheme == 'https' else 'ws'}://{host}" if host and "/" not in host else ""
    return _PAGE.format(socket=socket)


def is_foreign(headers: Headers, site_url: str) -> bool:
    """Whether another site's page opens this socket. Programs, such as a station's, name no origin."""
    origin = headers.get("origin")
    if origin is None:
        return False
    ours = {urlsplit(site_url).netloc, headers.get("host", "")} - {""}
    return urlsplit(origin).netloc not in ours


def _is_personal(method: str, path: str, *, is_signed_in: bool) -> bool:
    """Whether nobody on the way may keep the answer. Signing in and a receipt's invoice are somebody's before they are known."""
    is_public = method in {"GET", "HEAD"} and path.startswith(_PUBLIC)
    return is_signed_in or (path.startswith(_API) and not is_public)


def guards(*, is_personal: bool, https: bool, is_api: bool = True) -> dict[str, str]:
    """What an answer carries, unless its room says otherwise."""
    said = dict(_EVERYWHERE)
    if is_personal:
        said["Cache-Control"] = "no-store"
    if is_api:
        said["Content-Security-Policy"] = _NO_PAGE
    if https:
        said["Strict-Transport-Security"] = _A_YEAR
    return said


class GuardedAnswers:
    """ASGI middleware. What a room says itself about a header stands; a socket that another site opens is refused."""

    def __init__(self, app: ASGIApp, *, site_url: str) -> None:
        self._app = app
        self._site_url = site_url
        https = site_url.startswith("https:")
        both = (False, True)
        self._guards = {
            (personal, api): guards(is_personal=personal, https=https, is_api=api)
            for personal in both
            for api in both
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and is_foreign(Headers(scope=scope), self._site_url):
            await send({"type": "websocket.close", "code": _FOREIGN})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        personal = _is_personal(scope["method"], path, is_signed_in="authorization" in Headers(scope=scope))
        said = self._guards[personal, path.startswith(_API)]

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in said.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, guarded)


class GuardedPage:
    """ASGI: the driver's page, which says itself what it may load."""

    def __init__(self, page: ASGIApp, site_url: str) -> None:
        self._page, self._policy = page, page_policy(site_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).setdefault("Content-Security-Policy", self._policy)
            await send(message)

        await self._page(scope, receive, guarded)
