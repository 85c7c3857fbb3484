"""The small station of tests/services with a cashier at its counter, for tests whose disk goes wrong."""

import shutil
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from random import Random

from core.domain.events.event import Event
from core.domain.events.sales import SaleCompleted
from core.domain.fill import Fill
from core.domain.ids import SaleId
from core.domain.money import Money
from core.domain.pump import Preset, PresetKind
from core.simulated.identity import CountingIds
from tests.faults.books import read_books
from tests.faults.deeds import Counter, work
from tests.faults.disk import watched
from tests.faults.power import Recording
from tests.services.small_station import NOZZLE_1, PUMP_1, PUMP_2, WATER, WECHAT_CODE, SmallStation

# So that a checkpoint, when the pages move from the log into the file, comes every few bills and is cut often.
PAGES_BETWEEN_CHECKPOINTS = 100


def counter_of(station: SmallStation, chance: Random, *, customers: bool = True) -> Counter:
    """A cashier at this station; without customers at the pumps there are only the fills that wait."""

    def a_fill() -> Fill | None:
        waiting = station.forecourt.unpaid()
        if waiting or not customers:
            return chance.choice(waiting) if waiting else None
        pump = chance.choice((PUMP_1, PUMP_2))
        if station.pumps.promised(pump) is None:
            station.forecourt.request(pump, NOZZLE_1, Preset(PresetKind.FULL), station.cashier)
        station.pumps.finish(pump, NOZZLE_1, Money(chance.randrange(1_000, 40_000)))
        return station.forecourt.unpaid()[-1]

    return Counter(station, station.cashier, station.manager, chance, (WATER,), a_fill, lambda: WECHAT_CODE)


_STARTS = count(1)


class FoundStation(SmallStation):
    """A station on a file that is there already, as a cut or a fault has left it."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"sqlite:///{file}")

    def _build(self) -> None:
        self.ids = CountingIds(next(_STARTS) * 10**9)  # no id again that the file may hold
        super()._build()


class RecordedStation(SmallStation):
    """Whatever its services have committed is told to the recording, as screens and printers hear of it."""

    def __init__(self, file: Path, recording: Recording) -> None:
        self._recording = recording
        self._told: frozenset[tuple[str, str, int]] = frozenset()
        super().__init__(f"sqlite:///{file}")

    def _heard(self, recorded: Sequence[tuple[int, str, Event]]) -> None:
        for _number, _program, event in recorded:
            if isinstance(event, SaleCompleted):
                paid = self.sales.get(SaleId(event.sale)).total
                self._told |= {(event.sale, event.number, paid.fen)}
        self._recording.tell(recorded[-1][0], self._told)
        super()._heard(recorded)


def a_recorded_day(blank: Path, folder: Path, seed: int, deeds: int, synchronous: str = "") -> Recording:
    """A day at the counter of a new station. `synchronous` is set in place of what the product sets."""
    file = folder / "station.db"
    shutil.copy(blank, file)
    recording = Recording(file.read_bytes(), read_books(file).stocked)
    with watched(file, recording):
        station = RecordedStation(file, recording)
        with station.database.writing() as transaction:
            by_hand = transaction.driver.execute
        by_hand(f"PRAGMA wal_autocheckpoint={PAGES_BETWEEN_CHECKPOINTS}")
        if synchronous:
            by_hand(f"PRAGMA synchronous={synchronous}")
        work(counter_of(station, Random(seed)), deeds)
        recording.end()
        station.close()
    return recording
