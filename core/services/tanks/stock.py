"""The stock book by hand and by the calendar: adjustments, transfers, days that are over, variances, hints of leaks."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.domain.events.tanks import StockChanged, StockDayClosed
from core.domain.ids import ApprovalId, StaffId, StockEntryId, TankNumber
from core.domain.litres import Litres
from core.domain.refusals.tanks import StockDayNotFound, StockEntryUnfit, TankNotFound, TankNotMeasured
from core.domain.staff import Permission
from core.domain.tanks.alarm import TankAlarmKind
from core.domain.tanks.day_paper import BookDay, TankDay
from core.domain.tanks.leak import LeakHint, QuietReading, daily_loss, quiet_loss, stretches
from core.domain.tanks.rules import TankRules
from core.domain.tanks.stock import StockEntry, StockKind, adjustment, transfer
from core.domain.tanks.tank import Vessel, tank_of, vessels
from core.domain.tanks.variance import Rating, StockDay, VarianceLine, table
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.unit_of_work import UnitOfWork, Work
from core.services.tanks.book import begins, measured_at, movements
from core.services.tanks.measuring import KEEP_ONE_BY_ONE, TankMeasuring

DAYS_JUDGED = 30
DAYS_SHOWN = 31
_BUCKET = timedelta(minutes=5)
_HINT_HOLDS = timedelta(minutes=10)
# By then a fill that ran over midnight is booked, and can be told apart.
_GRACE = timedelta(minutes=10)
_MOST_DAYS_AT_ONCE = 60
_INSTANT = timedelta(microseconds=1)


class StockBook:
    """The stock book of every tank. Nothing in it is changed: what was wrong is put right by an entry with its reason."""

    def __init__(  # noqa: PLR0917 - built in one place
        self,
        work: UnitOfWork,
        clock: Clock,
        ids: Identity,
        rules: TankRules,
        zone: ZoneInfo,
        measuring: TankMeasuring,
    ) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids
        self._rules = rules
        self._zone = zone
        self._measuring = measuring
        self._hints: dict[TankNumber, tuple[datetime, LeakHint]] = {}

    def adjust(
        self,
        tank: TankNumber,
        volume: Litres,
        reason: str,
        by: StaffId,
        approval: ApprovalId | None = None,
    ) -> StockEntry:
        """Write so much into the book, below zero out of it, and why. Raises StockEntryUnfit, TankNotFound, ApprovalNeeded."""
        with self._work() as work:
            leave = work.rights.check(by, Permission.ADJUST_STOCK, approval, str(tank))
            book = tank_of(work.tanks.all(), tank).book
            entry = adjustment(
                StockEntry(self._id(), book, StockKind.ADJUSTMENT, volume, self._clock.now(), by, reason)
            )
            self._write(work, entry, leave.approver)
        return entry

    def pump_over(  # noqa: PLR0917 - an entry says all of this
        self,
        tank: TankNumber,
        to: TankNumber,
        volume: Litres,
        reason: str,
        by: StaffId,
        approval: ApprovalId | None = None,
    ) -> tuple[StockEntry, StockEntry]:
        """Fuel was pumped from one tank into another. Raises StockEntryUnfit, TankNotFound, ApprovalNeeded."""
        with self._work() as work:
            leave = work.rights.check(by, Permission.ADJUST_STOCK, approval, str(tank))
            tanks = work.tanks.all()
            if tank_of(tanks, tank).grade != tank_of(tanks, to).grade:
                raise StockEntryUnfit("grade")  # a mixture is no fuel that anybody may sell
            source, target = tank_of(tanks, tank).book, tank_of(tanks, to).book
            out = StockEntry(self._id(), source, StockKind.TRANSFER, volume, self._clock.now(), by, reason)
            entries = transfer(out, target, self._id())
            for entry in entries:
                self._write(work, entry, leave.approver)
        return entries

    # --- the calendar ------------------------------------------------------------------------------------------------

    def close_days(self) -> int:
        """Chore: write down every day that is over, and judge the last thirty. How many were written."""
        now = self._clock.now()
        with self._work.reading() as work:
            due = [vessel for vessel in vessels(work.tanks.all()) if self._due(work, vessel, now)]
        if not due:
            return 0
        written = 0
        with self._work() as work:
            for vessel in due:
                for _ in range(_MOST_DAYS_AT_ONCE):
                    until = self._due(work, vessel, now)
                    if until is None:
                        break
                    self._close(work, vessel, until)
                    written += 1
                self._judge_days(work, vessel)
        return written

    def variances(self, book: TankNumber, days: int) -> tuple[VarianceLine, ...]:
        """The last days of a tank's book, oldest first."""
        with self._work.reading() as work:
            return table(work.tanks.days(book, days), self._rules.variance)

    def day(self, day: date, by: StaffId) -> TankDay:
        """Every book's day that is over, with its trucks and its lines by hand. Raises StockDayNotFound, NotAllowed."""
        with self._work.reading() as work:
            work.staff.get(by).must(Permission.KEEP_TANKS)
            books: list[BookDay] = []
            for vessel in vessels(work.tanks.all()):
                lines = table(work.tanks.days(vessel.number, DAYS_SHOWN), self._rules.variance)
                line = next((each for each in lines if each.day.day == day), None)
                if line is None:
                    continue
                entries = tuple(
                    entry
                    for entry in work.tanks.entries(line.day.since, line.day.until)
                    if entry.tank == vessel.number
                )
                trucks = (entry.delivery for entry in entries if entry.delivery is not None)
                came = tuple(work.tanks.delivery(truck) for truck in dict.fromkeys(trucks))
                books.append(BookDay(vessel, line, entries, came))
            people = {person.id: person.name for person in work.staff.everybody()}
        if not books:
            raise StockDayNotFound(day.isoformat())
        return TankDay(day, tuple(books), people)

    def entries(self, since: datetime) -> Sequence[StockEntry]:
        """Lines of the book, oldest first."""
        with self._work.reading() as work:
            return work.tanks.entries(since, self._clock.now())

    # --- leaks -------------------------------------------------------------------------------------------------------

    def leak(self, book: TankNumber) -> LeakHint:
        """What quiet hours and daily variances say, at most some minutes old: it reads a week. Raises TankNotFound."""
        now = self._clock.now()
        known = self._hints.get(book)
        if known is not None and timedelta(0) <= now - known[0] < _HINT_HOLDS:
            return known[1]
        with self._work.reading() as work:
            vessel = next((each for each in vessels(work.tanks.all()) if each.number == book), None)
            if vessel is None:
                raise TankNotFound(book)
            hint = self._hint(work, vessel)
        self._hints[book] = (now, hint)
        return hint

    def look_for_leaks(self) -> None:
        """Chore: raise the leak alarm where either statistic suspects one, and let it go where neither does any more."""
        with self._work.reading() as work:
            hints = {vessel.number: self._hint(work, vessel) for vessel in vessels(work.tanks.all())}
            standing = {alarm.tank for alarm in work.tanks.standing() if alarm.kind is TankAlarmKind.LEAK}
        changed = {book: hint for book, hint in hints.items() if hint.suspected is not (book in standing)}
        if changed:
            with self._work() as work:
                for book, hint in changed.items():
                    rate = hint.quiet.rate if hint.quiet is not None else 0
                    figure = rate if hint.suspected else None
                    self._measuring.set_alarm(work, book, TankAlarmKind.LEAK, figure)

    def _hint(self, work: Work, vessel: Vessel) -> LeakHint:
        since = self._clock.now() - KEEP_ONE_BY_ONE
        quiet = quiet_loss(stretches(self._levels(work, vessel, since), _disturbed(work, vessel, since)))
        lines = table(work.tanks.days(vessel.number, DAYS_JUDGED), self._rules.variance)
        return LeakHint(quiet, daily_loss([line.daily for line in lines if line.daily is not None]))

    def _levels(self, work: Work, vessel: Vessel, since: datetime) -> list[QuietReading]:
        """The gauge's readings of a vessel; of joined tanks those of the same five minutes together."""
        now = self._clock.now()
        found: dict[datetime, dict[TankNumber, Litres]] = {}
        for tank in vessel.tanks:
            for kept in work.tanks.readings(tank.number, since, now):
                reading = kept.reading
                if kept.by is None and reading.valid:
                    moment = reading.at if len(vessel.tanks) == 1 else _bucket(reading.at)
                    found.setdefault(moment, {})[tank.number] = reading.volume_at_20 or reading.fuel
        return [
            QuietReading(moment, Litres(sum(each.millilitres for each in levels.values())))
            for moment, levels in sorted(found.items())
            if len(levels) == len(vessel.tanks)
        ]

    # --- parts -------------------------------------------------------------------------------------------------------

    def _due(self, work: Work, vessel: Vessel, now: datetime) -> datetime | None:
        """The end of the vessel's running day, where it is over."""
        begun = begins(work, vessel)
        if begun is None:
            return None
        # The running day of one that ended at midnight is the day that began then.
        day = (begun[0] + _INSTANT).astimezone(self._zone).date()
        until = datetime.combine(day + timedelta(days=1), time(), self._zone).astimezone(UTC)
        return until if now >= until + _GRACE else None

    def _close(self, work: Work, vessel: Vessel, until: datetime) -> None:
        begun = begins(work, vessel)
        if begun is None:
            raise TankNotMeasured(vessel.number)
        since, opening = begun
        measured = measured_at(work, vessel, until)
        day = StockDay(
            vessel.number,
            (until - _INSTANT).astimezone(self._zone).date(),
            since,
            until,
            opening,
            movements(work, vessel, since, until),
            measured.fuel if measured is not None else None,
            measured.at_20 if measured is not None else None,
            measured.water if measured is not None else Litres(0),
            measured.temperature if measured is not None else None,
            _over_the_end(work, vessel, until),
        )
        work.tanks.add_day(day)
        variance = day.variance.millilitres if day.variance is not None else 0
        work.record(
            StockDayClosed(
                vessel.number,
                day.day.isoformat(),
                day.closing.millilitres,
                day.measured is not None,
                variance,
            )
        )

    def _judge_days(self, work: Work, vessel: Vessel) -> None:
        lines = table(work.tanks.days(vessel.number, DAYS_JUDGED), self._rules.variance)
        judged = [line for line in lines if line.cumulative is not None]
        if judged:
            last = judged[-1]
            is_red = last.cumulative_rating is Rating.RED and last.cumulative is not None
            figure = last.cumulative.millilitres if is_red and last.cumulative is not None else None
            self._measuring.set_alarm(work, vessel.number, TankAlarmKind.VARIANCE, figure)

    def _write(self, work: Work, entry: StockEntry, approver: StaffId | None) -> None:
        work.tanks.add(entry)
        told = StockChanged(entry.id, entry.tank, entry.kind, entry.volume.millilitres, entry.reason)
        work.record(told, actor=entry.by, approver=approver)

    def _id(self) -> StockEntryId:
        return StockEntryId(self._ids())


