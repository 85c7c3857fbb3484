"""Tanks as people see them: what lies in each, how long it lasts, what is wrong; and how they are set up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.domain.events.tanks import TankSetUp
from core.domain.ids import ApprovalId, DeliveryId, NozzleId, StaffId, TankNumber
from core.domain.litres import NO_LITRES, Litres
from core.domain.staff import Permission
from core.domain.tanks.alarm import TankAlarm
from core.domain.tanks.delivery import Delivery
from core.domain.tanks.drawdown import WEEKS, Draw
from core.domain.tanks.reading import TankReading
from core.domain.tanks.rules import TankRules
from core.domain.tanks.strapping import StrappingTable, read_strapping
from core.domain.tanks.tank import Tank, Vessel, check_strapping, check_tanks, tank_of, vessels
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.tanks import KeptReading, TankHour
from core.ports.unit_of_work import UnitOfWork, Work
from core.services.tanks.book import FRESH, BookNow, book_now
from core.services.tanks.deliveries import TankDeliveries, by_gauge
from core.services.tanks.measuring import KEEP_ONE_BY_ONE, TankMeasuring
from core.services.tanks.stock import StockBook

_DRAW_HOLDS = timedelta(minutes=15)
_ALARMS_SHOWN = 50
_DELIVERIES_SHOWN = 30


@dataclass(frozen=True, slots=True)
class TankView:
    """One tank now. `fresh` is whether what is shown was measured in the last minutes."""

    tank: Tank
    kept: KeptReading | None
    fresh: bool
    at_20: Litres | None
    room: Litres | None
    time_left: timedelta | None  # until the critical low, by recent weeks; None for weeks, or not known
    time_known: bool
    alarms: tuple[TankAlarm, ...]
    delivery: Delivery | None  # that is being unloaded, or settles
    strapped: bool

    @property
    def reading(self) -> TankReading | None:
        """What was measured last, where it was valid."""
        return self.kept.reading if self.kept is not None and self.kept.reading.valid else None


@dataclass(frozen=True, slots=True)
class BookView:
    """One book: its tanks' numbers and what it says now; None where it has not been opened."""

    vessel: Vessel
    now: BookNow | None


