"""WeChat Pay's answers in our words: which code is a clear no, what a transaction or a refund says; pure."""

import logging
import zlib
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from cloud_api.payments.provider import ProviderAnswer, ProviderSilent, RefundAnswer, RefundStanding, Standing

_log = logging.getLogger(__name__)
_CHINA = timezone(timedelta(hours=8))
# A bill of a day with a million trades is a tenth of this.
_MOST_BYTES = 2 * 1024**3

# The documentation spells its codes in two ways (SYSTEMERROR, SYSTEM_ERROR): compared without underscores.
# Only what certainly means "not charged" is here; every other code leaves the payment to a query.
_DECLINED = {
    "NOTENOUGH": "balance_short",
    "AUTHCODEEXPIRE": "code_expired",
    "AUTHCODEEXPIRED": "code_expired",
    "AUTHCODEERROR": "code_expired",
    "AUTHCODEINVALID": "code_invalid",
    "NOTSUPORTCARD": "card_not_supported",
    "NOTSUPPORTCARD": "card_not_supported",
    "RULELIMIT": "limit_reached",
    "TRADEERROR": "payer_refused",
    "ACCOUNTERROR": "account_blocked",
    # Our own account or request is at fault: it was not taken in at all.
    "PARAMERROR": "provider_refused",
    "SIGNERROR": "provider_refused",
    "NOAUTH": "provider_refused",
    "APPIDMCHIDNOTMATCH": "provider_refused",
    "MCHNOTEXISTS": "provider_refused",
}
_STANDING = {
    "SUCCESS": Standing.PAID,
    "REFUND": Standing.PAID,  # paid, and something was given back since
    "NOTPAY": Standing.OPEN,
    "ACCEPT": Standing.OPEN,
    "USERPAYING": Standing.WAITING,
    "PAYERROR": Standing.DECLINED,
    "CLOSED": Standing.CLOSED,
    "REVOKED": Standing.CLOSED,
}
_REFUND_STANDING = {
    "SUCCESS": RefundStanding.REFUNDED,
    "PROCESSING": RefundStanding.PENDING,
    "ABNORMAL": RefundStanding.STUCK,
    "CLOSED": RefundStanding.CLOSED,
}
# A refund that did not happen and never will, however often it is asked for.
REFUND_REFUSED = {"USERACCOUNTABNORMAL": "payer_account_closed"}
NO_SUCH_ORDER = {"ORDERNOTEXIST", "ORDERNOTEXISTS", "RESOURCENOTEXISTS"}
# Heard and not yet done: with 202, and a code that may or may not say for whom it waits.
NOT_YET = {"USERPAYING", "ACCEPTED"}


class SaidNo(Exception):
    """An answer with an error code, its underscores removed."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(f"{code} {words}")
        self.code, self.words = code, words


def read_payment(
    payment_id: str, answer: Mapping[str, Any], *, mchid: str, appids: Collection[str]
) -> ProviderAnswer:
    """A transaction as WeChat tells it. Raises ProviderSilent when it is not ours or not understood."""
    standing = _STANDING.get(plain(answer.get("trade_state")))
    if standing is Standing.WAITING:
        # While the payer types, a code payment's answer holds nothing but the state.
        return ProviderAnswer(standing)
    try:
        ours = answer["mchid"] == mchid and answer["appid"] in appids
        if standing is None or not ours or answer["out_trade_no"] != payment_id:
            raise ProviderSilent("an answer about another payment")
        if standing is not Standing.PAID:
            reason = "payer_refused" if standing is Standing.DECLINED else None
            return ProviderAnswer(standing, reason=reason)
        amount, paid_at = answer["amount"], _moment(answer.get("success_time"))
        if type(amount["total"]) is not int or amount.get("currency", "CNY") != "CNY":
            raise ProviderSilent("an answer about another currency")
        reference = str(answer["transaction_id"])
        payer = answer.get("payer")
        openid = payer.get("openid") if isinstance(payer, dict) else None
        return ProviderAnswer(
            standing, amount["total"], reference, paid_at, payer=str(openid)[:128] if openid else None
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ProviderSilent(f"an answer that is not understood: {error!r}") from error


def read_refund(refund_id: str, answer: Mapping[str, Any], state: str) -> RefundAnswer:
    standing = _REFUND_STANDING.get(plain(answer.get(state)))
    amount = answer.get("amount")
    if standing is None or answer.get("out_refund_no") != refund_id or not isinstance(amount, dict):
        raise ProviderSilent("an answer about another refund")
    reason = {RefundStanding.STUCK: "payer_account_closed", RefundStanding.CLOSED: "refund_closed"}.get(
        standing
    )
    return RefundAnswer(standing, amount.get("refund"), reason)


def clear_no(no: SaidNo) -> str:
    reason = _DECLINED.get(no.code)
    if reason is None:
        raise ProviderSilent(str(no)) from no
    if reason == "provider_refused":
        _log.error("WeChat Pay refuses our requests: %s", no)
    return reason


def plain(word: object) -> str:
    """A code without the underscores that one page writes and another does not."""
    return str(word).replace("_", "").upper()


def text_in(answer: Mapping[str, Any], name: str) -> str:
    """Raises ProviderSilent where the answer lacks it."""
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise ProviderSilent(f"an answer without {name}")
    return value


def _moment(words: object) -> datetime | None:
    """When it was paid; the money counts also where that is not told. Raises ValueError or TypeError."""
    if not words:
        return None
    moment = datetime.fromisoformat(str(words))
    return (moment if moment.tzinfo else moment.replace(tzinfo=_CHINA)).astimezone(UTC)


def unpacked(archive: bytes) -> bytes:
    """A gzipped file, up to the size that no bill has. Raises ProviderSilent."""
    opened = zlib.decompressobj(wbits=31)
    try:
        content = opened.decompress(archive, _MOST_BYTES)
    except zlib.error as error:
        raise ProviderSilent(f"a bill that cannot be unpacked: {error}") from error
    if not opened.eof:
        raise ProviderSilent("a bill that was cut off, or is larger than any bill")
    return content
