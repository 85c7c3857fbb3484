"""WeChat's open platform as its own process: python -m cloud_api.simulated.wechat_session --keys DIR.

Knows jscode2session, stable_token and getuserphonenumber as the real one speaks them: HTTP 200 whatever happens, an errcode
in the body, codes that work once and for five minutes, tokens for two hours. /control/visitors makes somebody who opens
the mini program, /control/errors what shall go wrong next.
"""

import argparse
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.types import ASGIApp

from cloud_api.clock import Clock
from cloud_api.simulated.keys import wechat_merchant
from cloud_api.simulated.process import DroppedConnection, run

_CODE_LIVES = timedelta(minutes=5)
_TOKEN_LIVES = timedelta(hours=2)
_MESSAGES = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40013: "invalid appid",
    40029: "invalid code",
    40125: "invalid appsecret",
    40163: "code been used",
    40226: "code blocked",
    42001: "access_token expired",
    45011: "api minute-quota reach limit",
    47001: "data format error",
}
_DROPPED = 0


@dataclass(slots=True)
class _Code:
    about: dict[str, str]
    until: datetime
    is_used: bool = False


@dataclass(slots=True)
class _Error:
    path: str
    errcode: int
    left: int


@dataclass(slots=True)
class _Books:
    codes: dict[str, _Code] = field(default_factory=dict)
    phone_codes: dict[str, _Code] = field(default_factory=dict)
    errors: list[_Error] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)


