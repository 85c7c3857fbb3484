"""Alipay's trade bill, written as it is downloaded: a zip of two GBK tables between remarks, values ended by tabs."""

import io
import secrets
import zipfile

from cloud_api.simulated.alipay_books import AlipayBooks
from cloud_api.simulated.alipay_entries import Refund, Trade, yuan
from cloud_api.simulated.script import Behaviour

_HEADING = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,"
    "订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,"
    "商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
)
_Row = tuple[str, Trade, Refund | None, int]


def write(books: AlipayBooks, day: str, *, account: str, behaviour: Behaviour | None = None) -> bytes | None:
    """The archive of a day in China; None where nothing happened. `behaviour` puts a fault into it."""
    rows: list[_Row] = [
        (one.paid_at, one, None, one.charged)
        for one in books.trades.values()
        if one.charged and one.paid_at[:10] == day
    ]
    rows += [
        (refund.at, books.trades[refund.out_trade_no], refund, -refund.amount)
        for refund in books.refunds.values()
        if refund.at[:10] == day
    ]
    rows = _spoilt(sorted(rows, key=lambda row: row[0]), behaviour)
    if not rows:
        return None
    lines = [_line(row) for row in rows]
    if behaviour is Behaviour.EXTRA_LINE:
        lines[-1] = lines[-1].replace(rows[-1][1].out_trade_no, f"X{secrets.token_hex(12)}")
    return _packed(day, account, rows, lines)


def _spoilt(rows: list[_Row], behaviour: Behaviour | None) -> list[_Row]:
    if behaviour is Behaviour.MISSING_LINE:
        return rows[1:]
    if behaviour is Behaviour.EXTRA_LINE and rows:
        return [*rows, rows[0]]
    if behaviour is Behaviour.WRONG_AMOUNT and rows:
        at, trade, refund, amount = rows[0]
        return [(at, trade, refund, amount + 1), *rows[1:]]
    return rows


def _line(row: _Row) -> str:
    at, trade, refund, fen = row
    amount = yuan(fen) if fen >= 0 else f"-{yuan(-fen)}"
    request = "" if refund is None or refund.by_cancel else refund.out_request_no
    values = [trade.trade_no, trade.out_trade_no, "交易" if refund is None else "退款", trade.subject]
    values += [trade.created_at, at, "", "", "", "", "*金(159****5620)", amount, amount]
    values += ["0.00", "0.00", "0.00", "0.00", "0.00", "", "0.00", "0.00", request, "0.00", "0.00", ""]
    return ",".join(f"{value}\t" for value in values)


def _packed(day: str, account: str, rows: list[_Row], lines: list[str]) -> bytes:
    paid = [row[3] for row in rows if row[2] is None]
    back = [-row[3] for row in rows if row[2] is not None]
    text = "\r\n".join(
        [
            "#支付宝业务明细查询",
            f"#账号：[{account}]",
            f"#起始日期：[{day} 00:00:00]   终止日期：[{day} 24:00:00]",
            "#-----------------------------------------业务明细列表----------------------------------------",
            _HEADING,
            *lines,
            "#-----------------------------------------业务明细列表结束------------------------------------",
            f"#交易合计：{len(paid)}笔，商家实收共{yuan(sum(paid))}元，商家优惠共0.00元",
            f"#退款合计：{len(back)}笔，商家实收退款共-{yuan(sum(back))}元，商家优惠退款共0.00元",
            f"#导出时间：[{day} 24:00:00]",
            "",
        ]
    )
    summary = "#支付宝业务汇总查询\r\n门店编号,门店名称,交易订单总笔数,退款订单总笔数\r\n"
    packed = io.BytesIO()
    name = f"{account}_{day.replace('-', '')}_业务明细"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr(f"{name}.csv", text.encode("gbk"))
        pack.writestr(f"{name}(汇总).csv", summary.encode("gbk"))
    return packed.getvalue()
