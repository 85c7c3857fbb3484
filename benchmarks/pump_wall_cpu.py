"""What sixty-four pumps that fill at once cost the screen's thread: the forecourt's window, five updates a second each."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure
from benchmarks.forecourt_of import forecourt_of
from benchmarks.shop import Shop, lay_out

PUMPS = 64
SECONDS = 20
_LIMIT = 0.1
_HOW = (
    "{pumps} pumps fill at once at the simulated controller for {seconds:.0f} s, polled five times a second over HTTP on "
    "loopback, {updates:.1f} updates of a pump a second reached the screen's thread, {shown:.1f} a pump were shown; the forecourt's "
    "window offscreen, 1280x800, attendant signed in; processor time of the screen's thread by the wall clock; everything "
    "on two cores; one run"
)


def measure() -> Iterator[Figure]:
    """Shares of one core: the screen's thread, and the whole till."""
    with tempfile.TemporaryDirectory(prefix="pump-wall-") as folder:
        seen = watch(Path(folder))
    how = _HOW.format(
        pumps=PUMPS, seconds=seen["seconds"], updates=seen["updates"] / PUMPS, shown=seen["shown"] / PUMPS
    )
    yield Figure(
        "pump_wall_cpu_gui", round(seen["gui"], 3), "of a core", "a tenth of one core",
        round(seen["gui"] / _LIMIT, 3), how,
    )  # fmt: skip
    yield Figure(
        "pump_wall_cpu_till", round(seen["till"], 3), "of a core", "one core",
        round(seen["till"], 3), how,
    )  # fmt: skip


def watch(folder: Path, *, pumps: int = PUMPS, seconds: int = SECONDS) -> dict[str, Any]:
    """Shares of a core, and how many updates came a second."""
    with forecourt_of(folder, pumps, pace=0.5) as (settings, hands):
        config = lay_out(folder, more_settings=settings, pumps=pumps)
        shop = Shop(config)
        shop.open_shift()
        shop.close()
        done = subprocess.run(
            [
                sys.executable, "-m", "benchmarks.as_a_program", "benchmarks.watched_wall", "--config", str(config),
                "--hands", hands.address, "--seconds", str(seconds), "cpu",
            ],
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-4000:])
    seen: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return seen
