"""Every table that was said, by its name, and how constraints are named."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import MetaData

    metadata = MetaData()
else:

    class _Said:
        """What a table enters itself into. SQLAlchemy's own MetaData is core.persistence.compiling's."""

        def __init__(self):
            self.tables = {}

    metadata = _Said()

NAMING: Mapping[str, Any] = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
