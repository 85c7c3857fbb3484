"""UnionPay (ACP 5.1.0, QR code consumption): charge a payer's code, query, undo, refund. It tells nothing by itself."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import urlencode

import httpx

from cloud_api.payments.provider import (
    Notification,
    NotificationRefused,
    Order,
    ProviderAnswer,
    ProviderNotReached,
    ProviderRefused,
    ProviderSilent,
    RefundAnswer,
    RefundStanding,
    Standing,
    checked_address,
    open_client,
)
from cloud_api.payments.unionpay_signatures import AnswerUnfit, UnionPaySignatures

_log = logging.getLogger(__name__)
_CHINA = timezone(timedelta(hours=8))
_MOMENT = "%Y%m%d%H%M%S"
_ASKED, _QUERY = "/gateway/api/backTransReq.do", "/gateway/api/queryTrans.do"
# What was asked, as UnionPay numbers it: consumption by the payer's code, its undoing (冲正), and giving back (退货).
_CONSUME = {"txnType": "01", "txnSubType": "06"}
_UNDO = {"txnType": "99", "txnSubType": "01"}
_REFUND = {"txnType": "04", "txnSubType": "00"}
# Only what certainly means "not charged"; any other code leaves the payment to a query.
_DECLINED = {
    "51": "balance_short",
    "61": "limit_reached",
    "73": "code_expired",
    "77": "code_expired",
    "75": "payer_refused",
    "42": "payer_refused",
    "62": "account_blocked",
    "10": "provider_refused",
    "11": "provider_refused",
}
_ACCEPTED, _NO_SUCH_ORDER = "00", "34"
_IN_WORK = frozenset({"03", "04", "05"})


class UnionPay:
    """The provider "unionpay". UnionPay knows a transaction by its number and its time together: `moment_of` tells when
    ours of that id was begun.
    """

    name = "unionpay"
    seconds_before_reversing = 0.0
    page_lives: timedelta | None = None

    def __init__(
        self,
        *,
        base_url: str,
        mer_id: str,
        signatures: UnionPaySignatures,
        moment_of: Callable[[str], Awaitable[datetime]],
        answer_seconds: float = 10.0,
    ) -> None:
        self._base_url = checked_address(base_url)
        self._mer_id, self._signatures, self._moment_of = mer_id, signatures, moment_of
        self._client = open_client(base_url, answer_seconds)

    async def end(self) -> None:
        await self._client.aclose()

    async def charge_code(
        self, payment_id: str, amount_fen: int, auth_code: str, description: str, terminal: str
    ) -> ProviderAnswer:
        fields = await self._about(payment_id, _CONSUME)
        fields |= {
            "txnAmt": str(amount_fen),
            "qrNo": auth_code,
            "termId": terminal[:8],
            "orderDesc": description[:32],
        }
        answer = await self._call(_ASKED, fields)
        code = answer.get("respCode", "")
        if code == _ACCEPTED or code in _IN_WORK:
            # Accepted is not paid: only the query says so.
            try:
                queried = await self.query(payment_id)
            except ProviderNotReached as unreached:
                # The question did not leave us, but the charge did.
                raise ProviderSilent(str(unreached)) from unreached
            return queried if queried.standing is not Standing.ABSENT else ProviderAnswer(Standing.WAITING)
        return ProviderAnswer(Standing.DECLINED, reason=_clear_no(answer))

    async def open_page(self, order: Order) -> str:  # noqa: ARG002 - not offered
        raise ProviderRefused("channel_not_offered", "UnionPay is taken at counters alone")

    async def open_mini_program(self, order: Order) -> Mapping[str, str]:  # noqa: ARG002 - not offered
        raise ProviderRefused(
            "channel_not_offered", "the mini program is WeChat's and takes WeChat Pay alone"
        )

    async def open_qr(self, order: Order) -> str:  # noqa: ARG002 - not offered
        raise ProviderRefused("channel_not_offered", "UnionPay is taken by the payer's code alone")

    async def query(self, payment_id: str) -> ProviderAnswer:
        return (await self._queried(payment_id))[0]

    async def close(self, payment_id: str) -> ProviderAnswer:
        return await self.reverse(payment_id)

    async def reverse(self, payment_id: str) -> ProviderAnswer:
        answer = await self._call(_ASKED, await self._about(payment_id, _UNDO))
        code = answer.get("respCode", "")
        if code == _ACCEPTED:
            return ProviderAnswer(Standing.CLOSED)
        if code == _NO_SUCH_ORDER:
            return ProviderAnswer(Standing.ABSENT)
        if code in _IN_WORK:
            return ProviderAnswer(Standing.WAITING)
        raise ProviderSilent(_words(answer))

    async def refund(
        self,
        refund_id: str,
        payment_id: str,
        *,
        amount_fen: int,
        paid_fen: int,  # noqa: ARG002 - WeChat alone asks for it
        reason: str,  # noqa: ARG002 - UnionPay has no field for it
    ) -> RefundAnswer:
        _standing, query_id = await self._queried(payment_id)
        fields = await self._about(refund_id, _REFUND)
        fields |= {"txnAmt": str(amount_fen), "origQryId": query_id}
        answer = await self._call(_ASKED, fields)
        if answer.get("respCode") != _ACCEPTED and answer.get("respCode") not in _IN_WORK:
            # Even a clear no may pass: the account is filled up, the setting mended. Same number again later.
            raise ProviderSilent(_words(answer))
        return await self.query_refund(refund_id, payment_id)

    async def query_refund(
        self,
        refund_id: str,
        payment_id: str,  # noqa: ARG002 - Alipay alone asks for it
    ) -> RefundAnswer:
        answer = await self._call(_QUERY, await self._about(refund_id, {"txnType": "00", "txnSubType": "00"}))
        if answer.get("respCode") == _NO_SUCH_ORDER:
            return RefundAnswer(RefundStanding.ABSENT)
        if answer.get("respCode") != _ACCEPTED or answer.get("orderId") != refund_id:
            raise ProviderSilent(_words(answer))
        origin = answer.get("origRespCode", "")
        if origin == _ACCEPTED:
            return RefundAnswer(RefundStanding.REFUNDED, _fen(answer.get("txnAmt")))
        if origin in _IN_WORK:
            return RefundAnswer(RefundStanding.PENDING)
        return RefundAnswer(RefundStanding.CLOSED, reason="refund_closed")

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification:  # noqa: ARG002 - none comes
        raise NotificationRefused("UnionPay is asked, and tells nothing by itself")

    async def _queried(self, payment_id: str) -> tuple[ProviderAnswer, str]:
        """How the payment stands, and UnionPay's own number of it."""
        answer = await self._call(
            _QUERY, await self._about(payment_id, {"txnType": "00", "txnSubType": "00"})
        )
        if answer.get("respCode") == _NO_SUCH_ORDER:
            return ProviderAnswer(Standing.ABSENT), ""
        if answer.get("respCode") != _ACCEPTED or answer.get("orderId") != payment_id:
            raise ProviderSilent(_words(answer))
        origin, query_id = answer.get("origRespCode", ""), answer.get("queryId", "")
        if origin == _ACCEPTED:
            paid_at = datetime.strptime(answer["txnTime"], _MOMENT).replace(tzinfo=_CHINA).astimezone(UTC)
            return ProviderAnswer(Standing.PAID, _fen(answer.get("txnAmt")), query_id, paid_at), query_id
        if origin in _IN_WORK:
            return ProviderAnswer(Standing.WAITING), query_id
        if origin == "12":
            # Undone: the payer has the money back.
            return ProviderAnswer(Standing.CLOSED), query_id
        return ProviderAnswer(Standing.DECLINED, reason=_DECLINED.get(origin, "payer_refused")), query_id

    async def _about(self, our_id: str, asked: Mapping[str, str]) -> dict[str, str]:
        return {
            "version": "5.1.0",
            "encoding": "UTF-8",
            "bizType": "000000",
            "channelType": "08",
            "accessType": "0",
            "currencyCode": "156",
            "merId": self._mer_id,
            "orderId": our_id,
            "txnTime": (await self._moment_of(our_id)).astimezone(_CHINA).strftime(_MOMENT),
            **asked,
        }

    async def _call(self, path: str, fields: Mapping[str, str]) -> dict[str, str]:
        """One request. Raises ProviderSilent for anything that is not an answer of UnionPay."""
        body = urlencode(self._signatures.signed(fields)).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
        try:
            response = await self._client.post(self._base_url + path, content=body, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise ProviderNotReached(f"UnionPay could not be reached: {error!r}") from error
        except httpx.HTTPError as error:
            raise ProviderSilent(f"UnionPay gave no answer: {error!r}") from error
        if response.status_code != 200:
            raise ProviderSilent(f"UnionPay answered {response.status_code}")
        try:
            answer = self._signatures.verified(response.content.decode())
        except (AnswerUnfit, ValueError) as error:
            _log.error("an answer of UnionPay cannot be trusted: %s", error)
            raise ProviderSilent(f"an answer that cannot be trusted: {error}") from error
        if answer.get("merId") != self._mer_id:
            raise ProviderSilent("an answer to another merchant")
        return answer


def _clear_no(answer: Mapping[str, str]) -> str:
    reason = _DECLINED.get(answer.get("respCode", ""))
    if reason is None:
        raise ProviderSilent(_words(answer))
    if reason == "provider_refused":
        _log.error("UnionPay refuses our requests: %s", _words(answer))
    return reason


def _words(answer: Mapping[str, str]) -> str:
    return f"UnionPay says {answer.get('respCode')} {answer.get('respMsg', '')}"


def _fen(text: str | None) -> int:
    if text is None or not text.isascii() or not text.isdecimal():
        raise ProviderSilent(f"{text!r} is no amount in fen")
    return int(text)
