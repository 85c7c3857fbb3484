"""python -m core.simulated.tank_gauge: run the simulated console until SIGTERM or Ctrl-C, commanded by lines of text.

Each line of the standard input is one thing that happens: draw TANK LITRES, deliver TANK LITRES [DEGREES], leak TANK LITRES_AN_HOUR,
water TANK MM, warm TANK DEGREES, noise TANK MM, probe TANK ok|bad|out, alarm TANK KIND, quiet TANK, fault KIND [COUNT].
"""

import argparse
import json
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from core.simulated.tank_gauge.console import Console
from core.simulated.tank_gauge.tank import Farm, usual_tanks

_STEP_SECONDS = 1.0


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    farm = Farm(usual_tanks(given.tanks), given.seed)
    console = Console(
        farm, _now, host=given.host, port=given.port, security_code=given.security_code, units=given.units
    )
    console.start()
    print("ready " + json.dumps({"port": console.port, "tanks": sorted(farm.tanks)}), flush=True)
    threading.Thread(target=_obey, args=(console,), name="commands", daemon=True).start()
    while not stop.wait(_STEP_SECONDS / given.pace):
        farm.pass_time(_STEP_SECONDS)
    console.stop()
    return 0


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC).astimezone()


def _obey(console: Console) -> None:
    for line in sys.stdin:
        words = line.split()
        if not words:
            continue
        try:
            happen(console, words)
            print("done " + " ".join(words), flush=True)
        except (KeyError, ValueError, IndexError) as error:
            print(f"not understood: {line.strip()} ({error!r})", flush=True)


def happen(console: Console, words: list[str]) -> None:
    """One command. Raises KeyError, ValueError or IndexError for what is none."""
    farm, (what, *rest) = console.farm, words
    if what == "fault":
        console.spoil(rest[0], int(rest[1]) if len(rest) > 1 else 1)
        return
    tank = int(rest[0])
    if tank not in farm.tanks:
        raise KeyError(tank)
    figures = rest[1:]
    deeds: dict[str, Callable[[], None]] = {
        "draw": lambda: farm.draw(tank, float(figures[0])),
        "deliver": lambda: farm.deliver(
            tank,
            float(figures[0]),
            _now() - timedelta(minutes=20),
            _now(),
            float(figures[1]) if len(figures) > 1 else 18.0,
        ),
        "leak": lambda: farm.change(tank, leak_per_hour=float(figures[0])),
        "water": lambda: farm.change(tank, water=float(figures[0])),
        "warm": lambda: farm.change(tank, temperature=float(figures[0])),
        "noise": lambda: farm.change(tank, noise=float(figures[0])),
        "probe": lambda: farm.change(tank, probe=figures[0]),
        "alarm": lambda: farm.change(tank, alarms={int(figures[0])}),
        "quiet": lambda: farm.change(tank, alarms=set(), probe="ok"),
    }
    deeds[what]()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core.simulated.tank_gauge", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--port", type=int, default=0, help="0 takes a free one; a real console listens on 10001"
    )
    parser.add_argument("--tanks", type=int, default=4)
    parser.add_argument("--security-code", default="")
    parser.add_argument("--units", choices=("metric", "us"), default="metric")
    parser.add_argument("--pace", type=float, default=1.0, help="how many seconds pass in one")
    parser.add_argument("--seed", type=int, default=1)
    return parser


if __name__ == "__main__":
    sys.exit(main())