class WechatSession:
    """The platform for one mini program."""

    def __init__(self, appid: str, secret: str, clock: Clock) -> None:
        self._appid, self._secret, self._clock, self._books = appid, secret, clock, _Books()
        self._token, self._token_until = "", clock.now()
        app = FastAPI(title="Simulated WeChat platform", docs_url=None, redoc_url=None, openapi_url=None)
        app.add_api_route("/sns/jscode2session", self._code2session, methods=["GET"], response_model=None)
        app.add_api_route("/cgi-bin/stable_token", self._stable_token, methods=["POST"], response_model=None)
        app.add_api_route(
            "/wxa/business/getuserphonenumber", self._phone, methods=["POST"], response_model=None
        )
        app.add_api_route("/control/visitors", self._visitor, methods=["POST"])
        app.add_api_route("/control/errors", self._go_wrong, methods=["POST"])
        app.add_api_route("/control/end-token", self._end_token, methods=["POST"])
        app.add_api_route("/control/calls", self._calls, methods=["GET"])
        app.add_api_route("/control/clear", self._clear, methods=["POST"])
        self.app: ASGIApp = app

    async def start(self, _url: str) -> None:
        pass

    async def stop(self) -> None:
        pass

    async def _code2session(self, request: Request) -> Response:
        asked = request.query_params
        wrong = self._wrong(request) or self._customer_is_wrong(asked.get("appid"), asked.get("secret"))
        if wrong is None and asked.get("grant_type") != "authorization_code":
            wrong = _failed(40002)
        if wrong is not None:
            return wrong
        code = self._books.codes.get(asked.get("js_code", ""))
        refused = self._code_is_wrong(code)
        if refused is not None or code is None:
            return refused or _failed(40029)
        told = {"session_key": secrets.token_urlsafe(16), "openid": code.about["openid"]}
        if code.about.get("unionid"):
            told["unionid"] = code.about["unionid"]
        return _answer(told)

    async def _stable_token(self, request: Request) -> Response:
        asked = await _body(request)
        if asked is None:
            return _failed(47001)
        wrong = self._wrong(request) or self._customer_is_wrong(asked.get("appid"), asked.get("secret"))
        if wrong is None and asked.get("grant_type") != "client_credential":
            wrong = _failed(40002)
        if wrong is not None:
            return wrong
        now = self._clock.now()
        if not self._token or now >= self._token_until or asked.get("force_refresh"):
            self._token, self._token_until = secrets.token_urlsafe(64), now + _TOKEN_LIVES
        left = int((self._token_until - now).total_seconds())
        return _answer({"access_token": self._token, "expires_in": left})

    async def _phone(self, request: Request) -> Response:
        wrong = self._wrong(request)
        if wrong is not None:
            return wrong
        if not self._token or request.query_params.get("access_token") != self._token:
            return _failed(40001)
        if self._clock.now() >= self._token_until:
            return _failed(42001)
        asked = await _body(request)
        code = self._books.phone_codes.get(str((asked or {}).get("code", "")))
        refused = self._code_is_wrong(code)
        if refused is not None or code is None:
            return refused or _failed(40029)
        phone = code.about["phone"]
        told = {
            "phoneNumber": phone,
            "purePhoneNumber": phone,
            "countryCode": "86",
            "watermark": {"timestamp": int(self._clock.now().timestamp()), "appid": self._appid},
        }
        return _answer({"errcode": 0, "errmsg": "ok", "phone_info": told})

    async def _visitor(self, visitor: dict[str, str]) -> dict[str, str]:
        """Somebody opens the mini program and lets it read the phone."""
        until = self._clock.now() + _CODE_LIVES
        code, phone_code = secrets.token_hex(16), secrets.token_hex(32)
        self._books.codes[code] = _Code(visitor, until)
        if visitor.get("phone"):
            self._books.phone_codes[phone_code] = _Code(visitor, until)
        return {"code": code, "phone_code": phone_code}

    async def _go_wrong(self, wish: dict[str, Any]) -> dict[str, bool]:
        """{"path": "jscode2session", "errcode": -1, "count": 1}; 0 cuts the connection."""
        self._books.errors.append(_Error(wish["path"], wish["errcode"], wish.get("count", 1)))
        return {"ok": True}

    async def _end_token(self) -> dict[str, bool]:
        self._token = ""
        return {"ok": True}

    async def _calls(self) -> dict[str, list[str]]:
        return {"calls": self._books.calls}

    async def _clear(self) -> dict[str, bool]:
        self._books = _Books()
        return {"ok": True}

    def _wrong(self, request: Request) -> Response | None:
        path = request.url.path
        self._books.calls.append(path)
        for error in self._books.errors:
            if error.left > 0 and error.path in path:
                error.left -= 1
                return DroppedConnection() if error.errcode == _DROPPED else _failed(error.errcode)
        return None

    def _customer_is_wrong(self, appid: object, secret: object) -> Response | None:
        if appid != self._appid:
            return _failed(40013)
        return None if secret == self._secret else _failed(40125)

    def _code_is_wrong(self, code: _Code | None) -> Response | None:
        if code is None or self._clock.now() >= code.until:
            return _failed(40029)
        if code.is_used:
            return _failed(40163)
        code.is_used = True
        return None


async def _body(request: Request) -> dict[str, Any] | None:
    try:
        read = json.loads(await request.body())
    except ValueError:
        return None
    return read if isinstance(read, dict) else None


def _failed(errcode: int) -> Response:
    message = f"{_MESSAGES.get(errcode, 'error')}, rid: {secrets.token_hex(8)}"
    return _answer({"errcode": errcode, "errmsg": message})


def _answer(told: dict[str, Any]) -> Response:
    # The real one says text/plain, and 200 also to what it refuses.
    return Response(json.dumps(told), media_type="text/plain")


def secret_file(keys: Path) -> Path:
    """The mini program's secret, made at the first need."""
    file = keys / "wechat-mini-program-secret.txt"
    if not file.exists():
        file.write_text(secrets.token_hex(16), encoding="utf-8")
        file.chmod(0o600)
    return file


def _build(arguments: argparse.Namespace, clock: Clock) -> WechatSession:
    appid = wechat_merchant(arguments.keys).appid
    return WechatSession(appid, secret_file(arguments.keys).read_text(encoding="utf-8"), clock)


if __name__ == "__main__":
    run("Simulated WeChat platform.", _build)
