"""A whole station on a real SQLite file, with everything outside in memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.small_station import SmallStation


@pytest.fixture
def station(tmp_path: Path) -> Iterator[SmallStation]:
    """Two pumps, three people, some goods; a shift of the cashier's is open."""
    built = SmallStation(tmp_path / "station.db")
    built.open_shift()
    yield built
    built.close()


@pytest.fixture
def closed_station(tmp_path: Path) -> Iterator[SmallStation]:
    """The same before anybody opened a shift."""
    built = SmallStation(tmp_path / "station.db")
    yield built
    built.close()
