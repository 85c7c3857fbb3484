"""Where a station's database is: a SQLite file, or a PostgreSQL server that several machines share."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

_PARTS = re.compile(
    r"(?P<kind>\w+)(?:\+\w+)?://(?P<server>[^/?]*)(?:/(?P<path>[^?]*))?(?P<asked>\?.*)?", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Address:
    """`dialect` is `sqlite` or `postgresql`; `file` is the SQLite file's path, and empty for a server."""

    dialect: str
    file: str
    # As SQLAlchemy takes it. A server's may hold a password, so nobody sees it by chance.
    url: str = field(repr=False)


def address_of(url: str) -> Address:
    """The address in a `sqlite:///` or `postgresql://` URL. Raises ValueError for one that no station's database can have."""
    parts = _PARTS.fullmatch(url)
    if parts is None:
        raise ValueError("a station's database has an address such as sqlite:///station.db")
    match parts["kind"]:
        case "postgresql":
            return Address("postgresql", "", f"postgresql+psycopg://{url.partition('://')[2]}")
        case "sqlite":
            file = unquote(parts["path"] or "")
            if not file or file == ":memory:" or parts["server"] or parts["asked"]:
                raise ValueError("a station's SQLite database is a file")
            return Address("sqlite", file, f"sqlite+pysqlite:///{parts['path']}")
        case other:
            raise ValueError(f"a station's database is SQLite or PostgreSQL, not {other}")


def file_of(url: str) -> Path | None:
    """The file that holds the books; None for a server, or an address that is none, of which others tell."""
    try:
        address = address_of(url)
    except ValueError:
        return None
    return Path(address.file) if address.file else None
