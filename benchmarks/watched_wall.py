"""python -m benchmarks.watched_wall --config F --hands URL cpu|bill: a till over many pumps, watched from its own thread."""

import argparse
import json
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtCore import QAbstractEventDispatcher, QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from benchmarks.forecourt_of import Hands
from benchmarks.shop import ATTENDANT, ATTENDANT_PIN, CASHIER, CASHIER_PIN
from core.domain.ids import NozzleNumber, PumpNumber, StaffId
from core.domain.pump import Preset, PresetKind
from pos_app.app import App, build
from pos_app.pumps.presenter import PumpsPresenter, Tile

_WARM_SECONDS = 5.0
_A_LOT_ML = 900_000
_MEASURED_SHARE = 40 / 64  # of the pumps, where fills are timed; the others fill on


class Opened(QObject):
    """Signs a person in and tells when the wall shows every pump idle."""

    def __init__(self, app: App, name: str, pin: str, then: Callable[[StaffId], None]) -> None:
        super().__init__()
        self._app, self._name, self._pin, self._then = app, name, pin, then
        self._look = QTimer(self, interval=20)
        self._look.timeout.connect(self._step)
        self._look.start()

    def _step(self) -> None:
        joined = self._app.joined
        if joined is None:
            return
        presenters = joined.till.presenters
        sign_in = presenters.sign_in
        person = next((each for each in sign_in.state.people if each.name == self._name), None)
        pin = next((each for each in self._app.window.findChildren(QWidget, "sign_in_pin")), None)
        if person is None or sign_in.state.busy:
            return
        tiles = presenters.pumps.state.tiles
        if pin is not None and pin.isVisible():
            sign_in.choose(person.id)
            sign_in.type_pin(self._pin)
            sign_in.sign_in()
        elif tiles and all(tile.may_be_released for tile in tiles):
            self._look.stop()
            self._then(person.id)


class Wall:
    """The pumps as the till has them, and hands at the real ones."""

    def __init__(self, app: App, hands: Hands, person: StaffId) -> None:
        joined = app.joined
        assert joined is not None
        self._station = joined.station
        self._hands = hands
        self._person = person
        self.presenter: PumpsPresenter = joined.till.presenters.pumps

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """Every pump."""
        return self.presenter.state.tiles

    def run(self, pumps: list[PumpNumber]) -> None:
        """Release each, lift its nozzle, pull the trigger; not on the screen's thread."""
        for pump in pumps:
            ask = partial(
                self._station.forecourt.request, pump, NozzleNumber(1), Preset(PresetKind.FULL), self._person
            )
            self._station.workers.in_order(ask)
        between = threading.Event()
        waiting = set(pumps)
        while waiting:
            for row in self._hands.pumps():
                if row["pump"] in waiting and row["state"] == "authorised":
                    waiting.discard(row["pump"])
                    self._hands.at(row["pump"], "lift", nozzle=1)
                    self._hands.at(row["pump"], "fill", volume_ml=_A_LOT_ML)
            between.wait(0.05)

    def filling(self, pumps: list[PumpNumber]) -> bool:
        """Whether figures run at every one of them."""
        return all(tile.delivers and tile.amount for tile in self.tiles if tile.number in pumps)


class Cpu(QObject):
    """Counts the screen's thread's time while every pump fills."""

    def __init__(self, app: App, hands: Hands, seconds: float) -> None:
        super().__init__()
        self._app, self._hands, self._seconds = app, hands, seconds
        self.seen: dict[str, float] = {}
        self._updates = self._shown = 0

    def begin(self, person: StaffId) -> None:
        """Let all pumps run, and count once they do."""
        self._wall = Wall(self._app, self._hands, person)
        self._pumps = [tile.number for tile in self._wall.tiles]
        threading.Thread(target=self._wall.run, args=(self._pumps,), daemon=True).start()
        self._look = QTimer(self, interval=200)
        self._look.timeout.connect(self._wait)
        self._look.start()

    def _wait(self) -> None:
        if self._wall.filling(self._pumps):
            self._look.stop()
            QTimer.singleShot(int(_WARM_SECONDS * 1000), self._count)

    def _count(self) -> None:
        presenter = self._wall.presenter
        joined = self._app.joined
        assert joined is not None
        joined.station.live.subscribe(self._updated)
        presenter.changed.connect(self._changed)
        self._last = {tile.number: tile.amount for tile in self._wall.tiles}
        self._gui, self._till, self._wall_clock = time.thread_time(), time.process_time(), time.perf_counter()
        QTimer.singleShot(int(self._seconds * 1000), self._end)

    def _updated(self, _reading: object) -> None:
        self._updates += 1

    def _changed(self) -> None:
        for tile in self._wall.tiles:
            if self._last[tile.number] != tile.amount:
                self._last[tile.number] = tile.amount
                self._shown += 1

    def _end(self) -> None:
        passed = time.perf_counter() - self._wall_clock
        self.seen = {
            "gui": (time.thread_time() - self._gui) / passed,
            "till": (time.process_time() - self._till) / passed,
            "updates": self._updates / passed,
            "shown": self._shown / passed,
            "seconds": passed,
        }
        still = self._wall.filling(self._pumps)
        QApplication.exit(0 if still else 1)


