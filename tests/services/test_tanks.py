"""Readings kept and judged, dips, deliveries from order to book, days that are over, leaks: on real databases."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.events.tanks import DeliveryReceived, StockDayClosed, TankAlarmGone, TankAlarmRaised
from core.domain.fill_step import FillEntry, FillStep
from core.domain.ids import FillEntryId, NozzleId, NozzleNumber, PumpNumber, TankNumber
from core.domain.litres import NO_LITRES, Litres
from core.domain.product import D0, G92, G95
from core.domain.refusals.people import ApprovalNeeded
from core.domain.refusals.pumps import GradeNotFound
from core.domain.refusals.tanks import (
    DeliveryDoesNotFit,
    DeliveryStateUnfit,
    DeliveryUnfit,
    StockEntryUnfit,
    TankAlarmNotFound,
    TankNotMeasured,
    TankStillSettling,
    TankTakesDelivery,
    TankUnfit,
)
from core.domain.tanks.alarm import TankAlarmKind
from core.domain.tanks.delivery import Delivery, DeliveryState, Part
from core.domain.tanks.reading import GaugeDelivery, TankReading
from core.domain.tanks.rules import TankRules
from core.domain.tanks.stock import StockKind
from core.domain.tanks.tank import Tank, TankLimits, tank_of
from core.domain.tanks.variance import VarianceLimits
from core.services.tanks.desk import TankDesk
from core.wording.formats import STATION_ZONE
from tests.builders import a_fill
from tests.services.small_station import SmallStation

ONE, TWO, THREE = TankNumber(1), TankNumber(2), TankNumber(3)
MINUTE = timedelta(minutes=1)
STRAPPING = "0,0\n" + "\n".join(f"{height},{height * 12}" for height in range(10, 2_501, 10))


def litres(whole: int) -> Litres:
    return Litres(whole * 1_000)


class TankStation:
    """A small station with two tanks of 92 (from the first nozzles of both pumps) and 95, and a gauge by hand."""

    def __init__(self, station: SmallStation) -> None:
        self.station = station
        self.clock = station.clock
        rules = TankRules(VarianceLimits(allowance=litres(10)))
        self.desk = TankDesk(station.work, station.clock, station.ids, rules, STATION_ZONE)
        self.by = station.manager
        limits = TankLimits(litres(1_000), litres(4_000), litres(26_000), litres(28_000))
        tank = Tank(
            ONE, G92, litres(30_000), litres(28_500), limits, frozenset({NozzleId("1-1"), NozzleId("2-1")})
        )
        self.desk.set_up(tank, self.by)
        self.desk.set_up(replace(tank, number=TWO, grade=G95, nozzles=frozenset({NozzleId("1-2")})), self.by)

    def measure(self, fuel: int, tank: TankNumber = ONE, **given: object) -> bool:
        reading = TankReading(
            tank,
            self.clock.now(),
            product_height=fuel * 10 // 12,
            temperature=200,
            product_volume=litres(fuel),
        )
        return self.desk.measuring.record(replace(reading, **given))  # type: ignore[arg-type]

    def sell(self, whole: int, pump: int = 1, nozzle: int = 1) -> None:
        now = self.clock.now()
        fill = a_fill(
            pump=PumpNumber(pump),
            nozzle=NozzleNumber(nozzle),
            volume=litres(whole),
            ended_at=now,
            started_at=now - MINUTE,
            recorded_at=now,
        )
        with self.station.work() as work:
            work.fills.save(fill)

    def order(self) -> Delivery:
        return self.desk.deliveries.order(G92, "中石化油库", litres(10_000), self.by)

    def begin(self, noted: int = 10_000) -> Delivery:
        return self.desk.deliveries.begin(
            self.order().id, "CK-1", "云A12345", [Part("1", ONE, litres(noted))], self.by
        )

    def alarms(self) -> set[TankAlarmKind]:
        return {alarm.kind for alarm in self.desk.view().tanks[0].alarms}

    def book(self, place: int = 0) -> tuple[Litres, Litres | None]:
        now = self.desk.view().books[place].now
        assert now is not None
        return now.closing, now.variance


@pytest.fixture
def tanks(closed_station: SmallStation) -> TankStation:
    return TankStation(closed_station)


def test_the_book_begins_with_the_first_measurement_and_follows_what_is_sold(tanks: TankStation):
    assert tanks.desk.view().books[0].now is None
    tanks.measure(20_000)
    tanks.clock.move(MINUTE)
    tanks.sell(40)
    tanks.sell(25, pump=2)
    tanks.sell(30, nozzle=2)  # of the other tank
    tanks.clock.move(MINUTE)
    tanks.measure(19_934)
    assert tanks.book() == (litres(19_935), litres(-1))


def test_readings_are_thinned_and_never_judged_less(tanks: TankStation):
    assert tanks.measure(20_000)
    kept = 0
    for _ in range(20):
        tanks.clock.move(timedelta(seconds=30))
        kept += tanks.measure(20_000)
    assert kept == 2  # in ten minutes
    tanks.clock.move(timedelta(seconds=10))
    assert not tanks.measure(19_000)  # changed, but within a minute of the last
    tanks.clock.move(timedelta(seconds=60))
    assert tanks.measure(19_000)
    tanks.clock.move(timedelta(seconds=5))
    assert not tanks.measure(900)
    assert tanks.alarms() == {TankAlarmKind.LOW, TankAlarmKind.CRITICAL_LOW}
    assert not tanks.measure(5_000, TankNumber(9))


def test_an_alarm_is_raised_once_seen_once_and_goes(tanks: TankStation):
    for fuel in (3_999, 4_000, 3_998):
        tanks.measure(fuel)
        tanks.clock.move(MINUTE)
    told = [event for event in tanks.station.events if isinstance(event, TankAlarmRaised)]
    assert [event.alarm_kind for event in told] == ["low"]
    (alarm,) = tanks.desk.view().tanks[0].alarms
    assert tanks.desk.measuring.acknowledge(alarm.id, tanks.by).acknowledged_by == tanks.by
    with pytest.raises(TankAlarmNotFound):
        tanks.desk.measuring.acknowledge(alarm.id, tanks.by)
    tanks.measure(4_500)
    assert tanks.alarms() == set()
    assert any(isinstance(event, TankAlarmGone) for event in tanks.station.events)
    (gone,) = tanks.desk.view().alarms
    assert gone.gone_at is not None


def test_a_silent_gauge_is_an_alarm_and_no_stock(tanks: TankStation):
    tanks.measure(20_000)
    tanks.clock.move(MINUTE)
    tanks.desk.measuring.gauge_silent()
    view = tanks.desk.view().tanks[0]
    assert (view.reading, view.fresh, tanks.alarms()) == (None, False, {TankAlarmKind.PROBE})
    assert tanks.book() == (litres(20_000), NO_LITRES)
    tanks.clock.move(timedelta(minutes=11))
    assert tanks.book() == (litres(20_000), None)
    for _swing in range(3):  # a probe that comes and goes rings once, until it has measured for a minute
        tanks.measure(20_000)
        tanks.clock.move(MINUTE / 2)
        tanks.desk.measuring.gauge_silent()
    tanks.desk.strap(ONE, STRAPPING, tanks.by)
    tanks.desk.measuring.dip(ONE, 10_200, 0, 250, tanks.by)
    assert tanks.alarms() == {TankAlarmKind.PROBE}
    tanks.clock.move(MINUTE)
    tanks.measure(20_000)
    tanks.clock.move(MINUTE)
    tanks.measure(20_000)
    assert tanks.alarms() == set()
    raised = [event.tank for event in tanks.station.events if isinstance(event, TankAlarmRaised)]
    assert raised == [ONE, TWO]


@pytest.mark.parametrize("gauge_first", [True, False])
def test_a_dip_and_a_gauge_at_the_same_moment_are_both_kept(tanks: TankStation, gauge_first: bool):
    tanks.desk.strap(ONE, STRAPPING, tanks.by)
    since = tanks.clock.now() - MINUTE
    if gauge_first:
        assert tanks.measure(20_000)
    tanks.desk.measuring.dip(ONE, 10_200, 0, 250, tanks.by)
    if not gauge_first:
        assert tanks.measure(20_000)
    tanks.desk.measuring.dip(ONE, 10_000, 0, 250, tanks.by)
    with tanks.station.work.reading() as work:
        kept = work.tanks.readings(ONE, since, tanks.clock.now() + MINUTE)
    first_two = [litres(20_000), litres(12_240)]
    assert [each.reading.fuel for each in kept] == [
        *(first_two if gauge_first else reversed(first_two)),
        litres(12_000),
    ]
    assert len({each.reading.at for each in kept}) == 3


def test_a_dip_counts_without_its_water_and_is_carried_on_by_what_is_sold(tanks: TankStation):
    tanks.desk.strap(ONE, STRAPPING, tanks.by)
    reading = tanks.desk.measuring.dip(ONE, 10_200, 200, 250, tanks.by)
    assert (reading.fuel, reading.water_volume) == (litres(12_000), litres(240))
    assert reading.volume_at_20 is not None
    assert reading.volume_at_20 < reading.fuel
    tanks.clock.move(timedelta(hours=1))
    tanks.sell(100)
    assert tanks.book() == (litres(11_900), NO_LITRES)
    kept = tanks.desk.view().tanks[0].kept
    assert kept is not None
    assert kept.by == tanks.by


def test_what_the_gauge_noticed_is_proposed_for_a_delivery(tanks: TankStation):
    tanks.measure(10_000)
    delivery = tanks.desk.deliveries.begin(
        tanks.order().id, "CK-1", "云A1", [Part("1", ONE, litres(9_800))], tanks.by
    )
    began = tanks.clock.now()
    tanks.clock.move(MINUTE * 20)
    tanks.sell(30)
    tanks.desk.deliveries.unloaded(delivery.id, tanks.by)
    tanks.measure(19_000)
    assert tanks.desk.view().by_gauge == {}
    noticed = GaugeDelivery(
        ONE, began + MINUTE, tanks.clock.now() + MINUTE, litres(10_000), litres(19_750), 0, 0, 180, 190
    )
    for told in (
        noticed,
        noticed,
        replace(noticed, began_at=began - MINUTE * 60),
        replace(noticed, tank=THREE),
    ):
        tanks.desk.measuring.noticed(told)
    assert tanks.desk.view().by_gauge == {delivery.id: litres(9_780)}
    with pytest.raises(TankStillSettling):
        tanks.desk.deliveries.measure_by_gauge(delivery.id, tanks.by)
    tanks.clock.move(MINUTE * 16)
    taken = tanks.desk.deliveries.measure_by_gauge(delivery.id, tanks.by)
    assert (taken.received, taken.difference) == (litres(9_780), litres(-20))
    tanks.desk.deliveries.receive(delivery.id, tanks.by)
    assert tanks.book()[0] == litres(19_750)


def test_only_who_may_touches_tanks(tanks: TankStation):
    cashier = tanks.station.cashier
    tanks.measure(3_000)
    alarm = tanks.desk.view().alarms[0].id
    delivery = tanks.order().id
    for ask in (
        lambda: tanks.desk.measuring.dip(ONE, 100, 0, None, cashier),
        lambda: tanks.desk.measuring.acknowledge(alarm, cashier),
        lambda: tanks.desk.deliveries.order(G92, "x", litres(1), cashier),
        lambda: tanks.desk.deliveries.cancel(delivery, "", cashier),
        lambda: tanks.desk.stock.adjust(ONE, litres(1), "x", cashier),
        lambda: tanks.desk.stock.pump_over(ONE, TWO, litres(1), "x", cashier),
        lambda: tanks.desk.strap(ONE, STRAPPING, cashier),
    ):
        with pytest.raises(ApprovalNeeded):
            ask()


def test_a_delivery_is_received_as_measured_with_what_was_sold_meanwhile(tanks: TankStation):
    tanks.measure(15_000)
    begun = tanks.begin()
    assert begun.state is DeliveryState.UNLOADING
    tanks.clock.move(timedelta(minutes=25))
    tanks.sell(60)
    tanks.desk.deliveries.unloaded(begun.id, tanks.by)
    tanks.clock.move(timedelta(minutes=14))
    tanks.sell(40)
    tanks.measure(24_860)
    with pytest.raises(TankStillSettling) as still:
        tanks.desk.deliveries.measure(begun.id, tanks.by)
    assert still.value.minutes == 1
    tanks.clock.move(MINUTE)
    with pytest.raises(TankNotMeasured):  # what was measured lies before the surface came to rest
        tanks.desk.deliveries.measure(begun.id, tanks.by)
    tanks.measure(24_860)
    measured = tanks.desk.deliveries.measure(begun.id, tanks.by)
    assert (measured.received, measured.difference) == (litres(9_960), litres(-40))
    with pytest.raises(DeliveryUnfit):
        tanks.desk.deliveries.receive(begun.id, tanks.by)
    taken = tanks.desk.deliveries.receive(begun.id, tanks.by, "少 40 升，司机签字")
    assert tanks.book() == (litres(24_860), NO_LITRES)
    assert taken.remark
    (told,) = [event for event in tanks.station.events if isinstance(event, DeliveryReceived)]
    assert (told.difference_ml, told.beyond) == (-40_000, True)
    for again in (
        lambda: tanks.desk.deliveries.receive(begun.id, tanks.by, "x"),
        lambda: tanks.desk.deliveries.measure(begun.id, tanks.by),
        lambda: tanks.desk.deliveries.unloaded(begun.id, tanks.by),
    ):
        with pytest.raises(DeliveryStateUnfit):
            again()
    assert tanks.desk.view().deliveries == (taken,)


def test_what_does_not_fit_is_refused_and_nothing_changes(tanks: TankStation):
    tanks.measure(20_000)
    with pytest.raises(DeliveryDoesNotFit) as refused:
        tanks.begin()
    assert (refused.value.tank, refused.value.room_ml) == (1, 8_500_000)
    assert [each.state for each in tanks.desk.view().deliveries] == [DeliveryState.ORDERED]


def test_one_truck_at_a_time_unloads_into_a_tank(tanks: TankStation):
    tanks.measure(10_000)
    tanks.begin(5_000)
    with pytest.raises(TankTakesDelivery):
        tanks.begin(5_000)


def test_nothing_is_unloaded_into_a_tank_that_nobody_measured(tanks: TankStation):
    with pytest.raises(TankNotMeasured):
        tanks.begin()
    tanks.measure(10_000)
    tanks.clock.move(timedelta(minutes=11))
    with pytest.raises(TankNotMeasured):
        tanks.begin()
    with pytest.raises(GradeNotFound):
        tanks.desk.deliveries.order(D0, "x", litres(1_000), tanks.by)


def test_a_delivery_that_could_not_be_measured_is_taken_by_note_with_a_word(tanks: TankStation):
    tanks.measure(10_000)
    begun = tanks.begin(8_000)
    tanks.desk.deliveries.unloaded(begun.id, tanks.by)
    with pytest.raises(DeliveryUnfit):
        tanks.desk.deliveries.receive(begun.id, tanks.by)
    tanks.desk.deliveries.receive(begun.id, tanks.by, "液位仪故障", by_note=True)
    assert tanks.book()[0] == litres(18_000)


def test_an_order_may_come_to_nothing(tanks: TankStation):
    order = tanks.order()
    assert tanks.desk.deliveries.cancel(order.id, "停产", tanks.by).state is DeliveryState.CANCELLED


def test_a_pump_test_comes_back_into_the_book(tanks: TankStation):
    tanks.measure(20_000)
    tanks.clock.move(MINUTE)
    fill = a_fill(
        pump=PumpNumber(1), nozzle=NozzleNumber(1), volume=litres(20), recorded_at=tanks.clock.now()
    )
    step = FillEntry(
        FillEntryId("a" * 32),
        fill.id,
        FillStep.TESTED,
        tanks.clock.now(),
        tanks.by,
        G92,
        fill.volume,
        fill.amount,
        returned=litres(20),
    )
    with tanks.station.work() as work:
        work.fills.save(fill)
        work.fill_steps.add(step)
    now = tanks.desk.view().books[0].now
    assert now is not None
    assert (now.closing, now.moved.returned, now.moved.throughput) == (litres(20_000), litres(20), NO_LITRES)


def test_fuel_pumped_over_leaves_one_book_and_enters_the_other(tanks: TankStation):
    tanks.measure(20_000)
    tanks.measure(10_000, TWO)
    tanks.clock.move(MINUTE)
    with pytest.raises(StockEntryUnfit):
        tanks.desk.stock.pump_over(ONE, TWO, litres(500), "混油", tanks.by)
    with tanks.station.work() as work:
        other = tank_of(work.tanks.all(), TWO)
        work.tanks.save(replace(other, grade=G92, nozzles=frozenset()))
    tanks.desk.stock.pump_over(ONE, TWO, litres(500), "清罐", tanks.by)
    assert (tanks.book(0)[0], tanks.book(1)[0]) == (litres(19_500), litres(10_500))
    tanks.desk.stock.adjust(ONE, litres(-3), "洒漏", tanks.by)
    assert tanks.book(0)[0] == litres(19_497)
    kinds = [entry.kind for entry in tanks.desk.stock.entries(tanks.clock.now() - MINUTE * 2)]
    assert kinds.count(StockKind.TRANSFER) == 2


def test_days_that_are_over_are_written_once_and_carried_on(tanks: TankStation):
    level, lost = 25_000, 0
    tanks.measure(level)
    for day in range(1, 5):
        for _ in range(24):
            tanks.clock.move(timedelta(hours=1) - MINUTE)
            tanks.sell(40)
            level, lost = level - 40, lost + (1 if day > 2 else 0)
            tanks.clock.move(MINUTE)
            tanks.measure(level - lost)
            tanks.desk.stock.close_days()
    assert tanks.desk.stock.close_days() == 0
    lines = tanks.desk.stock.variances(ONE, 30)
    assert [line.day.opening for line in lines[1:]] == [line.day.closing for line in lines[:-1]]
    # The clock begins at 14:00 in China: the first day has ten hours, and the loss begins on the third afternoon.
    assert [line.daily for line in lines] == [NO_LITRES, NO_LITRES, litres(-10), litres(-24)]
    assert sum(line.day.moved.sold.millilitres for line in lines) == (10 + 3 * 24) * 40_000
    days = [event for event in tanks.station.events if isinstance(event, StockDayClosed) and event.tank == 1]
    assert [event.day for event in days] == ["2026-11-22", "2026-11-23", "2026-11-24", "2026-11-25"]
    assert tanks.book()[1] == litres(-lost)
    assert TankAlarmKind.VARIANCE not in tanks.alarms()


def test_a_station_that_was_off_writes_its_days_when_it_is_back(tanks: TankStation):
    tanks.measure(20_000)
    tanks.clock.move(timedelta(days=3))
    tanks.measure(19_000)
    assert tanks.desk.stock.close_days() == 3
    lines = tanks.desk.stock.variances(ONE, 30)
    assert [line.day.measured for line in lines] == [None, None, None]
    assert tanks.desk.stock.close_days() == 0


def test_a_fill_over_midnight_is_nobodys_loss(tanks: TankStation):
    tanks.measure(20_000)
    tanks.clock.move(timedelta(hours=10) - timedelta(seconds=1))  # one second to midnight
    tanks.measure(19_970)  # thirty of forty litres have flowed
    tanks.clock.move(timedelta(seconds=21))
    fill = a_fill(
        pump=PumpNumber(1),
        nozzle=NozzleNumber(1),
        volume=litres(40),
        started_at=tanks.clock.now() - timedelta(seconds=80),
        ended_at=tanks.clock.now(),
        recorded_at=tanks.clock.now(),
    )
    with tanks.station.work() as work:
        work.fills.save(fill)
    tanks.clock.move(timedelta(minutes=12))
    tanks.measure(19_960)
    tanks.desk.stock.close_days()
    (line,) = tanks.desk.stock.variances(ONE, 30)
    assert line.daily == NO_LITRES


def test_old_readings_become_hours(tanks: TankStation):
    for step in range(60):
        tanks.measure(20_000 - step * 10)
        tanks.clock.move(timedelta(minutes=5))
    tanks.clock.move(timedelta(days=9))
    tanks.measure(19_000)
    folded = 0
    while some := tanks.desk.measuring.roll_up():
        folded += some
    readings, hours = tanks.desk.history(ONE, 24 * 12)
    assert (folded, len(readings), len(hours)) == (60, 1, 5)
    assert (hours[0].highest, hours[0].lowest, hours[0].readings) == (litres(20_000), litres(19_890), 12)


def simulated_nights(tanks: TankStation, lost_ml_an_hour: int) -> None:
    chance, level = random.Random(3), 20_000_000
    for _night in range(4):
        for step in range(48):  # eight hours, every ten minutes
            fuel = Litres(level - lost_ml_an_hour * step // 6 + round(chance.gauss(0, 2_000)))
            tanks.measure(0, product_volume=fuel, temperature=None)
            tanks.clock.move(timedelta(minutes=10))
        tanks.sell(500)
        level -= 500_000 + lost_ml_an_hour * 24
        tanks.clock.move(timedelta(hours=16))


@pytest.mark.parametrize(("lost", "suspected"), [(757, True), (0, False)])
def test_quiet_nights_give_a_leak_away(closed_station: SmallStation, lost: int, suspected: bool):
    tanks = TankStation(closed_station)
    simulated_nights(tanks, lost)
    hint = tanks.desk.stock.leak(ONE)
    assert hint.quiet is not None
    assert hint.suspected is suspected
    assert abs(hint.quiet.rate - lost) < 3.5 * hint.quiet.error
    tanks.desk.stock.look_for_leaks()
    tanks.desk.stock.look_for_leaks()
    assert (TankAlarmKind.LEAK in tanks.alarms()) is suspected


def test_joined_tanks_are_one_in_the_book(tanks: TankStation):
    tank = tanks.desk.view().tanks[0].tank
    tanks.desk.set_up(replace(tank, number=THREE, manifold=ONE), tanks.by)
    tanks.measure(10_000)
    assert tanks.desk.view().books[0].now is None  # the other half is not known yet
    tanks.clock.move(timedelta(minutes=6))
    tanks.measure(10_000)
    tanks.measure(9_000, THREE)
    assert tanks.book()[0] == litres(19_000)
    begun = tanks.desk.deliveries.begin(
        tanks.order().id,
        "CK-9",
        "云A1",
        [Part("1", ONE, litres(6_000)), Part("2", THREE, litres(4_000))],
        tanks.by,
    )
    assert [filling.noted for filling in begun.fillings] == [litres(10_000)]
    with pytest.raises(TankUnfit):
        tanks.desk.set_up(replace(tank, number=THREE, manifold=TWO), tanks.by)


def test_a_tank_lasts_as_long_as_it_did_before(tanks: TankStation):
    tanks.measure(25_000)
    for _ in range(7 * 24):
        tanks.clock.move(timedelta(hours=1))
        tanks.sell(100)
    tanks.clock.move(MINUTE)
    tanks.measure(9_000)
    later = TankDesk(tanks.station.work, tanks.clock, tanks.station.ids, TankRules(), STATION_ZONE)
    view = later.view().tanks[0]
    assert view.time_known
    assert view.time_left is not None
    # 8 000 L above the critical low, at a hundred litres an hour.
    assert timedelta(hours=79) < view.time_left <= timedelta(hours=81)
    assert not later.view().tanks[1].time_known
