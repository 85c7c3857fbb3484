"""Hands text messages to the SMS gateway."""

import httpx

from cloud_api.settings import SmsSettings
from core.domain.faults import SmsUnreachable

_TIMEOUT_SECONDS = 8.0


class SmsGateway:
    """Speaks to the gateway of the settings; without one, every message fails."""

    def __init__(self, settings: SmsSettings | None) -> None:
        self._settings = settings
        # Made at the first message: a client reads all the world's certificates.
        self._client: httpx.AsyncClient | None = None

    async def send(self, phone: str, text: str) -> None:
        """Hands one message over. Raises SmsUnreachable when the gateway did not take it, or may not have."""
        if self._settings is None:
            raise SmsUnreachable
        try:
            answer = await self._http().post(
                self._settings.base_url.rstrip("/") + "/send",
                json={"phone": phone, "text": text},
                headers={"X-Api-Key": self._settings.key},
            )
        except httpx.HTTPError as error:
            raise SmsUnreachable from error
        if not answer.is_success:
            raise SmsUnreachable

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=_TIMEOUT_SECONDS, trust_env=False)
        return self._client
