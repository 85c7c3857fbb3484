"""WeChat Pay's books: transactions and refunds, and what may happen to them. No wire, no clock of its own."""

import secrets
from dataclasses import asdict
from datetime import datetime
from typing import Any

from cloud_api.simulated.wechat_entries import (
    Refund,
    Transaction,
    WechatError,
    check_expiry,
    china_time,
    number_in,
)

_TRADE_TYPES = {"jsapi": "JSAPI", "native": "NATIVE", "h5": "MWEB", "codepay": "MICROPAY"}
_QUERIES_UNTIL_TYPED = 2
STATE_WORDS = {
    "SUCCESS": "支付成功",
    "REFUND": "转入退款",
    "NOTPAY": "订单未支付",
    "CLOSED": "订单已关闭",
    "REVOKED": "已撤销",
    "USERPAYING": "需要用户输入支付密码",
    "PAYERROR": "支付失败",
}


class WechatBooks:
    """Every method is one thing the API can be asked; refuses with WechatError."""

    def __init__(self, mchid: str, appid: str, remembered: dict[str, Any]) -> None:
        self._mchid, self._appid = mchid, appid
        self.transactions = {
            row["out_trade_no"]: Transaction(**row) for row in remembered.get("transactions", [])
        }
        self.refunds = {row["out_refund_no"]: Refund(**row) for row in remembered.get("refunds", [])}
        self._used_codes: dict[str, str] = dict(remembered.get("used_codes", {}))

    def remembered(self) -> dict[str, Any]:
        return {
            "transactions": [asdict(transaction) for transaction in self.transactions.values()],
            "refunds": [asdict(refund) for refund in self.refunds.values()],
            "used_codes": self._used_codes,
        }

    def prepay(self, kind: str, body: dict[str, Any], asked: str, now: datetime) -> Transaction:
        """jsapi, native, h5: the same request again is the same order; another one under its number is refused."""
        number = number_in(kind, body, appid=self._appid, mchid=self._mchid)
        known = self.transactions.get(number)
        if known is not None:
            if known.is_paid:
                raise WechatError(400, "ORDERPAID", "该订单已支付")
            if known.state in ("CLOSED", "REVOKED"):
                raise WechatError(400, "ORDER_CLOSED", "该订单已关闭")
            if known.asked != asked or known.kind != kind:
                raise WechatError(403, "OUT_TRADE_NO_USED", "商户订单号重复")
            return known
        check_expiry(body, now)
        return self._opened(number, kind, body, asked, now)

    def pay_by_code(self, body: dict[str, Any], asked: str, now: datetime) -> Transaction:
        """Charges a payer's code; the last two digits of the code decide how it ends."""
        number = number_in("codepay", body, appid=self._appid, mchid=self._mchid)
        code = str(body["payer"]["auth_code"])
        known = self.transactions.get(number)
        if known is not None:
            if known.is_paid:
                raise WechatError(400, "ORDERPAID", "该订单已支付")
            raise WechatError(403, "OUT_TRADE_NO_USED", "商户订单号重复")
        if code in self._used_codes:
            raise WechatError(403, "AUTH_CODE_EXPIRED", "付款码已过期，请用户刷新后重试")
        transaction = self._opened(number, "codepay", body, asked, now)
        self._used_codes[code] = number
        transaction.ending = code[-2:]
        if transaction.ending == "01":
            transaction.state = "PAYERROR"
            raise WechatError(403, "NOTENOUGH", "用户账号余额不足")
        if transaction.ending in ("02", "03"):
            transaction.state = "USERPAYING"
        else:
            self._take(transaction, now)
        if transaction.ending == "05":
            raise WechatError(500, "SYSTEM_ERROR", "系统异常，请用相同参数重新调用")
        return transaction

    def query(self, number: str, now: datetime) -> Transaction:
        transaction = self._known(number)
        self._type_password(transaction, now)
        return transaction

    def by_transaction_id(self, transaction_id: str) -> Transaction:
        for transaction in self.transactions.values():
            if transaction.transaction_id == transaction_id:
                return transaction
        raise WechatError(404, "ORDER_NOT_EXIST", "订单不存在")

    def close(self, number: str) -> None:
        transaction = self._known(number)
        if transaction.kind == "codepay":
            raise WechatError(400, "INVALID_REQUEST", "付款码订单不支持关单，请调用撤销")
        if transaction.is_paid:
            raise WechatError(400, "ORDERPAID", "该订单已支付")
        transaction.state = "CLOSED"

    def reverse(self, number: str, now: datetime) -> Refund | None:
        """Closes an unpaid code payment, gives a paid one back whole (the Refund answered)."""
        transaction = self._known(number)
        if transaction.kind != "codepay":
            raise WechatError(400, "INVALID_REQUEST", "仅支持撤销付款码订单")
        if transaction.state == "USERPAYING":
            # The password is being typed this very moment; the documentation says to reverse again a little later.
            self._type_password(transaction, now)
            raise WechatError(202, "USERPAYING", "用户支付中，需要输入密码")
        if transaction.state == "REVOKED":
            return None
        back = None
        if transaction.is_paid:
            left = transaction.charged - transaction.refunded
            back = Refund(
                f"REVERSE{number}", number, left, "", china_time(now), status="SUCCESS", by_reversal=True
            )
            back.success_time = china_time(now)
            self.refunds[back.out_refund_no] = back
            transaction.refunded = transaction.charged
        transaction.state = "REVOKED"
        return back

    def pay(self, number: str, now: datetime, *, even_if_closed: bool = False) -> Transaction:
        """The payer confirms on the phone."""
        transaction = self._known(number)
        if transaction.is_paid:
            raise WechatError(400, "ORDERPAID", "该订单已支付")
        if not even_if_closed:
            if transaction.state not in ("NOTPAY", "USERPAYING"):
                raise WechatError(400, "ORDER_CLOSED", "该订单已关闭")
            if transaction.time_expire is not None and now > datetime.fromisoformat(transaction.time_expire):
                raise WechatError(400, "ORDER_CLOSED", "订单已过支付时间")
        self._take(transaction, now)
        return transaction

    def refund(self, body: dict[str, Any], asked: str, now: datetime) -> Refund:
        try:
            refund_no, amount = str(body["out_refund_no"]), body["amount"]
            wanted, total = int(amount["refund"]), int(amount["total"])
        except (KeyError, TypeError, ValueError) as error:
            raise WechatError(400, "PARAM_ERROR", "参数错误") from error
        known = self.refunds.get(refund_no)
        if known is not None:
            if known.asked != asked:
                raise WechatError(400, "INVALID_REQUEST", "订单金额或退款金额与之前请求不一致，请核实后再试")
            return known
        transaction = (
            self.by_transaction_id(str(body["transaction_id"]))
            if "transaction_id" in body
            else self._known(str(body.get("out_trade_no", "")))
        )
        if not transaction.is_paid:
            raise WechatError(400, "INVALID_REQUEST", "订单未支付或已撤销，不能退款")
        if total != transaction.total or wanted <= 0:
            raise WechatError(400, "INVALID_REQUEST", "订单金额与原订单不一致")
        if transaction.refunded + wanted > transaction.charged:
            raise WechatError(403, "NOT_ENOUGH", "退款金额大于可退金额")
        transaction.refunded += wanted
        transaction.state = "REFUND"
        entry = Refund(refund_no, transaction.out_trade_no, wanted, asked, china_time(now))
        entry.notify_url, entry.reason = body.get("notify_url"), body.get("reason")
        self.refunds[refund_no] = entry
        return entry

    def finish_refund(self, refund_no: str, status: str, now: datetime) -> Refund:
        refund = self.known_refund(refund_no)
        if refund.status == "PROCESSING":
            refund.status = status
            refund.success_time = china_time(now)
            if status == "CLOSED":
                self.transactions[refund.out_trade_no].refunded -= refund.amount
        return refund

    def known_refund(self, refund_no: str) -> Refund:
        refund = self.refunds.get(refund_no)
        if refund is None or refund.by_reversal:
            raise WechatError(404, "RESOURCE_NOT_EXISTS", "退款单不存在")
        return refund

    def by_prepay_id(self, prepay_id: str) -> Transaction | None:
        return next((one for one in self.transactions.values() if one.prepay_id == prepay_id), None)

    def by_code(self, asked: str) -> Transaction | None:
        """The order whose QR code says this."""
        native = (one for one in self.transactions.values() if one.kind == "native")
        return next((one for one in native if one.prepay_id[-12:] == asked), None)

    def as_answer(self, transaction: Transaction) -> dict[str, Any]:
        """A transaction as query, code payment and notification tell it."""
        answer: dict[str, Any] = {
            "appid": self._appid,
            "mchid": self._mchid,
            "out_trade_no": transaction.out_trade_no,
            "trade_type": _TRADE_TYPES[transaction.kind],
            "trade_state": transaction.state,
            "trade_state_desc": STATE_WORDS[transaction.state],
            "attach": "",
            "payer": {"openid": transaction.payer},
            "amount": {"total": transaction.total, "currency": "CNY"},
        }
        if transaction.transaction_id is not None:
            answer |= {
                "transaction_id": transaction.transaction_id,
                "bank_type": "OTHERS",
                "success_time": transaction.paid_at,
                "amount": {
                    "total": transaction.total,
                    "payer_total": transaction.charged,
                    "currency": "CNY",
                    "payer_currency": "CNY",
                },
            }
        return answer

    def refund_as_answer(self, refund: Refund, *, notified: bool = False) -> dict[str, Any]:
        transaction = self.transactions[refund.out_trade_no]
        answer: dict[str, Any] = {
            "refund_id": refund.refund_id,
            "out_refund_no": refund.out_refund_no,
            "transaction_id": transaction.transaction_id,
            "out_trade_no": refund.out_trade_no,
            "user_received_account": "支付用户零钱",
            "amount": {
                "total": transaction.total,
                "refund": refund.amount,
                "payer_total": transaction.charged,
            },
        }
        if refund.success_time is not None and refund.status == "SUCCESS":
            answer["success_time"] = refund.success_time
        if notified:
            answer |= {"mchid": self._mchid, "refund_status": refund.status}
            answer["amount"]["payer_refund"] = refund.amount
        else:
            answer |= {"status": refund.status, "channel": "ORIGINAL", "create_time": refund.created_at}
            answer["amount"]["currency"] = "CNY"
        return answer

    def ledger(self) -> dict[str, Any]:
        """The truth in fen, in the shape both simulated providers share."""
        return {
            "provider": "wechat",
            "payments": [
                {
                    "payment_id": one.out_trade_no,
                    "provider_ref": one.transaction_id,
                    "kind": one.kind,
                    "state": one.state,
                    "description": one.description,
                    "amount_fen": one.total,
                    "charged_fen": one.charged,
                    "refunded_fen": one.refunded,
                    "paid_at": one.paid_at,
                }
                for one in self.transactions.values()
            ],
            "refunds": [
                {
                    "refund_id": one.out_refund_no,
                    "payment_id": one.out_trade_no,
                    "amount_fen": one.amount,
                    "state": one.status,
                    "by_reversal": one.by_reversal,
                }
                for one in self.refunds.values()
            ],
        }

    def _opened(self, number: str, kind: str, body: dict[str, Any], asked: str, now: datetime) -> Transaction:
        transaction = Transaction(
            number, kind, body["amount"]["total"], str(body["description"]), asked, china_time(now)
        )
        transaction.notify_url, transaction.time_expire = body.get("notify_url"), body.get("time_expire")
        transaction.openid = (body.get("payer") or {}).get("openid")
        self.transactions[number] = transaction
        return transaction

    def _known(self, number: str) -> Transaction:
        transaction = self.transactions.get(number)
        if transaction is None:
            raise WechatError(404, "ORDER_NOT_EXIST", "订单不存在")
        return transaction

    def _type_password(self, transaction: Transaction, now: datetime) -> None:
        if transaction.state != "USERPAYING":
            return
        transaction.queries += 1
        if transaction.queries >= _QUERIES_UNTIL_TYPED:
            if transaction.ending == "02":
                self._take(transaction, now)
            else:
                transaction.state = "PAYERROR"

    def _take(self, transaction: Transaction, now: datetime) -> None:
        transaction.state = "SUCCESS"
        transaction.charged = transaction.total
        transaction.paid_at = china_time(now)
        transaction.transaction_id = (
            "42000" + now.strftime("%Y%m%d") + str(secrets.randbelow(10**15)).zfill(15)
        )
