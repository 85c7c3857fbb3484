"""Alipay: code payment, the page in a phone's browser, mini program, query, close, cancel, refund, notifications."""

import json
import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx

from cloud_api.clock import Clock
from cloud_api.payments.alipay_signatures import AlipaySignatures, AnswerUnfit
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

_log = logging.getLogger(__name__)
_CHINA = timezone(timedelta(hours=8))
_MOMENT = "%Y-%m-%d %H:%M:%S"
_YUAN = re.compile(r"(\d{1,10})(?:\.(\d{1,2}))?", re.ASCII)
_WIDE = str.maketrans("/=&", "／＝＆")
# Only what certainly means "not charged"; every other sub code leaves the payment to a query.
_DECLINED = {
    "ACQ.BUYER_BALANCE_NOT_ENOUGH": "balance_short",
    "ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH": "balance_short",
    "ACQ.ERROR_BALANCE_PAYMENT_DISABLE": "balance_short",
    "ACQ.PAYMENT_AUTH_CODE_INVALID": "code_expired",
    "ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR": "limit_reached",
    "ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR": "limit_reached",
    "ACQ.PAYMENT_FAIL": "payer_refused",
    "ACQ.PAYMENT_REQUEST_HAS_RISK": "payer_refused",
    "ACQ.BUYER_ENABLE_STATUS_FORBID": "account_blocked",
    "ACQ.INVALID_PARAMETER": "provider_refused",
    "ACQ.ACCESS_FORBIDDEN": "provider_refused",
}
# A refund that did not happen and never will, however often it is asked for.
_REFUND_REFUSED = {
    "ACQ.TRADE_NOT_ALLOW_REFUND": "refund_refused",
    "ACQ.TRADE_HAS_FINISHED": "refund_refused",
    "ACQ.BUYER_NOT_EXIST": "payer_account_closed",
}
_STANDING = {
    "WAIT_BUYER_PAY": Standing.OPEN,
    "TRADE_SUCCESS": Standing.PAID,
    "TRADE_FINISHED": Standing.PAID,
    "TRADE_CLOSED": Standing.CLOSED,
}


class _SaidNo(Exception):
    """A signed answer whose code is not 10000."""

    def __init__(self, code: str, sub_code: str, words: str) -> None:
        super().__init__(f"{code} {sub_code} {words}")
        self.code, self.sub_code = code, sub_code


