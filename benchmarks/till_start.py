"""From nothing to the till's first painted window, and to a till that sells, against a bare PySide6 window."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figure import Figure, percentile
from benchmarks.grown import grow
from benchmarks.shop import lay_out

SALES = 1_000_000
_STARTS = 9
_HOW = (
    "{starts} starts each, alternating (bare, till on a new station, till on one with {sales} sales), warm page cache, "
    "offscreen: process start to the first paint of the window, and to the first paint of the people who may sign in, "
    "when a cashier can begin; 16 pumps laid out, no controller, printer or cloud; medians; one run"
)


@dataclass(frozen=True, slots=True)
class Start:
    """One start: milliseconds to the first paint and until it is ready, and megabytes resident then."""

    painted: float
    ready: float
    memory: float


def measure() -> Iterator[Figure]:
    """Milliseconds to the first paint and until ready, and megabytes, each against the bare window's."""
    with tempfile.TemporaryDirectory(prefix="till-start-") as folder:
        new = lay_out(Path(folder) / "new")
        old = lay_out(Path(folder) / "old")
        grow(old, SALES)
        bare: list[Start] = []
        empty: list[Start] = []
        grown: list[Start] = []
        for _ in range(_STARTS):
            bare.append(start("bare"))
            empty.append(start_till(new))
            grown.append(start_till(old))
    how = _HOW.format(starts=_STARTS, sales=SALES)
    yield from _against_bare(
        "till_start", [each.painted for each in grown], [each.painted for each in bare], how
    )
    yield from _against_bare(
        "till_ready", [each.ready for each in grown], [each.painted for each in bare], how
    )
    yield from _against_bare(
        "till_memory", [each.memory for each in grown], [each.memory for each in bare], how, "MB"
    )
    for name, values, without in (
        ("till_start_with_a_million_sales", [s.painted for s in grown], [s.painted for s in empty]),
        ("till_ready_with_a_million_sales", [s.ready for s in grown], [s.ready for s in empty]),
    ):
        ours, theirs = percentile(values, 50), percentile(without, 50)
        yield Figure(
            name, round(ours), "ms", f"a new station's file, {theirs:.0f} ms", round(ours / theirs, 3), how
        )


def start_till(config: Path) -> Start:
    """Start the till at the counter."""
    return start("till", "--config", str(config), "--place", "counter", "--windowed")


def start(*arguments: str) -> Start:
    """Start one program, and let it end when it is ready."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    began = time.time_ns()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.first_paint", *arguments],
        env=environment, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    told = {line.split()[0]: line.split()[1:] for line in reversed(done.stdout.splitlines())}
    painted, ready = told["painted"], told["ready"]
    return Start((int(painted[0]) - began) / 1e6, (int(ready[0]) - began) / 1e6, int(ready[1]) / 1024)


def _against_bare(
    name: str, ours: list[float], bare: list[float], how: str, unit: str = "ms"
) -> Iterator[Figure]:
    till, window = percentile(ours, 50), percentile(bare, 50)
    yield Figure(
        name, round(till), unit, f"bare PySide6 window, {window:.0f} {unit}", round(till / window, 2), how
    )
