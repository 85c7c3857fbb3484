"""A till to press buttons on."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.pos_app.till_station import RunningTill, TillStation

OpenTill = Callable[..., RunningTill]


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TillStation]:
    """Eight pumps, three people, some goods; no shift is open."""
    built = TillStation(tmp_path / "station.db")
    yield built
    built.close()


@pytest.fixture
def open_till(station: TillStation, qapp: QApplication) -> Iterator[OpenTill]:
    """`open_till(place=…, look=…, size=…)`: a till over the station."""
    opened: list[RunningTill] = []

    def open_one(**wanted: object) -> RunningTill:
        opened.append(RunningTill(station, qapp, **wanted))  # type: ignore[arg-type]
        return opened[-1]

    yield open_one
    for till in opened:
        if till.is_open:
            till.close()