class Alipay:
    """The provider "alipay"."""

    name = "alipay"
    seconds_before_reversing = 0.0
    page_lives: timedelta | None = None

    def __init__(
        self,
        *,
        gateway_url: str,
        app_id: str,
        signatures: AlipaySignatures,
        notify_url: str,
        clock: Clock,
        seller_id: str | None = None,
        answer_seconds: float = 10.0,
    ) -> None:
        self._gateway = checked_address(gateway_url)
        self._app_id, self._seller_id, self._signatures = app_id, seller_id, signatures
        self._notify_url, self._clock = notify_url, clock
        self._client = open_client(gateway_url, answer_seconds)

    async def end(self) -> None:
        await self._client.aclose()

    async def charge_code(
        self, payment_id: str, amount_fen: int, auth_code: str, description: str, terminal: str
    ) -> ProviderAnswer:
        content = {
            "out_trade_no": payment_id,
            "scene": "bar_code",
            "auth_code": auth_code,
            "product_code": "FACE_TO_FACE_PAYMENT",
            "subject": _subject(description),
            "total_amount": _yuan(amount_fen),
            "store_id": terminal[:32],
            "timeout_express": "2m",
        }
        try:
            answer = await self._call("alipay.trade.pay", content)
        except _SaidNo as no:
            if no.code == "10003":
                return ProviderAnswer(Standing.WAITING)
            reason = _DECLINED.get(no.sub_code) if no.code == "40004" else None
            if reason is None:
                raise ProviderSilent(str(no)) from no
            if reason == "provider_refused":
                _log.error("Alipay refuses our requests: %s", no)
            return ProviderAnswer(Standing.DECLINED, reason=reason)
        return _read(payment_id, answer, Standing.PAID)

    async def open_page(self, order: Order) -> str:
        content = {
            "out_trade_no": order.payment_id,
            "product_code": "QUICK_WAP_PAY",
            "subject": _subject(order.description),
            "total_amount": _yuan(order.amount_fen),
            "quit_url": order.return_url,
            "time_expire": order.expires_at.astimezone(_CHINA).strftime(_MOMENT),
        }
        parameters = self._parameters("alipay.trade.wap.pay", content)
        parameters |= {"notify_url": self._notify_url, "return_url": order.return_url}
        return f"{self._gateway}?{urlencode(self._signatures.signed(parameters))}"

    async def open_mini_program(self, order: Order) -> Mapping[str, str]:
        if order.payer_openid is None:
            raise ProviderRefused("payer_not_known", "a mini program's payer has an open id")
        content = {
            "out_trade_no": order.payment_id,
            "product_code": "JSAPI_PAY",
            "op_app_id": self._app_id,
            "buyer_open_id": order.payer_openid,
            "subject": _subject(order.description),
            "total_amount": _yuan(order.amount_fen),
            "time_expire": order.expires_at.astimezone(_CHINA).strftime(_MOMENT),
        }
        try:
            answer = await self._call("alipay.trade.create", content, notify=True)
        except _SaidNo as no:
            raise ProviderRefused("provider_refused", str(no)) from no
        number = answer.get("trade_no")
        if answer.get("out_trade_no") != order.payment_id or not isinstance(number, str) or not number:
            raise ProviderSilent("an answer without a trade's number")
        return {"tradeNO": number}

    async def open_qr(self, order: Order) -> str:
        content = {
            "out_trade_no": order.payment_id,
            "subject": _subject(order.description),
            "total_amount": _yuan(order.amount_fen),
            # The trade comes into being when somebody scans, so the code itself must end too: two hours are its own.
            "time_expire": order.expires_at.astimezone(_CHINA).strftime(_MOMENT),
        }
        try:
            answer = await self._call("alipay.trade.precreate", content, notify=True)
        except _SaidNo as no:
            raise ProviderRefused("provider_refused", str(no)) from no
        code = answer.get("qr_code")
        if answer.get("out_trade_no") != order.payment_id or not isinstance(code, str) or not code:
            raise ProviderSilent("an answer without a code")
        return code

    async def query(self, payment_id: str) -> ProviderAnswer:
        try:
            answer = await self._call("alipay.trade.query", {"out_trade_no": payment_id})
        except _SaidNo as no:
            if no.sub_code == "ACQ.TRADE_NOT_EXIST":
                return ProviderAnswer(Standing.ABSENT)
            raise ProviderSilent(str(no)) from no
        standing = _STANDING.get(str(answer.get("trade_status")))
        if standing is None:
            raise ProviderSilent("an answer that is not understood")
        return _read(payment_id, answer, standing)

    async def close(self, payment_id: str) -> ProviderAnswer:
        try:
            await self._call("alipay.trade.close", {"out_trade_no": payment_id})
        except _SaidNo as no:
            if no.sub_code == "ACQ.TRADE_NOT_EXIST":
                return ProviderAnswer(Standing.ABSENT)
            if no.sub_code in ("ACQ.TRADE_STATUS_ERROR", "ACQ.REASON_TRADE_STATUS_INVALID"):
                return await self.query(payment_id)
            raise ProviderSilent(str(no)) from no
        return ProviderAnswer(Standing.CLOSED)

    async def reverse(self, payment_id: str) -> ProviderAnswer:
        try:
            answer = await self._call("alipay.trade.cancel", {"out_trade_no": payment_id})
        except _SaidNo as no:
            raise ProviderSilent(str(no)) from no
        return ProviderAnswer(Standing.WAITING if answer.get("retry_flag") == "Y" else Standing.CLOSED)

    async def refund(
        self,
        refund_id: str,
        payment_id: str,
        *,
        amount_fen: int,
        paid_fen: int,  # noqa: ARG002 - WeChat alone asks for it
        reason: str,
    ) -> RefundAnswer:
        content = {
            "out_trade_no": payment_id,
            "out_request_no": refund_id,
            "refund_amount": _yuan(amount_fen),
            "refund_reason": reason[:80],
        }
        try:
            answer = await self._call("alipay.trade.refund", content)
        except _SaidNo as no:
            if no.sub_code in _REFUND_REFUSED:
                return RefundAnswer(RefundStanding.CLOSED, reason=_REFUND_REFUSED[no.sub_code])
            # Other clear noes may pass: the account is filled up, the setting mended. Same number again later.
            raise ProviderSilent(str(no)) from no
        if answer.get("out_trade_no") == payment_id and answer.get("fund_change") == "Y":
            return RefundAnswer(RefundStanding.REFUNDED, amount_fen)
        # "No money moved by this call" is true of a repeat as well: only the query tells them apart.
        return await self.query_refund(refund_id, payment_id)

    async def query_refund(self, refund_id: str, payment_id: str) -> RefundAnswer:
        content = {"out_trade_no": payment_id, "out_request_no": refund_id}
        try:
            answer = await self._call("alipay.trade.fastpay.refund.query", content)
        except _SaidNo as no:
            raise ProviderSilent(str(no)) from no
        if not answer.get("refund_status") and not answer.get("refund_amount"):
            # Neither how it stands nor how much: such a refund never came about.
            return RefundAnswer(RefundStanding.ABSENT)
        if answer.get("out_request_no") != refund_id or answer.get("out_trade_no") != payment_id:
            raise ProviderSilent("an answer about another refund")
        status = answer.get("refund_status") or "REFUND_SUCCESS"
        if status == "REFUND_FAIL":
            return RefundAnswer(RefundStanding.STUCK, reason="refund_failed")
        standing = RefundStanding.REFUNDED if status == "REFUND_SUCCESS" else RefundStanding.PENDING
        amount = answer.get("refund_amount")
        return RefundAnswer(standing, None if amount is None else _fen(amount))

    async def trade_bill(self, day: str) -> bytes | None:
        """The archive of the bill of a day (YYYY-MM-DD, in China); None where there was none.

        Raises ProviderSilent also as long as it is not made yet.
        """
        asked = {"bill_type": "trade", "bill_date": day}
        try:
            answer = await self._call("alipay.data.dataservice.bill.downloadurl.query", asked)
        except _SaidNo as no:
            if no.sub_code.lower().endswith("bill_not_exist"):
                return None
            raise ProviderSilent(str(no)) from no
        try:
            # The address lives for half a minute, and lies elsewhere than the gateway.
            response = await self._client.get(_safe(str(answer.get("bill_download_url"))))
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise ProviderSilent(f"the bill could not be fetched: {error!r}") from error
        if response.status_code != 200:
            raise ProviderSilent(f"Alipay answered {response.status_code} to the fetching of a bill")
        return response.content

    def read_notification(
        self,
        headers: Mapping[str, str],  # noqa: ARG002 - Alipay signs in the form itself
        body: bytes,
    ) -> Notification:
        try:
            fields = dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
            self._signatures.verify_notification(fields)
            return self._understood(fields)
        except (AnswerUnfit, ProviderSilent, KeyError, ValueError) as error:
            raise NotificationRefused(f"{error}") from error

    def _understood(self, fields: Mapping[str, str]) -> Notification:
        if fields["app_id"] != self._app_id or (self._seller_id and fields["seller_id"] != self._seller_id):
            raise NotificationRefused("the notification is for another merchant")
        event_id, status = fields["notify_id"], fields["trade_status"]
        # A refund is told with the trade's own status, so it looks like a payment but for these fields.
        if "refund_fee" in fields or "gmt_refund" in fields:
            refund_id = fields.get("out_biz_no")
            return (
                RefundNotification(event_id, refund_id, None)
                if refund_id
                else OtherNotification(event_id, status)
            )
        if _STANDING.get(status) is not Standing.PAID:
            return OtherNotification(event_id, status)
        payment_id = fields["out_trade_no"]
        return PaidNotification(event_id, payment_id, _read(payment_id, fields, Standing.PAID))

    def _parameters(self, method: str, content: Mapping[str, str]) -> dict[str, str]:
        return {
            "app_id": self._app_id,
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": self._clock.now().astimezone(_CHINA).strftime(_MOMENT),
            "version": "1.0",
            "biz_content": json.dumps(content, ensure_ascii=False, separators=(",", ":")),
        }

    async def _call(self, method: str, content: Mapping[str, str], *, notify: bool = False) -> dict[str, Any]:
        """One request. Raises _SaidNo for a signed answer that is not success, ProviderSilent for anything unclear."""
        unsigned = self._parameters(method, content)
        if notify:
            unsigned["notify_url"] = self._notify_url
        parameters = self._signatures.signed(unsigned)
        try:
            # In the body, not in the address: addresses end up in logs, and a payer's code must not.
            response = await self._client.post(f"{self._gateway}?charset=utf-8", data=parameters)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise ProviderNotReached(f"Alipay could not be reached: {error!r}") from error
        except httpx.HTTPError as error:
            raise ProviderSilent(f"Alipay gave no answer: {error!r}") from error
        if response.status_code != 200:
            raise ProviderSilent(f"Alipay answered {response.status_code}")
        try:
            text = response.content.decode()
            answer = self._signatures.read_answer(text, method.replace(".", "_") + "_response")
        except (AnswerUnfit, UnicodeDecodeError) as error:
            _log.error("an answer of Alipay cannot be trusted: %s", error)
            raise ProviderSilent(f"an answer that cannot be trusted: {error}") from error
        if str(answer.get("code")) != "10000":
            raise _SaidNo(
                str(answer.get("code")), str(answer.get("sub_code")), str(answer.get("sub_msg", ""))
            )
        return answer


