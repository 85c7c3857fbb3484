"""WeChat's open platform: whose code a mini program has, and which phone its owner lets us know."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from cloud_api.clock import Clock
from cloud_api.settings import WechatSignInSettings
from core.domain.faults import WechatUnreachable
from core.domain.refusals.persons import WechatAccountBlocked, WechatCodeUnfit, WechatNotOffered

_TIMEOUT_SECONDS = 5.0
# A token is fetched anew this long before its end, as WeChat lets the old one live for five minutes beside the new.
_EARLIER = timedelta(minutes=5)
_CODE_UNFIT = frozenset({40029, 40163})
_BLOCKED = frozenset({40226})
_TOKEN_OVER = frozenset({40001, 40014, 42001})


@dataclass(frozen=True, slots=True)
class WechatPerson:
    """Who somebody is to our mini program and, with a unionid, to everything of ours. The session key is not kept."""

    openid: str
    unionid: str | None


class WechatPlatform:
    """Speaks to the platform of the settings. Addresses carry secrets here, so no error of the wire is handed on."""

    def __init__(self, settings: WechatSignInSettings | None, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._client: httpx.AsyncClient | None = None
        self._token, self._token_until = "", clock.now()
        self._fetching = asyncio.Lock()

    async def person_of(self, code: str) -> WechatPerson:
        """code2session. Raises WechatCodeUnfit, WechatAccountBlocked, WechatNotOffered, WechatUnreachable."""
        settings = self._offered()
        answer = await self._ask(
            "GET",
            "/sns/jscode2session",
            params={
                "appid": settings.appid,
                "secret": self._secret(),
                "js_code": code,
                "grant_type": "authorization_code",
            },
        )
        _check(answer)
        openid, unionid = answer.get("openid"), answer.get("unionid")
        if not isinstance(openid, str) or not openid:
            raise WechatUnreachable
        return WechatPerson(openid, unionid if isinstance(unionid, str) and unionid else None)

    async def phone_of(self, phone_code: str) -> str:
        """getuserphonenumber: the number with its country's code before it. Raises as person_of does."""
        self._offered()
        answer = await self._ask_for_phone(phone_code, await self._access_token())
        if answer.get("errcode") in _TOKEN_OVER:
            # Somebody else fetched another one, or it was taken back: once more with a fresh one.
            answer = await self._ask_for_phone(phone_code, await self._access_token(over=self._token))
        _check(answer)
        told = answer.get("phone_info")
        if not isinstance(told, dict):
            raise WechatUnreachable
        return f"+{told.get('countryCode', '86')}{told.get('purePhoneNumber', '')}"

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def _ask_for_phone(self, phone_code: str, token: str) -> dict[str, Any]:
        return await self._ask(
            "POST",
            "/wxa/business/getuserphonenumber",
            params={"access_token": token},
            json={"code": phone_code},
        )

    async def _access_token(self, over: str = "") -> str:
        """The stable token: every process gets the same, and fetching it ends nobody else's."""
        async with self._fetching:
            if self._token and self._token != over and self._clock.now() < self._token_until:
                return self._token
            answer = await self._ask(
                "POST",
                "/cgi-bin/stable_token",
                json={
                    "grant_type": "client_credential",
                    "appid": self._offered().appid,
                    "secret": self._secret(),
                    "force_refresh": False,
                },
            )
            _check(answer)
            lives = timedelta(seconds=int(answer.get("expires_in", 0)))
            self._token = str(answer.get("access_token", ""))
            self._token_until = self._clock.now() + max(lives - _EARLIER, lives / 2)
            return self._token

    async def _ask(self, method: str, path: str, **sent: Any) -> dict[str, Any]:
        url = self._offered().base_url.rstrip("/") + path
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=_TIMEOUT_SECONDS, trust_env=False)
        try:
            answer = await self._client.request(method, url, **sent)
            read = answer.json() if answer.is_success else None
        except (httpx.HTTPError, ValueError):
            raise WechatUnreachable from None
        if not isinstance(read, dict):
            raise WechatUnreachable
        return read

    def _offered(self) -> WechatSignInSettings:
        if self._settings is None:
            raise WechatNotOffered
        return self._settings

    def _secret(self) -> str:
        return self._offered().secret_file.read_text(encoding="utf-8").strip()


def _check(answer: dict[str, Any]) -> None:
    """WeChat answers 200 whatever happens; `errcode` is what counts. Busy (-1) and too often (45011) may be tried again."""
    code = answer.get("errcode", 0)
    if code in _CODE_UNFIT:
        raise WechatCodeUnfit
    if code in _BLOCKED:
        raise WechatAccountBlocked
    if code != 0:
        raise WechatUnreachable
