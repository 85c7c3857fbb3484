"""Back up the file, then run the migrations."""

import sqlite3
from contextlib import closing
from pathlib import Path

from core.persistence.address import Address
from core.persistence.database import made_ready
from core.persistence.not_opened import DatabaseNotOpened

# The last step of migrations/versions, so that a start with nothing to do need load neither Alembic nor SQLAlchemy.
HEAD = "20261123_22_fences"


def upgrade(url: str) -> None:
    """Bring the database to this program's tables, making them where there are none.

    A SQLite file that has something to lose is first copied to `<name>.before-<step>.db` beside it. Either all steps are
    done or none; two programs that start at once take turns. Raises DatabaseNotOurs or DatabaseNotOpened.
    """
    try:
        address = made_ready(url)
    except (ValueError, OSError) as error:
        raise DatabaseNotOpened(str(error)) from error
    if not _stands_at_head(address):
        from core.persistence.steps import walk_to

        walk_to(HEAD, address)


def _stands_at_head(address: Address) -> bool:
    """Whether a SQLite file is known to need nothing. Whatever is wrong with it is the steps' to say."""
    if not address.file or not Path(address.file).exists():
        return False
    try:
        with closing(sqlite3.connect(address.file, isolation_level=None)) as connection:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    except sqlite3.Error:
        return False
    return found == [(HEAD,)]
