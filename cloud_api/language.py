"""Each request is answered in the language it asks for."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from core.wording.catalogue import in_language, language_asked_for


class AnswerInTheirLanguage:
    """Reads Accept-Language once, around everything else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        with in_language(language_asked_for(Headers(scope=scope).get("accept-language", ""))):
            await self._app(scope, receive, send)