def _over_the_end(work: Work, vessel: Vessel, until: datetime) -> Litres:
    """What had flowed by then of fills that were booked later: out of the tank, and not yet in the book."""
    early = 0
    for begun, ended, volume in work.tanks.drawing(vessel.nozzles, until):
        if begun < until:
            flowed = min(until, ended) - begun
            early += volume.millilitres * (flowed // _INSTANT) // ((ended - begun) // _INSTANT)
    return Litres(early)


def _disturbed(work: Work, vessel: Vessel, since: datetime) -> list[tuple[datetime, datetime]]:
    """When something flowed in or out."""
    numbers = {tank.number for tank in vessel.tanks}
    found = [(begun, ended) for begun, ended, _volume in work.tanks.drawing(vessel.nozzles, since)]
    for delivery in work.tanks.deliveries(DAYS_JUDGED):
        if delivery.began_at is not None and any(f.book == vessel.number for f in delivery.fillings):
            ends = [delivery.received_at, delivery.settled_at(), delivery.began_at]
            found.append((delivery.began_at, next(end for end in ends if end is not None)))
    entries = work.tanks.entries(since, since + KEEP_ONE_BY_ONE + timedelta(days=1))
    found += [(entry.at, entry.at) for entry in entries if entry.tank in numbers]
    return found


def _bucket(moment: datetime) -> datetime:
    past = timedelta(seconds=moment.timestamp() % _BUCKET.total_seconds())
    return (moment - past).replace(microsecond=0)
