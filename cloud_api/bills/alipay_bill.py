"""Alipay's trade bill, read: a zip of GBK tables between lines of remarks, values ended by tabs, amounts in yuan; pure."""

import csv
import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

from cloud_api.bills.lines import PAID, PAYMENT, REFUND, REFUNDED, REVERSED, BillUnfit, Line
from cloud_api.bills.wechat_bill import fen

_CHINA = timezone(timedelta(hours=8))
# A bill of a day with a million trades is a tenth of this.
_MOST_BYTES = 2 * 1024**3
_ORDER, _REQUEST, _AMOUNT, _GOODS = "商户订单号", "退款批次号/请求号", "订单金额（元）", "商品名称"
_NEEDED = ("支付宝交易号", _ORDER, _GOODS, "业务类型", "完成时间", _AMOUNT, _REQUEST, "服务费（元）")


def read(archive: bytes) -> list[Line]:
    """The lines of the table of details, checked against the remarks under it. Raises BillUnfit."""
    rows = [row for row in csv.reader(io.StringIO(_details(archive))) if row]
    remarks = [row[0] for row in rows if row[0].startswith("#")]
    table = [[value.strip() for value in row] for row in rows if not row[0].startswith("#")]
    if not table:
        raise BillUnfit("the bill has no heading")
    names = table[0]
    if missing := [name for name in _NEEDED if name not in names]:
        raise BillUnfit(f"the bill lacks {missing}")
    lines = [_line(_named(names, row)) for row in table[1:]]
    _check(remarks, lines)
    return lines


def _details(archive: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as pack:
            for entry in pack.infolist():
                name = entry.filename
                if not entry.flag_bits & 0x800:
                    # Alipay names its files in GBK and does not say so.
                    name = name.encode("cp437", "replace").decode("gbk", "replace")
                if "汇总" not in name and name.endswith(".csv"):
                    if entry.file_size > _MOST_BYTES:
                        raise BillUnfit("the bill is larger than any bill")
                    return pack.read(entry).decode("gbk")
    except (zipfile.BadZipFile, UnicodeDecodeError, OSError) as error:
        raise BillUnfit(f"the archive cannot be read: {error}") from error
    raise BillUnfit("the archive holds no table of details")


def _named(names: list[str], row: list[str]) -> Mapping[str, str]:
    # The goods' name is written as it is, with its commas: what is too much belongs to it.
    goods, surplus = names.index(_GOODS), len(row) - len(names)
    if surplus < 0:
        raise BillUnfit("a row has fewer values than there are names")
    values = [*row[:goods], ",".join(row[goods : goods + surplus + 1]), *row[goods + surplus + 1 :]]
    return dict(zip(names, values, strict=True))


def _line(row: Mapping[str, str]) -> Line:
    kind, number, amount = row["业务类型"], row[_ORDER], fen(row[_AMOUNT])
    at, fee = _moment(row["完成时间"]), abs(fen(row["服务费（元）"]))
    if kind == "交易":
        return Line(PAYMENT, number, number, row["支付宝交易号"], amount, fee, PAID, at)
    if kind != "退款" or amount > 0:
        raise BillUnfit(f"a row of kind {kind} over {amount} fen")
    if row[_REQUEST] in ("", number):
        # Nobody asked for it by a number: a payment that the counter took back while it was paid.
        return Line(REFUND, number, number, row["支付宝交易号"], -amount, fee, REVERSED, at)
    return Line(REFUND, row[_REQUEST], number, row["支付宝交易号"], -amount, fee, REFUNDED, at)


def _check(remarks: list[str], lines: list[Line]) -> None:
    for mark, subject in (("#交易合计", PAYMENT), ("#退款合计", REFUND)):
        told = next((remark for remark in remarks if remark.startswith(mark)), None)
        count = sum(line.subject == subject for line in lines)
        if told is None or f"：{count}笔" not in told:
            raise BillUnfit(f"{mark}: {told}, and there are {count} rows")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.strptime(text, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - the zone follows
    except ValueError as error:
        raise BillUnfit(f"{text} is no moment") from error
    return moment.replace(tzinfo=_CHINA).astimezone(UTC)
