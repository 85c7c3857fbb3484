"""python -m benchmarks [NAME ...] [--json FILE]: measure, and write one JSON object a line."""

import argparse
import importlib
import sys
from pathlib import Path

NAMES = (
    "durable_sale", "order_to_station", "till_start", "key_to_paint", "shift_memory", "year_of_sales",
    "pump_wall_cpu", "fill_to_bill", "ten_thousand_fills", "orders_per_second", "coupon_hold",
    "thousand_stations", "ten_million_orders",
)  # fmt: skip


def main() -> int:
    """0 when every figure could be measured."""
    parser = argparse.ArgumentParser(prog="python3 dev.py bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(NAMES)}; all by default")
    parser.add_argument("--json", type=Path, help="also write the lines to this file")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(NAMES)
    if unknown:
        parser.error(f"there is no figure called {', '.join(sorted(unknown))}")
    lines = []
    for name in arguments.names or NAMES:
        for figure in importlib.import_module(f"benchmarks.{name}").measure():
            lines.append(figure.line())
            print(lines[-1], flush=True)
    if arguments.json:
        arguments.json.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
