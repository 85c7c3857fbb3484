"""The migrations make exactly the tables that the program works with, and nothing is lost on the way."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine

from core.persistence import steps as module
from core.persistence.address import address_of
from core.persistence.database import Database
from core.persistence.not_opened import DatabaseNotOpened, DatabaseNotOurs
from core.persistence.steps import engine_for_steps, move, revision, take_turn
from core.persistence.tables.everything import metadata
from core.persistence.unit_of_work import UnitsOfWork
from core.persistence.upgrade import HEAD, upgrade
from tests.builders import a_staff_member, fresh_id
from tests.persistence.conftest import SHANGHAI, HandMovedClock, Listener
from tests.postgres import PostgresServer


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'station.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as url:
        yield url


@contextmanager
def _steps(url: str) -> Iterator[Connection]:
    """A connection on which steps are walked."""
    engine = engine_for_steps(address_of(url))
    with engine.connect() as connection:
        take_turn(connection)
        yield connection
        connection.commit()
    engine.dispose()


def _everything_in(url: str) -> set[tuple[Any, ...]]:
    """All that the database says of itself: tables, columns, keys, indexes, triggers, functions."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
        found = {(kind, name, table, _squeezed(sql)) for kind, name, table, sql in rows}
    else:
        with psycopg.connect(url) as connection:
            found = {
                row
                for question in _ABOUT_POSTGRESQL
                for row in connection.execute(question.encode()).fetchall()
            }
    return {row for row in found if not any("alembic_version" in str(word) for word in row)}


def _squeezed(sql: str | None) -> tuple[str, ...]:
    # Alembic writes the same columns and constraints as create_all, but SQLite writes an added column behind the
    # constraints and on the line of the last of them: what stands between the outermost commas is what matters.
    parts, depth = [""], 0
    for sign in " ".join((sql or "").split()):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if (sign == "," and depth == 1) or (sign in "()" and depth == (1 if sign == "(" else 0)):
            parts.append("")
        else:
            parts[-1] += sign
    return tuple(sorted(part.strip() for part in parts))


_ABOUT_POSTGRESQL = (
    (
        "SELECT table_name, column_name, ordinal_position, data_type, character_maximum_length, is_nullable, column_default"
        " FROM information_schema.columns WHERE table_schema = 'public'"
    ),
    (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace"
    ),
    "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
)


def test_the_steps_lead_to_the_tables_of_the_program(
    empty_url: str, tmp_path: Path, postgres_server: PostgresServer
):
    upgrade(empty_url)
    by_steps = _everything_in(empty_url)

    def made_at_once(url: str) -> set[tuple[Any, ...]]:
        engine = create_engine(address_of(url).url)
        metadata.create_all(engine)
        engine.dispose()
        return _everything_in(url)

    if empty_url.startswith("sqlite"):
        assert by_steps == made_at_once(f"sqlite:///{tmp_path / 'at_once.db'}")
    else:
        with postgres_server.database() as url:
            assert by_steps == made_at_once(url)
    assert any("uq_authorisations_open" in str(row) for row in by_steps)


def test_every_step_can_be_walked_up_down_and_up(empty_url: str):
    with _steps(empty_url) as connection:
        move(connection, "head")
    there = _everything_in(empty_url)
    with _steps(empty_url) as connection:
        move(connection, "base")
    assert _everything_in(empty_url) == set()
    with _steps(empty_url) as connection:
        move(connection, "head")
    assert _everything_in(empty_url) == there


