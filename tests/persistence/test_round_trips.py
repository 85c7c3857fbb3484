"""What goes into the database comes out again as the very same value."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.count import cash_count
from core.domain.coupon import CouponKind, CouponUseState
from core.domain.fill import FillState
from core.domain.ids import NozzleId, PumpNumber, StationId
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.payment import PaymentState, Tender
from core.domain.price import PriceChangeState, UnitPrice
from core.domain.product import D0, G92, G95, FuelGrade
from core.domain.pump import AuthorisationState, Preset, PresetKind, PumpState
from core.domain.refusals.goods import GoodsNotFound
from core.domain.refusals.offers import CouponHoldGone
from core.domain.refusals.orders import OrderNotFound
from core.domain.refusals.payments import PaymentNotFound
from core.domain.refusals.people import StaffNotFound
from core.domain.refusals.pumps import (
    AuthorisationClosed,
    FillNotFound,
    PriceChangeClosed,
    PumpBusy,
    PumpNotFound,
)
from core.domain.refusals.sales import SaleNotFound
from core.domain.refusals.shifts import NoShiftOpen
from core.domain.staff import Role
from core.domain.station_order import ServiceState
from core.persistence.column_types import Moment, NozzleNames, PresetText, TermsJson
from core.persistence.unit_of_work import UnitsOfWork
from tests.builders import (
    MOMENT,
    a_coupon,
    a_fill,
    a_payment,
    a_price_change,
    a_pump,
    a_reading,
    a_sale,
    a_shift,
    a_staff_member,
    an_authorisation,
    an_envelope,
    an_order,
    completed,
    coupon_terms,
    fresh_id,
    goods,
)


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis adds the zone
def test_a_moment_is_kept_to_the_microsecond(moment: datetime):
    kept = Moment()
    assert kept.from_column(kept.to_column(moment)) == moment


def test_a_moment_of_another_zone_is_kept_as_the_same_moment():
    kept = Moment()
    in_shanghai = MOMENT.astimezone(timezone(timedelta(hours=8)))
    assert kept.to_column(in_shanghai) == kept.to_column(MOMENT)


def test_a_moment_without_a_zone_is_turned_away():
    with pytest.raises(ValueError, match="time zone"):
        Moment().to_column(MOMENT.replace(tzinfo=None))


@pytest.mark.parametrize(
    "preset",
    [
        Preset(PresetKind.FULL),
        Preset(PresetKind.AMOUNT, amount=Money(20_000)),
        Preset(PresetKind.VOLUME, volume=Litres(25_000)),
    ],
)
def test_a_preset_is_kept(preset: Preset):
    kept = PresetText()
    assert kept.from_column(kept.to_column(preset)) == preset


def test_a_coupons_terms_are_kept_whole():
    terms = coupon_terms(
        kind=CouponKind.PER_LITRE_OFF,
        off_li=300,
        percent=5,
        cap=Money(3_000),
        grades=(G92, D0),
        stations=(StationId("s" * 32),),
        weekdays=(0, 6),
        from_hour=22,
        until_hour=6,
        plates=("云A12345",),
        with_points=False,
    )
    kept = TermsJson()
    assert kept.from_column(kept.to_column(terms)) == terms


def test_a_set_of_nozzles_is_kept():
    kept = NozzleNames()
    for nozzles in (frozenset[NozzleId](), frozenset({NozzleId("3-1"), NozzleId("12-2")})):
        assert kept.from_column(kept.to_column(nozzles)) == nozzles


def test_an_open_sale_with_a_fill_goods_coupon_and_pending_payment(work: UnitsOfWork, shift):
    fill = a_fill(shift=shift)
    sale = a_sale(fill, shift=shift).with_goods(fresh_id(), goods(), 3)
    coupon = a_coupon(sale=sale.id)
    sale = sale.with_coupon(coupon, None)
    sale = sale.with_payment(
        a_payment(sale, tender=Tender.WECHAT, state=PaymentState.PENDING, payer_code="13**************1234")
    )
    with work() as transaction:
        transaction.fills.save(fill)
        transaction.sales.save(sale)
    with work.reading() as transaction:
        assert transaction.sales.get(sale.id) == sale
        assert transaction.sales.open_ones(shift) == [sale]
        assert transaction.sales.unclear_payments() == list(sale.payments)
        assert transaction.sales.payment(sale.payments[0].id) == sale.payments[0]
        assert transaction.coupon_uses.get(coupon.id) == coupon


def test_a_completed_sale(work: UnitsOfWork, shift):
    sale = completed(a_sale(shift=shift), "20261122-0001")
    with work() as transaction:
        transaction.sales.save(sale)
    with work.reading() as transaction:
        assert transaction.sales.get(sale.id) == sale
        assert transaction.sales.recent(5) == [sale]
        assert transaction.sales.open_ones(shift) == []


def test_what_is_not_there_is_said_by_its_name(work: UnitsOfWork):
    nowhere = fresh_id()
    with work.reading() as transaction:
        for ask, refusal in (
            (lambda: transaction.sales.get(nowhere), SaleNotFound),
            (lambda: transaction.sales.payment(nowhere), PaymentNotFound),
            (lambda: transaction.coupon_uses.get(nowhere), CouponHoldGone),
            (lambda: transaction.shifts.get(nowhere), NoShiftOpen),
            (lambda: transaction.staff.get(nowhere), StaffNotFound),
            (lambda: transaction.catalogue.by_barcode("690"), GoodsNotFound),
            (lambda: transaction.forecourt.pump(PumpNumber(9)), PumpNotFound),
            (lambda: transaction.authorisations.get(nowhere), AuthorisationClosed),
            (lambda: transaction.fills.get(nowhere), FillNotFound),
            (lambda: transaction.orders.get(nowhere), OrderNotFound),
            (lambda: transaction.prices.change(nowhere), PriceChangeClosed),
        ):
            with pytest.raises(refusal):
                ask()
        assert transaction.orders.find(nowhere) is None
        assert transaction.fills.find(PumpNumber(3), 1, MOMENT) is None
        assert transaction.shifts.current() is None


def test_shifts(work: UnitsOfWork):
    first = a_shift(number=1)
    with work() as transaction:
        assert transaction.shifts.next_number() == 1
        transaction.shifts.save(first)
        assert transaction.shifts.current() == first
    closed = first.closed(first.opened_by, MOMENT, cash_count(Money(50_300)), Money(50_000))
    with work() as transaction:
        transaction.shifts.save(closed)
        assert transaction.shifts.next_number() == 2
    with work.reading() as transaction:
        assert transaction.shifts.get(first.id) == closed
        assert transaction.shifts.current() is None


def test_a_second_open_shift_is_not_taken(work: UnitsOfWork, shift, station_database):
    with pytest.raises(station_database.error), work() as transaction:
        transaction.shifts.save(a_shift())


def test_staff(work: UnitsOfWork):
    zhang, wang = a_staff_member(name="张伟", role=Role.MANAGER), a_staff_member(name="王芳")
    gone = a_staff_member(name="李娜", active=False)
    locked = replace(wang, failed_tries=3, locked_until=MOMENT + timedelta(minutes=5))
    with work() as transaction:
        for member in (zhang, wang, gone):
            transaction.staff.save(member)
        transaction.staff.save(locked)
    with work.reading() as transaction:
        assert transaction.staff.get(wang.id) == locked
        assert transaction.staff.get(gone.id) == gone
        assert {member.name for member in transaction.staff.active()} == {"张伟", "王芳"}


def test_goods_and_their_stock(work: UnitsOfWork):
    water, gone = goods(stock=2), goods(on_sale=False)
    with work() as transaction:
        transaction.catalogue.save(water)
        transaction.catalogue.save(gone)
        transaction.catalogue.take_stock(water.id, 3)
    with work.reading() as transaction:
        assert transaction.catalogue.by_barcode(water.barcode) == replace(water, stock=-1)
        assert transaction.catalogue.on_sale() == [replace(water, stock=-1)]
        with pytest.raises(GoodsNotFound):
            transaction.catalogue.by_barcode(gone.barcode)


def test_the_layout_is_replaced_whole(work: UnitsOfWork):
    grades = [FuelGrade(G95, 2), FuelGrade(G92, 1)]
    with work() as transaction:
        transaction.forecourt.lay_out([FuelGrade(D0, 4)], [a_pump(1), a_pump(9, D0)])
        for number in (1, 9):
            transaction.forecourt.save_reading(a_reading(pump=PumpNumber(number)))
    with work() as transaction:
        transaction.forecourt.lay_out(grades, [a_pump(2), a_pump(1, G95)])
    with work.reading() as transaction:
        assert transaction.forecourt.grades() == grades
        assert transaction.forecourt.pumps() == [a_pump(1, G95), a_pump(2)]
        assert transaction.forecourt.pump(PumpNumber(2)) == a_pump(2)
        assert list(transaction.forecourt.readings()) == [1]


def test_the_last_reading_of_a_pump_is_kept(work: UnitsOfWork):
    fuelling = a_reading(
        state=PumpState.FUELLING,
        at=MOMENT + timedelta(microseconds=7),
        nozzle=1,
        volume=Litres(1_230),
        amount=Money(961),
        price=UnitPrice(7_810),
        transaction=17,
        preset=Preset(PresetKind.FULL),
    )
    with work() as transaction:
        transaction.forecourt.save_reading(a_reading())
        transaction.forecourt.save_reading(fuelling)
    with work.reading() as transaction:
        assert transaction.forecourt.readings() == {3: fuelling}


def test_authorisations(work: UnitsOfWork):
    asked = an_authorisation(order="d" * 32, sale=None)
    other = an_authorisation(pump=PumpNumber(4), nozzle=None, price=None, preset=Preset(PresetKind.FULL))
    with work() as transaction:
        transaction.authorisations.save(asked)
        transaction.authorisations.save(other)
    given = asked.authorised(17)
    with work() as transaction:
        transaction.authorisations.save(given)
    with work.reading() as transaction:
        assert transaction.authorisations.get(asked.id) == given
        assert transaction.authorisations.open_on(PumpNumber(4)) == other
        assert transaction.authorisations.open_ones() == [given, other]
    with work() as transaction:
        transaction.authorisations.save(given.cancelled("pump_busy"))
        assert transaction.authorisations.open_on(asked.pump) is None
        transaction.authorisations.save(an_authorisation())


def test_a_second_open_authorisation_of_a_pump_is_refused(work: UnitsOfWork):
    with work() as transaction:
        transaction.authorisations.save(an_authorisation())
    with pytest.raises(PumpBusy), work() as transaction:
        transaction.authorisations.save(an_authorisation(state=AuthorisationState.AUTHORISED))


def test_fills(work: UnitsOfWork, shift):
    first = a_fill(shift=shift, totaliser=Litres(123_456_789), started_at=None)
    second = a_fill(recorded_at=MOMENT + timedelta(seconds=1), order="d" * 32, state=FillState.FOR_ORDER)
    with work() as transaction:
        transaction.fills.save(second)
        transaction.fills.save(first)
    with work.reading() as transaction:
        assert transaction.fills.get(first.id) == first
        assert transaction.fills.find(first.pump, first.transaction, first.ended_at) == first
        assert transaction.fills.unpaid() == [first]
        assert transaction.fills.recent(5) == [second, first]
        assert transaction.fills.recent(1) == [second]
    with work() as transaction:
        transaction.fills.save(first.taken_into(fresh_id()))
        assert transaction.fills.unpaid() == []


def test_the_same_record_of_a_controller_is_never_a_second_fill(work: UnitsOfWork, station_database):
    fill = a_fill()
    with work() as transaction:
        transaction.fills.save(fill)
    with pytest.raises(station_database.error), work() as transaction:
        transaction.fills.save(a_fill(transaction=fill.transaction))


def test_orders(work: UnitsOfWork):
    early = an_order(paid_at=MOMENT - timedelta(minutes=3), by_volume=True, volume=Litres(25_000))
    late = an_order()
    with work() as transaction:
        transaction.orders.save(late)
        transaction.orders.save(early)
    with work.reading() as transaction:
        assert transaction.orders.open_ones() == [early, late]
        assert transaction.orders.recent(5) == []
    gone = replace(late.moved(ServiceState.WITHDRAWN), reason="driver_changed_mind", ended_at=MOMENT)
    with work() as transaction:
        transaction.orders.save(gone)
    with work.reading() as transaction:
        assert transaction.orders.get(late.id) == gone
        assert transaction.orders.open_ones() == [early]
        assert transaction.orders.recent(5) == [gone]


def test_prices(work: UnitsOfWork):
    with work() as transaction:
        transaction.prices.set_board(G92, UnitPrice(7_810), MOMENT)
        transaction.prices.set_board(G95, UnitPrice(8_310), MOMENT)
        transaction.prices.set_board(G92, UnitPrice(7_950), MOMENT)
        transaction.prices.set_nozzle_price(NozzleId("3-1"), UnitPrice(7_810))
        transaction.prices.set_nozzle_price(NozzleId("3-1"), UnitPrice(7_950))
    with work.reading() as transaction:
        assert dict(transaction.prices.board().prices) == {G92: UnitPrice(7_950), G95: UnitPrice(8_310)}
        assert transaction.prices.nozzle_prices() == {"3-1": UnitPrice(7_950)}


def test_price_changes(work: UnitsOfWork):
    later, sooner = a_price_change(), a_price_change(due_at=MOMENT + timedelta(hours=1))
    with work() as transaction:
        transaction.prices.save(later)
        transaction.prices.save(sooner)
        assert transaction.prices.open_changes() == [sooner, later]
    begun = sooner.applying().with_nozzle(NozzleId("3-1")).with_nozzle(NozzleId("4-2"))
    with work() as transaction:
        transaction.prices.save(begun)
    with work.reading() as transaction:
        assert transaction.prices.change(sooner.id) == begun
    with work() as transaction:
        transaction.prices.save(begun.applied(MOMENT))
        transaction.prices.save(later.withdrawn())
    with work.reading() as transaction:
        assert transaction.prices.open_changes() == []
        assert [change.state for change in transaction.prices.recent_changes(9)] == [
            PriceChangeState.WITHDRAWN,
            PriceChangeState.APPLIED,
        ]


def test_coupon_uses_wait_until_the_cloud_knows_their_end(work: UnitsOfWork, shift):
    sale = a_sale(shift=shift)
    uses = {state: a_coupon(sale=sale.id, state=state) for state in CouponUseState}
    with work() as transaction:
        transaction.sales.save(sale)
        for use in uses.values():
            transaction.coupon_uses.save(use)
    to_settle = [uses[CouponUseState(state)] for state in ("pending", "redeemed", "released")]
    with work.reading() as transaction:
        assert transaction.coupon_uses.to_settle() == to_settle
    with work() as transaction:
        transaction.coupon_uses.settled(to_settle[1].id)
    with work.reading() as transaction:
        assert transaction.coupon_uses.to_settle() == [to_settle[0], to_settle[2]]


def test_receipts_are_counted(work: UnitsOfWork):
    sale = fresh_id()
    with work() as transaction:
        assert transaction.receipts.printed(sale) == 0
        assert transaction.receipts.count(sale) == 1
        assert transaction.receipts.count(sale) == 2
        assert transaction.receipts.printed(sale) == 2


def test_the_outbox_keeps_its_order(work: UnitsOfWork):
    first, second, third = an_envelope(id="f" * 32), an_envelope(id="0" * 32), an_envelope()
    with work() as transaction:
        transaction.messages.post(first)
        transaction.messages.post(second)
    with work() as transaction:
        transaction.messages.post(third)
    with work.reading() as transaction:
        assert transaction.messages.waiting(9) == [first, second, third]
        assert transaction.messages.waiting(1) == [first]
        assert transaction.messages.waiting_count() == 3
    with work() as transaction:
        transaction.messages.sent(first.id)
        transaction.messages.set_aside(second.id, "unknown_message", "version 2")
    with work.reading() as transaction:
        assert transaction.messages.waiting(9) == [third]
        assert transaction.messages.waiting_count() == 1


def test_the_inbox_number_only_grows(work: UnitsOfWork):
    with work() as transaction:
        assert transaction.messages.last_taken() == 0
        transaction.messages.taken(7)
        transaction.messages.taken(5)
        assert transaction.messages.last_taken() == 7
        transaction.messages.taken(8)
    with work.reading() as transaction:
        assert transaction.messages.last_taken() == 8
