"""A driver with a phone: the same calls as the driver's page makes, and the payment at WeChat."""

import uuid
from typing import Any

import httpx

from core.wording.catalogue import Language
from tests.journeys.outside import Outside, eventually

PHONE = "13888001234"
PLATE = "云A12345"


class Driver:
    """Signed in once; orders wherever a test wants."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self.token = ""
        self.ask("POST", "/v1/sign-in/codes", {"phone": PHONE})
        code = eventually(self._texted, "the code arrives")
        self.token = self.told("POST", "/v1/sign-in", {"phone": PHONE, "code": code})["token"]

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str = "",
        language: Language = Language.CHINESE,
    ) -> httpx.Response:
        """Any call, any answer."""
        headers = {"Accept-Language": "en" if language is Language.ENGLISH else "zh-CN"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if key:
            headers["Idempotency-Key"] = key
        return self._outside.http.request(method, self._outside.site + path, json=body, headers=headers)

    def told(self, method: str, path: str, body: Any = None, *, key: str = "") -> Any:
        """A call that must succeed, and its answer."""
        answer = self.ask(method, path, body, key=key)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def order(self, station: str, *, pump: int = 2, fen: int = 20_000) -> str:
        """An unpaid order of 92 petrol at that pump."""
        wanted = {
            "station_id": station, "pump": pump, "nozzle": 1, "by": "amount", "amount_fen": fen, "coupon_id": None,
        }  # fmt: skip
        quote = self.told("POST", "/v1/quotes", wanted)
        placed = self.told("POST", "/v1/orders", {"quote_id": quote["id"], "plate": PLATE}, key=fresh())
        return str(placed["id"])

    def begin_to_pay(self, order: str) -> str:
        """The payment's id, once WeChat's page would show."""
        chosen = {"provider": "wechat", "channel": "h5"}
        return str(self.told("POST", f"/v1/orders/{order}/payments", chosen, key=fresh())["payment_id"])

    def pay(self, payment: str, *, even_if_closed: bool = False) -> None:
        """Confirm on the phone."""
        asked = {"payment_id": payment, "even_if_closed": even_if_closed}
        self._outside.control(self._outside.wechat, "pay", asked)

    def order_and_pay(self, station: str, *, pump: int = 2, fen: int = 20_000) -> str:
        """A paid order."""
        order = self.order(station, pump=pump, fen=fen)
        self.pay(self.begin_to_pay(order))
        self.wait(order, "reserved")
        return order

    def see(self, order: str) -> dict[str, Any]:
        """The order as the page shows it."""
        return dict(self.told("GET", f"/v1/orders/{order}"))

    def wait(self, order: str, state: str, seconds: float = 20) -> dict[str, Any]:
        """The order once it is so."""
        eventually(lambda: self.see(order)["state"] == state, f"the driver sees {state}", seconds)
        return self.see(order)

    def _texted(self) -> str:
        sent = self._outside.control(self._outside.sms, "messages")["messages"]
        texts = [message["text"] for message in sent if message["phone"] == PHONE]
        if not texts:
            return ""
        digits = "".join(letter if letter.isdigit() else " " for letter in texts[-1])
        return next(word for word in digits.split() if len(word) == 6)


def fresh() -> str:
    """A new id, as whoever creates a thing makes it."""
    return uuid.uuid4().hex
