"""Watch the machine's clock. Bills and their numbers go by counters, shifts by their opening: only dates go by the clock."""

from datetime import UTC, datetime, timedelta

from core.domain.events.station import ClockWentBack
from core.ports.clock import Clock
from core.ports.journal import Wanted
from core.ports.unit_of_work import UnitOfWork

# A clock that is set by the network steps back a little now and then.
_TOLERATED = timedelta(seconds=60)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EVER = 2**62


class ClockDesk:
    """Notices a clock that was set back behind what has happened already."""

    def __init__(self, work: UnitOfWork, clock: Clock) -> None:
        self._work = work
        self._clock = clock
        self._furthest: datetime | None = None
        self._told = False

    def check(self) -> timedelta:
        """How far the clock stands behind the last sale or the latest moment seen here; nothing within a minute.

        Written down, once, as ClockWentBack.
        """
        now = self._clock.now()
        furthest = self._furthest or self._last_sale() or now
        self._furthest = max(furthest, now)
        behind = self._furthest - now
        if behind <= _TOLERATED:
            self._told = False
            return timedelta(0)
        if not self._told:
            with self._work() as work:
                work.record(ClockWentBack(behind_minutes=round(behind.total_seconds() / 60)))
            self._told = True
        return behind

    def _last_sale(self) -> datetime | None:
        """By the journal's counter, not by the clock that may be wrong."""
        with self._work.reading() as work:
            last = work.journal.find(Wanted(kinds=("SaleCompleted",)), _EVER, 1)
        return _EPOCH + timedelta(microseconds=last[0].at) if last else None
