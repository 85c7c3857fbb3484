"""A day's bill against our books: every way in which the two may differ has a name."""

import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from cloud_api.bills import alipay_bill, wechat_bill
from cloud_api.bills.lines import PAYMENT, REFUND, Billed, BillUnfit, Difference, Line, Ours, compare
from cloud_api.simulated import alipay_bill as alipay_house
from cloud_api.simulated import wechat_bill as wechat_house
from cloud_api.simulated.alipay_books import AlipayBooks
from cloud_api.simulated.wechat_books import WechatBooks

_NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
_END = datetime(2026, 11, 22, 16, tzinfo=UTC)
_NOWHERE_ELSE = Billed()
_CASES = {
    "nothing": ((20000, "paid"), (20000, "paid"), []),
    "theirs alone": ((20000, "paid"), None, [("theirs_only", "not_ours")]),
    "ours alone": (None, (20000, "paid"), [("ours_only", "not_at_provider")]),
    "another amount": ((20001, "paid"), (20000, "paid"), [("amount", "amount_differs")]),
    "not heard of": ((20000, "paid"), (20000, "pending"), [("state", "not_heard")]),
    "given up": ((20000, "paid"), (20000, "cancelled"), [("state", "paid_after_end")]),
    "not paid on either side": (None, (20000, "declined"), []),
}


def _line(amount_fen: int, standing: str, subject: str = PAYMENT, our_id: str = "a" * 32) -> Line:
    return Line(subject, our_id, "a" * 32, "42", amount_fen, 0, standing, _NOON)


def _found(lines: list[Line], ours: list[Ours], elsewhere: Billed = _NOWHERE_ELSE) -> list[Difference]:
    known = {(one.subject, one.our_id): one for one in ours}
    return compare(lines, known, ours, elsewhere, _END)


@pytest.mark.parametrize("case", _CASES)
def test_payments_differ_by_kind_and_cause(case: str) -> None:
    theirs, ours, expected = _CASES[case]
    lines = [_line(*theirs)] if theirs else []
    books = [Ours(PAYMENT, "a" * 32, "a" * 32, *ours, _NOON)] if ours else []
    assert [(one.kind, one.cause) for one in _found(lines, books)] == expected


def test_what_was_paid_at_midnight_may_stand_on_the_bill_beside() -> None:
    late = Ours(PAYMENT, "a" * 32, "a" * 32, 20000, "paid", _END - timedelta(minutes=1))
    [one] = _found([], [late])
    assert (one.kind, one.cause) == ("ours_only", "day_edge")
    assert _found([], [late], Billed(after=frozenset({(PAYMENT, "a" * 32)}))) == []


def test_a_code_payment_that_was_taken_back_differs_in_nothing() -> None:
    ours = Ours(PAYMENT, "a" * 32, "a" * 32, 20000, "cancelled", _NOON)
    both = [_line(20000, "paid"), _line(20000, "reversed", REFUND)]
    assert _found(both, [ours]) == []
    paid = Ours(PAYMENT, "a" * 32, "a" * 32, 20000, "paid", _NOON)
    assert [one.cause for one in _found(both, [paid])] == ["reversed_there"]


def test_refunds_differ_where_one_side_holds_them_for_failed() -> None:
    def ours(state: str) -> list[Ours]:
        return [Ours(REFUND, "b" * 32, "a" * 32, 500, state, _NOON)]

    went = [_line(500, "refunded", REFUND, "b" * 32)]
    assert [one.cause for one in _found(went, ours("failed"))] == ["refund_went_after_all"]
    assert _found(went, ours("refunded")) == []
    stuck = [_line(500, "not_arrived", REFUND, "b" * 32)]
    assert [one.cause for one in _found(stuck, ours("refunded"))] == ["refund_not_arrived"]
    assert [one.cause for one in _found(went, [])] == ["refunded_elsewhere"]


def test_the_same_number_billed_twice_is_told_once() -> None:
    ours = Ours(PAYMENT, "a" * 32, "a" * 32, 20000, "paid", _NOON)
    found = _found([_line(20000, "paid")] * 2, [ours])
    assert [(one.kind, one.cause) for one in found] == [("theirs_only", "twice")]


def test_a_number_that_was_billed_on_an_earlier_day_is_billed_twice() -> None:
    ours = Ours(PAYMENT, "a" * 32, "a" * 32, 20000, "paid", _NOON)
    both = frozenset({(PAYMENT, "a" * 32)})
    assert [one.cause for one in _found([_line(20000, "paid")], [ours], Billed(before=both))] == [
        "billed_before"
    ]
    assert _found([_line(20000, "paid")], [ours], Billed(after=both)) == []


