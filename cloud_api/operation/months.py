"""The months of the tables that grow: made before anybody needs them. PostgreSQL alone has them; on SQLite nothing is to be done.

Which tables, and why an id tells its month, says decision 50; the functions and the parts lie in the schema `months`.
"""

from datetime import date

from sqlalchemy import text

from cloud_api.clock import Clock
from cloud_api.database import Database, Work

# This month and so many after it are there.
_AHEAD = 1
# Making a month waits for whoever is writing what belongs to none, and everybody else waits behind it: it gives up soon, and
# comes again.
_MOST_WAIT_MILLISECONDS = 2_000
# As a statement of its own: what another worker made while we waited is only seen by the next one.
_TURN = text("SELECT set_config('lock_timeout', :most, true), pg_advisory_xact_lock(x'595A03'::int)")
_MAKE = text(
    "SELECT months.make(parent, CAST(:first AS date) + ahead * interval '1 month')"
    " FROM months.parted, generate_series(0, :ahead) AS ahead"
    " WHERE to_regclass(months.name_of(parent, CAST(:first AS date) + ahead * interval '1 month')) IS NULL"
)


class Months:
    """Chore; several workers at once are well, as a lock of the database's is between them."""

    def __init__(
        self, database: Database, clock: Clock, most_wait_milliseconds: int = _MOST_WAIT_MILLISECONDS
    ) -> None:
        self._database, self._clock, self._most_wait = database, clock, f"{most_wait_milliseconds}ms"
        self._made_for: date | None = None

    async def make_ahead(self) -> None:
        """Raises what the database says where somebody holds the tables for longer than we wait."""
        first = self._clock.now().date().replace(day=1)
        if first == self._made_for:
            return
        if self._database.is_shared:
            await self._database.write(lambda work: self._make(work, first))
        self._made_for = first

    def _make(self, work: Work, first: date) -> None:
        work.connection.execute(_TURN, {"most": self._most_wait})
        work.connection.execute(_MAKE, {"first": first, "ahead": _AHEAD})
        work.connection.execute(text("SELECT set_config('lock_timeout', '0', true)"))
