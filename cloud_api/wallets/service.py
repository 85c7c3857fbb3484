"""Rules of the wallet: topped up with principal and bonus, spent principal first, given back to where it came from."""

from dataclasses import dataclass

from sqlalchemy import Connection

from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.ledger import book
from cloud_api.ledger.book import Entry, Kind, Posting
from cloud_api.ledger.repository import StatementRow
from cloud_api.ledger.stored_value import CannotPay, Drawn

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
        self, work: Work, top_up_id: str, driver_id: str, *, paid_fen: int, bonus_fen: int = 0
    ) -> bool:
        """Puts paid money and the bonus that goes with it into a wallet, once for this id.

        Raises IdempotencyKeyReused.
        """
        if paid_fen <= 0 or bonus_fen < 0:
            raise ValueError("a top-up has money, and no bonus below zero")
        moved = (
            Entry(Kind.WALLET_PRINCIPAL, driver_id, paid_fen),
            Entry(Kind.PAID_IN, "", -paid_fen),
            Entry(Kind.WALLET_BONUS, driver_id, bonus_fen),
            Entry(Kind.BONUS_GIVEN, "", -bonus_fen),
        )
        return book.post(
            work.connection, Posting(top_up_id, "topped_up", driver_id, moved), self._clock.now()
        )

    async def look(self, driver_id: str) -> tuple[Balance, list[tuple[Kind, StatementRow]]]:
        """The balance, and the latest movements, newest first."""

        def load(connection: Connection) -> tuple[Balance, list[tuple[Kind, StatementRow]]]:
            moved = [(kind, row) for kind in ACCOUNTS for row in book.statement(connection, kind, driver_id)]
            return balance_of(connection, driver_id), sorted(moved, key=lambda one: one[1].at, reverse=True)

        return await self._database.read(load)


def balance_of(connection: Connection, driver_id: str, *, lock: bool = False) -> Balance:
    return Balance(
        book.balance(connection, Kind.WALLET_PRINCIPAL, driver_id, lock=lock),
        book.balance(connection, Kind.WALLET_BONUS, driver_id, lock=lock),
    )


def draw(connection: Connection, driver_id: str, amount_fen: int) -> Drawn:
    """Out of what an amount is paid: principal first, so that the bonus stays as long as it can. Raises CannotPay."""
    have = balance_of(connection, driver_id, lock=True)
    if have.fen < amount_fen:
        raise CannotPay("balance_short", have.fen)
    principal_fen = min(amount_fen, have.principal_fen)
    return Drawn(driver_id, ACCOUNTS[0], principal_fen, ACCOUNTS[1], amount_fen - principal_fen)
