"""What is done at the pumps and when: written by hand, or taken from a day that there was."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from core.domain.litres import Litres
from core.persistence.database import Database
from core.persistence.tables.forecourt import fills
from core.persistence.transaction import Query
from core.persistence.words import bindparam, select
from core.wording.formats import STATION_ZONE

DEEDS = ("lift", "hang_up", "fill", "serve", "manual_fill", "fault")
SITE_DEEDS = ("fault", "pace")
_KEYS = frozenset({"at", "pump", "do", "asked"})
_FLOW_ML_A_SECOND = 600  # what a pump gives; only for a fill whose beginning nobody wrote down


class ScriptUnfit(Exception):
    """A line of a script that nobody could play, with its number."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that is done `at` so many seconds after the beginning; `pump` None is the controller itself."""

    at: float
    pump: int | None
    do: str
    asked: Mapping[str, object]


def read(path: Path) -> tuple[Deed, ...]:
    """The script of a file: a JSON object a line. Raises ScriptUnfit, OSError."""
    deeds = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            deeds.append(_deed(line, f"{path.name}:{number}"))
    if not all(before.at <= after.at for before, after in pairwise(deeds)):
        raise ScriptUnfit(f"{path.name}: its moments do not go forward")
    return tuple(deeds)


def write(path: Path, deeds: Iterable[Deed]) -> None:
    """The same into a file."""
    lines = (
        json.dumps({"at": round(deed.at, 3), "pump": deed.pump, "do": deed.do, "asked": dict(deed.asked)})
        for deed in deeds
    )
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def of_ledger(ledger: Sequence[Mapping[str, Any]]) -> tuple[Deed, ...]:
    """The fills that a simulated controller counted, as deeds: who drove up when and took how much."""
    return _customers(
        _Customer(
            row["pump"],
            row["nozzle"],
            row["volume_ml"],
            datetime.fromisoformat(row["started_at"]),
            row["offline"],
        )
        for row in ledger
    )


def of_books(url: str, day: date) -> tuple[Deed, ...]:
    """The fills that a station's books hold of a day, as deeds. Raises core.domain.faults.DatabaseFault."""
    begin = datetime(day.year, day.month, day.day, tzinfo=STATION_ZONE).astimezone(UTC)
    books = Database.open(url)
    try:
        with books.reading() as reading:
            return _customers(reading.all(_FILLED, begin, begin + timedelta(days=1)))
    finally:
        books.close()


@dataclass(frozen=True, slots=True)
class _Customer:
    pump: int
    nozzle: int
    volume_ml: int
    came: datetime
    offline: bool


def _came(
    pump: int, nozzle: int, volume: Litres, started_at: datetime | None, ended_at: datetime
) -> _Customer:
    came = started_at or ended_at - timedelta(seconds=volume.millilitres / _FLOW_ML_A_SECOND)
    return _Customer(pump, nozzle, volume.millilitres, came, offline=False)


_FILLED = Query(
    select(fills.c.pump, fills.c.nozzle, fills.c.volume, fills.c.started_at, fills.c.ended_at).where(
        fills.c.ended_at >= bindparam("begin"), fills.c.ended_at < bindparam("end")
    ),
    _came,
)


def _customers(all_of_them: Iterable[_Customer]) -> tuple[Deed, ...]:
    customers = sorted((each for each in all_of_them if each.volume_ml > 0), key=lambda each: each.came)
    return tuple(
        Deed((each.came - customers[0].came).total_seconds(), each.pump, *_as_deed(each))
        for each in customers
    )


def _as_deed(customer: _Customer) -> tuple[str, Mapping[str, object]]:
    if customer.offline:
        return "manual_fill", {"nozzle": customer.nozzle, "volume_ml": customer.volume_ml}
    return "serve", {"nozzle": customer.nozzle, "target_volume_ml": customer.volume_ml}


def _deed(line: str, where: str) -> Deed:
    try:
        said = json.loads(line)
        unknown = set(said) - _KEYS
        pump = said.get("pump")
        deed = Deed(
            float(said["at"]),
            None if pump is None else int(pump),
            str(said["do"]),
            dict(said.get("asked", {})),
        )
    except (ValueError, TypeError, KeyError) as error:
        raise ScriptUnfit(f"{where}: {error!r}") from error
    if unknown:
        raise ScriptUnfit(f"{where}: {', '.join(sorted(unknown))} means nothing here")
    if deed.do not in (SITE_DEEDS if deed.pump is None else DEEDS) or deed.at < 0:
        raise ScriptUnfit(f"{where}: nobody can do {deed.do!r} there, or then")
    return deed
