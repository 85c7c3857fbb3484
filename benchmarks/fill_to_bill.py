"""From a nozzle hung up at the pump to its fill on the till's screen, ready to be put on a bill."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure, percentile
from benchmarks.forecourt_of import forecourt_of
from benchmarks.shop import Shop, lay_out

PUMPS = 64
ROUNDS = 2
_LIMIT_MS = 300
_HOW = (
    "{fills} fills at {measured} of {pumps} pumps, the others filling on, polled five times a second over HTTP on loopback; "
    "from the nozzle's hanging up at the simulated pump (its command's own moment) to the end of the paint in which the "
    "till's counter shows the fill as unpaid: controller, poll, books on disk, screen; the window offscreen 1366x768; "
    "everything on two cores; one run"
)


def measure() -> Iterator[Figure]:
    """p50, p99 and the worst in milliseconds."""
    with tempfile.TemporaryDirectory(prefix="fill-to-bill-") as folder:
        ways = fills(Path(folder))
    how = _HOW.format(fills=len(ways), measured=len(ways) // ROUNDS, pumps=PUMPS)
    for told, value in (("p50", percentile(ways, 50)), ("p99", percentile(ways, 99)), ("worst", max(ways))):
        yield Figure(
            f"fill_to_bill_{told}", round(value, 1), "ms", f"{_LIMIT_MS} ms with five polls a second",
            round(value / _LIMIT_MS, 3), how,
        )  # fmt: skip


def fills(folder: Path, *, pumps: int = PUMPS, rounds: int = ROUNDS) -> list[float]:
    """Each fill's way in milliseconds."""
    with forecourt_of(folder, pumps, pace=0.5) as (settings, hands):
        config = lay_out(folder, more_settings=settings, pumps=pumps)
        shop = Shop(config)
        shop.open_shift()
        shop.close()
        done = subprocess.run(
            [
                sys.executable, "-m", "benchmarks.as_a_program", "benchmarks.watched_wall", "--config", str(config),
                "--hands", hands.address, "--rounds", str(rounds), "bill",
            ],
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, capture_output=True, text=True, timeout=400, check=False,
        )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-4000:])
    ways: list[float] = json.loads(done.stdout.splitlines()[-1])
    return ways
