"""Back up the file, then run the migrations."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from core.persistence.database import TAKE_WRITE_LOCK, normal_url, postgresql_settings

# The last step of migrations/versions, so that a start with nothing to do need not load Alembic.
HEAD = "20261123_22_fences"
# Another program may be bringing a large file up to date just now; nobody sells meanwhile.
PATIENCE_SECONDS = 30
_SCRIPTS = Path(__file__).parent / "migrations"


class DatabaseNotOurs(RuntimeError):
    """The database holds other tables than a station's, or those of a newer version of this program."""


class DatabaseNotOpened(RuntimeError):
    """There is no database at the address, or none that answers; the message is the database's own."""


def upgrade(url: str) -> None:
    """Bring the database to this program's tables, making them where there are none.

    A SQLite file that has something to lose is first copied to `<name>.before-<step>.db` beside it. Either all steps are
    done or none; two programs that start at once take turns. Raises DatabaseNotOurs or DatabaseNotOpened.
    """
    try:
        address = normal_url(url)
    except (ValueError, OSError, SQLAlchemyError) as error:
        raise DatabaseNotOpened(str(error)) from error
    engine = engine_for_steps(address)
    try:
        with _told_as_ours(), engine.connect() as connection:
            if revision(connection) == HEAD:
                return
            connection.rollback()
            take_turn(connection)
            # Another program may have been here while this one waited.
            before = revision(connection)
            if before == HEAD:
                return
            if before is not None and engine.dialect.name == "sqlite":
                _copy_file(address)
            move(connection, "head")
            connection.commit()
    finally:
        engine.dispose()


@contextmanager
def _told_as_ours() -> Iterator[None]:
    """Whatever the disk or the server does to the steps: they are undone, and the caller hears that it cannot be opened."""
    try:
        yield
    except DBAPIError as error:
        raise DatabaseNotOpened(str(error.orig)) from error
    except (sqlite3.Error, OSError) as error:
        raise DatabaseNotOpened(str(error)) from error


def revision(connection: Connection) -> str | None:
    """The step that the database stands at; None for an empty one. Raises DatabaseNotOurs where it is not a station's."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" not in tables:
        if tables:
            raise DatabaseNotOurs(f"it has tables of somebody else: {', '.join(sorted(tables)[:3])}")
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def take_turn(connection: Connection) -> None:
    """Begin a transaction that holds the one write lock."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql(TAKE_WRITE_LOCK)


def move(connection: Connection, to: str) -> None:
    """Walk the steps up or down to one of them (`head`, `base`, or its name) within the connection's transaction."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    try:
        if to == "head":
            command.upgrade(config, to)
        else:
            command.downgrade(config, to)
    except CommandError as error:
        raise DatabaseNotOurs(str(error)) from error
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError("a step left rows behind whose other half is gone")


def engine_for_steps(address: URL) -> Engine:
    """One connection at a time, whose transactions hold changes of tables too."""
    if address.get_backend_name() == "postgresql":
        return create_engine(
            address, poolclass=NullPool, connect_args={"options": postgresql_settings(PATIENCE_SECONDS)}
        )
    engine = create_engine(
        address, poolclass=NullPool, connect_args={"timeout": PATIENCE_SECONDS, "isolation_level": None}
    )
    event.listen(engine, "connect", _set_up_file)
    return engine


def _set_up_file(connection: Any, _record: Any) -> None:
    # A step may replace a table by a changed copy: ties are checked once, when all steps are done.
    for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=OFF"):
        connection.execute(f"PRAGMA {setting}").close()


def _copy_file(address: URL) -> None:
    assert address.database is not None
    database = Path(address.database)
    copy = database.with_name(f"{database.stem}.before-{HEAD}.db")
    unfinished = copy.with_suffix(".partial")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(unfinished)) as target:
        source.backup(target)
    unfinished.replace(copy)
