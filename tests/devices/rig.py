"""A simulated controller as a process of its own, hands at its pumps, and an ear for what the driver tells."""

import json
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.devices.links.http_link import HttpLink
from core.devices.links.link import Exchange
from core.devices.pumps.pts.controller import PtsForecourt
from core.domain.controller import ControllerSetup, Counted, Totals
from core.domain.ids import AuthorisationId, NozzleNumber, PumpNumber, StaffId
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.product import D0, G92, G95, G98, FuelGrade
from core.domain.pump import (
    Authorisation,
    EndedFill,
    Nozzle,
    Preset,
    PresetKind,
    Pump,
    PumpReading,
    PumpState,
)

GRADES = (FuelGrade(G92, 1), FuelGrade(G95, 2), FuelGrade(G98, 3), FuelGrade(D0, 4))
_NOZZLES = {
    1: (G92, G95),
    2: (G92, G95),
    3: (G95, G98),
    4: (G92, G95),
    5: (D0,),
    6: (G95, G98),
    7: (G92,),
    8: (D0,),
}
PUMPS = tuple(
    Pump(
        PumpNumber(number),
        tuple(
            Nozzle(PumpNumber(number), NozzleNumber(place), grade) for place, grade in enumerate(grades, 1)
        ),
    )
    for number, grades in _NOZZLES.items()
)
PATIENCE = 15.0


class RealClock:
    """The time of day."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251  the simulated controller lives in real time


class Ear:
    """Collects what a listener is told, and waits for what should come."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self.readings: list[PumpReading] = []
        self.fills: list[EndedFill] = []
        self.lines: list[tuple[bool, str]] = []
        self.counts: list[tuple[int, int, Totals, Counted]] = []
        self.setups: list[ControllerSetup] = []

    def counted(self, pump: PumpNumber, nozzle: NozzleNumber, totals: Totals, why: Counted) -> None:
        with self._news:
            self.counts.append((pump, nozzle, totals, why))
            self._news.notify_all()

    def set_up(self, setup: ControllerSetup) -> None:
        with self._news:
            self.setups.append(setup)
            self._news.notify_all()

    def read(self, reading: PumpReading) -> None:
        with self._news:
            self.readings.append(reading)
            self._news.notify_all()

    def ended(self, fill: EndedFill) -> None:
        with self._news:
            self.fills.append(fill)
            self._news.notify_all()

    def line(self, up: bool, why: str) -> None:
        with self._news:
            self.lines.append((up, why))
            self._news.notify_all()

    def wait(self, seen: Callable[[], bool]) -> None:
        with self._news:
            assert self._news.wait_for(seen, PATIENCE), (self.lines, self.readings[-5:], self.fills[-3:])

    def state(self, pump: int) -> PumpState | None:
        return next((reading.state for reading in reversed(self.readings) if reading.pump == pump), None)

    def wait_state(self, pump: int, state: PumpState) -> None:
        self.wait(lambda: self.state(pump) is state)

    def wait_fill(self, pump: int, transaction: int) -> EndedFill:
        def found() -> EndedFill | None:
            return next(
                (fill for fill in self.fills if (fill.pump, fill.transaction) == (pump, transaction)), None
            )

        self.wait(lambda: found() is not None)
        fill = found()
        assert fill is not None
        return fill


class SimulatedController:
    """The other end of the cable."""

    def __init__(self, ready: dict[str, Any], process: subprocess.Popen[bytes]) -> None:
        self.ready = ready
        self.process = process
        scheme = "https" if ready.get("https") else "http"
        self.address = f"{scheme}://127.0.0.1:{ready['port']}"

    def link(self, **options: Any) -> HttpLink:
        return HttpLink(
            self.address, **{"user": "admin", "password": "admin", "answer_seconds": 2.0, **options}
        )

    def control(self, path: str, body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.ready['control_port']}/control/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            return json.load(answer)

    def put_down(self, pump: int) -> None:
        """Hang the nozzle up, where one is up."""
        try:
            self.control(f"pumps/{pump}/hang_up", {})
        except urllib.error.HTTPError as already_down:
            already_down.close()

    def wait_until_dispensed(self, pump: int, fen: int) -> None:
        """Until the pump shows this amount, whoever listens."""
        between = threading.Event()
        for _turn in range(300):
            fill = next(row for row in self.control("pumps") if row["pump"] == pump)["fill"]
            if fill is not None and fill["amount_fen"] >= fen:
                return
            between.wait(0.02)
        raise AssertionError(f"pump {pump} did not come to {fen} fen")

    def ledger(self, pump: int) -> list[dict[str, Any]]:
        return [row for row in self.control("ledger") if row["pump"] == pump]


@contextmanager
def running_controller(folder: Path, *options: str) -> Iterator[SimulatedController]:
    """A simulated controller for the length of the with block."""
    ready = folder / f"ready-{len(list(folder.iterdir()))}.json"
    command = [
        sys.executable,
        "-m",
        "core.simulated.pts_controller",
        "--port",
        "0",
        "--ready-file",
        str(ready),
    ]
    process = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL)
    try:
        waited = threading.Event()
        for _turn in range(300):
            if ready.exists() or process.poll() is not None:
                break
            waited.wait(0.05)
        yield SimulatedController(json.loads(ready.read_text()), process)
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def listening(link: Exchange, pumps: tuple[Pump, ...] = PUMPS) -> Iterator[tuple[PtsForecourt, Ear]]:
    """A driver that polls, and the ear it tells."""
    forecourt, ear = (
        PtsForecourt(link, pumps, GRADES, RealClock(), poll_seconds=0.05, idle_poll_seconds=0.1),
        Ear(),
    )
    forecourt.start(ear)
    try:
        yield forecourt, ear
    finally:
        forecourt.stop()


def leave(
    pump: int,
    nozzle: int | None = 1,
    *,
    fen: int = 0,
    millilitres: int = 0,
    li: int | None = 7810,
) -> Authorisation:
    """Leave to fill, by amount, by volume, or until full."""
    from core.domain.litres import Litres

    if fen:
        preset = Preset(PresetKind.AMOUNT, amount=Money(fen))
    elif millilitres:
        preset = Preset(PresetKind.VOLUME, volume=Litres(millilitres))
    else:
        preset = Preset(PresetKind.FULL)
    return Authorisation(
        AuthorisationId("a" * 32),
        PumpNumber(pump),
        NozzleNumber(nozzle) if nozzle else None,
        preset,
        UnitPrice(li) if li else None,
        StaffId("s"),
        datetime(2026, 11, 22, 7, tzinfo=UTC),
    )
