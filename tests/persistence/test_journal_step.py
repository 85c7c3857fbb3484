"""Rows from before the journal was chained are chained by the migration, and it can be walked back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from core.persistence.address import address_of
from core.persistence.database import Database
from core.persistence.steps import engine_for_steps, move, take_turn
from core.persistence.totals import SqlTotals
from core.persistence.unit_of_work import UnitsOfWork
from core.persistence.upgrade import upgrade
from core.services.journal import JournalDesk
from tests.builders import fresh_id
from tests.persistence.conftest import SHANGHAI, HandMovedClock, Listener
from tests.postgres import PostgresServer

ROWS = 4_100  # more than the step takes at once


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'station.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as url:
        yield url


def test_old_rows_are_chained(empty_url: str):
    upgrade(empty_url)
    engine = engine_for_steps(address_of(empty_url))
    insert = text(
        "INSERT INTO events (number, id, kind, body, program, actor, at)"
        " VALUES (:number, 'x', 'SaleChanged', :body, 'pos_app', 'c', :at)"
    )
    rows = [{"number": n, "body": '{"sale":"账单"}', "at": n} for n in range(1, ROWS + 1)]
    with engine.connect() as connection:
        take_turn(connection)
        move(connection, "20261122_01_station")
        connection.execute(insert, rows)
        connection.commit()
    engine.dispose()
    upgrade(empty_url)
    database = Database.open(empty_url)
    work = UnitsOfWork(database, "p", HandMovedClock(), fresh_id, Listener(), SHANGHAI)
    verdict = JournalDesk(work, SqlTotals(database)).verify()
    database.close()
    assert (verdict.findings, verdict.rows, verdict.pinned) == ((), ROWS, 0)
