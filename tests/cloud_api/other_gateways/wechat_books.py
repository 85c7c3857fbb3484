"""What the other WeChat Pay has written down, and the bill that it makes of a day: two tables, every value behind a back-tick."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.cloud_api.other_gateways.line import in_china, yuan

MCHID, APPID, SERIAL, PUBLIC_KEY_ID = (
    "1900000109",
    "wxd678efh567hg6787",
    "5157F09EFDC096DE",
    "PUB_KEY_ID_0119",
)
# The official account's, bound to the same merchant.
OFFICIAL_APPID = "wx0ff1c1a1acc0unt1"
_BILL = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
_SUMMARY = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"


@dataclass(slots=True)
class Refund:
    number: str
    order: str
    fen: int
    refund_id: str
    began: datetime
    notify_url: str
    status: str = "PROCESSING"


@dataclass(slots=True)
class Order:
    number: str
    kind: str
    fen: int
    asked: dict[str, Any]
    began: datetime
    state: str = "NOTPAY"
    transaction_id: str = ""
    paid_at: datetime | None = None
    reversed_at: datetime | None = None
    refunds: list[Refund] = field(default_factory=list)

    @property
    def kept_fen(self) -> int:
        if self.paid_at is None or self.reversed_at is not None:
            return 0
        return self.fen - sum(one.fen for one in self.refunds)


@dataclass(slots=True)
class Printing:
    """What the printer of bills gets wrong: orders and refunds, by their numbers, that it forgets or prints twice."""

    forgotten: set[str] = field(default_factory=set)
    doubled: set[str] = field(default_factory=set)

    def times(self, number: str) -> int:
        return 0 if number in self.forgotten else 2 if number in self.doubled else 1


def statement(orders: Iterable[Order], day: str, printing: Printing) -> bytes | None:
    """The bill of all trades of a day; None where there was none."""
    rows, (paid, back) = _rows(orders, day, printing)
    if not rows:
        return None
    sums = [str(len(rows)), yuan(paid), yuan(back), "0.00", "0.00000", yuan(paid), yuan(back)]
    return "\r\n".join(["\ufeff" + _BILL, *rows, _SUMMARY, "`" + ",`".join(sums), ""]).encode()


def _rows(orders: Iterable[Order], day: str, printing: Printing) -> tuple[list[str], tuple[int, int]]:
    rows: list[str] = []
    paid = back = 0
    for order in orders:
        if order.paid_at is not None and in_china(order.paid_at)[:10] == day:
            times = printing.times(order.number)
            rows += [_row(order, "SUCCESS", order.paid_at, order.fen)] * times
            paid += order.fen * times
        if order.reversed_at is not None and in_china(order.reversed_at)[:10] == day:
            rows.append(_row(order, "REVOKED", order.reversed_at, 0, ("50300", "", order.fen, "SUCCESS")))
            back += order.fen
        for one in order.refunds:
            if in_china(one.began)[:10] == day:
                times = printing.times(one.number)
                told = (one.refund_id, one.number, one.fen, one.status)
                rows += [_row(order, "REFUND", one.began, 0, told)] * times
                back += one.fen * times
    return rows, (paid, back)


def _row(
    order: Order,
    state: str,
    at: datetime,
    fen: int,
    back: tuple[str, str, int, str] = ("0", "0", 0, ""),
) -> str:
    values = [
        in_china(at), order.asked["appid"], MCHID, "0", "", order.transaction_id, order.number, "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
        "MICROPAY" if order.kind == "codepay" else "MWEB", state, "OTHERS", "CNY", yuan(fen), "0.00", back[0], back[1],
        yuan(back[2]), "0.00", "ORIGINAL" if back[3] else "", back[3], order.asked["description"], "", "0.00000", "0.60%",
        yuan(fen), yuan(back[2]), "",
    ]  # fmt: skip
    return "`" + ",`".join(values)
