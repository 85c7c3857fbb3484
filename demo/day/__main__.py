"""python -m demo.day --sales 200 --seed N --by keyboard|touch|mouse|mixed --kills K --out DIR: lives a day, then audits it."""

import argparse
import json
import signal
import sys
import time
from pathlib import Path

from core.wording.catalogue import use
from demo.day.comparing import compare
from demo.day.day import Day
from demo.processes import Processes
from demo.world import build_world

ROOT = Path(__file__).resolve().parents[2]
_PACE = 60.0


def main() -> int:
    """0 when the day went as it should and all books agree."""
    parser = argparse.ArgumentParser(prog="python -m demo.day")
    parser.add_argument("--sales", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--by", choices=("keyboard", "touch", "mouse", "mixed"), default="keyboard")
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    out = arguments.out.resolve()
    (out / "screens").mkdir(parents=True)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # a real terminal or pipe
    signal.signal(signal.SIGTERM, lambda *_ignored: sys.exit(143))  # so that no program is left behind
    use("zh_CN")
    found = live(out, arguments.sales, arguments.seed, arguments.by, arguments.kills)
    print(json.dumps(found, ensure_ascii=False, indent=1))
    return 0 if not found["wrong"] else 1


def live(out: Path, sales: int, seed: int, by: str, kills: int) -> dict[str, object]:
    """Live one day and say what was found; `wrong` is empty where all is well."""
    processes = Processes(out, {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"})
    began = time.monotonic()
    try:
        world = build_world(out, processes, language="zh_CN", theme="light", pace=_PACE)
        day = Day(world, out, by, seed, print)
        print(f"world built in {time.monotonic() - began:.1f} s")
        day.live(sales, kills)
        found = compare(day)
        day.person.eyes.close()
    finally:
        processes.end()
    (out / "day.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return found


if __name__ == "__main__":
    sys.exit(main())
