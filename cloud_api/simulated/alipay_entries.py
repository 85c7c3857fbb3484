"""What stands in Alipay's books, how it writes amounts and times, and how it refuses."""

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

CHINA = timezone(timedelta(hours=8))
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_AMOUNT = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?")


class AlipayError(Exception):
    """An answer that is not success: 10003, 20000 or 40004 with its sub code."""

    def __init__(
        self, code: str, message: str, sub_code: str = "", sub_message: str = "", **more: str
    ) -> None:
        super().__init__(sub_code or code)
        self.content = {"code": code, "msg": message}
        if sub_code:
            self.content |= {"sub_code": sub_code, "sub_msg": sub_message}
        self.content |= more


def business_failed(sub_code: str, sub_message: str) -> AlipayError:
    return AlipayError("40004", "Business Failed", f"ACQ.{sub_code}", sub_message)


@dataclass(slots=True)
class Trade:
    out_trade_no: str
    kind: str
    total: int
    subject: str
    created_at: str
    status: str = "WAIT_BUYER_PAY"
    exists: bool = True  # a QR or a web page makes the trade only when the payer comes
    notify_url: str = ""
    return_url: str = ""
    time_expire: str = ""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    trade_no: str = ""
    paid_at: str = ""
    charged: int = 0
    refunded: int = 0
    cancelled: bool = False
    ending: str = ""
    queries: int = 0

    @property
    def payer(self) -> str:
        """Somebody else each time."""
        return f"2088{int(hashlib.sha256(self.out_trade_no.encode()).hexdigest()[:11], 16):014d}"[:16]

    @property
    def is_paid(self) -> bool:
        return self.charged > 0 and self.status in ("TRADE_SUCCESS", "TRADE_FINISHED")


@dataclass(slots=True)
class Refund:
    out_request_no: str
    out_trade_no: str
    amount: int
    status: str = "REFUND_SUCCESS"
    by_cancel: bool = False
    told: bool = False
    at: str = ""


def fen(text: Any) -> int:
    """Whole fen from yuan text such as "258.63"; refuses anything else."""
    found = _AMOUNT.fullmatch(str(text))
    if found is None:
        raise business_failed("INVALID_PARAMETER", "金额格式错误")
    amount = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
    if amount == 0:
        raise business_failed("INVALID_PARAMETER", "金额应大于零")
    return amount


def yuan(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}"


def china_time(moment: datetime) -> str:
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")


def check_expiry(content: dict[str, Any], now: datetime) -> None:
    """Refuses a trade whose last moment is over before it begins, or is no time at all."""
    expires = content.get("time_expire")
    if expires and (_MOMENT.fullmatch(str(expires)) is None or str(expires) <= china_time(now)):
        raise business_failed("INVALID_PARAMETER", "time_expire 应为 yyyy-MM-dd HH:mm:ss，且晚于当前时间")
