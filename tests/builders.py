"""Values for tests: valid by default; say only what matters."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from core.domain.coupon import CouponKind, CouponTerms, CouponUse, CouponUseState
from core.domain.fill import Fill
from core.domain.ids import (
    AuthorisationId,
    CouponUseId,
    FillId,
    GoodsId,
    GradeCode,
    LineId,
    NozzleNumber,
    OrderId,
    PaymentId,
    PriceChangeId,
    PumpNumber,
    SaleId,
    ShiftId,
    StaffId,
)
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.payment import Payment, PaymentState, Tender
from core.domain.price import PriceChange, UnitPrice
from core.domain.product import G92, G95, Goods
from core.domain.pump import Authorisation, Nozzle, Preset, PresetKind, Pump, PumpReading, PumpState
from core.domain.sale import Sale
from core.domain.shift import Shift
from core.domain.staff import Role, StaffMember
from core.domain.station_order import StationOrder
from core.protocol.envelope import Envelope

# A Sunday in Shanghai, two minutes past three in the afternoon.
MOMENT = datetime(2026, 11, 22, 7, 2, 3, tzinfo=UTC)
CASHIER = StaffId("c" * 32)

Value = TypeVar("Value")
_numbers = count(1)


def fresh_number() -> int:
    """A number that no other value of this run has."""
    return next(_numbers)


def fresh_id() -> Any:
    """An id, for whatever asks for one, that no other value of this run has; later ones sort later, as real ones do."""
    return f"{fresh_number():032x}"


def _made(kind: type[Value], given: dict[str, Any], /, **otherwise: Any) -> Value:
    return kind(**(otherwise | given))


def a_staff_member(**given: Any) -> StaffMember:
    return _made(
        StaffMember,
        given,
        id=StaffId(fresh_id()),
        name="王芳",
        role=Role.CASHIER,
        pin_hash="-",
    )


def a_shift(**given: Any) -> Shift:
    return _made(
        Shift,
        given,
        id=ShiftId(fresh_id()),
        number=fresh_number(),
        opened_by=CASHIER,
        opened_at=MOMENT,
        opening_float=Money(50_000),
    )


def goods(**given: Any) -> Goods:
    number = fresh_number()
    return _made(
        Goods,
        given,
        id=GoodsId(fresh_id()),
        barcode=f"690{number:010d}",
        name="农夫山泉 550ml",
        price=Money(300),
        stock=24,
    )


def a_fill(**given: Any) -> Fill:
    """25.61 L of 92 at 7.81 yuan, 200.01 yuan: the figures agree."""
    return _made(
        Fill,
        given,
        id=FillId(fresh_id()),
        pump=PumpNumber(3),
        nozzle=NozzleNumber(1),
        grade=G92,
        transaction=fresh_number(),
        volume=Litres(25_610),
        price=UnitPrice(7_810),
        amount=Money(20_001),
        started_at=MOMENT - timedelta(minutes=2),
        ended_at=MOMENT,
        recorded_at=MOMENT,
    )


def coupon_terms(**given: Any) -> CouponTerms:
    """Ten yuan off 92 and 95 from 100 yuan on."""
    return _made(
        CouponTerms,
        given,
        kind=CouponKind.AMOUNT_OFF,
        valid_from=MOMENT - timedelta(days=10),
        valid_until=MOMENT + timedelta(days=10),
        off=Money(1_000),
        threshold=Money(10_000),
        grades=(G92, G95),
    )


def a_coupon(**given: Any) -> CouponUse:
    """A coupon held for a sale."""
    return _made(
        CouponUse,
        given,
        id=CouponUseId(fresh_id()),
        sale=SaleId(fresh_id()),
        code="YZ23456789AB",
        state=CouponUseState.HELD,
        title="满100减10",
        terms=coupon_terms(),
    )


def a_sale(*fills: Fill, **given: Any) -> Sale:
    """An open bill with these fills on it, or with two bottles of water where there are none."""
    sale = _made(
        Sale,
        given,
        id=SaleId(fresh_id()),
        shift=ShiftId("0" * 32),
        cashier=CASHIER,
        opened_at=MOMENT,
    )
    if sale.lines:
        return sale
    for fill in fills:
        sale = sale.with_fill(LineId(fresh_id()), fill)
    return sale if fills else sale.with_goods(LineId(fresh_id()), goods(), 2)


def a_payment(sale: Sale, **given: Any) -> Payment:
    """Cash for all that is due, to the fen."""
    return _made(
        Payment,
        given,
        id=PaymentId(fresh_id()),
        sale=sale.id,
        tender=Tender.CASH,
        amount=sale.due,
        at=MOMENT,
        taken_by=CASHIER,
        state=PaymentState.CAPTURED,
        tendered=sale.due,
    )


def completed(sale: Sale, number: str, at: datetime = MOMENT) -> Sale:
    """The bill paid in cash and completed."""
    paid = sale.with_payment(a_payment(sale)) if sale.due else sale
    return paid.completed(number, at)


def a_pump(number: int = 3, *grades: GradeCode) -> Pump:
    pump = PumpNumber(number)
    return Pump(
        pump,
        tuple(
            Nozzle(pump, NozzleNumber(place), grade)
            for place, grade in enumerate(grades or (G92, G95), start=1)
        ),
    )


def a_reading(**given: Any) -> PumpReading:
    return _made(
        PumpReading,
        given,
        pump=PumpNumber(3),
        state=PumpState.IDLE,
        at=MOMENT,
    )


def an_authorisation(**given: Any) -> Authorisation:
    return _made(
        Authorisation,
        given,
        id=AuthorisationId(fresh_id()),
        pump=PumpNumber(3),
        nozzle=NozzleNumber(1),
        preset=Preset(PresetKind.AMOUNT, amount=Money(20_000)),
        price=UnitPrice(7_810),
        requested_by=CASHIER,
        requested_at=MOMENT,
    )


def an_order(**given: Any) -> StationOrder:
    """200 yuan of 92 at pump 3, paid with 10 yuan off."""
    return _made(
        StationOrder,
        given,
        id=OrderId(fresh_id()),
        code="402917",
        pump=PumpNumber(3),
        nozzle=NozzleNumber(1),
        grade=G92,
        price=UnitPrice(7_810),
        by_volume=False,
        ordered=Money(20_000),
        volume=Litres(0),
        discount=Money(1_000),
        paid=Money(19_000),
        plate="沪A12345",
        car="白色 大众朗逸",
        driver_phone="138****5678",
        paid_at=MOMENT,
        received_at=MOMENT,
    )


def a_price_change(**given: Any) -> PriceChange:
    return _made(
        PriceChange,
        given,
        id=PriceChangeId(fresh_id()),
        grade=G92,
        price=UnitPrice(7_950),
        due_at=MOMENT + timedelta(hours=9),
        scheduled_by=CASHIER,
        scheduled_at=MOMENT,
    )


def an_envelope(**given: Any) -> Envelope:
    return _made(
        Envelope,
        given,
        id=fresh_id(),
        kind="sale_completed",
        version=1,
        at=MOMENT,
        body={"名": "水", "fen": 600},
    )
