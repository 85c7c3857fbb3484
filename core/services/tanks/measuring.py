"""Keep what is measured, thinned; dip by hand; raise alarms and let them go."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.domain.events.tanks import (
    StockChanged,
    TankAlarmAcknowledged,
    TankAlarmGone,
    TankAlarmRaised,
    TankDipped,
)
from core.domain.ids import ApprovalId, StaffId, StockEntryId, TankAlarmId, TankNumber
from core.domain.litres import Litres
from core.domain.staff import Permission
from core.domain.tanks.alarm import MEASURED, Judgement, TankAlarm, TankAlarmKind, by_hand, judge, steady
from core.domain.tanks.delivery import IN_THE_TANK
from core.domain.tanks.reading import GaugeDelivery, ProbeStatus, TankReading
from core.domain.tanks.stock import StockEntry, StockKind
from core.domain.tanks.tank import Dip, Tank, tank_of, vessels
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.tanks import KeptReading
from core.ports.unit_of_work import UnitOfWork, Work
from core.services.tanks.book import begins, fresh

KEEP_EVERY = timedelta(minutes=5)
KEEP_AT_MOST_EVERY = timedelta(seconds=60)
KEEP_CHANGE = 10  # tenths of a millimetre
KEEP_ONE_BY_ONE = timedelta(days=8)
_FOLDED_AT_ONCE = 2_000
_NEXT_MOMENT = timedelta(microseconds=1)


class TankMeasuring:
    """What the gauge tells and what people dip."""

    def __init__(self, work: UnitOfWork, clock: Clock, ids: Identity) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids
        self._kept: dict[TankNumber, TankReading] = {}
        # Since when the cause of an alarm has been past, reading after reading.
        self._well: dict[TankNumber, dict[TankAlarmKind, datetime]] = {}

    def record(self, reading: TankReading) -> bool:
        """Take in what the gauge measured; whether it was kept. A tank that the station does not have is none of its business.

        Kept is what changed by a millimetre and at most one a minute, a change of the probe's state, and one every five
        minutes. Every reading is judged for alarms, kept or not.
        """
        with self._work.reading() as work:
            tanks = work.tanks.all()
            tank = next((each for each in tanks if each.number == reading.tank), None)
            if tank is None:
                return False
            keep = self._is_worth_keeping(reading, delivering=_is_delivering(work, tank.number))
            standing = {alarm.kind for alarm in work.tanks.standing() if alarm.tank == tank.number}
            judged = self._judge(tank, reading, standing & MEASURED)
            unopened = reading.valid and keep and self._may_open(work, tank, tanks)
        if not (keep or judged.raised or judged.gone):
            return False
        with self._work() as work:
            if keep:
                kept = replace(reading, volume_at_20=tank.fuel_at_20(reading))
                work.tanks.keep(KeptReading(_at_a_free_moment(work, kept)))
            self._change_alarms(work, tank, reading)
            if unopened:
                self._open_book(work, tank, tanks)
        if keep:
            self._kept[tank.number] = reading
        return keep

    def noticed(self, delivery: GaugeDelivery) -> None:
        """The gauge took something for a delivery; kept as a second opinion, and never booked by itself."""
        with self._work() as work:
            if any(tank.number == delivery.tank for tank in work.tanks.all()):
                work.tanks.notice(delivery)

    def gauge_silent(self) -> None:
        """The gauge itself does not answer: no tank is measured."""
        with self._work.reading() as work:
            tanks = work.tanks.all()
        for tank in tanks:
            self.record(TankReading(tank.number, self._clock.now(), ProbeStatus.OFFLINE))

    def dip(  # noqa: PLR0917 - a dip is these figures
        self,
        tank: TankNumber,
        product_height: int,
        water_height: int,
        temperature: int | None,
        by: StaffId,
        approval: ApprovalId | None = None,
    ) -> TankReading:
        """Write down what a stick showed. Heights in tenths of a millimetre, temperature in tenths of a degree.

        Raises TankNotFound, NoStrapping, HeightUnfit, WaterAboveFuel, TemperatureUnfit, ApprovalNeeded.
        """
        with self._work() as work:
            leave = work.rights.check(by, Permission.KEEP_TANKS, approval, str(tank))
            tanks = work.tanks.all()
            dipped = tank_of(tanks, tank)
            dip = Dip(tank, self._clock.now(), by, product_height, water_height, temperature)
            reading = dip.reading(dipped, work.tanks.strapping(tank))
            reading = replace(reading, volume_at_20=dipped.fuel_at_20(reading))
            reading = _at_a_free_moment(work, reading)
            work.tanks.keep(KeptReading(reading, by))
            self._change_alarms(work, dipped, reading, dipped=True)
            if self._may_open(work, dipped, tanks):
                self._open_book(work, dipped, tanks)
            told = TankDipped(
                tank, reading.fuel.millilitres, reading.water_volume.millilitres, product_height
            )
            work.record(told, actor=by, approver=leave.approver)
        return reading

    def acknowledge(self, alarm: TankAlarmId, by: StaffId, approval: ApprovalId | None = None) -> TankAlarm:
        """Somebody has seen it. Raises TankAlarmNotFound, ApprovalNeeded."""
        with self._work() as work:
            leave = work.rights.check(by, Permission.KEEP_TANKS, approval, alarm)
            seen = work.tanks.alarm(alarm).acknowledged(by, self._clock.now())
            work.tanks.save_alarm(seen)
            told = TankAlarmAcknowledged(alarm, seen.tank, seen.kind)
            work.record(told, actor=by, approver=leave.approver)
        return seen

    def standing(self) -> Sequence[TankAlarm]:
        """Alarms whose cause is not past, oldest first."""
        with self._work.reading() as work:
            return work.tanks.standing()

    def latest(self) -> Mapping[TankNumber, KeptReading | None]:
        """Every tank's newest reading, by gauge or by stick; None where there never was one."""
        with self._work.reading() as work:
            found = work.tanks.latest()
            return {tank.number: found.get(tank.number) for tank in work.tanks.all()}

    def roll_up(self) -> int:
        """Chore: fold what is older than eight days into hours. How many readings were folded."""
        with self._work.reading() as work:
            if not work.tanks.all():
                return 0
        with self._work() as work:
            return work.tanks.roll_up(self._clock.now() - KEEP_ONE_BY_ONE, _FOLDED_AT_ONCE)

    def set_alarm(self, work: Work, tank: TankNumber, kind: TankAlarmKind, figure: int | None) -> None:
        """Raise an alarm that no single reading gives, or let it go where there is no figure."""
        known = next((each for each in work.tanks.standing() if (each.tank, each.kind) == (tank, kind)), None)
        if figure is not None and known is None:
            self._raise(work, tank, kind, figure)
        elif figure is None and known is not None:
            self._let_go(work, known)

    # --- parts -------------------------------------------------------------------------------------------------------

    def _is_worth_keeping(self, reading: TankReading, *, delivering: bool) -> bool:
        last = self._kept.get(reading.tank)
        if last is None or last.status is not reading.status or last.alarms != reading.alarms:
            return True
        age = reading.at - last.at
        if age >= (KEEP_AT_MOST_EVERY if delivering else KEEP_EVERY) or age < timedelta(0):
            return True
        changed = max(
            abs(reading.product_height - last.product_height), abs(reading.water_height - last.water_height)
        )
        return changed >= KEEP_CHANGE and age >= KEEP_AT_MOST_EVERY

    def _judge(
        self, tank: Tank, reading: TankReading, standing: Collection[TankAlarmKind], *, dipped: bool = False
    ) -> Judgement:
        judged = judge(tank, reading, standing)
        if dipped:
            return by_hand(judged)
        well = self._well.setdefault(tank.number, {})
        for kind in judge(tank, reading, MEASURED).gone:
            well.setdefault(kind, reading.at)
        for kind in judge(tank, reading, ()).raised:
            well.pop(kind, None)
        return steady(judged, well, reading.at)

    def _change_alarms(self, work: Work, tank: Tank, reading: TankReading, *, dipped: bool = False) -> None:
        standing = {alarm.kind: alarm for alarm in work.tanks.standing() if alarm.tank == tank.number}
        judged = self._judge(tank, reading, standing.keys() & MEASURED, dipped=dipped)
        for kind, figure in judged.raised.items():
            self._raise(work, tank.number, kind, figure)
        for kind in judged.gone:
            self._let_go(work, standing[kind])

    def _raise(self, work: Work, tank: TankNumber, kind: TankAlarmKind, figure: int) -> None:
        alarm = TankAlarm(TankAlarmId(self._ids()), tank, kind, self._clock.now(), figure)
        work.tanks.save_alarm(alarm)
        work.record(TankAlarmRaised(alarm.id, tank, kind, figure))

    def _let_go(self, work: Work, alarm: TankAlarm) -> None:
        work.tanks.save_alarm(alarm.gone(self._clock.now()))
        work.record(TankAlarmGone(alarm.id, alarm.tank, alarm.kind))

    def _may_open(self, work: Work, tank: Tank, tanks: Sequence[Tank]) -> bool:
        vessel = next(each for each in vessels(tanks) if each.number == tank.book)
        return begins(work, vessel) is None

    def _open_book(self, work: Work, tank: Tank, tanks: Sequence[Tank]) -> None:
        """The first measurement of all of a vessel's tanks is where its book begins."""
        vessel = next(each for each in vessels(tanks) if each.number == tank.book)
        now, latest = self._clock.now(), work.tanks.latest()
        found: Mapping[TankNumber, KeptReading | None] = {
            each.number: fresh(latest, each.number, now) for each in vessel.tanks
        }
        if begins(work, vessel) is not None or any(kept is None for kept in found.values()):
            return
        volume = sum(kept.reading.fuel.millilitres for kept in found.values() if kept is not None)
        self._write_opening(work, vessel.number, volume, now)

    def _write_opening(self, work: Work, book: TankNumber, volume: int, now: datetime) -> None:
        entry = StockEntry(
            StockEntryId(self._ids()), book, StockKind.OPENING, Litres(volume), now, StaffId("")
        )
        work.tanks.add(entry)
        work.record(StockChanged(entry.id, book, entry.kind, volume, ""))


def _is_delivering(work: Work, tank: TankNumber) -> bool:
    return any(
        part.tank == tank
        for delivery in work.tanks.open_deliveries()
        if delivery.state in IN_THE_TANK
        for part in delivery.parts
    )


def _at_a_free_moment(work: Work, reading: TankReading) -> TankReading:
    """The reading, a hair later where another of its tank has its moment: neither takes the other's place."""
    at = reading.at
    while any(
        kept.by is not None or replace(kept.reading, at=reading.at) != reading
        for kept in work.tanks.readings(reading.tank, at - _NEXT_MOMENT, at)
    ):
        at += _NEXT_MOMENT
    return replace(reading, at=at)