def _subject(description: str) -> str:
    """A trade's title: Alipay refuses one with these three signs, so their wide sisters stand for them."""
    return description.translate(_WIDE)[:256]


def _safe(address: str) -> str:
    """Raises ValueError for plain HTTP to another machine."""
    checked_address(address)
    return address


def _read(payment_id: str, answer: Mapping[str, Any], standing: Standing) -> ProviderAnswer:
    """A trade as Alipay tells it. Raises ProviderSilent when it is not the one asked for or not understood."""
    if answer.get("out_trade_no") != payment_id:
        raise ProviderSilent("an answer about another payment")
    paid_at = answer.get("gmt_payment") or answer.get("send_pay_date")
    # Closed may also mean paid and given back whole; either way the payer has the money.
    if standing is not Standing.PAID:
        return ProviderAnswer(standing)
    try:
        # The money counts also where the time is not told; some tell it with its milliseconds.
        moment = datetime.strptime(str(paid_at)[:19], _MOMENT).replace(tzinfo=_CHINA) if paid_at else None
    except ValueError as error:
        raise ProviderSilent(f"an answer that is not understood: {error!r}") from error
    return ProviderAnswer(
        standing,
        _fen(answer.get("total_amount")),
        str(answer.get("trade_no")),
        moment and moment.astimezone(UTC),
        payer=_payer(answer),
    )


def _payer(answer: Mapping[str, Any]) -> str | None:
    names = (answer.get(name) for name in ("buyer_open_id", "buyer_user_id", "buyer_id"))
    return next((str(name)[:128] for name in names if name), None)


def _yuan(amount_fen: int) -> str:
    return f"{amount_fen // 100}.{amount_fen % 100:02d}"


def _fen(text: object) -> int:
    found = _YUAN.fullmatch(str(text))
    if found is None:
        raise ProviderSilent(f"{text!r} is no amount in yuan")
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
