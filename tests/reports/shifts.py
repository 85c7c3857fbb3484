"""Shift reports for the tests."""

from dataclasses import replace
from datetime import UTC, datetime

from core.domain.ids import ShiftId, StaffId
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.payment import Tender
from core.domain.price import UnitPrice
from core.domain.product import D0, G92, G95, G98
from core.domain.report import FuelFigure, ShiftReport, TenderFigure
from core.domain.shift import Shift, ShiftState

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
