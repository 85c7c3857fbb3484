"""Rules of the wallet: topped up with principal and bonus, spent principal first, given back to where it came from."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select

from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.ledger import book, lots
from cloud_api.ledger.book import Entry, Kind, Posting, derived_id
from cloud_api.ledger.lots import HOUSE, LotRow, LotsTooShort, NewLot
from cloud_api.ledger.repository import StatementRow
from cloud_api.ledger.stored_value import CannotPay, Drawn
from cloud_api.stations.tables import stations

# Where a refund goes: principal, then bonus.
ACCOUNTS = (Kind.WALLET_PRINCIPAL, Kind.WALLET_BONUS)


@dataclass(frozen=True, slots=True)
class Balance:
    """What a driver has here. Principal is the driver's money; bonus was given and is never paid out."""

    principal_fen: int
    bonus_fen: int

    @property
    def fen(self) -> int:
        return self.principal_fen + self.bonus_fen


class Wallets:
    """Every driver has a wallet; an unused one is empty."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def top_up(
        self,
        work: Work,
        top_up_id: str,
        driver_id: str,
        *,
        paid_fen: int,
        bonus_fen: int = 0,
        entity: str = HOUSE,
        source: str = "by_hand",
    ) -> bool:
        """Puts paid money and the bonus that goes with it into a wallet, once for this id.

        `source` says by what it came ("online", "by_hand"). Raises IdempotencyKeyReused.
        """
        if paid_fen <= 0 or bonus_fen < 0:
            raise ValueError("a top-up has money, and no bonus below zero")
        moved = (
            Entry(Kind.WALLET_PRINCIPAL, driver_id, paid_fen),
            Entry(Kind.PAID_IN, entity, -paid_fen),
            Entry(Kind.WALLET_BONUS, driver_id, bonus_fen),
            Entry(Kind.BONUS_GIVEN, entity, -bonus_fen),
        )
        now = self._clock.now()
        if not book.post(work.connection, Posting(top_up_id, "topped_up", driver_id, moved), now):
            return False
        for kind, fen in ((Kind.WALLET_PRINCIPAL, paid_fen), (Kind.WALLET_BONUS, bonus_fen)):
            lot_id = derived_id(kind, top_up_id)
            lot = NewLot(lot_id, kind, driver_id, fen, now, source, top_up_id, entity=entity)
            lots.add(work.connection, lot)
        return True

    async def look(self, driver_id: str) -> tuple[Balance, Sequence[StatementRow]]:
        """The balance, and the latest movements, newest first."""
        return await self._database.read(
            lambda c: (balance_of(c, driver_id), book.statement(c, ACCOUNTS, driver_id))
        )

    async def statement(self, driver_id: str, limit: int, before: int | None) -> Sequence[StatementRow]:
        """Movements, newest first; `before` is the number of the last one of the page before."""
        return await self._database.read(
            lambda c: book.statement(c, ACCOUNTS, driver_id, limit, before=before)
        )

    async def holdings(self, driver_id: str) -> list[LotRow]:
        """What the balance consists of, the oldest first."""
        return await self._database.read(lambda c: lots.of_owner(c, driver_id, ACCOUNTS))


def balance_of(connection: Connection, driver_id: str, *, lock: bool = False) -> Balance:
    return Balance(
        book.balance(connection, Kind.WALLET_PRINCIPAL, driver_id, lock=lock),
        book.balance(connection, Kind.WALLET_BONUS, driver_id, lock=lock),
    )


def draw(
    connection: Connection, driver_id: str, amount_fen: int, *, payment_id: str, station_id: str | None = None
) -> Drawn:
    """Takes an amount out of the lots that may be spent at a station, principal first, so that the bonus stays as long as
    it can. The posting of the payment follows in the same transaction. Raises CannotPay.
    """
    try:
        taken = lots.take(
            connection,
            payment_id,
            driver_id,
            amount_fen,
            kinds=ACCOUNTS,
            entity=HOUSE if station_id is None else entity_of(station_id),
        )
    except LotsTooShort as short:
        raise CannotPay("balance_short", short.have) from short
    principal, bonus = (taken.by_kind[kind] for kind in ACCOUNTS)
    return Drawn(driver_id, ACCOUNTS[0], principal, ACCOUNTS[1], bonus, taken.left)


def entity_of(station_id: str) -> ColumnElement[str]:
    """The legal entity of a station, as a part of a statement; the house's own where the station is not known."""
    known = select(stations.c.entity).where(stations.c.id == station_id).scalar_subquery()
    return func.coalesce(known, HOUSE)
