"""What a year of sales changes: the till's start, a key's answer and a durable sale with and without it, in one run."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure, percentile
from benchmarks.grown import grow
from benchmarks.key_to_paint import press
from benchmarks.shop import Shop, lay_out
from benchmarks.till_start import start_till

SALES = 500_000
_STARTS = 7
_BLOCKS, _BLOCK = 8, 25
_TURNS, _ROUNDS = 3, 3
_HOW = (
    "a station's file with {sales} sales and their kept sums against a new one, otherwise alike, in one run; starts, "
    "blocks of sales and rounds of keys alternate; medians"
)


def measure() -> Iterator[Figure]:
    """Each with a year of sales, and its ratio to the same without."""
    how = _HOW.format(sales=SALES)
    with tempfile.TemporaryDirectory(prefix="year-of-sales-") as place:
        folder = Path(place)
        new, old = lay_out(folder / "new"), lay_out(folder / "old")
        grow(old, SALES)
        grow(new, 1)
        starts = [(start_till(new), start_till(old)) for _ in range(_STARTS)]
        for name, without, grown in (
            ("start", [a.painted for a, _ in starts], [b.painted for _, b in starts]),
            ("ready", [a.ready for a, _ in starts], [b.ready for _, b in starts]),
            ("memory", [a.memory for a, _ in starts], [b.memory for _, b in starts]),
        ):
            yield _figure(name, grown, without, "MB" if name == "memory" else "ms", how)
        few, many = Shop(new), Shop(old)
        sold: tuple[list[float], list[float]] = ([], [])
        for _ in range(_BLOCKS):
            for shop, times in ((few, sold[0]), (many, sold[1])):
                times += [shop.sell() for _ in range(_BLOCK)]
        few.close()
        many.close()
        yield _figure("sale", sold[1], sold[0], "ms", how)
        keys: dict[Path, list[dict[str, float]]] = {new: [], old: []}
        for turn in range(_TURNS):
            for like, pressed in keys.items():
                pressed.extend(press(folder / f"{turn}-{like.parent.name}", like=like, rounds=_ROUNDS))
        for part in ("gui", "whole"):
            without, grown = ([key[part] for key in each if not key["first"]] for each in keys.values())
            yield _figure(f"key_{part}", grown, without, "ms", how)


def _figure(name: str, grown: list[float], without: list[float], unit: str, how: str) -> Figure:
    ours, theirs = percentile(grown, 50), percentile(without, 50)
    return Figure(
        f"year_of_sales_{name}",
        round(ours, 2),
        unit,
        f"without, {theirs:.2f} {unit}",
        round(ours / theirs, 3),
        how,
    )
