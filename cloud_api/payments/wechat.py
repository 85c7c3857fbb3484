"""WeChat Pay v3: code payment, H5, mini program, query, close, reverse, refund, notifications."""

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from datetime import timedelta, timezone
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from cloud_api.clock import Clock
from cloud_api.payments.provider import (
    Notification,
    NotificationRefused,
    Order,
    OtherNotification,
    PaidNotification,
    ProviderAnswer,
    ProviderNotReached,
    ProviderRefused,
    ProviderSilent,
    RefundAnswer,
    RefundNotification,
    RefundStanding,
    Standing,
    checked_address,
    open_client,
)
from cloud_api.payments.wechat_answers import (
    NO_SUCH_ORDER,
    NOT_YET,
    REFUND_REFUSED,
    SaidNo,
    clear_no,
    plain,
    read_payment,
    read_refund,
    text_in,
    unpacked,
)
from cloud_api.payments.wechat_signatures import SignatureUnfit, WechatSignatures

_log = logging.getLogger(__name__)
_CHINA = timezone(timedelta(hours=8))
_TRANSACTIONS = "/v3/pay/transactions"
_REFUNDS = "/v3/refund/domestic/refunds"


class WechatPay:
    """The provider "wechat". `nonce` gives a fresh random text at every call."""

    name = "wechat"
    # WeChat asks not to reverse earlier, since the payer may just be typing.
    seconds_before_reversing = 15.0
    page_lives: timedelta | None = timedelta(minutes=5)

    def __init__(
        self,
        *,
        base_url: str,
        mchid: str,
        appid: str,
        public_key_id: str,
        signatures: WechatSignatures,
        notify_url: str,
        clock: Clock,
        nonce: Callable[[], str],
        answer_seconds: float = 10.0,
        official_appid: str = "",
    ) -> None:
        self._official_appid = official_appid or appid
        self._base_url = checked_address(base_url)
        self._mchid, self._appid, self._public_key_id = mchid, appid, public_key_id
        self._signatures, self._notify_url, self._clock, self._nonce = signatures, notify_url, clock, nonce
        self._client = open_client(base_url, answer_seconds)

    async def end(self) -> None:
        await self._client.aclose()

    async def charge_code(
        self, payment_id: str, amount_fen: int, auth_code: str, description: str, terminal: str
    ) -> ProviderAnswer:
        body = {
            "appid": self._appid,
            "mchid": self._mchid,
            "description": description[:127],
            "out_trade_no": payment_id,
            "payer": {"auth_code": auth_code},
            "amount": {"total": amount_fen, "currency": "CNY"},
            "scene_info": {"device_id": terminal[:32], "store_info": {"out_id": terminal[:32]}},
        }
        try:
            answer = await self._call("POST", f"{_TRANSACTIONS}/codepay", body)
        except SaidNo as no:
            if no.code == "USERPAYING":
                return ProviderAnswer(Standing.WAITING)
            return ProviderAnswer(Standing.DECLINED, reason=clear_no(no))
        return self._payment(payment_id, answer)

    async def open_page(self, order: Order) -> str:
        scene = {"payer_client_ip": order.payer_ip, "h5_info": {"type": "Wap"}}
        answer = await self._prepay("h5", order, {"scene_info": scene})
        # The payer comes back to us by a parameter hung onto WeChat's own address.
        page = text_in(answer, "h5_url")
        return f"{page}{'&' if '?' in page else '?'}redirect_url={quote(order.return_url, safe='')}"

    async def open_mini_program(self, order: Order) -> Mapping[str, str]:
        if order.payer_openid is None:
            raise ProviderRefused("payer_not_known", "a mini program's payer has an openid")
        appid = self._official_appid if order.on_page else self._appid
        payer = {"appid": appid, "payer": {"openid": order.payer_openid}}
        answer = await self._prepay("jsapi", order, payer)
        package = f"prepay_id={text_in(answer, 'prepay_id')}"
        timestamp, nonce = str(int(self._clock.now().timestamp())), self._nonce()
        return {
            # A mini program does not need it; a page within WeChat does.
            "appId": appid,
            "timeStamp": timestamp,
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": self._signatures.pay_sign(appid, timestamp, nonce, package),
        }

    async def open_qr(self, order: Order) -> str:
        return text_in(await self._prepay("native", order, {}), "code_url")

    async def query(self, payment_id: str) -> ProviderAnswer:
        try:
            answer = await self._call("GET", f"{_TRANSACTIONS}/out-trade-no/{payment_id}?mchid={self._mchid}")
        except SaidNo as no:
            if no.code in NO_SUCH_ORDER:
                return ProviderAnswer(Standing.ABSENT)
            raise ProviderSilent(str(no)) from no
        return self._payment(payment_id, answer)

    async def close(self, payment_id: str) -> ProviderAnswer:
        try:
            await self._call(
                "POST", f"{_TRANSACTIONS}/out-trade-no/{payment_id}/close", {"mchid": self._mchid}
            )
        except SaidNo as no:
            if no.code in NO_SUCH_ORDER:
                return ProviderAnswer(Standing.ABSENT)
            if no.code == "ORDERPAID":
                return ProviderAnswer(Standing.PAID)
            if no.code != "ORDERCLOSED":
                raise ProviderSilent(str(no)) from no
        return ProviderAnswer(Standing.CLOSED)

    async def reverse(self, payment_id: str) -> ProviderAnswer:
        body = {"appid": self._appid, "mchid": self._mchid}
        try:
            await self._call("POST", f"{_TRANSACTIONS}/out-trade-no/{payment_id}/reverse", body)
        except SaidNo as no:
            if no.code in NOT_YET:
                return ProviderAnswer(Standing.WAITING)
            if no.code in NO_SUCH_ORDER:
                return ProviderAnswer(Standing.ABSENT)
            raise ProviderSilent(str(no)) from no
        return ProviderAnswer(Standing.CLOSED)

    async def refund(
        self, refund_id: str, payment_id: str, *, amount_fen: int, paid_fen: int, reason: str
    ) -> RefundAnswer:
        body: dict[str, Any] = {
            "out_trade_no": payment_id,
            "out_refund_no": refund_id,
            "notify_url": self._notify_url,
            "amount": {"refund": amount_fen, "total": paid_fen, "currency": "CNY"},
        }
        if reason:
            body["reason"] = reason[:80]
        try:
            return read_refund(refund_id, await self._call("POST", _REFUNDS, body), "status")
        except SaidNo as no:
            if no.code in REFUND_REFUSED:
                return RefundAnswer(RefundStanding.CLOSED, reason=REFUND_REFUSED[no.code])
            # Other clear noes may pass: the account is filled up, the setting mended. Same number again later.
            raise ProviderSilent(str(no)) from no

    async def query_refund(
        self,
        refund_id: str,
        payment_id: str,  # noqa: ARG002 - Alipay alone asks for it
    ) -> RefundAnswer:
        try:
            return read_refund(refund_id, await self._call("GET", f"{_REFUNDS}/{refund_id}"), "status")
        except SaidNo as no:
            if no.code in NO_SUCH_ORDER:
                return RefundAnswer(RefundStanding.ABSENT)
            raise ProviderSilent(str(no)) from no

    async def trade_bill(self, day: str) -> bytes | None:
        """The bill of all trades of a day (YYYY-MM-DD, in China); None where there was none.

        Raises ProviderSilent also as long as it is not made yet, or does not agree with the digest it was announced with.
        """
        try:
            told = await self._call("GET", f"/v3/bill/tradebill?bill_date={day}&bill_type=ALL&tar_type=GZIP")
        except SaidNo as no:
            if no.code == "NOSTATEMENTEXIST":
                return None
            raise ProviderSilent(str(no)) from no
        address = urlsplit(text_in(told, "download_url"))
        if address.netloc != urlsplit(self._base_url).netloc:
            raise ProviderSilent(f"a bill lies at {address.netloc}, which is not WeChat Pay's")
        target = address.path + (f"?{address.query}" if address.query else "")
        response = await self._sent("GET", target, b"")
        if not response.is_success:
            raise ProviderSilent(f"WeChat Pay answered {response.status_code} to the fetching of a bill")
        # This answer alone is not signed; the digest was, and is that of the unpacked file.
        bill = unpacked(response.content)
        if hashlib.sha1(bill, usedforsecurity=False).hexdigest() != text_in(told, "hash_value").lower():
            raise ProviderSilent("a bill that does not agree with its digest")
        return bill

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification:
        try:
            self._signatures.verify(headers, body, now=self._clock.now().timestamp())
            told = json.loads(body)
            content = self._signatures.decrypt(told["resource"])
            event_id, kind = str(told["id"]), str(told["event_type"])
            return self._understood(event_id, kind, content)
        except SignatureUnfit as error:
            raise NotificationRefused(str(error), is_probe=error.is_probe) from error
        except (KeyError, TypeError, ValueError, ProviderSilent) as error:
            raise NotificationRefused(f"not understood: {error!r}") from error

    def _understood(self, event_id: str, kind: str, content: dict[str, Any]) -> Notification:
        if kind.startswith("TRANSACTION."):
            payment_id = str(content["out_trade_no"])
            answer = self._payment(payment_id, content)
            if answer.standing is Standing.PAID:
                return PaidNotification(event_id, payment_id, answer)
        elif kind.startswith("REFUND."):
            if content.get("mchid") != self._mchid:
                raise NotificationRefused("the refund is of another merchant")
            refund_id = str(content["out_refund_no"])
            return RefundNotification(event_id, refund_id, read_refund(refund_id, content, "refund_status"))
        return OtherNotification(event_id, kind)

    async def _prepay(self, kind: str, order: Order, more: Mapping[str, Any]) -> dict[str, Any]:
        body = {
            "appid": self._appid,
            "mchid": self._mchid,
            "description": order.description[:127],
            "out_trade_no": order.payment_id,
            "time_expire": order.expires_at.astimezone(_CHINA).isoformat(timespec="seconds"),
            "notify_url": self._notify_url,
            "amount": {"total": order.amount_fen, "currency": "CNY"},
            **more,
        }
        try:
            return await self._call("POST", f"{_TRANSACTIONS}/{kind}", body)
        except SaidNo as no:
            raise ProviderRefused("provider_refused", str(no)) from no

    async def _call(
        self, method: str, target: str, content: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """One request. Raises SaidNo for an error code that can be relied on, ProviderSilent for anything unclear."""
        # Serialised once: what is signed is what is sent, byte for byte.
        body = b"" if content is None else json.dumps(content, ensure_ascii=False).encode()
        return self._trusted(await self._sent(method, target, body))

    async def _sent(self, method: str, target: str, body: bytes) -> httpx.Response:
        timestamp, nonce = int(self._clock.now().timestamp()), self._nonce()
        headers = {
            "Authorization": self._signatures.authorization(
                method=method, target=target, body=body, timestamp=timestamp, nonce=nonce
            ),
            "Accept": "application/json",
            "User-Agent": "youzhan-cloud",
            "Wechatpay-Serial": self._public_key_id,
        }
        if body:
            headers["Content-Type"] = "application/json"
        try:
            return await self._client.request(method, self._base_url + target, content=body, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise ProviderNotReached(f"WeChat Pay could not be reached: {error!r}") from error
        except httpx.HTTPError as error:
            raise ProviderSilent(f"WeChat Pay gave no answer: {error!r}") from error

    def _trusted(self, response: httpx.Response) -> dict[str, Any]:
        # An error may come without a signature; a wrong one is never right.
        if response.is_success or "Wechatpay-Signature" in response.headers:
            try:
                self._signatures.verify(response.headers, response.content, now=self._clock.now().timestamp())
            except SignatureUnfit as error:
                _log.error("an answer of WeChat Pay cannot be trusted: %s", error)
                raise ProviderSilent(f"an answer that cannot be trusted: {error}") from error
        if response.status_code >= 500 or response.status_code == 429:
            raise ProviderSilent(f"WeChat Pay answered {response.status_code}")
        try:
            answer = response.json() if response.content else {}
        except ValueError as error:
            raise ProviderSilent(f"WeChat Pay answered {response.status_code} without JSON") from error
        if not isinstance(answer, dict):
            raise ProviderSilent(f"WeChat Pay answered {response.status_code} without an object")
        code = plain(answer.get("code") or "")
        if response.status_code == 202 and not code and not {"trade_state", "status"} & answer.keys():
            code = "ACCEPTED"
        if not response.is_success or code not in {"", "SUCCESS", "OK"}:
            raise SaidNo(code, str(answer.get("message", "")))
        return answer

    def _payment(self, payment_id: str, answer: Mapping[str, Any]) -> ProviderAnswer:
        return read_payment(payment_id, answer, mchid=self._mchid, appids={self._appid, self._official_appid})
