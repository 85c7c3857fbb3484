"""The station's database, opened: upgraded to this program's tables, and surely this station's own."""

from core.persistence.books import BooksKind, BooksOfAnotherKind, claim
from core.persistence.database import Database
from core.persistence.not_opened import DatabaseNotOpened, DatabaseNotOurs
from core.persistence.upgrade import upgrade
from core.station.settings import Settings, SettingsUnfit
from core.wording.catalogue import mark


def open_database(settings: Settings, kind: BooksKind = BooksKind.REAL) -> Database:
    """The station's database, upgraded to this program's tables.

    Raises SettingsUnfit where it cannot be opened, or holds books of another kind.
    """
    try:
        upgrade(settings.database_url)
    except DatabaseNotOpened as error:
        raise SettingsUnfit(
            mark("{file}: the database in [database] cannot be opened: {why}"), file=settings.file, why=error
        ) from error
    except DatabaseNotOurs as error:
        raise SettingsUnfit(
            mark("{file}: the database in [database] is not a station's of this version: {why}"),
            file=settings.file,
            why=error,
        ) from error
    database = Database.open(settings.database_url)
    try:
        claim(database, kind)
    except BooksOfAnotherKind as error:
        database.close()
        raise SettingsUnfit(
            mark(
                "{file}: the database in [database] holds books of another kind ({kind}). It was not touched."
            ),
            file=settings.file,
            kind=error,
        ) from error
    return database
