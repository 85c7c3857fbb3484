"""A text message house as its own process: python -m cloud_api.simulated.sms --keys DIR. Keeps what it was given to send."""

import argparse
import secrets
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Header, HTTPException, Response
from pydantic import BaseModel, Field
from starlette.types import ASGIApp

from cloud_api.clock import Clock
from cloud_api.simulated.keys import sms_customer
from cloud_api.simulated.process import DroppedConnection, SilentConnection, load_books, run, save_books
from cloud_api.simulated.script import Behaviour, On, Script, Wish


class TextMessage(BaseModel):
    """POST /send."""

    phone: str = Field(pattern=r"^1[3-9][0-9]{9}$")
    text: str = Field(min_length=1, max_length=500)


class TextMessageHouse:
    """Takes text messages from a customer who knows the key; /control/messages lists them."""

    def __init__(self, keys: Path, clock: Clock, *, state: Path | None = None) -> None:
        self._key, self._clock, self._state, self._script = sms_customer(keys).key, clock, state, Script()
        self._messages: list[dict[str, Any]] = load_books(state).get("messages", [])
        app = FastAPI(title="Simulated text message house", docs_url=None, redoc_url=None, openapi_url=None)
        app.add_api_route("/send", self._send, methods=["POST"], response_model=None)
        app.add_api_route("/control/messages", self._list, methods=["GET"])
        app.add_api_route("/control/next", self._wish, methods=["POST"])
        app.add_api_route("/control/clear", self._clear, methods=["POST"])
        self.app: ASGIApp = app

    async def start(self, _url: str) -> None:
        pass

    async def stop(self) -> None:
        pass

    async def _send(
        self, message: TextMessage, x_api_key: str = Header(default="")
    ) -> dict[str, str] | Response:
        if not secrets.compare_digest(x_api_key.encode(), self._key.encode()):
            raise HTTPException(401, "wrong key")
        behaviour = self._script.take(On.ANSWER)
        if behaviour is Behaviour.DROP_BEFORE:
            return DroppedConnection()
        if behaviour is Behaviour.SYSTEM_ERROR:
            raise HTTPException(500, "system error")
        message_id = secrets.token_hex(16)
        at = self._clock.now().isoformat(timespec="seconds").replace("+00:00", "Z")
        self._messages.append(
            {"message_id": message_id, "phone": message.phone, "text": message.text, "at": at}
        )
        save_books(self._state, {"messages": self._messages})
        if behaviour is Behaviour.DROP_AFTER:
            return DroppedConnection()
        if behaviour is Behaviour.SILENT:
            return SilentConnection()
        return {"message_id": message_id}

    async def _list(self) -> dict[str, Any]:
        return {"messages": self._messages}

    async def _wish(self, wish: Wish) -> dict[str, bool]:
        self._script.add(wish)
        return {"ok": True}

    async def _clear(self) -> dict[str, bool]:
        self._script.clear()
        return {"ok": True}


def _build(arguments: argparse.Namespace, clock: Clock) -> TextMessageHouse:
    return TextMessageHouse(arguments.keys, clock, state=arguments.state)


if __name__ == "__main__":
    run("Simulated text message house.", _build)
