"""Tills of a real station that sell until they are killed without a word, again and again; see test_kill_campaign.py.

One process that loads everything once and forks each till. A till is what core.station builds: pumps over HTTP, printer over
TCP, cloud, chores and all. What it tells its killer was committed; the killer audits the file as each death left it.
"""

import json
import logging
import os
import random
import shutil
import signal
import sqlite3
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parents[2]))

from core.domain.events.sales import SaleCompleted
from core.domain.fill import Fill
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.money import Money
from core.domain.pump import Preset, PresetKind, PumpState
from core.domain.refusals.refusal import Refusal
from core.domain.staff import Role
from core.station.build import open_station
from core.station.settings import read_settings
from core.station.station import Station
from tests.faults.books import read_books
from tests.faults.deeds import Counter, work

PUMPS = 8
GOODS = ("6901234500018", "6901234500032")
LONGEST_LIFE_SECONDS = 2.5
_FILL_SECONDS = 6.0
_log = logging.getLogger(__name__)


def main(config: Path, pumps: str, kills: int, seed: int) -> None:
    """Kill so many tills; print every sale that any of them told of."""
    chance = random.Random(seed)
    file = config.parent / "station.db"
    told: set[tuple[str, str, int]] = set()
    for kill in range(kills):
        read_end, write_end = os.pipe()
        seed_of_till = chance.getrandbits(60)
        till = os.fork()
        if till == 0:
            os.close(read_end)
            try:
                _sell_for_ever(config, pumps, write_end, random.Random(seed_of_till))
            finally:
                traceback.print_exc()
                os._exit(1)
        os.close(write_end)
        threading.Event().wait(chance.uniform(0.05, LONGEST_LIFE_SECONDS))
        os.kill(till, signal.SIGKILL)
        with os.fdopen(read_end) as said:
            # A line that was cut short was not told.
            lines = [json.loads(line) for line in said if line.endswith("\n")]
        if not os.WIFSIGNALED(os.waitpid(till, 0)[1]):
            sys.exit(f"till {kill} ended by itself")
        told |= {(sale, number, fen) for sale, number, fen in lines}
        _audit(file, told, f"seed {seed}, kill {kill}")
        _let_go_of_leases(file)
    sys.stdout.write(json.dumps(sorted(told)))


def _audit(file: Path, told: set[tuple[str, str, int]], what: str) -> None:
    """Read the books from a copy: the next till has to find the file as this one left it."""
    folder = file.parent / "killed"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for each in (file, file.with_name(file.name + "-wal")):
        if each.exists():
            shutil.copy(each, folder)
    books = read_books(folder / file.name)
    lost = told - books.sales
    if lost:
        sys.exit(f"{what}: told and lost: {lost}")


def _let_go_of_leases(file: Path) -> None:
    """So that the next till need not wait until the dead one's have run out; test_kills.py waits for that."""
    connection = sqlite3.connect(file, timeout=10)
    with connection:
        connection.execute("DELETE FROM leases")
    connection.close()


def _sell_for_ever(config: Path, pumps: str, tell: int, chance: random.Random) -> None:
    station = open_station(read_settings(config), "pos_app", may_own_pumps=True)

    def completed(event: SaleCompleted) -> None:
        line = json.dumps([event.sale, event.number, event.total_fen])
        os.write(tell, f"{line}\n".encode())

    station.bus.subscribe(SaleCompleted, completed, only_ours=True)
    station.start()
    counter = _counter(station, pumps, chance)
    while True:
        try:
            work(counter, 1)
        except Refusal as refusal:
            # A pump in use, a payment that is still unclear: the cashier goes on with something else.
            _log.info("refused: %s", refusal)


def _counter(station: Station, pumps: str, chance: random.Random) -> Counter:
    people = {member.role.code: member.id for member in station.staff.people()}
    codes = iter(range(10**6))

    def payer_code() -> str:
        # Its last two digits tell the gateway to let the payer pay.
        return f"13{(os.getpid() * 1_000_000 + next(codes)) % 10**14:014d}99"

    return Counter(
        station,
        people[Role.CASHIER.code],
        people[Role.MANAGER.code],
        chance,
        GOODS,
        _customers(station, pumps, people, chance),
        payer_code,
    )


def _customers(station: Station, pumps: str, people: Any, chance: random.Random) -> Callable[[], Fill | None]:
    def a_fill() -> Fill | None:
        waiting = station.forecourt.unpaid()
        if waiting:
            return chance.choice(waiting)
        number = PumpNumber(chance.randrange(1, PUMPS + 1))
        reading = station.live.newest(number)
        if not station.health.state.owner or reading is None or reading.state is not PumpState.IDLE:
            return None
        amount = Money(chance.randrange(1_000, 30_000))
        station.forecourt.request(number, NozzleNumber(1), Preset(PresetKind.FULL), people[Role.CASHIER.code])
        if not _in_time(lambda: _state(station, number) is PumpState.AUTHORISED):
            return None
        httpx.post(
            f"{pumps}/control/pumps/{number}/serve",
            json={"nozzle": 1, "target_amount_fen": amount.fen},
            trust_env=False,
        ).raise_for_status()
        _in_time(lambda: bool(station.forecourt.unpaid()))
        waiting = station.forecourt.unpaid()
        return waiting[-1] if waiting else None

    return a_fill


def _state(station: Station, number: PumpNumber) -> PumpState | None:
    reading = station.live.newest(number)
    return reading.state if reading is not None else None


def _in_time(true: Callable[[], bool]) -> bool:
    limit = time.monotonic() + _FILL_SECONDS
    while not true():
        if time.monotonic() > limit:
            return False
        threading.Event().wait(0.02)
    return True


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(process)d %(asctime)s %(name)s %(message)s")
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
