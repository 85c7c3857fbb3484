"""The official account, with an appid of its own: whose openid a page inside WeChat pays by."""

import httpx

from cloud_api.payments.provider import checked_address, open_client
from cloud_api.settings import OfficialAccountSettings
from core.domain.faults import ProviderUnreachable
from core.domain.refusals.persons import WechatAccountBlocked, WechatCodeUnfit

_ANSWER_SECONDS = 5.0
# Unknown, used, too old.
_CODE_UNFIT = frozenset({40029, 40163, 42003})
_BLOCKED = frozenset({40226})


class OfficialAccount:
    """An openid belongs to one appid: a payer is known to the mini program by one, and to the pages by another."""

    def __init__(self, settings: OfficialAccountSettings) -> None:
        self.appid, self._secret_file = settings.appid, settings.secret_file
        self._address = f"{checked_address(settings.base_url)}/sns/oauth2/access_token"
        self._client = open_client(settings.base_url, _ANSWER_SECONDS)

    async def end(self) -> None:
        await self._client.aclose()

    async def openid_of(self, code: str) -> str:
        """For the code of a silent sign-in (snsapi_base), which lives five minutes and serves once.

        Raises WechatCodeUnfit, WechatAccountBlocked, ProviderUnreachable.
        """
        asked = {
            "appid": self.appid,
            "secret": self._secret_file.read_text(encoding="utf-8").strip(),
            "code": code,
            "grant_type": "authorization_code",
        }
        try:
            answer = await self._client.get(self._address, params=asked)
            told = answer.json() if answer.is_success else None
        except (httpx.HTTPError, ValueError):
            # The address carries the secret: the wire's own words are not handed on.
            raise ProviderUnreachable("wechat") from None
        if not isinstance(told, dict):
            raise ProviderUnreachable("wechat")
        if told.get("errcode") in _CODE_UNFIT:
            raise WechatCodeUnfit
        if told.get("errcode") in _BLOCKED:
            raise WechatAccountBlocked
        openid = told.get("openid")
        if told.get("errcode", 0) != 0 or not isinstance(openid, str) or not openid:
            raise ProviderUnreachable("wechat")
        return openid
