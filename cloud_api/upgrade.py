"""Brings the database to the shape this program knows, before anything else touches it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from cloud_api.database import Database

# Two cloud processes may start at once on PostgreSQL; the second waits and then finds nothing to do.
_UPGRADE_LOCK = 0x59_5A_01


def upgrade(database: Database) -> None:
    """Runs the migrations that are still missing, all in one transaction."""
    with database.writing_engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        command.upgrade(alembic_config(connection), "head")


def alembic_config(connection: Connection) -> Config:
    """What Alembic needs to work on this connection; also for tests that walk the steps."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
