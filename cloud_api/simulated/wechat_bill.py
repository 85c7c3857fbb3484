"""WeChat Pay's trade bill, written as it is downloaded: two tables, back-ticks, yuan."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from cloud_api.simulated.script import Behaviour
from cloud_api.simulated.wechat_books import WechatBooks
from cloud_api.simulated.wechat_entries import CHINA, Refund, Transaction

_HEADING = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
)
_SUMMARY = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
_TRADE_TYPES = {"jsapi": "JSAPI", "native": "NATIVE", "h5": "MWEB", "codepay": "MICROPAY"}
_REFUND_STATES = {"SUCCESS": "SUCCESS", "PROCESSING": "PROCESSING", "ABNORMAL": "CHANGE", "CLOSED": "FAIL"}


def write(
    books: WechatBooks, day: str, *, appid: str, mchid: str, behaviour: Behaviour | None = None
) -> bytes | None:
    """The bill of a day in China; None where nothing happened. `behaviour` puts a fault into it."""
    rows = [
        (one.paid_at, _paid(one, appid, mchid), one.charged, 0)
        for one in books.transactions.values()
        if one.paid_at is not None and _day(one.paid_at) == day
    ]
    for refund in books.refunds.values():
        of = books.transactions[refund.out_trade_no]
        # Dated by its start; whatever becomes of it later never changes its row.
        if _day(refund.created_at) == day:
            rows.append((refund.created_at, _back(refund, of, appid, mchid), 0, refund.amount))
    rows = _spoilt(sorted(rows, key=lambda row: row[0]), behaviour)
    if not rows:
        return None
    paid, back = sum(row[2] for row in rows), sum(row[3] for row in rows)
    summary = [str(len(rows)), _yuan(paid), _yuan(back), "0.00", "0.00000", _yuan(paid), _yuan(back)]
    text = [_HEADING, *(_row(row[1]) for row in rows), _SUMMARY, _row(summary)]
    return ("\ufeff" + "\r\n".join(text) + "\r\n").encode()


def _spoilt(
    rows: list[tuple[str, list[str], int, int]], behaviour: Behaviour | None
) -> list[tuple[str, list[str], int, int]]:
    if behaviour is Behaviour.MISSING_LINE:
        return rows[1:]
    if behaviour is Behaviour.EXTRA_LINE and rows:
        at, values, paid, back = rows[0]
        strange = [*values[:5], "4200009999", f"X{secrets.token_hex(12)}", *values[7:]]
        return [*rows, (at, strange, paid, back)]
    if behaviour is Behaviour.WRONG_AMOUNT and rows:
        at, values, paid, back = rows[0]
        values = [*values[:12], _yuan(paid + 1), *values[13:24], _yuan(paid + 1), *values[25:]]
        return [(at, values, paid + 1, back), *rows[1:]]
    return rows


def _paid(one: Transaction, appid: str, mchid: str) -> list[str]:
    amount = _yuan(one.charged)
    head = _head(one.paid_at or "", one, appid, mchid, "SUCCESS")
    back = ["0", "0", "0.00", "0.00", "", ""]
    return [*head, amount, "0.00", *back, one.description, "", "0.00000", "0.60%", amount, "0.00", ""]


def _back(refund: Refund, of: Transaction, appid: str, mchid: str) -> list[str]:
    state = "REVOKED" if refund.by_reversal else "REFUND"
    amount = _yuan(refund.amount)
    number = of.out_trade_no if refund.by_reversal else refund.out_refund_no
    back = [refund.refund_id, number, amount, "0.00", "ORIGINAL", _REFUND_STATES[refund.status]]
    head = _head(refund.created_at, of, appid, mchid, state)
    return [*head, "0.00", "0.00", *back, of.description, "", "0.00000", "0.60%", "0.00", amount, ""]


def _head(at: str, one: Transaction, appid: str, mchid: str, state: str) -> list[str]:
    moment = datetime.fromisoformat(at).astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
    numbers = [one.transaction_id or "", one.out_trade_no, one.payer]
    return [moment, appid, mchid, "0", "", *numbers, _TRADE_TYPES[one.kind], state, "OTHERS", "CNY"]


def _row(values: Iterable[str]) -> str:
    return ",".join(f"`{value}" for value in values)


def _day(at: str) -> str:
    return datetime.fromisoformat(at).astimezone(CHINA).date().isoformat()


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
