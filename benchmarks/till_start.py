"""From nothing to the till's first painted window, against a bare PySide6 window."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure, percentile
from core.resources import resource

_STARTS = 7
_HOW = (
    "{starts} starts each, alternating, warm page cache, offscreen: process start to the first paint event of the window; "
    "the till on a laid out station's SQLite file with no controller, printer or cloud; medians; one run"
)


def measure() -> Iterator[Figure]:
    """Milliseconds to the first paint and their ratio; memory at that moment."""
    with tempfile.TemporaryDirectory(prefix="till-start-") as folder:
        config = Path(folder) / "station.toml"
        config.write_text('[station]\nname = "昆明北站加油站"\n', encoding="utf-8")
        plan = str(resource("demo/plan.toml"))
        subprocess.run(
            [sys.executable, "-m", "core.station", "--config", str(config), "open", "--plan", plan],
            stdout=subprocess.DEVNULL,  # ours is for the figures alone
            check=True,
        )
        bare: list[tuple[float, int]] = []
        till: list[tuple[float, int]] = []
        for _ in range(_STARTS):
            bare.append(_start("bare"))
            till.append(_start("till", "--config", str(config), "--place", "counter", "--windowed"))
    bare_ms = percentile([milliseconds for milliseconds, _ in bare], 50)
    till_ms = percentile([milliseconds for milliseconds, _ in till], 50)
    how = _HOW.format(starts=_STARTS)
    yield Figure(
        "till_start",
        round(till_ms),
        "ms",
        f"bare PySide6 window, {bare_ms:.0f} ms",
        round(till_ms / bare_ms, 2),
        how,
    )
    bare_mb = percentile([memory for _, memory in bare], 50) / 1024
    till_mb = percentile([memory for _, memory in till], 50) / 1024
    yield Figure(
        "till_memory",
        round(till_mb),
        "MB",
        f"bare PySide6 window, {bare_mb:.0f} MB",
        round(till_mb / bare_mb, 2),
        how,
    )


def _start(*arguments: str) -> tuple[float, int]:
    """Milliseconds to the first paint, and kilobytes resident then."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    began = time.time_ns()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.first_paint", *arguments],
        env=environment, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    words = next(line for line in done.stdout.splitlines() if line.startswith("painted ")).split()
    return (int(words[1]) - began) / 1e6, int(words[2])