def test_a_refund_that_arrived_days_later_stands_on_the_bill_of_its_beginning() -> None:
    ours = Ours(REFUND, "b" * 32, "a" * 32, 500, "refunded", _NOON)
    assert _found([], [ours], Billed(before=frozenset({(REFUND, "b" * 32)}))) == []
    assert [one.cause for one in _found([], [ours])] == ["not_at_provider"]


def _wechat_bill() -> str:
    books = WechatBooks("1900000001", "wx1", {})
    body = {
        "appid": "wx1",
        "mchid": "1900000001",
        "description": "92号汽油, 昆明北站,`2号机",
        "out_trade_no": "P" * 32,
        "notify_url": "https://example.test/told",
        "amount": {"total": 20000, "currency": "CNY"},
    }
    books.prepay("native", body, "asked", _NOON)
    books.pay("P" * 32, _NOON)
    back = {"out_trade_no": "P" * 32, "out_refund_no": "R" * 32, "amount": {"refund": 3398, "total": 20000}}
    books.refund(back, "asked", _NOON)
    bill = wechat_house.write(books, "2026-11-22", appid="wx1", mchid="1900000001")
    assert bill is not None
    return bill.decode()


def test_wechats_bill_is_read_to_the_fen() -> None:
    text = _wechat_bill().replace(",`2号机", "，2号机")
    paid, back = wechat_bill.read(text)
    assert (paid.our_id, paid.amount_fen, paid.standing, paid.at) == ("P" * 32, 20000, "paid", _NOON)
    assert (back.our_id, back.payment_id, back.amount_fen) == ("R" * 32, "P" * 32, 3398)
    assert back.standing == "under_way"


def test_a_bill_that_does_not_add_up_is_refused() -> None:
    text = _wechat_bill().replace(",`2号机", "，2号机")
    another_amount = text.replace("`0.60%,`200.00", "`0.60%,`200.01")
    another_count = text.replace("`2,`200.00", "`3,`200.00")
    for spoilt in (another_amount, another_count, "", "交易时间\n`a\n`b"):
        assert spoilt != text
        with pytest.raises(BillUnfit):
            wechat_bill.read(spoilt)


def test_alipays_bill_is_read_to_the_fen_with_commas_in_its_goods() -> None:
    books = AlipayBooks({})
    order = {"out_trade_no": "P" * 32, "subject": "92号汽油, 昆明北站", "total_amount": "200.00"}
    books.precreate(order, {}, _NOON)
    books.pay("P" * 32, _NOON)
    books.refund({"out_trade_no": "P" * 32, "out_request_no": "R" * 32, "refund_amount": "33.98"}, _NOON)
    packed = alipay_house.write(books, "2026-11-22", account="2088")
    assert packed is not None
    paid, back = alipay_bill.read(packed)
    assert (paid.our_id, paid.amount_fen, paid.standing, paid.at) == ("P" * 32, 20000, "paid", _NOON)
    assert (back.our_id, back.payment_id, back.amount_fen, back.standing) == (
        "R" * 32,
        "P" * 32,
        3398,
        "refunded",
    )
    with pytest.raises(BillUnfit):
        alipay_bill.read(packed[:-30])


@pytest.mark.parametrize("request_no", ["", "a" * 32])
def test_alipays_refund_that_nobody_numbered_is_a_code_payment_taken_back(request_no: str) -> None:
    """Found by a gateway written apart: a cancelled code payment stood on the bill as two differences."""
    names = "支付宝交易号,商户订单号,商品名称,业务类型,完成时间,订单金额（元）,退款批次号/请求号,服务费（元）"
    rows = [
        f"2026\t,{'a' * 32}\t,92号汽油,交易,2026-11-22 12:00:00,200.00,\t,0.00",
        f"2026\t,{'a' * 32}\t,92号汽油,退款,2026-11-22 12:01:00,-200.00,{request_no}\t,0.00",
    ]
    content = "\r\n".join(["#支付宝业务明细查询", names, *rows, "#交易合计：1笔", "#退款合计：1笔"])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as pack:
        pack.writestr("2088_20261122_details.csv", content.encode("gbk"))
    ours = Ours(PAYMENT, "a" * 32, "a" * 32, 20000, "cancelled", _NOON)
    assert _found(alipay_bill.read(packed.getvalue()), [ours]) == []
