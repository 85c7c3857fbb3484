"""What the house owes its stations for orders paid online and for what was paid from stored value, and paying it out."""

from dataclasses import dataclass

from sqlalchemy import Connection

from cloud_api.clock import Clock
from cloud_api.database import Work
from cloud_api.ledger import book, repository
from cloud_api.ledger.book import Entry, Kind, Posting, derived_id
from core.domain.refusals.stored_value import PayoutTooLarge

_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Owed:
    """What a station is owed now."""

    station_id: str
    fen: int


class Receivables:
    """Postings to stations' accounts. What stored value paid is booked by the charge itself."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def order_completed(self, work: Work, order_id: str, station_id: str, online_fen: int) -> None:
        """An order was filled: what the providers hold for it is the station's. Once for the same order."""
        if online_fen <= 0:
            return
        moved = (
            Entry(Kind.STATION_TAKINGS, station_id, online_fen),
            Entry(Kind.ONLINE_TAKEN, "", -online_fen),
        )
        posting = Posting(derived_id("order completed", order_id), "order_completed", order_id, moved)
        book.post(work.connection, posting, self._clock.now())

    def pay_out(self, work: Work, payout_id: str, station_id: str, fen: int) -> bool:
        """The station was paid so much of what it is owed, once for this id. Raises PayoutTooLarge, IdempotencyKeyReused."""
        moved = (
            Entry(Kind.STATION_TAKINGS, station_id, -fen),
            Entry(Kind.STATION_PAID_OUT, station_id, fen),
        )
        is_new = book.post(
            work.connection, Posting(payout_id, "paid_out", station_id, moved), self._clock.now()
        )
        left = book.balance(work.connection, Kind.STATION_TAKINGS, station_id)
        if is_new and left < 0:
            raise PayoutTooLarge(left + fen, fen)
        return is_new

    def owed(self, connection: Connection) -> list[Owed]:
        """Every station that is owed something or owes something, the most first."""
        rows = repository.balances_of_kind(connection, Kind.STATION_TAKINGS, _MOST)
        return [Owed(station_id, fen) for station_id, fen in rows]