class Bills(QObject):
    """Hangs up one nozzle after another and times when each fill stands on the screen."""

    def __init__(self, app: App, hands: Hands, rounds: int) -> None:
        super().__init__()
        self._app, self._hands, self._rounds = app, hands, rounds
        self.ways: list[float] = []
        self._pump = 0
        self._hung_up = 0.0
        self._unpaid_before = 0
        self._painted = False
        self._queue: Iterator[PumpNumber] = iter(())
        self._chance = random.Random(20261123)  # noqa: S311 - moments, no secrets
        QAbstractEventDispatcher.instance().aboutToBlock.connect(self._resting)
        app.window.winId()
        for window in (app.window, app.window.windowHandle()):
            window.installEventFilter(self)

    def begin(self, person: StaffId) -> None:
        """Let all pumps run."""
        self._wall = Wall(self._app, self._hands, person)
        pumps = [tile.number for tile in self._wall.tiles]
        self._measured = pumps[: int(len(pumps) * _MEASURED_SHARE)]
        self._begin_round(pumps)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002, N802  Qt's name.
        """Whether what is painted now has the fill."""
        if self._pump and event.type() == QEvent.Type.UpdateRequest:
            self._painted = self._painted or self._unpaid(self._pump) > self._unpaid_before
        return False

    def _begin_round(self, pumps: list[PumpNumber]) -> None:
        self._rounds -= 1
        threading.Thread(target=self._wall.run, args=(pumps,), daemon=True).start()
        self._look = QTimer(self, interval=100)
        self._look.timeout.connect(partial(self._wait, list(self._measured)))
        self._look.start()

    def _wait(self, pumps: list[PumpNumber]) -> None:
        if self._wall.filling(pumps):
            self._look.stop()
            self._queue = iter(pumps)
            QTimer.singleShot(2_000, self._next)

    def _next(self) -> None:
        pump = next(self._queue, None)
        if pump is not None:
            self._unpaid_before = self._unpaid(pump)
            self._painted = False
            threading.Thread(target=self._hang_up, args=(pump,), daemon=True).start()
        elif self._rounds:
            self._begin_round(list(self._measured))
        else:
            QApplication.exit(0)

    def _hang_up(self, pump: PumpNumber) -> None:
        # The pump's end is when the hand is told of, not when the telling came back.
        self._hung_up = time.perf_counter()
        self._pump = pump
        self._hands.at(pump, "hang_up")

    def _unpaid(self, pump: int) -> int:
        return next(len(tile.unpaid) for tile in self._wall.tiles if tile.number == pump)

    def _resting(self) -> None:
        if self._pump and self._painted:
            self.ways.append((time.perf_counter() - self._hung_up) * 1_000)
            self._pump = 0
            # Not in step with the polls.
            QTimer.singleShot(self._chance.randint(150, 420), self._next)


def main() -> int:
    """Open the till, let the pumps run, watch."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("cpu", "bill"))
    parser.add_argument("--config", required=True)
    parser.add_argument("--hands", required=True)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    hands = Hands(given.hands)
    cpu = given.what == "cpu"
    place, size = ("forecourt", "1280x800") if cpu else ("counter", "1366x768")
    app = build(["--config", given.config, "--place", place, "--size", size])
    watch: Cpu | Bills = Cpu(app, hands, given.seconds) if cpu else Bills(app, hands, given.rounds)
    opened = Opened(app, *((ATTENDANT, ATTENDANT_PIN) if cpu else (CASHIER, CASHIER_PIN)), watch.begin)
    app.start()
    code = QApplication.exec()
    opened.deleteLater()
    app.stop()
    print(json.dumps(watch.seen if isinstance(watch, Cpu) else watch.ways))
    return code


if __name__ == "__main__":
    sys.exit(main())
