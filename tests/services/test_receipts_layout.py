"""What stands on each paper, in which order."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.count import cash_count
from core.domain.debt import DebtKind, Debtor
from core.domain.ids import LineId, MemberId, PaymentId, StaffId
from core.domain.litres import NO_LITRES
from core.domain.member import EarningRule, Member
from core.domain.money import ZERO, Money
from core.domain.offer import RoundTo, Step, StepKind
from core.domain.payment import Payment, PaymentState, Tender
from core.domain.print_job import PaperKind
from core.domain.receipt import Logo, Pair, QrCode, Receipt, Text
from core.domain.refusals.people import NotAllowed
from core.domain.sale import Sale
from core.reports.pdf_writer import PdfWriter
from core.services.receipts.desk import ReceiptDesk
from core.services.receipts.letterhead import Letterhead
from core.services.receipts.sale_receipt import line_of
from core.services.receipts.steps import taken_off
from core.services.receipts.tenders import paid_with
from core.services.reports import ReportDesk
from tests.services.small_station import COUPON, FLOAT, NOZZLE_1, PUMP_2, SmallStation

MEMBER_CODE = "YM123456789012345678"
BY_MONEY = EarningRule(per_yuan=100)
HEAD = Letterhead(
    "昆明北站加油站",
    "北京路 988 号",
    "0871-6666 8888",
    "https://fp.example.cn/i?n={number}&a={amount}&s={sale}",
    logo=True,
)


def words(receipt: Receipt) -> list[str]:
    found = []
    for line in receipt.lines:
        match line:
            case Text(text=text):
                found.append(text)
            case Pair(left=left, right=right):
                found.append(f"{left}|{right}")
            case QrCode(content=content):
                found.append(content)
            case Logo():
                found.append("logo")
    return found


def desk(station: SmallStation) -> ReceiptDesk:
    return ReceiptDesk(station.work, station.printer, "", "", letterhead=HEAD)


def a_sale(station: SmallStation) -> Sale:
    station.issue_coupon()
    bill = station.a_bill(station.a_fill(yuan=200), pieces=2)
    bill = station.sales.apply_coupon(bill.id, COUPON, station.cashier)
    return station.payments.take_cash(bill.id, Money(30_000), station.cashier)


def test_a_receipt_stands_in_the_order_of_chinese_receipts(station: SmallStation) -> None:
    sale = a_sale(station)
    desk(station).work_queue()
    said = words(station.printer.receipts[0])
    assert said == [
        "logo",
        "昆明北站加油站",
        "交易小票",
        f"单号|{sale.number}",
        "日期|2026-11-22 14:00:00",
        "收银员|李敏  第 1 班",
        "1号机 1号枪 92号汽油|￥200.00",
        "  25.61 升 × 7.81 元/升",
        "玻璃水 2L|￥30.00",
        "  2 × ￥15.00",
        "小计|￥230.00",
        "优惠券  店庆满100减8|-￥8.00",
        "应收|￥222.00",
        "现金|￥222.00",
        "实收|￥300.00",
        "找零|￥78.00",
        f"https://fp.example.cn/i?n={sale.number}&a=222.00&s={sale.id}",
        "扫码自助开票",
        "谢谢惠顾，一路平安",
        "北京路 988 号",
        "电话 0871-6666 8888",
    ]


def test_what_a_station_does_not_have_is_not_on_its_receipts(station: SmallStation) -> None:
    a_sale(station)
    ReceiptDesk(station.work, station.printer, "站", "").work_queue()
    receipt = station.printer.receipts[0]
    assert not any(isinstance(line, Logo | QrCode) for line in receipt.lines)
    assert words(receipt)[-1] == "谢谢惠顾，一路平安"


def test_every_step_that_was_taken_is_told_and_none_that_was_not(station: SmallStation) -> None:
    sale = a_sale(station)
    part = (sale.lines[0].id, Money(500))
    told = replace(
        sale,
        lines=(replace(sale.lines[0], discount=Money(500)),),
        rounding=Money(7),
        steps=(
            Step(StepKind.MEMBER, "金卡", Money(500), (part,)),
            Step(StepKind.COUPON, "店庆", ZERO, why="better_one_taken"),
            Step(StepKind.POINTS, "300", Money(300)),
            Step(StepKind.ROUNDING, RoundTo.JIAO, Money(7)),
        ),
    )
    lines = [f"{line.left}|{line.right}" for line in taken_off(told) if isinstance(line, Pair)]
    assert lines == ["小计|￥200.00", "会员优惠  金卡|-￥5.00", "积分抵扣  300 积分|-￥3.00", "抹零|-￥0.07"]
    before_steps = replace(told, steps=(), coupon=None)
    lines = [f"{line.left}|{line.right}" for line in taken_off(before_steps) if isinstance(line, Pair)]
    assert lines == ["小计|￥200.00", "优惠|-￥5.00", "抹零|-￥0.07"]


def test_a_leg_that_was_taken_back_is_not_told(station: SmallStation) -> None:
    sale = a_sale(station)
    [cash] = sale.payments
    card = Payment(
        PaymentId("card"),
        sale.id,
        Tender.BANK_CARD,
        Money(5_000),
        cash.at,
        StaffId(station.cashier),
        PaymentState.CAPTURED,
        slip="000317",
    )
    undone = replace(card, id=PaymentId("undone"))
    back = replace(card, id=PaymentId("back"), amount=Money(-5_000), reverses=undone.id)
    declined = replace(card, id=PaymentId("no"), state=PaymentState.DECLINED)
    lines = words(Receipt(tuple(paid_with((undone, back, declined, card, cash), {}))))
    assert lines == ["银行卡|￥50.00", "  凭单号 000317", "现金|￥222.00", "实收|￥300.00", "找零|￥78.00"]


def test_fuel_that_is_paid_beforehand_has_no_litres_yet(station: SmallStation) -> None:
    sale = a_sale(station)
    fuel = sale.lines[0]
    lines = words(Receipt(tuple(line_of(replace(fuel, id=LineId("p"), volume=NO_LITRES)))))
    assert lines == ["1号机 1号枪 92号汽油|￥200.00", "  预付"]


def test_an_x_says_what_should_be_in_the_drawer_only_to_who_may_know(station: SmallStation) -> None:
    a_sale(station)
    shift = station.shifts.current()
    assert shift is not None
    papers = desk(station)
    papers.work_queue()
    for who in (station.cashier, station.manager):
        papers.print_paper(PaperKind.X_REPORT, shift.id, who)
    blind, whole = (words(receipt) for receipt in station.printer.receipts[1:])
    assert "X 报表" in blind
    assert "营业额|￥222.00" in blind
    assert not any("备用金" in line or "现金" in line for line in blind)
    assert "备用金|￥500.00" in whole
    assert "现金 (1)|￥222.00" in whole


def test_a_z_is_printed_when_the_shift_closes_and_its_reprint_is_marked(station: SmallStation) -> None:
    a_sale(station)
    station.clock.move(timedelta(hours=8))
    shift = station.shifts.close(cash_count(FLOAT + Money(22_000)), station.cashier)
    papers = desk(station)
    papers.work_queue()
    z = words(station.printer.receipts[-1])
    assert "Z 报表" in z
    assert "第 1 班|李敏" in z
    assert any(line.startswith("92号汽油|￥") for line in z)
    assert any(line.startswith("现金  差额|-￥2.00") for line in z)
    assert "交班人签名：" in z
    papers.print_paper(PaperKind.Z_REPORT, shift.id, station.manager)
    assert "** 补打 副本 1 **" in words(station.printer.receipts[-1])


def test_the_slip_of_an_order_says_what_goes_back(station: SmallStation) -> None:
    order = station.an_order()
    station.orders.accept(order, station.attendant)
    station.orders.check_plate(order, station.attendant)
    station.orders.authorise(order, station.attendant)
    station.pumps.finish(PUMP_2, NOZZLE_1, Money(15_000))
    station.orders.confirm(order, station.attendant)
    desk(station).work_queue()
    said = words(station.printer.receipts[-1])
    assert "线上订单" in said
    assert any("云A12345" in line for line in said)
    assert any("￥150.00" in line for line in said)


def test_whoever_takes_on_account_is_named_and_signs(station: SmallStation) -> None:
    account = station.accounts.open("顺达物流", ["云A88888"], Money(100_000), station.manager)
    bill = station.a_bill(pieces=2)
    station.payments.take_on_credit(bill.id, account.id, None, "云A88888", station.cashier)
    desk(station).work_queue()
    said = words(station.printer.receipts[0])
    assert said[said.index("挂账|￥30.00") + 1] == "  顺达物流 云A88888"
    assert "顾客签字 ___________" in said


def a_members_bill(station: SmallStation, earning: EarningRule | None = BY_MONEY) -> Sale:
    """Of a member with 2 000 points who spends 1 000 of them on 45 yuan of goods."""
    member = Member(
        MemberId("a" * 32), "张三", "138****1234", level_title="金卡", points=2_000, earning=earning
    )
    station.member_desk.enrol(member, code=MEMBER_CODE)
    sale = station.a_bill(pieces=3)
    station.sales.set_member(sale.id, station.sales.find_member(MEMBER_CODE), station.cashier)
    return station.sales.use_points(sale.id, 1_000, station.cashier)


def told_to_a_member(station: SmallStation, sale: Sale) -> list[str]:
    desk(station).print_sale(sale.id)
    said = words(station.printer.receipts[-1])
    return said[said.index("会员|张三 138****1234") : said.index("扫码自助开票") - 1]


def test_a_member_reads_what_he_earned_and_has_now(station: SmallStation) -> None:
    sale = a_members_bill(station)
    station.payments.take_cash(sale.id, sale.due, station.cashier)
    assert told_to_a_member(station, sale) == [
        "会员|张三 138****1234",
        "等级|金卡",
        "使用积分|1000",
        "本次积分|35",
        "积分余额|1,035",
    ]


def test_without_the_cloud_a_member_reads_that_his_points_follow(station: SmallStation) -> None:
    sale = a_members_bill(station)
    station.cloud_mailbox.down = True
    goods = station.a_bill(pieces=1)
    station.payments.take_cash(goods.id, goods.due, station.cashier)
    station.clock.move(timedelta(minutes=2))
    station.payments.take_cash(sale.id, sale.due, station.cashier)
    assert told_to_a_member(station, sale)[-2:] == ["本次积分|35", "联网后到账。"]


def test_where_the_cloud_does_not_tell_its_rule_the_points_follow(station: SmallStation) -> None:
    sale = a_members_bill(station, earning=None)
    station.payments.take_cash(sale.id, sale.due, station.cashier)
    assert told_to_a_member(station, sale)[-1] == "本单积分稍后到账。"


def test_a_balance_that_paid_says_what_is_left_of_it(station: SmallStation) -> None:
    sale = a_members_bill(station)
    station.gateway.next_available = Money(26_500)
    paid = station.payments.take_code(sale.id, MEMBER_CODE, station.cashier)
    assert [each.remaining for each in paid.payments] == [Money(26_500)]
    station.restart()
    desk(station).print_sale(sale.id)
    assert "支付后余额|￥265.00" in words(station.printer.receipts[-1])


def test_an_account_statement_tells_what_was_bought_paid_and_is_owed(station: SmallStation) -> None:
    fleet = station.accounts.open("云南顺达物流", ["云A12345"], Money(10_000), station.manager)
    bill = station.a_bill(pieces=2)
    sold = station.payments.take_on_credit(bill.id, fleet.id, None, "云A12345", station.cashier)
    station.accounts.settle(fleet.id, Money(1_000), Tender.CASH, station.manager)
    start = station.clock.now() - timedelta(days=1)
    reports = ReportDesk(station.work, station.totals, station.clock, PdfWriter(Path("nowhere")), "站")
    with pytest.raises(NotAllowed):
        reports.print_statement(fleet.id, start, start + timedelta(days=2), station.attendant)
    reports.print_statement(fleet.id, start, start + timedelta(days=2), station.manager)
    desk(station).work_queue()
    said = words(station.printer.receipts[-1])
    assert said[2:] == [
        "挂账对账单",
        "客户|云南顺达物流",
        "2026-11-21 至 2026-11-23",
        "打印|2026-11-22 14:00",
        "期初欠款|￥0.00",
        "11-22 14:00 消费|￥30.00",
        f"  {sold.number} 云A12345",
        "11-22 14:00 还款|-￥10.00",
        "消费|￥30.00",
        "实退|￥0.00",
        "已付|￥10.00",
        "期末欠款|￥20.00",
        "签字 ________________",
        "谢谢惠顾，一路平安",
        "北京路 988 号",
        "电话 0871-6666 8888",
    ]


def test_who_owes_signs_and_who_is_gone_is_written_down(station: SmallStation) -> None:
    due = station.clock.now().date()
    promised, gone = station.a_fill(yuan=398), station.a_fill(yuan=612)
    station.fills.let_go(
        promised.id, DebtKind.PROMISE, Debtor("欧阳建国", "云AD12345", "13800138000"), due, station.manager
    )
    station.fills.let_go(
        gone.id, DebtKind.DRIVE_OFF, Debtor("", "云A7B8C9", "", "白色轿车"), None, station.manager
    )
    desk(station).work_queue()
    ticket, record = ("\n".join(words(receipt)) for receipt in station.printer.receipts[-2:])
    for told in ("欠款|￥398.00", "顾客签字", "还款日期", "欧阳建国"):
        assert told in ticket
    for told in ("欠款|￥612.00", "云A7B8C9", "监控录像"):
        assert told in record
    for told in ("姓名", "顾客签字", "谢谢"):
        assert told not in record
