"""Tanks with everything that can be seen of them: days, alarms, a dip, deliveries at every step."""

from dataclasses import replace
from datetime import timedelta

from core.domain.ids import NozzleId, NozzleNumber, PumpNumber, TankNumber
from core.domain.litres import Litres
from core.domain.product import G92, G95
from core.domain.tanks.delivery import Delivery, Part
from core.domain.tanks.reading import GaugeDelivery, TankReading
from core.domain.tanks.tank import Tank, TankLimits
from tests.admin_app.small_desk import SmallDesk
from tests.builders import a_fill

ONE, TWO, THREE = TankNumber(1), TankNumber(2), TankNumber(3)
STRAPPING = "0,0\n" + "\n".join(f"{height},{height * 12}" for height in range(10, 2_501, 10))


def litres(whole: int) -> Litres:
    return Litres(whole * 1_000)


def tanks(desk: SmallDesk) -> None:
    """Three tanks: one well, one low with water in it, one that was never measured; three days of sales."""
    by = desk.station.manager
    limits = TankLimits(litres(1_000), litres(4_000), litres(26_000), litres(28_000))
    hoses = frozenset({NozzleId("1-1"), NozzleId("2-1")})
    tank = Tank(ONE, G92, litres(30_000), litres(28_500), limits, hoses)
    desk.tanks.set_up(tank, by)
    desk.tanks.set_up(replace(tank, number=TWO, grade=G95, nozzles=frozenset({NozzleId("1-2")})), by)
    desk.tanks.set_up(replace(tank, number=THREE, grade=G95, nozzles=frozenset()), by)
    desk.tanks.strap(ONE, STRAPPING, by)
    # From the next full hour on, so that every midnight is measured.
    desk.station.clock.move(
        timedelta(hours=1) - timedelta(seconds=desk.station.clock.now().timestamp() % 3_600)
    )
    level = 24_000
    measure(desk, ONE, level)
    for _hour in range(75):
        desk.station.clock.move(timedelta(minutes=30))
        sell(desk, 130)
        level -= 131
        desk.station.clock.move(timedelta(minutes=30))
        measure(desk, ONE, level)
    desk.tanks.stock.close_days()
    measure(desk, ONE, level)
    measure(desk, TWO, 3_800, water=260)


def measure(desk: SmallDesk, tank: TankNumber, fuel: int, water: int = 0) -> None:
    desk.tanks.measuring.record(
        TankReading(
            tank,
            desk.station.clock.now(),
            product_height=fuel * 10 // 12,
            water_height=water,
            temperature=185,
            product_volume=litres(fuel),
            water_volume=Litres(water * 1_200),
        )
    )


def sell(desk: SmallDesk, whole: int) -> None:
    now = desk.station.clock.now()
    fill = a_fill(
        pump=PumpNumber(1),
        nozzle=NozzleNumber(1),
        volume=litres(whole),
        started_at=now - timedelta(minutes=3),
        ended_at=now,
        recorded_at=now,
    )
    with desk.station.work() as work:
        work.fills.save(fill)


def truck(desk: SmallDesk) -> Delivery:
    """A delivery that was ordered."""
    return desk.tanks.deliveries.order(
        G92, "中国石化销售股份有限公司云南石油分公司", litres(9_800), desk.station.manager
    )


def unloading(desk: SmallDesk) -> Delivery:
    """One that is being unloaded."""
    parts = [Part("1", ONE, litres(5_000)), Part("2", ONE, litres(4_800))]
    return desk.tanks.deliveries.begin(
        truck(desk).id, "CK-20261123-0087", "云A·D1234", parts, desk.station.manager
    )


def settling(desk: SmallDesk) -> Delivery:
    """One whose truck is empty."""
    return desk.tanks.deliveries.unloaded(unloading(desk).id, desk.station.manager)


def noticed(desk: SmallDesk, delivery: Delivery) -> None:
    """What the gauge itself took the delivery for."""
    assert delivery.began_at is not None
    assert delivery.unloaded_at is not None
    told = GaugeDelivery(
        ONE, delivery.began_at, delivery.unloaded_at, litres(14_175), litres(23_930), 0, 0, 185, 190
    )
    desk.tanks.measuring.noticed(told)


def measured(desk: SmallDesk, delivery: Delivery, fuel: int) -> None:
    """Fifteen minutes later, by measure."""
    desk.station.clock.move(timedelta(minutes=16))
    measure(desk, ONE, fuel)
    desk.tanks.deliveries.measure(delivery.id, desk.station.manager)
