"""The migrations, walked by Alembic: loaded only where there is a step to take."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from core.persistence.address import Address
from core.persistence.database import TAKE_WRITE_LOCK, postgresql_settings
from core.persistence.not_opened import DatabaseNotOpened, DatabaseNotOurs

# Another program may be bringing a large file up to date just now; nobody sells meanwhile.
PATIENCE_SECONDS = 30
_SCRIPTS = Path(__file__).parent / "migrations"


def walk_to(head: str, address: Address) -> None:
    """Bring the database to this step, its last one; see core.persistence.upgrade."""
    try:
        engine = engine_for_steps(address)
    except (ValueError, SQLAlchemyError) as error:
        raise DatabaseNotOpened(str(error)) from error
    try:
        with _told_as_ours(), engine.connect() as connection:
            if revision(connection) == head:
                return
            connection.rollback()
            take_turn(connection)
            # Another program may have been here while this one waited.
            before = revision(connection)
            if before == head:
                return
            if before is not None and address.file:
                _copy_file(Path(address.file), head)
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


def engine_for_steps(address: Address) -> Engine:
    """One connection at a time, whose transactions hold changes of tables too."""
    if address.dialect == "postgresql":
        return create_engine(
            address.url, poolclass=NullPool, connect_args={"options": postgresql_settings(PATIENCE_SECONDS)}
        )
    engine = create_engine(
        address.url, poolclass=NullPool, connect_args={"timeout": PATIENCE_SECONDS, "isolation_level": None}
    )
    event.listen(engine, "connect", _set_up_file)
    return engine


def _set_up_file(connection: Any, _record: Any) -> None:
    # A step may replace a table by a changed copy: ties are checked once, when all steps are done.
    for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=OFF"):
        connection.execute(f"PRAGMA {setting}").close()


def _copy_file(database: Path, head: str) -> None:
    copy = database.with_name(f"{database.stem}.before-{head}.db")
    unfinished = copy.with_suffix(".partial")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(unfinished)) as target:
        source.backup(target)
    unfinished.replace(copy)
