"""Shift reports for the tests."""

from dataclasses import replace
from datetime import UTC, datetime

from core.domain.blocker import Blocker, BlockerKind
from core.domain.cash import CashKind, CashMovement
from core.domain.count import Count, Variance
from core.domain.ids import CashMovementId, NozzleNumber, PumpNumber, ShiftCorrectionId, ShiftId, StaffId
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.payment import Tender
from core.domain.price import UnitPrice
from core.domain.product import D0, G92, G95, G98
from core.domain.report import FuelFigure, ShiftReport, TenderFigure
from core.domain.shift import MeterFigure, Shift, ShiftCorrection, ShiftState

OPENED = datetime(2026, 11, 22, 0, 2, tzinfo=UTC)
CLOSED = datetime(2026, 11, 22, 8, 5, tzinfo=UTC)

A_SHIFT = Shift(
    ShiftId("1" * 32),
    143,
    StaffId("limin"),
    OPENED,
    Money(50_000),
    ShiftState.CLOSED,
    closed_by=StaffId("limin"),
    closed_at=CLOSED,
    counted_cash=Money(361_250),
    expected_cash=Money(361_250),
)
A_REPORT = ShiftReport(
    station="昆明北站加油站",
    shift=A_SHIFT,
    opened_by="李敏",
    closed_by="李敏",
    printed_at=datetime(2026, 11, 22, 8, 6, 30, tzinfo=UTC),
    sales=128,
    gross=Money(3_275_040),
    discount=Money(45_000),
    fuel=(
        FuelFigure(G92, UnitPrice(7810), 61, Litres(1_632_450), Money(1_274_943)),
        FuelFigure(G92, UnitPrice(7950), 12, Litres(301_200), Money(239_454)),
        FuelFigure(G95, UnitPrice(8320), 38, Litres(1_120_010), Money(931_848)),
        FuelFigure(G98, UnitPrice(9610), 6, Litres(188_330), Money(180_985)),
        FuelFigure(D0, UnitPrice(7450), 9, Litres(760_000), Money(566_200)),
    ),
    goods_pieces=47,
    goods_amount=Money(36_610),
    tenders=(
        TenderFigure(Tender.CASH, 21, Money(311_250)),
        TenderFigure(Tender.WECHAT, 78, Money(2_018_790)),
        TenderFigure(Tender.ALIPAY, 29, Money(900_000)),
    ),
    orders=14,
    orders_volume=Litres(402_120),
    orders_amount=Money(318_866),
    unpaid_fills=0,
    unpaid_amount=Money(0),
)

# Eight digits everywhere, names that do not fit, a drawer that is short and a fill that nobody paid.
A_HARD_REPORT = replace(
    A_REPORT,
    station="中国石油天然气股份有限公司云南昆明销售分公司昆明北站高速公路服务区第二加油加气站（京昆高速·北行）<A&B>",
    opened_by="阿卜杜热依木·买买提艾力·图尔荪江（实习收银员）",
    closed_by="Maximiliana Wolfeschlegelsteinhausenbergerdorff the Third",
    shift=replace(A_SHIFT, number=1_234_567, counted_cash=Money(99_876_543), expected_cash=Money(99_999_999)),
    gross=Money(9_999_999_999),
    discount=Money(12_345_678),
    fuel=tuple(
        replace(figure, fills=123_456, volume=Litres(98_765_432_109), amount=Money(9_876_543_210))
        for figure in A_REPORT.fuel * 8
    ),
    goods_pieces=1_234_567,
    goods_amount=Money(1_234_567_890),
    tenders=tuple(replace(figure, amount=Money(9_876_543_210)) for figure in A_REPORT.tenders),
    orders=98_765,
    orders_volume=Litres(98_765_432_109),
    orders_amount=Money(9_876_543_210),
    unpaid_fills=3,
    unpaid_amount=Money(81_240),
)

_AT = datetime(2026, 11, 22, 5, 30, tzinfo=UTC)


