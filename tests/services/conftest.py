"""A whole station on a real SQLite file and on a real PostgreSQL, with everything outside in memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import KeptDatabase, PostgresServer
from tests.services.small_station import SmallStation, lay_out


@pytest.fixture(scope="session")
def laid_out_postgres(postgres_server: PostgresServer) -> Iterator[KeptDatabase]:
    """A database in which a small station was laid out; every test finds it so."""
    with postgres_server.database() as url:
        lay_out(url)
        yield KeptDatabase(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def closed_station(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SmallStation]:
    """Two pumps, three people, some goods, and no shift yet."""
    if request.param == "sqlite":
        built = SmallStation(tmp_path / "station.db")
        yield built
        built.close()
        return
    kept: KeptDatabase = request.getfixturevalue("laid_out_postgres")
    built = SmallStation(kept.restored())
    yield built
    built.close()


@pytest.fixture
def station(closed_station: SmallStation) -> SmallStation:
    """The same with a shift of the cashier's."""
    closed_station.open_shift()
    return closed_station