def test_the_program_knows_the_last_step():
    config = Config()
    config.set_main_option("script_location", str(Path(module.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [HEAD]
    for step in scripts.walk_revisions():
        date, number, name = step.revision.split("_", 2)
        assert Path(step.path).stem == f"{date[:4]}_{date[4:6]}_{date[6:]}_{number}_{name}"


def test_upgrading_again_changes_nothing(empty_url: str):
    upgrade(empty_url)
    there = _everything_in(empty_url)
    upgrade(empty_url)
    assert _everything_in(empty_url) == there


def test_a_start_with_nothing_to_do_loads_neither_alembic_nor_sqlalchemy(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'station.db'}"
    upgrade(url)
    look = """
import sys
from core.persistence import lease, totals, unit_of_work
from core.persistence.database import Database
from core.persistence.upgrade import upgrade
upgrade(sys.argv[1])
Database.open(sys.argv[1]).close()
print([name for name in ("alembic", "sqlalchemy", "psycopg", "asyncio") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", look, url], check=False, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_it_works_from_any_folder(empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    elsewhere = tmp_path / "100 % 油站"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    upgrade(empty_url)
    with _steps(empty_url) as connection:
        assert revision(connection) == HEAD


def test_a_folder_that_is_not_there_yet_is_made(tmp_path: Path):
    upgrade(f"sqlite:///{tmp_path / 'data' / '油站' / 'station.db'}")
    assert (tmp_path / "data" / "油站" / "station.db").exists()


def test_programs_that_start_at_once_take_turns(empty_url: str):
    start = "import sys; from core.persistence.upgrade import upgrade; upgrade(sys.argv[1])"
    programs = [subprocess.Popen([sys.executable, "-c", start, empty_url]) for _ in range(2)]
    assert [program.wait(timeout=30) for program in programs] == [0, 0]
    with _steps(empty_url) as connection:
        assert revision(connection) == HEAD


def test_somebody_elses_database_is_left_alone(empty_url: str):
    with _steps(empty_url) as connection:
        connection.exec_driver_sql("CREATE TABLE their_own (a INTEGER)")
    there = _everything_in(empty_url)
    with pytest.raises(DatabaseNotOurs):
        upgrade(empty_url)
    assert _everything_in(empty_url) == there


def test_a_newer_programs_database_is_left_alone(empty_url: str):
    upgrade(empty_url)
    with _steps(empty_url) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '20990101_01_tanks'")
    there = _everything_in(empty_url)
    with pytest.raises(DatabaseNotOurs):
        upgrade(empty_url)
    assert _everything_in(empty_url) == there


@pytest.mark.parametrize(
    "url",
    ["mysql://user@host/name", "nonsense", "sqlite:///:memory:", "postgresql://nobody@127.0.0.1:1/none"],
)
def test_an_address_where_no_database_is_is_told_from_a_bug(url: str):
    with pytest.raises(DatabaseNotOpened):
        upgrade(url)


def test_a_file_that_is_no_database_is_told_from_a_bug_and_left_alone(tmp_path: Path):
    file = tmp_path / "letter.db"
    file.write_bytes(b"Dear station, " * 500)
    with pytest.raises(DatabaseNotOpened):
        upgrade(f"sqlite:///{file}")
    assert file.read_bytes() == b"Dear station, " * 500


def test_the_file_is_copied_before_its_first_step_and_only_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "station.db"
    url = f"sqlite:///{path}"
    upgrade(url)
    upgrade(url)
    assert list(tmp_path.glob("*before*")) == []  # Nothing was there to lose, then nothing was to be done.

    database = Database.open(url)
    work = UnitsOfWork(database, "pos_app", HandMovedClock(), fresh_id, Listener(), SHANGHAI)
    member = a_staff_member()
    with work() as transaction:
        transaction.staff.save(member)  # Not yet in the main file: the copy must read the log beside it too.
    monkeypatch.setattr("core.persistence.upgrade.HEAD", "20990101_01_tanks")
    upgrade(url)
    database.close()

    copy = tmp_path / "station.before-20990101_01_tanks.db"
    assert [found.name for found in tmp_path.glob("*before*")] == [copy.name]
    restored = Database.open(f"sqlite:///{copy}")
    with UnitsOfWork(
        restored, "pos_app", HandMovedClock(), fresh_id, Listener(), SHANGHAI
    ).reading() as looking:
        assert looking.staff.get(member.id) == member
    restored.close()


def test_a_step_that_fails_leaves_the_database_as_it_was(empty_url: str, monkeypatch: pytest.MonkeyPatch):
    def half_a_step(connection: Connection, _to: str) -> None:
        move(connection, "head")
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(module, "move", half_a_step)
        with pytest.raises(KeyboardInterrupt):
            upgrade(empty_url)
    assert _everything_in(empty_url) == set()
    upgrade(empty_url)
