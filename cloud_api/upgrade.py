"""Brings the database to the shape this program knows, before anything else touches it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from cloud_api.database import Database
from cloud_api.settings import SettingsUnfit
from core.wording.catalogue import mark

# The last step of migrations/versions, so that a start with nothing to do need not read all of them.
HEAD = "20261123_15_months"
# Two cloud processes may start at once on PostgreSQL; the second waits and then finds nothing to do.
_UPGRADE_LOCK = 0x59_5A_01


def open_upgraded(url: str, keys_file: Path | None = None) -> Database:
    """The database at this address, open and in the shape this program knows. Raises SettingsUnfit where there is none."""
    try:
        database = Database(url, keys_file)
    except (ValueError, OSError, SQLAlchemyError) as error:
        raise _cannot_open(error) from error
    try:
        upgrade(database)
    except (DBAPIError, CommandError) as error:
        database.close()
        raise _cannot_open(getattr(error, "orig", error)) from error
    except BaseException:
        database.close()
        raise
    return database


def _cannot_open(why: object) -> SettingsUnfit:
    return SettingsUnfit(mark("The database cannot be opened: {why}"), why=why)


def upgrade(database: Database) -> None:
    """Runs the migrations that are still missing, all in one transaction."""
    with database.writing_engine.connect() as connection:
        if MigrationContext.configure(connection).get_current_revision() == HEAD:
            return
    with changing_tables(database.writing_engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        command.upgrade(alembic_config(connection), "head")


@contextmanager
def changing_tables(engine: Engine) -> Iterator[Connection]:
    """One transaction in which tables may be copied, as SQLite's own procedure has it: without foreign keys, then checked.

    A copied table is dropped, and its rows would take along, or be held by, those of other tables that name them.
    """
    with engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            with connection.begin():
                yield connection
            return
        raw = connection.connection.cursor()
        try:
            raw.execute("PRAGMA foreign_keys=OFF")
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise CommandError(f"rows without the row that they name: {broken[:5]}")
        finally:
            raw.execute("PRAGMA foreign_keys=ON")
            raw.close()


def alembic_config(connection: Connection) -> Config:
    """What Alembic needs to work on this connection; also for tests that walk the steps."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
