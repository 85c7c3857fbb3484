"""A station's books on SQLite over whatever forecourt a test has: the use cases of its owner, with no thread and no chore."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from core.domain.controller import ControllerSetup, Counted, Totals
from core.domain.counter import CounterWhy
from core.domain.events.event import Event
from core.domain.events.pumps import PumpAuthorisationRequested, PumpsReleased, PumpStopRequested
from core.domain.faults import Fault
from core.domain.fill import Fill, FillState
from core.domain.ids import AuthorisationId, NozzleNumber, PumpNumber
from core.domain.money import Money
from core.domain.pump import EndedFill, Preset, PresetKind, PumpReading
from core.domain.refusals.refusal import Refusal
from core.domain.staff import Role
from core.persistence.database import Database
from core.persistence.unit_of_work import UnitsOfWork
from core.ports.clock import Clock
from core.ports.forecourt import Forecourt
from core.services.forecourt.desk import ForecourtDesk
from core.services.forecourt.missing import MissingDesk
from core.simulated.identity import CountingIds
from core.wording.formats import STATION_ZONE


class StationBooks:
    """Implements core.ports.forecourt.ForecourtListener. What is refused or fails is met as the station meets it: later."""

    def __init__(self, file: Path, blank: Path, clock: Clock) -> None:
        shutil.copy(blank, file)
        self._url, self._clock, self._ids = f"sqlite:///{file}", clock, CountingIds(1_000_000)
        self._pumps: Forecourt | None = None
        self.counts: dict[tuple[int, int], Totals] = {}

    def open(self, pumps: Forecourt) -> None:
        """A program begins that owns the pumps."""
        self._pumps = pumps
        self._database = Database.open(self._url)
        self._work = UnitsOfWork(self._database, "machine", self._clock, self._ids, self._heard, STATION_ZONE)
        with self._work.reading() as work:
            self._by = next(each.id for each in work.staff.everybody() if each.role == Role.MANAGER)
        self.desk = ForecourtDesk(self._work, self._clock, self._ids, pumps, unpaid_limit=1_000_000)
        self.missing = MissingDesk(self._work, self._clock, self._ids)
        self.desk.take_over()

    def close(self) -> None:
        """It ends, whatever was going on."""
        self._database.close()

    def newest(self) -> Mapping[PumpNumber, int]:
        """The number of each pump's last fill, as core.station hands it to the driver."""
        if self._pumps is None:
            return {}
        return {fill.pump: fill.transaction for fill in reversed(self.fills()) if fill.transaction > 0}

    def fills(self) -> Sequence[Fill]:
        """All that are booked and not empty, newest first."""
        with self._work.reading() as work:
            return [fill for fill in work.fills.recent(1_000_000) if fill.state is not FillState.EMPTY]

    # --- people --------------------------------------------------------------------------------------------------------

    def release(self, pump: PumpNumber, fen: int) -> None:
        """Ask for leave at the first nozzle."""
        preset = Preset(PresetKind.AMOUNT, amount=Money(fen))
        attempt(lambda: self.desk.request(pump, NozzleNumber(1), preset, self._by))

    def take_back(self, pump: PumpNumber) -> None:
        """Stop the pump."""
        attempt(lambda: self.desk.cancel(pump, self._by))

    def emergency(self) -> None:
        """Stop all, and let them go again."""
        attempt(lambda: self.desk.stop_all(self._by))
        attempt(lambda: self.desk.release_all(self._by))

    def accept_what_is_proposed(self) -> None:
        """One tap each."""
        for gap in self.missing.proposed():
            self.missing.accept(gap.id, self._by)

    def came_back(self) -> None:
        """What the line's return makes the station do."""
        attempt(self.desk.reconcile)
        attempt(lambda: self.desk.heal(CounterWhy.RECONNECT))

    # --- what the driver tells -----------------------------------------------------------------------------------------

    def read(self, reading: PumpReading) -> None:
        """Keep it."""
        self.desk.record_reading(reading)

    def ended(self, fill: EndedFill) -> None:
        """Book it, and only then close it."""
        self.desk.record_ended(fill)
        attempt(lambda: self.desk.close_ended(fill))

    def line(self, up: bool, why: str) -> None:
        """Nobody polls by a thread here."""
        raise AssertionError((up, why))

    def counted(self, pump: PumpNumber, nozzle: NozzleNumber, totals: Totals, why: Counted) -> None:
        """Keep it."""
        self.counts[pump, nozzle] = totals
        self.desk.record_counted(pump, nozzle, totals, CounterWhy(why))

    def set_up(self, setup: ControllerSetup) -> None:
        """It is the one that we know."""
        assert setup.pumps

    def _heard(self, recorded: Sequence[tuple[int, str, Event]]) -> None:
        for _number, _program, event in recorded:
            if isinstance(event, PumpAuthorisationRequested):
                asked = AuthorisationId(event.authorisation)
                attempt(lambda which=asked: self.desk.carry_out(which))  # type: ignore[misc]
            elif isinstance(event, PumpStopRequested):
                attempt(lambda pump=event.pump: self.desk.carry_out_stop(PumpNumber(pump)))  # type: ignore[misc]
            elif isinstance(event, PumpsReleased):
                attempt(self.desk.carry_out_release)


def attempt(call: Callable[[], object]) -> None:
    """As core.station.reactions does: a refusal and a fault end what was tried, and nothing else."""
    with suppress(Refusal, Fault):
        call()
