"""The ledger: every posting sums to zero, is written once, and nobody's balance goes below zero."""

from datetime import UTC, datetime
from functools import partial

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from sqlalchemy import Connection, Executable, delete, update
from sqlalchemy.exc import DBAPIError

from cloud_api.database import Database, Work
from cloud_api.ledger import book
from cloud_api.ledger.book import BalanceTooShort, Entry, Kind, Posting, derived_id
from cloud_api.ledger.tables import accounts, entries
from core.domain.refusals.cloud import IdempotencyKeyReused
from tests.cloud_api.conftest import at_once
from tests.cloud_api.machines import OverDatabase, run_over, sizes

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
DRIVER, STATION = "d" * 32, "5" * 32


@pytest.fixture
def database(either_migrated_url: str):
    database = Database(either_migrated_url)
    yield database
    database.close()


def paid_in(posting_id: str, fen: int, owner: str = DRIVER) -> Posting:
    moved = (Entry(Kind.WALLET_PRINCIPAL, owner, fen), Entry(Kind.PAID_IN, "", -fen))
    return Posting(posting_id, "topped_up", owner, moved)


def spent(posting_id: str, fen: int, owner: str = DRIVER) -> Posting:
    moved = (Entry(Kind.WALLET_PRINCIPAL, owner, -fen), Entry(Kind.STATION_TAKINGS, STATION, fen))
    return Posting(posting_id, "spent", posting_id, moved)


def post(database: Database, posting: Posting) -> bool:
    return database.write_now(lambda work: book.post(work.connection, posting, NOW))


def balance(database: Database, kind: Kind = Kind.WALLET_PRINCIPAL, owner: str = DRIVER) -> int:
    return database.read_now(lambda connection: book.balance(connection, kind, owner))


def test_same_posting_again_changes_nothing(database: Database):
    assert post(database, paid_in("1" * 32, 5000)) is True
    assert post(database, paid_in("1" * 32, 5000)) is False
    assert balance(database) == 5000


def test_same_id_for_something_else_is_refused(database: Database):
    post(database, paid_in("1" * 32, 5000))
    with pytest.raises(IdempotencyKeyReused):
        post(database, paid_in("1" * 32, 5001))
    assert balance(database) == 5000


def test_more_than_is_there_moves_nothing(database: Database):
    post(database, paid_in("1" * 32, 5000))
    with pytest.raises(BalanceTooShort):
        post(database, spent("2" * 32, 5001))
    assert (balance(database), balance(database, Kind.STATION_TAKINGS, STATION)) == (5000, 0)
    assert post(database, spent("2" * 32, 5000)) is True
    assert balance(database) == 0


def test_what_does_not_sum_to_zero_or_mixes_fen_and_points_is_no_posting():
    with pytest.raises(ValueError, match="zero"):
        Posting("1" * 32, "x", "", (Entry(Kind.WALLET_PRINCIPAL, DRIVER, 1),))
    with pytest.raises(ValueError, match="mixes"):
        Posting("1" * 32, "x", "", (Entry(Kind.POINTS, DRIVER, 1), Entry(Kind.PAID_IN, "", -1)))


def test_the_database_itself_refuses_to_change_what_was_posted(database: Database):
    post(database, paid_in("1" * 32, 5000))
    for change in (update(entries).values(amount=9), delete(entries)):

        def reach_around(work: Work, change: Executable = change) -> None:
            work.connection.execute(change)

        with pytest.raises(DBAPIError, match="only added"):
            database.write_now(reach_around)
    assert database.read_now(book.faults) == []


def test_a_balance_that_somebody_reached_around_is_found(database: Database):
    post(database, paid_in("1" * 32, 5000))
    tampered = update(accounts).where(accounts.c.owner == DRIVER)
    database.write_now(lambda work: work.connection.execute(tampered.values(balance=6000)))
    [fault] = database.read_now(book.faults)
    assert DRIVER in fault


def test_sixteen_at_once_for_the_last_fen_and_one_gets_it(either_migrated_url: str):
    """Two programs on the same database, each with its own committer."""
    databases = [Database(either_migrated_url), Database(either_migrated_url)]
    for turn in range(5):
        post(databases[0], paid_in(derived_id("in", str(turn)), 100))

        def spend(number: int, turn: int = turn) -> bool:
            try:
                return post(databases[number % 2], spent(derived_id("out", f"{turn} {number}"), 100))
            except BalanceTooShort:
                return False

        assert at_once([partial(spend, number) for number in range(16)]).count(True) == 1
        assert balance(databases[0]) == 0
    assert databases[0].read_now(book.faults) == []
    for database in databases:
        database.close()


def test_statement_tells_each_movement_with_the_balance_after_it(database: Database):
    post(database, paid_in("1" * 32, 5000))
    post(database, spent("2" * 32, 1200))

    def told(connection: Connection) -> list[tuple[str, int, int]]:
        rows = book.statement(connection, Kind.WALLET_PRINCIPAL, DRIVER)
        return [(row.kind, row.amount, row.balance_after) for row in rows]

    assert database.read_now(told) == [("spent", -1200, 3800), ("topped_up", 5000, 5000)]


class Books(OverDatabase):
    """Whatever is posted, in whatever order and however often, against a plain dictionary."""

    faults = staticmethod(book.faults)

    def __init__(self) -> None:
        super().__init__()
        self.balances: dict[tuple[Kind, str], int] = {}
        self.done: dict[str, Posting] = {}

    def owner(self, number: int) -> str:
        return derived_id("owner", str(number))

    @rule(
        number=st.integers(0, 30),
        kind=st.sampled_from([Kind.WALLET_PRINCIPAL, Kind.WALLET_BONUS, Kind.CARD]),
        who=st.integers(0, 2),
        fen=st.integers(-3000, 3000),
    )
    def move(self, number: int, kind: Kind, who: int, fen: int) -> None:
        posting_id = derived_id("posting", str(number))
        other = self.owner(9)
        moved = (Entry(kind, self.owner(who), fen), Entry(Kind.STATION_TAKINGS, other, -fen))
        posting = Posting(posting_id, "moved", "", moved)
        known, have = self.done.get(posting_id), self.balances.get((kind, self.owner(who)), 0)
        try:
            is_new = post(self.database, posting)
        except IdempotencyKeyReused:
            assert known is not None
            assert [entry for entry in known.entries if entry.amount] != [
                entry for entry in posting.entries if entry.amount
            ]
            return
        except BalanceTooShort:
            assert known is None
            assert have + fen < 0
            return
        assert is_new is (known is None)
        if is_new:
            self.done[posting_id] = posting
            for entry in posting.entries:
                key = (entry.kind, entry.owner)
                self.balances[key] = self.balances.get(key, 0) + entry.amount

    @invariant()
    def the_books_are_right(self) -> None:
        def told(connection: Connection) -> dict[tuple[Kind, str], int]:
            return {(kind, owner): book.balance(connection, kind, owner) for kind, owner in self.balances}

        assert self.database.read_now(told) == self.balances
        assert all(fen >= 0 or kind is Kind.STATION_TAKINGS for (kind, _), fen in self.balances.items())


@sizes(25)
def test_books_stay_right_whatever_is_posted(
    request: pytest.FixtureRequest, make: str, examples: int, steps: int
) -> None:
    run_over(request, Books, make, examples, steps)
