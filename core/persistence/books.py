"""The mark inside a database that keeps training out of real books, and real sales out of a training till's."""

from enum import StrEnum

from sqlalchemy import bindparam, select

from core.persistence.database import Database
from core.persistence.rows import written
from core.persistence.tables.books import books
from core.persistence.transaction import Query


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
