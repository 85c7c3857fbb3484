"""The lots of a driver's points: one a month, so that they end together; added to, taken from, given back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from cloud_api.ledger import lots
from cloud_api.ledger.book import Kind, derived_id
from cloud_api.ledger.lots import LotsTooShort, NewLot
from core.domain.points_earning import end_of_points, month_of

# What comes back after it has ended, or shortly before, may still be spent for so long.
_GRACE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Pockets:
    """How long points live; the rest is the ledger's."""

    months: int

    def lot_of(self, driver_id: str, at: datetime) -> str:
        return derived_id("points of", f"{driver_id} {month_of(at)}")

    def add(self, connection: Connection, driver_id: str, points: int, at: datetime, source: str) -> None:
        lots.add(
            connection,
            NewLot(
                self.lot_of(driver_id, at),
                Kind.POINTS,
                driver_id,
                points,
                at,
                source,
                month_of(at),
                ends_at=end_of_points(at, self.months),
            ),
        )

    @staticmethod
    def take(connection: Connection, use_id: str, driver_id: str, points: int) -> None:
        """What ends first goes first. Raises LotsTooShort."""
        lots.take(connection, use_id, driver_id, points, kinds=(Kind.POINTS,))

    def take_what_is_there(
        self, connection: Connection, use_id: str, driver_id: str, points: int, earned_at: datetime
    ) -> int:
        """Takes so many, first of the month in which they were earned, or as many as there are; how many that was."""
        first = self.lot_of(driver_id, earned_at)
        try:
            lots.take(connection, use_id, driver_id, points, kinds=(Kind.POINTS,), first=first)
        except LotsTooShort as short:
            lots.take(connection, use_id, driver_id, short.have, kinds=(Kind.POINTS,), first=first)
            return short.have
        return points

    @staticmethod
    def give_back(connection: Connection, use_id: str, points: int, now: datetime) -> int:
        """Puts points of a use back where they were, as many as it still has; how many that was."""
        left = sum(part.taken - part.returned for _lot, part in lots.of_use(connection, use_id))
        back = min(left, points)
        if back > 0:
            lots.give_back(connection, use_id, back)
            lots.prolong(connection, use_id, now + _GRACE)
        return back