def _moved(number: int, kind: CashKind, fen: int, reason: str) -> CashMovement:
    return CashMovement(
        CashMovementId(f"{number:032x}"),
        A_SHIFT.id,
        number,
        kind,
        Money(fen),
        reason,
        StaffId("limin"),
        _AT,
        StaffId("zhao"),
    )


# A day on which everything happened once.
A_FULL_REPORT = replace(
    A_REPORT,
    checked_by="赵建国",
    followed_by=144,
    shift=replace(A_SHIFT, expected_cash=Money(341_250), counted_cash=Money(341_150)),
    expected_cash=Money(341_250),
    rounding=Money(30),
    gross=Money(3_275_070),
    refunds=2,
    voids=1,
    refunded=Money(25_000),
    refunded_fuel=(FuelFigure(G92, UnitPrice(7810), 1, Litres(25_610), Money(20_000)),),
    tenders=(
        TenderFigure(Tender.CASH, 21, Money(311_250), 1, Money(5_000)),
        TenderFigure(Tender.WECHAT, 78, Money(2_018_790), 1, Money(20_000)),
        TenderFigure(Tender.ALIPAY, 20, Money(800_000)),
        TenderFigure(Tender.CREDIT, 9, Money(100_000)),
    ),
    settled=(TenderFigure(Tender.BANK_CARD, 1, Money(88_800)),),
    movements=(
        _moved(1, CashKind.PAID_IN, 50_000, "银行换零"),
        _moved(2, CashKind.PAID_OUT, 5_000, "采购：绿化用水管、接头、扳手一套及搬运费"),
        _moved(3, CashKind.SAFE_DROP, 60_000, ""),
    ),
    variances=(
        Variance(Tender.CASH, Money(341_250), Money(341_150)),
        Variance(Tender.WECHAT, Money(1_998_790), Money(1_998_790)),
        Variance(Tender.ALIPAY, Money(800_000), Money(800_100)),
        Variance(Tender.BANK_CARD, Money(88_800), Money(88_800)),
        Variance(Tender.CREDIT, Money(100_000), Money(100_000)),
    ),
    pieces=Count(((10_000, 31), (5_000, 4), (2_000, 3), (1_000, 2), (500, 4), (100, 11), (50, 1))),
    nozzles=(
        MeterFigure(
            PumpNumber(1),
            NozzleNumber(1),
            G92,
            Litres(1_234_567_890),
            Litres(1_236_501_540),
            73,
            Litres(1_933_650),
        ),
        MeterFigure(
            PumpNumber(1),
            NozzleNumber(2),
            G95,
            Litres(98_765_430),
            Litres(99_885_940),
            38,
            Litres(1_120_010),
            Litres(12_340),
        ),
        MeterFigure(PumpNumber(2), NozzleNumber(1), G98, None, Litres(4_500_000), 6, Litres(188_330)),
    ),
    unpaid_fills=1,
    unpaid_amount=Money(26_512),
    open_bills=2,
    open_amount=Money(31_502),
    carried=(
        Blocker(BlockerKind.HELD_BILL, "a", "云A12345 去取钱包", Money(4_500), "赵建国"),
        Blocker(BlockerKind.UNCLEAR_PAYMENT, "b", "wechat", Money(27_002), "李敏"),
        Blocker(BlockerKind.UNPAID_FILL, "c", "6", Money(26_512)),
        Blocker(BlockerKind.RUNNING_FILL, "1", "1", Money(9_637)),
        Blocker(BlockerKind.UNSENT, label="12"),
    ),
    note="客人去取钱包，已留电话",
    corrections=(
        ShiftCorrection(
            ShiftCorrectionId("d" * 32),
            A_SHIFT.id,
            1,
            Tender.ALIPAY,
            Money(-100),
            "支付宝账单看错一行",
            StaffId("zhao"),
            CLOSED,
        ),
    ),
    journal="9f8c1d2e3b4a5f60",
)
