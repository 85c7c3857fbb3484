"""UnionPay's books: consumptions and refunds, and what may happen to them. No wire, no clock of its own."""

import re
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from cloud_api.simulated.alipay_entries import CHINA

_CODE = re.compile(r"62[0-9]{17}")
# One of them is the one that follows a charge at once.
_QUERIES_UNTIL_TYPED = 3
WORDS = {
    "00": "成功",
    "05": "交易已受理，请稍后查询",
    "06": "系统繁忙，请稍后再试",
    "10": "报文格式错误",
    "11": "验证签名失败",
    "12": "重复交易，或原交易已撤销",
    "34": "查无此交易",
    "36": "交易金额超限，不能退货",
    "51": "余额不足",
    "73": "付款码已失效",
    "75": "持卡人取消付款",
}


class UnionPayError(Exception):
    """An answer whose respCode is not 00."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Consumption:
    order_id: str
    txn_time: str
    amount: int
    description: str
    query_id: str
    state: str = "00"  # the origRespCode that a query tells
    charged: int = 0
    refunded: int = 0
    ending: str = ""
    queries: int = 0


@dataclass(slots=True)
class Refund:
    order_id: str
    txn_time: str
    of: str
    amount: int
    query_id: str
    by_reversal: bool = False


class UnionPayBooks:
    """Every method is one thing the gateway can be asked; refuses with UnionPayError."""

    def __init__(self, remembered: dict[str, Any]) -> None:
        self.consumptions = {
            row["order_id"]: Consumption(**row) for row in remembered.get("consumptions", [])
        }
        self.refunds = {row["order_id"]: Refund(**row) for row in remembered.get("refunds", [])}
        self._used_codes: set[str] = set(remembered.get("used_codes", []))
        self._gone: set[str] = set(remembered.get("gone", []))

    def remembered(self) -> dict[str, Any]:
        return {
            "consumptions": [asdict(one) for one in self.consumptions.values()],
            "refunds": [asdict(one) for one in self.refunds.values()],
            "used_codes": sorted(self._used_codes),
            "gone": sorted(self._gone),
        }

    def consume(self, fields: dict[str, str], now: datetime) -> Consumption:
        """Charges a payer's code; its last two digits decide how that ends."""
        order_id, code = fields["orderId"], fields.get("qrNo", "")
        if order_id in self.consumptions or order_id in self._gone:
            raise UnionPayError("12")
        if _CODE.fullmatch(code) is None or code in self._used_codes:
            raise UnionPayError("73")
        self._used_codes.add(code)
        amount = int(fields["txnAmt"])
        one = Consumption(order_id, fields["txnTime"], amount, fields.get("orderDesc", ""), _query_id(now))
        one.ending = code[-2:]
        self.consumptions[order_id] = one
        if one.ending == "01":
            one.state = "51"
            raise UnionPayError("51")
        if one.ending in ("02", "03"):
            one.state = "05"
        else:
            one.charged = amount
        if one.ending == "05":
            raise UnionPayError("06")
        return one

    def query(self, fields: dict[str, str]) -> tuple[str, Consumption | Refund]:
        """The origRespCode and the transaction, of this number and this time together."""
        order_id = fields["orderId"]
        one = self.consumptions.get(order_id) or self.refunds.get(order_id)
        if one is None or one.txn_time != fields["txnTime"]:
            raise UnionPayError("34")
        if isinstance(one, Refund):
            return "00", one
        if one.state == "05":
            one.queries += 1
            if one.queries >= _QUERIES_UNTIL_TYPED:
                one.state, one.charged = ("00", one.amount) if one.ending == "02" else ("75", 0)
        return one.state, one

    def undo(self, fields: dict[str, str], now: datetime) -> None:
        """Closes what was not paid, gives back what was; what has not come will not be taken."""
        one = self.consumptions.get(fields["orderId"])
        if one is None:
            self._gone.add(fields["orderId"])
            raise UnionPayError("34")
        if one.state == "12":
            return
        left = one.charged - one.refunded
        if left:
            back = Refund(
                "R" + one.order_id, one.txn_time, one.order_id, left, _query_id(now), by_reversal=True
            )
            self.refunds[back.order_id] = back
            one.refunded = one.charged
        one.state = "12"

    def refund(self, fields: dict[str, str], now: datetime) -> Refund:
        known = self.refunds.get(fields["orderId"])
        amount = int(fields["txnAmt"])
        if known is not None:
            if known.amount != amount:
                raise UnionPayError("12")
            return known
        one = next(
            (each for each in self.consumptions.values() if each.query_id == fields.get("origQryId")), None
        )
        if one is None or one.state != "00" or not one.charged:
            raise UnionPayError("34")
        if one.refunded + amount > one.charged:
            raise UnionPayError("36")
        one.refunded += amount
        entry = Refund(fields["orderId"], fields["txnTime"], one.order_id, amount, _query_id(now))
        self.refunds[entry.order_id] = entry
        return entry

    def ledger(self) -> dict[str, Any]:
        """The truth in fen, in the shape that all simulated providers share."""
        return {
            "provider": "unionpay",
            "payments": [
                {
                    "payment_id": one.order_id,
                    "provider_ref": one.query_id,
                    "kind": "codepay",
                    "state": one.state,
                    "description": one.description,
                    "amount_fen": one.amount,
                    "charged_fen": one.charged,
                    "refunded_fen": one.refunded,
                    "paid_at": one.txn_time if one.charged else None,
                }
                for one in self.consumptions.values()
            ],
            "refunds": [
                {
                    "refund_id": one.order_id,
                    "payment_id": one.of,
                    "amount_fen": one.amount,
                    "state": "SUCCESS",
                    "by_reversal": one.by_reversal,
                }
                for one in self.refunds.values()
            ],
            "notifications": [],
        }


def _query_id(now: datetime) -> str:
    return now.astimezone(CHINA).strftime("%Y%m%d%H%M%S") + str(secrets.randbelow(10**7)).zfill(7)