@dataclass(frozen=True, slots=True)
class TanksView:
    """All of it at one moment."""

    at: datetime
    tanks: tuple[TankView, ...] = ()
    books: tuple[BookView, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    alarms: tuple[TankAlarm, ...] = ()
    by_gauge: Mapping[DeliveryId, Litres] = field(default_factory=dict)  # what the gauge itself noticed


class TankDesk:
    """The station's tanks. `measuring`, `deliveries` and `stock` are what is done with them."""

    def __init__(
        self, work: UnitOfWork, clock: Clock, ids: Identity, rules: TankRules, zone: ZoneInfo
    ) -> None:
        self._work = work
        self._clock = clock
        self._zone = zone
        self.rules = rules
        self.measuring = TankMeasuring(work, clock, ids)
        self.deliveries = TankDeliveries(work, clock, ids, rules)
        self.stock = StockBook(work, clock, ids, rules, zone, self.measuring)
        self._draw: tuple[datetime, Mapping[NozzleId, Mapping[int, Litres]], int] | None = None

    def view(self) -> TanksView:
        """Everything that the tanks' room shows."""
        now = self._clock.now()
        with self._work.reading() as work:
            tanks, latest = work.tanks.all(), work.tanks.latest()
            if not tanks:
                return TanksView(now)
            standing, under_way = work.tanks.standing(), work.tanks.open_deliveries()
            draw, weeks = self._recent_draw(work, now)
            left = {
                vessel.number: self._time_left(vessel, latest, draw, weeks, now) for vessel in vessels(tanks)
            }
            strapped = work.tanks.strapped()
            shown = []
            for tank in tanks:
                kept = latest.get(tank.number)
                valid = kept is not None and kept.reading.valid
                known, time_left = left[tank.book]
                shown.append(
                    TankView(
                        tank,
                        kept,
                        kept is not None and valid and now - kept.reading.at <= FRESH,
                        tank.fuel_at_20(kept.reading) if kept is not None and valid else None,
                        tank.room(kept.reading) if kept is not None and valid else None,
                        time_left,
                        known,
                        tuple(alarm for alarm in standing if alarm.tank == tank.number),
                        next(
                            (
                                each
                                for each in under_way
                                if any(filling.book == tank.book for filling in each.fillings)
                            ),
                            None,
                        ),
                        tank.number in strapped,
                    )
                )
            return TanksView(
                now,
                tuple(shown),
                tuple(BookView(vessel, book_now(work, vessel, now)) for vessel in vessels(tanks)),
                tuple(work.tanks.deliveries(_DELIVERIES_SHOWN)),
                tuple(work.tanks.alarms(_ALARMS_SHOWN)),
                _noticed(work, under_way),
            )

    def history(self, tank: TankNumber, hours: int) -> tuple[tuple[KeptReading, ...], tuple[TankHour, ...]]:
        """What was measured in the last hours: readings as long as they are kept one by one, and the hours before."""
        now = self._clock.now()
        since = now - timedelta(hours=hours)
        with self._work.reading() as work:
            tank_of(work.tanks.all(), tank)
            readings = work.tanks.readings(tank, since, now)
            folded = (
                work.tanks.hours(tank, since, now) if hours * 3600 > KEEP_ONE_BY_ONE.total_seconds() else ()
            )
            return tuple(readings), tuple(folded)

    # --- setting up --------------------------------------------------------------------------------------------------

    def set_up(self, tank: Tank, by: StaffId, approval: ApprovalId | None = None) -> None:
        """Add a tank or change its figures. Raises TankUnfit, ApprovalNeeded."""
        with self._work() as work:
            leave = work.rights.check(by, Permission.ADJUST_STOCK, approval, str(tank.number))
            others = [each for each in work.tanks.all() if each.number != tank.number]
            check_tanks(
                [*others, tank],
                [grade.code for grade in work.forecourt.grades()],
                {nozzle.id: nozzle.grade for pump in work.forecourt.pumps() for nozzle in pump.nozzles},
            )
            work.tanks.save(tank)
            work.record(TankSetUp(tank.number, tank.grade), actor=by, approver=leave.approver)

    def strap(
        self, tank: TankNumber, csv: str, by: StaffId, approval: ApprovalId | None = None
    ) -> StrappingTable:
        """Read a strapping table in. Raises StrappingUnfit with its line, TankUnfit, TankNotFound, ApprovalNeeded."""
        read = read_strapping(csv)
        with self._work() as work:
            leave = work.rights.check(by, Permission.ADJUST_STOCK, approval, str(tank))
            known = tank_of(work.tanks.all(), tank)
            check_strapping(known, read)
            work.tanks.strap(tank, read)
            work.record(TankSetUp(tank, known.grade), actor=by, approver=leave.approver)
        return read

    # --- parts -------------------------------------------------------------------------------------------------------

    def _recent_draw(self, work: Work, now: datetime) -> tuple[Mapping[NozzleId, Mapping[int, Litres]], int]:
        """What the nozzles drew by the hour of the week; read anew every quarter of an hour, as it takes a whole month."""
        if self._draw is not None and timedelta(0) <= now - self._draw[0] < _DRAW_HOLDS:
            return self._draw[1], self._draw[2]
        ahead = now.astimezone(self._zone).utcoffset() or timedelta(0)
        opened = [work.tanks.opened_at(vessel.number) for vessel in vessels(work.tanks.all())]
        oldest = min((moment for moment in opened if moment is not None), default=now)
        # Whole weeks alone, so that no hour of the week is counted more often than another.
        weeks = max(1, min(WEEKS, (now - oldest) // timedelta(weeks=1)))
        drawn = work.tanks.drawn_by_hour(now - timedelta(weeks=weeks), now, ahead)
        self._draw = (now, drawn, weeks)
        return drawn, weeks

    def _time_left(
        self,
        vessel: Vessel,
        latest: Mapping[TankNumber, KeptReading],
        drawn: Mapping[NozzleId, Mapping[int, Litres]],
        weeks: int,
        now: datetime,
    ) -> tuple[bool, timedelta | None]:
        """Whether it can be said at all, and how long; joined tanks empty together."""
        usable = NO_LITRES
        for tank in vessel.tanks:
            kept = latest.get(tank.number)
            if kept is None or not kept.reading.valid:
                return False, None
            usable += kept.reading.fuel - tank.limits.critical_low
        by_hour = _together(drawn.get(nozzle, {}) for nozzle in vessel.nozzles)
        if not by_hour:
            return False, None
        return True, Draw(by_hour, weeks).time_left(usable, now.astimezone(self._zone))


def _noticed(work: Work, under_way: Iterable[Delivery]) -> Mapping[DeliveryId, Litres]:
    found = {}
    for delivery in under_way:
        noticed = by_gauge(work, delivery)
        if noticed is not None and noticed.received is not None:
            found[delivery.id] = noticed.received
    return found


def _together(parts: Iterable[Mapping[int, Litres]]) -> dict[int, Litres]:
    sums: dict[int, Litres] = {}
    for part in parts:
        for hour, volume in part.items():
            sums[hour] = sums.get(hour, NO_LITRES) + volume
    return sums
