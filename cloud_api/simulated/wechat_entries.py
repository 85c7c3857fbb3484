"""What stands in WeChat Pay's books, what a request for it must hold, and how it is refused."""

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

CHINA = timezone(timedelta(hours=8))
_NUMBER = re.compile(r"[0-9A-Za-z_|*-]{6,32}")
_AUTH_CODE = re.compile(r"1[0-5][0-9]{16}")


class WechatError(Exception):
    """An answer with an error code, as the API documents it."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


@dataclass(slots=True)
class Transaction:
    out_trade_no: str
    kind: str
    total: int
    description: str
    asked: str  # fingerprint of the request, to tell a repeat from a reuse
    created_at: str
    state: str = "NOTPAY"
    notify_url: str | None = None
    time_expire: str | None = None
    openid: str | None = None
    prepay_id: str = field(default_factory=lambda: "wx" + secrets.token_hex(17))
    transaction_id: str | None = None
    paid_at: str | None = None
    charged: int = 0
    refunded: int = 0
    ending: str = ""
    queries: int = 0

    @property
    def is_paid(self) -> bool:
        return self.state in ("SUCCESS", "REFUND")

    @property
    def payer(self) -> str:
        """Whoever did not say who they are is somebody else each time."""
        return self.openid or "oUpF8" + hashlib.sha256(self.out_trade_no.encode()).hexdigest()[:23]


@dataclass(slots=True)
class Refund:
    out_refund_no: str
    out_trade_no: str
    amount: int
    asked: str
    created_at: str
    refund_id: str = field(default_factory=lambda: "503" + str(secrets.randbelow(10**25)).zfill(25))
    status: str = "PROCESSING"
    notify_url: str | None = None
    success_time: str | None = None
    reason: str | None = None
    by_reversal: bool = False


def china_time(moment: datetime) -> str:
    return moment.astimezone(CHINA).isoformat(timespec="seconds")


def number_in(kind: str, body: dict[str, Any], *, appid: str, mchid: str) -> str:
    """The order number of a request that lacks nothing. Raises WechatError."""
    if body.get("appid") != appid or body.get("mchid") != mchid:
        raise WechatError(400, "APPID_MCHID_NOT_MATCH", "商户号与appid不匹配")
    missing = [name for name in ("description", "out_trade_no", "amount") if not body.get(name)]
    nested = {
        "jsapi": ("payer", "openid"),
        "codepay": ("payer", "auth_code"),
        "h5": ("scene_info", "payer_client_ip"),
    }
    if kind in nested and not (body.get(nested[kind][0]) or {}).get(nested[kind][1]):
        missing.append(".".join(nested[kind]))
    if kind == "codepay" and not body.get("scene_info"):
        missing.append("scene_info")
    if kind != "codepay" and not body.get("notify_url"):
        missing.append("notify_url")
    if kind == "codepay" and ("notify_url" in body or "time_expire" in body):
        raise WechatError(400, "PARAM_ERROR", "付款码支付没有 notify_url 和 time_expire")
    if missing:
        raise WechatError(400, "PARAM_ERROR", f"缺少参数 {', '.join(missing)}")
    total, number = body["amount"].get("total"), str(body["out_trade_no"])
    if type(total) is not int or total < 1:
        raise WechatError(400, "PARAM_ERROR", "amount.total 应为大于零的整数（分）")
    if _NUMBER.fullmatch(number) is None or len(str(body["description"])) > 127:
        raise WechatError(400, "PARAM_ERROR", "out_trade_no 6-32 位字母数字或_-|*，description 不超过 127 字")
    _check_fields(kind, body)
    return number


def _check_fields(kind: str, body: dict[str, Any]) -> None:
    if body["amount"].get("currency", "CNY") != "CNY":
        raise WechatError(400, "PARAM_ERROR", "amount.currency 仅支持 CNY")
    if kind == "h5" and not ((body["scene_info"].get("h5_info") or {}).get("type")):
        raise WechatError(400, "PARAM_ERROR", "缺少参数 scene_info.h5_info.type")
    if "?" in str(body.get("notify_url", "")):
        raise WechatError(400, "PARAM_ERROR", "notify_url 不能携带参数")
    if kind == "codepay" and _AUTH_CODE.fullmatch(str(body["payer"]["auth_code"])) is None:
        raise WechatError(400, "PARAM_ERROR", "auth_code 不是微信付款码")


def check_expiry(body: dict[str, Any], now: datetime) -> None:
    """A new order's last moment to pay: RFC 3339 with its zone, and not over. Raises WechatError."""
    expires = body.get("time_expire")
    if expires is None:
        return
    try:
        until = datetime.fromisoformat(str(expires))
    except ValueError as error:
        raise WechatError(400, "PARAM_ERROR", "time_expire 应为 rfc3339 格式") from error
    if until.tzinfo is None or until <= now:
        raise WechatError(400, "PARAM_ERROR", "time_expire 应带时区，且晚于当前时间")
