"""Alipay's books: trades and refunds, and what may happen to them. Amounts in fen inside, in yuan text on the wire."""

import re
import secrets
from dataclasses import asdict
from datetime import datetime
from typing import Any

from cloud_api.simulated.alipay_entries import (
    CHINA,
    AlipayError,
    Refund,
    Trade,
    business_failed,
    check_expiry,
    china_time,
    fen,
)

_AUTH_CODE = re.compile(r"(2[5-9]|30)[0-9]{14,22}")
_QUERIES_UNTIL_TYPED = 2


class AlipayBooks:
    """Every method is one thing the gateway can be asked; refuses with AlipayError."""

    def __init__(self, remembered: dict[str, Any]) -> None:
        self.trades = {row["out_trade_no"]: Trade(**row) for row in remembered.get("trades", [])}
        self.refunds = {
            (row["out_trade_no"], row["out_request_no"]): Refund(**row)
            for row in remembered.get("refunds", [])
        }
        self._used_codes: dict[str, str] = dict(remembered.get("used_codes", {}))

    def remembered(self) -> dict[str, Any]:
        return {
            "trades": [asdict(trade) for trade in self.trades.values()],
            "refunds": [asdict(refund) for refund in self.refunds.values()],
            "used_codes": self._used_codes,
        }

    def pay_by_code(self, content: dict[str, Any], now: datetime) -> Trade:
        """alipay.trade.pay: the last two digits of the code decide how it ends."""
        number, total, subject = _order(content)
        code = str(content.get("auth_code", ""))
        if content.get("scene") != "bar_code" or _AUTH_CODE.fullmatch(code) is None:
            raise business_failed(
                "PAYMENT_AUTH_CODE_INVALID", "支付失败，获取顾客账户信息失败，请顾客刷新付款码后重新收款"
            )
        known = self.trades.get(number)
        if known is not None:
            if known.total != total:
                raise business_failed("CONTEXT_INCONSISTENT", "交易信息被篡改")
            if known.is_paid:
                raise business_failed("TRADE_HAS_SUCCESS", "交易已被支付")
            raise business_failed("TRADE_HAS_CLOSE", "交易已经关闭")
        if code in self._used_codes:
            raise business_failed(
                "PAYMENT_AUTH_CODE_INVALID", "支付失败，付款码已失效，请顾客刷新付款码后重新收款"
            )
        trade = self._opened(number, "bar_code", total, subject, now)
        self._used_codes[code] = number
        trade.ending = code[-2:]
        if trade.ending == "01":
            trade.status = "TRADE_CLOSED"
            raise business_failed("BUYER_BALANCE_NOT_ENOUGH", "买家余额不足，请更换付款方式")
        if trade.ending in ("02", "03"):
            raise AlipayError(
                "10003", "order success pay inprocess", out_trade_no=number, trade_no=trade.trade_no
            )
        self._take(trade, now)
        if trade.ending == "05":
            raise AlipayError("20000", "Service Currently Unavailable", "aop.ACQ.SYSTEM_ERROR", "系统异常")
        return trade

    def open_page(self, content: dict[str, Any], parameters: dict[str, str], now: datetime) -> Trade:
        """alipay.trade.wap.pay: the payer's browser arrives; only then the trade begins."""
        number, total, subject = _order(content)
        if content.get("product_code") != "QUICK_WAP_PAY":
            raise business_failed("INVALID_PARAMETER", "手机网站支付的 product_code 应为 QUICK_WAP_PAY")
        trade = self.trades.get(number)
        if trade is None:
            check_expiry(content, now)
            trade = self._opened(number, "wap", total, subject, now)
        if trade.total != total:
            raise business_failed("CONTEXT_INCONSISTENT", "交易信息被篡改")
        trade.notify_url, trade.return_url = (
            parameters.get("notify_url", ""),
            parameters.get("return_url", ""),
        )
        trade.time_expire = str(content.get("time_expire", ""))
        return trade

    def precreate(self, content: dict[str, Any], parameters: dict[str, str], now: datetime) -> Trade:
        number, total, subject = _order(content)
        trade = self.trades.get(number)
        if trade is None:
            check_expiry(content, now)
            trade = self._opened(number, "precreate", total, subject, now)
            trade.exists, trade.notify_url = False, parameters.get("notify_url", "")
            trade.time_expire = str(content.get("time_expire", ""))
        if trade.total != total:
            raise business_failed("CONTEXT_INCONSISTENT", "交易信息被篡改")
        return trade

    def create(self, content: dict[str, Any], parameters: dict[str, str], now: datetime) -> Trade:
        """alipay.trade.create: for a buyer who is known, within Alipay; the trade is there at once."""
        number, total, subject = _order(content)
        if not (content.get("buyer_open_id") or content.get("buyer_id")):
            raise business_failed("INVALID_PARAMETER", "buyer_open_id 与 buyer_id 不能同时为空")
        if content.get("product_code") != "JSAPI_PAY" or not content.get("op_app_id"):
            raise business_failed("INVALID_PARAMETER", "JSAPI_PAY 需要 op_app_id")
        trade = self.trades.get(number)
        if trade is None:
            check_expiry(content, now)
            trade = self._opened(number, "create", total, subject, now)
            trade.notify_url = parameters.get("notify_url", "")
            trade.time_expire = str(content.get("time_expire", ""))
        if trade.total != total or trade.kind != "create":
            raise business_failed("CONTEXT_INCONSISTENT", "交易信息被篡改")
        if trade.is_paid:
            raise business_failed("TRADE_HAS_SUCCESS", "交易已被支付")
        if trade.status == "TRADE_CLOSED":
            raise business_failed("TRADE_HAS_CLOSE", "交易已经关闭")
        return trade

    def scanned(self, code: str, now: datetime) -> Trade | None:
        """The payer has read the QR code: the trade comes into being, where the code is still good."""
        trade = next(
            (one for one in self.trades.values() if one.kind == "precreate" and one.token[:16] == code), None
        )
        if trade is None or (trade.time_expire and china_time(now) > trade.time_expire):
            return None
        trade.exists = True
        return trade

    def query(self, content: dict[str, Any], now: datetime) -> Trade:
        trade = self._known(content)
        if trade.status == "WAIT_BUYER_PAY" and trade.ending in ("02", "03"):
            trade.queries += 1
            if trade.queries >= _QUERIES_UNTIL_TYPED:
                if trade.ending == "02":
                    self._take(trade, now)
                else:
                    trade.status = "TRADE_CLOSED"
        return trade

    def cancel(self, content: dict[str, Any], now: datetime) -> tuple[str, str]:
        """Closes an unpaid trade, gives a paid one back; answers its number and what was done."""
        number = str(content.get("out_trade_no", ""))
        trade = self.trades.get(number)
        if trade is None or not trade.exists:
            # Cancelling what never came about succeeds, and that number is closed from then on.
            return number, ""
        if trade.cancelled or trade.status == "TRADE_CLOSED":
            return number, "close"
        trade.cancelled = True
        if not trade.is_paid:
            trade.status = "TRADE_CLOSED"
            return number, "close"
        left = trade.charged - trade.refunded
        self.refunds[(number, number)] = Refund(
            number, number, left, by_cancel=True, told=True, at=china_time(now)
        )
        trade.refunded, trade.status = trade.charged, "TRADE_CLOSED"
        return number, "refund"

    def close(self, content: dict[str, Any]) -> Trade:
        trade = self._known(content)
        if trade.status != "WAIT_BUYER_PAY":
            raise business_failed("TRADE_STATUS_ERROR", "交易状态不合法")
        trade.status = "TRADE_CLOSED"
        return trade

    def pay(self, number: str, now: datetime, *, even_if_closed: bool = False) -> Trade:
        """The payer confirms on the phone."""
        trade = self.trades.get(number)
        if trade is None:
            raise business_failed("TRADE_NOT_EXIST", "交易不存在")
        too_late = bool(trade.time_expire) and china_time(now) > trade.time_expire
        if trade.charged or (not even_if_closed and (trade.status != "WAIT_BUYER_PAY" or too_late)):
            raise business_failed("TRADE_STATUS_ERROR", "交易已支付或已关闭")
        trade.exists = True
        self._take(trade, now)
        return trade

    def refund(self, content: dict[str, Any], now: datetime) -> tuple[Trade, Refund, bool]:
        """The trade, its refund, and whether money moved by this very call."""
        trade = self._known(content)
        amount = fen(content.get("refund_amount"))
        request_no = str(content.get("out_request_no") or trade.out_trade_no)
        known = self.refunds.get((trade.out_trade_no, request_no))
        if known is not None:
            if known.amount != amount:
                raise business_failed("REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额与之前请求不一致")
            return trade, known, False
        if amount < trade.charged and not content.get("out_request_no"):
            raise business_failed("INVALID_PARAMETER", "部分退款需要 out_request_no")
        if (
            not trade.charged
            or trade.cancelled
            or (trade.status == "TRADE_CLOSED" and trade.refunded == trade.charged)
        ):
            raise business_failed("TRADE_STATUS_ERROR", "交易状态不合法")
        if trade.refunded + amount > trade.charged:
            raise business_failed("REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限")
        trade.refunded += amount
        if trade.refunded == trade.charged:
            trade.status = "TRADE_CLOSED"
        refund = Refund(request_no, trade.out_trade_no, amount, at=china_time(now))
        self.refunds[(trade.out_trade_no, request_no)] = refund
        return trade, refund, True

    def find_refund(self, content: dict[str, Any]) -> Refund | None:
        """None where the trade is known and such a refund is not: Alipay then answers success without a status."""
        trade = self._known(content)
        return self.refunds.get((trade.out_trade_no, str(content.get("out_request_no", ""))))

    def by_token(self, token: str) -> Trade | None:
        return next((trade for trade in self.trades.values() if trade.token == token), None)

    def ledger(self) -> dict[str, Any]:
        """The truth in fen, in the shape both simulated providers share."""
        return {
            "provider": "alipay",
            "payments": [
                {
                    "payment_id": one.out_trade_no,
                    "provider_ref": one.trade_no or None,
                    "kind": one.kind,
                    "state": one.status,
                    "description": one.subject,
                    "amount_fen": one.total,
                    "charged_fen": one.charged,
                    "refunded_fen": one.refunded,
                    "paid_at": one.paid_at or None,
                }
                for one in self.trades.values()
            ],
            "refunds": [
                {
                    "refund_id": one.out_request_no,
                    "payment_id": one.out_trade_no,
                    "amount_fen": one.amount,
                    "state": one.status,
                    "by_reversal": one.by_cancel,
                }
                for one in self.refunds.values()
            ],
        }

    def _opened(self, number: str, kind: str, total: int, subject: str, now: datetime) -> Trade:
        trade = Trade(number, kind, total, subject, china_time(now))
        trade.trade_no = (
            now.astimezone(CHINA).strftime("%Y%m%d") + "220014" + str(secrets.randbelow(10**14)).zfill(14)
        )
        self.trades[number] = trade
        return trade

    def _known(self, content: dict[str, Any]) -> Trade:
        number = str(content.get("out_trade_no", ""))
        trade = self.trades.get(number)
        if trade is None and "trade_no" in content:
            trade = next((one for one in self.trades.values() if one.trade_no == content["trade_no"]), None)
        if trade is None or not trade.exists:
            raise business_failed("TRADE_NOT_EXIST", "交易不存在")
        return trade

    def _take(self, trade: Trade, now: datetime) -> None:
        trade.status, trade.charged, trade.paid_at = "TRADE_SUCCESS", trade.total, china_time(now)


def _order(content: dict[str, Any]) -> tuple[str, int, str]:
    number, subject = str(content.get("out_trade_no", "")), str(content.get("subject", ""))
    if not number or len(number) > 64 or not subject:
        raise business_failed("INVALID_PARAMETER", "缺少 out_trade_no 或 subject")
    return number, fen(content.get("total_amount")), subject
