"""Why a database cannot be opened as a station's."""


class DatabaseNotOurs(RuntimeError):
    """The database holds other tables than a station's, or those of a newer version of this program."""


class DatabaseNotOpened(RuntimeError):
    """There is no database at the address, or none that answers; the message is the database's own."""
