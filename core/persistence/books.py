"""The mark inside a database that keeps training out of real books, and real sales out of a training till's."""

from enum import StrEnum
from pathlib import Path

from core.persistence.address import address_of
from core.persistence.database import Database
from core.persistence.rows import written
from core.persistence.tables.books import books
from core.persistence.transaction import Query, Transaction
from core.persistence.words import bindparam, select


class BooksKind(StrEnum):
    """What a database is for."""

    REAL = "real"
    TRAINING = "training"


class BooksOfAnotherKind(RuntimeError):
    """The database is marked for the other use; nothing in it was touched."""


_KIND = Query(select(books.c.kind).where(books.c.one == bindparam("one")), str)
_MARK = written(books, ["one", "kind"])


def kind_of(database: Database) -> BooksKind | None:
    """What the database was marked as; None for one that nobody has opened yet."""
    with database.reading() as look:
        found = look.first(_KIND, 1)
    return None if found is None else BooksKind(found)


def peek(url: str, head: str = "") -> BooksKind | None:
    """What books lie at the address, without making, upgrading or changing anything.

    None where there are none yet, and, with a `head` given, where they stand at another step than this. A database of
    before there was a mark is real.
    """
    file = address_of(url).file
    if file and not Path(file).exists():
        return None
    database = Database.open(url)
    try:
        with database.reading() as look:
            tables = _tables(look, database.dialect)
            if not tables:
                return None
            if "alembic_version" not in tables or "books" not in tables:
                return None if head else BooksKind.REAL
            if head and look.driver.execute("SELECT version_num FROM alembic_version").fetchone() != (head,):
                return None
            found = look.first(_KIND, 1)
    finally:
        database.close()
    return None if found is None else BooksKind(found)


def claim(database: Database, kind: BooksKind) -> None:
    """See to it that these books are of this kind: an unmarked database is marked, for ever. Raises BooksOfAnotherKind."""
    if kind_of(database) is not kind:
        with database.writing() as transaction:
            # Another program may have come first; only under the write lock is it certain.
            found = transaction.first(_KIND, 1)
            if found is None:
                transaction.run(_MARK, 1, kind.value)
            elif found != kind:
                raise BooksOfAnotherKind(found)


def _tables(look: Transaction, dialect: str) -> set[str]:
    question = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if dialect == "sqlite"
        else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )
    return {name for (name,) in look.driver.execute(question).fetchall()}
