"""From a key pressed at the counter to its painted answer: forty lines in the bill, sixteen pumps running."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figure import Figure, percentile
from benchmarks.shop import PUMPS, Shop, lay_out
from demo.processes import Processes, Program

ROUNDS = 8
_LIMIT_MS = 16
_HOW = (
    "{keys} presses of every key of the counter (digits and letters in the scan box, arrows, more and less, a typed "
    "quantity, a scanned barcode, delete, goods, pump, cash with its digits, code, and out again) in the real window, "
    "offscreen 1366x768, forty lines in the bill, sixteen pumps filling at the simulated controller and polled five "
    "times a second; {what}; one run"
)
_GUI = (
    "the processor's time of the screen's thread from when the key reached its widget until its answer was painted, with "
    "whatever the pumps made it paint meanwhile; neither the wait for a use case nor for the next frame"
)
_FIRST = f"{_GUI}; the first press of each, once a day"
_WHOLE = "from the posted key to the end of the paint, with the use case on its worker and the wait for the next frame"


def measure() -> Iterator[Figure]:
    """Milliseconds on the screen's thread and in all, p50, p99 and the worst."""
    with tempfile.TemporaryDirectory(prefix="key-to-paint-") as folder:
        keys = press(Path(folder))
    yield from figures("key_to_paint", keys)


def figures(name: str, keys: list[dict[str, float]]) -> Iterator[Figure]:
    """What the presses come to; each key's very first one apart, as a sheet is styled and laid out when it first shows."""
    opening = [key["gui"] for key in keys if key["first"]]
    how = _HOW.format(keys=len(opening), what=_FIRST)
    yield Figure(
        f"{name}_gui_first_worst", round(max(opening), 2), "ms", f"a frame of {_LIMIT_MS} ms",
        round(max(opening) / _LIMIT_MS, 3), how,
    )  # fmt: skip
    for part, what in (("gui", _GUI), ("whole", _WHOLE)):
        values = [key[part] for key in keys if not key["first"]]
        how = _HOW.format(keys=len(values), what=what)
        for told, value in (
            ("p50", percentile(values, 50)), ("p99", percentile(values, 99)), ("worst", max(values)),
        ):  # fmt: skip
            yield Figure(
                f"{name}_{part}_{told}",
                round(value, 2),
                "ms",
                f"a frame of {_LIMIT_MS} ms",
                round(value / _LIMIT_MS, 3),
                how,
            )


def press(folder: Path, *, like: Path | None = None, rounds: int = ROUNDS) -> list[dict[str, float]]:
    """Every press at a new till, or at one with the books of the station `like`: which key, milliseconds on the screen's
    thread and in all.
    """
    with sixteen_pumps(folder) as (settings, lift_all):
        config = lay_out(folder, more_settings=settings)
        if like is not None:
            shutil.copy(like.with_name("station.db"), config.with_name("station.db"))
            os.sync()  # a gigabyte would still be on its way to the disk while the keys are pressed
        else:
            shop = Shop(config)
            shop.open_shift()
            shop.close()
        lift_all()
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.as_a_program", "benchmarks.watched_keys", "--config", str(config), "--rounds", str(rounds)],
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise RuntimeError(done.stderr[-4000:])
        pressed: list[dict[str, float]] = json.loads(done.stdout.splitlines()[-1])
        return pressed


@contextmanager
def sixteen_pumps(folder: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """A simulated controller: the settings that lead to it, and the call by which a customer lifts a nozzle at each of them."""
    processes = Processes(folder, {})
    try:
        controller = processes.start(
            "pump_controller", "core.simulated.pts_controller", "--port", "0", "--pumps", str(PUMPS), "--pace", "0.2",
        ).wait_until_ready()  # fmt: skip
        settings = f'[pumps]\nkind = "pts"\naddress = "http://127.0.0.1:{controller.facts["port"]}"\n'
        yield settings, lambda: _lift_all(controller)
    finally:
        processes.end()


def _lift_all(controller: Program) -> None:
    for pump in range(1, PUMPS + 1):
        body = json.dumps({"nozzle": 1, "target_volume_ml": 59_000}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{controller.facts['control_port']}/control/pumps/{pump}/serve", body
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            answer.read()
