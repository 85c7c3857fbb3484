"""WeChat Pay's trade bill (ALL), read: two tables in one file, every value behind a back-tick, amounts in yuan; pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

from cloud_api.bills.lines import (
    NOT_ARRIVED,
    PAID,
    PAYMENT,
    REFUND,
    REFUNDED,
    REVERSED,
    UNDER_WAY,
    BillUnfit,
    Line,
)

_CHINA = timezone(timedelta(hours=8))
_YUAN = re.compile(r"(-?)(\d{1,10})(?:\.(\d{1,5}))?", re.ASCII)
_NEEDED = (
    "交易时间",
    "微信订单号",
    "商户订单号",
    "交易状态",
    "微信退款单号",
    "商户退款单号",
    "退款状态",
    "手续费",
    "订单金额",
    "申请退款金额",
)
_REFUND_STANDING = {
    "SUCCESS": REFUNDED,
    "PROCESSING": UNDER_WAY,
    "CHANGE": NOT_ARRIVED,
    "FAIL": NOT_ARRIVED,
    "CLOSED": NOT_ARRIVED,
}


def read(text: str) -> list[Line]:
    """The bill's lines, checked against its own summary. Raises BillUnfit."""
    rows = [row.strip() for row in text.lstrip("\ufeff").splitlines() if row.strip()]
    if len(rows) < 3:
        raise BillUnfit("a bill has a heading and a summary")
    names = rows[0].split(",")
    if missing := [name for name in _NEEDED if name not in names]:
        raise BillUnfit(f"the bill lacks {missing}")
    details = rows[1:-2]
    lines = [_line(_named(names, row)) for row in details]
    _check(_named(rows[-2].split(","), rows[-1]), lines)
    return lines


def _named(names: list[str], row: str) -> Mapping[str, str]:
    # A name of goods may hold commas, but no value holds a comma before a back-tick.
    values = row.removeprefix("`").split(",`")
    if not row.startswith("`") or len(values) != len(names):
        raise BillUnfit(f"a row of {len(values)} values under {len(names)} names")
    return dict(zip(names, values, strict=True))


def _line(row: Mapping[str, str]) -> Line:
    state, number = row["交易状态"], row["商户订单号"]
    fee = fen(row["手续费"])
    if state == "SUCCESS":
        return Line(PAYMENT, number, number, row["微信订单号"], fen(row["订单金额"]), fee, PAID, _moment(row))
    if state == "REVOKED":
        amount = fen(row["申请退款金额"])
        return Line(REFUND, number, number, row["微信退款单号"], amount, fee, REVERSED, _moment(row))
    if state != "REFUND":
        raise BillUnfit(f"a row in state {state}")
    standing = _REFUND_STANDING.get(row["退款状态"])
    if standing is None:
        raise BillUnfit(f"a refund in state {row['退款状态']}")
    return Line(
        REFUND,
        row["商户退款单号"],
        number,
        row["微信退款单号"],
        fen(row["申请退款金额"]),
        fee,
        standing,
        _moment(row),
    )


def _check(summary: Mapping[str, str], lines: list[Line]) -> None:
    paid = sum(line.amount_fen for line in lines if line.subject == PAYMENT)
    back = sum(line.amount_fen for line in lines if line.subject == REFUND)
    try:
        told = (int(summary["总交易单数"]), fen(summary["订单总金额"]), fen(summary["申请退款总金额"]))
    except (KeyError, ValueError) as error:
        raise BillUnfit("the summary is not understood") from error
    if told != (len(lines), paid, back):
        raise BillUnfit(f"the summary says {told}, the rows {(len(lines), paid, back)}")


def _moment(row: Mapping[str, str]) -> datetime:
    try:
        moment = datetime.strptime(row["交易时间"], "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - the zone follows
    except ValueError as error:
        raise BillUnfit(f"{row['交易时间']} is no moment") from error
    return moment.replace(tzinfo=_CHINA).astimezone(UTC)


def fen(text: str) -> int:
    """Whole fen from yuan; a fee's further decimals are rounded half up. Raises BillUnfit."""
    found = _YUAN.fullmatch(text.strip())
    if found is None:
        raise BillUnfit(f"{text!r} is no amount")
    decimals = (found[3] or "").ljust(5, "0")
    thousandths = int(found[2]) * 100_000 + int(decimals)
    rounded = (thousandths + 500) // 1000
    return -rounded if found[1] else rounded
