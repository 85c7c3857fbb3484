"""The committer: what it answers is on disk, one bad write costs the others nothing, both databases alike."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from cloud_api import first_answers
from cloud_api.coupons import tables as coupon_tables
from cloud_api.database import Database, Work, normal_url
from cloud_api.drivers import tables as driver_tables
from cloud_api.metadata import metadata
from cloud_api.orders import tables as order_tables
from cloud_api.payments import tables as payment_tables
from cloud_api.prices import tables as price_tables
from cloud_api.stations import tables as station_tables
from cloud_api.upgrade import HEAD, alembic_config, upgrade
from tests.cloud_api.conftest import at_once
from tests.conftest import ExpectLog

_ROOMS = (
    driver_tables,
    station_tables,
    price_tables,
    coupon_tables,
    order_tables,
    payment_tables,
    first_answers,
)
# What tables in months have otherwise on PostgreSQL; tests/cloud_api/operation/test_months.py shows how each is held.
_IN_PARTS = [
    "add_constraint uq_orders_fill_id",
    "add_constraint uq_orders_refund_id",
    "add_fk fk_ledger_entries_posting_id_ledger_postings",
    "add_fk fk_order_timeline_order_id_orders",
    "add_fk fk_payment_events_payment_id_payments",
]
_counts = Table("counts", MetaData(), Column("number", Integer, primary_key=True, autoincrement=False))


@pytest.fixture
def database(either_url: str) -> Iterator[Database]:
    database = Database(either_url)
    database.write_now(lambda work: _counts.create(work.connection))
    yield database
    database.close()


def _add(number: int) -> Callable[[Work], int]:
    def job(work: Work) -> int:
        work.connection.execute(insert(_counts).values(number=number))
        return number

    return job


def _numbers(database: Database) -> list[int]:
    return database.read_now(
        lambda c: list(c.execute(select(_counts.c.number).order_by(_counts.c.number)).scalars())
    )


def test_writes_of_many_threads_all_arrive(database: Database) -> None:
    jobs = [partial(database.write_now, _add(number)) for number in range(32)]
    assert at_once(jobs) == list(range(32))
    assert _numbers(database) == list(range(32))


def test_a_refused_write_leaves_nothing_behind_and_costs_the_others_nothing(database: Database) -> None:
    def refused(work: Work) -> None:
        work.connection.execute(insert(_counts).values(number=99))
        raise LookupError("no")

    def write(number: int) -> object:
        try:
            return database.write_now(refused if number % 3 == 0 else _add(number))
        except LookupError:
            return "refused"

    answers = at_once([partial(write, number) for number in range(12)])
    assert answers == ["refused" if number % 3 == 0 else number for number in range(12)]
    assert _numbers(database) == [number for number in range(12) if number % 3]


def test_a_write_that_breaks_a_constraint_costs_the_others_nothing(database: Database) -> None:
    def write() -> bool:
        try:
            database.write_now(_add(7))
        except IntegrityError:
            return False
        return True

    assert at_once([write] * 16).count(True) == 1
    assert _numbers(database) == [7]


def test_news_goes_out_after_the_commit_and_only_of_what_was_written(database: Database) -> None:
    told: list[int] = []

    def job(work: Work) -> None:
        _add(1)(work)
        work.after_commit(lambda: told.extend(_numbers(database)))

    def refused(work: Work) -> None:
        work.after_commit(lambda: told.append(-1))
        raise LookupError("no")

    database.write_now(job)
    with pytest.raises(LookupError):
        database.write_now(refused)
    assert told == [1]


def test_a_listener_that_breaks_harms_no_write(database: Database, expected_log: ExpectLog) -> None:
    expected_log("what follows a commit failed")

    def job(work: Work) -> str:
        work.after_commit([].pop)
        return "written"

    assert database.write_now(job) == "written"


def test_who_gave_up_waiting_does_not_stop_the_committer(database: Database) -> None:
    holding, let_go = threading.Event(), threading.Event()

    def slow(_work: Work) -> None:
        holding.set()
        let_go.wait(10)

    async def ask_and_give_up() -> None:
        first = asyncio.ensure_future(database.write(slow))
        await asyncio.to_thread(holding.wait, 10)
        second = asyncio.ensure_future(database.write(_add(5)))
        await asyncio.sleep(0)
        first.cancel()
        second.cancel()
        await asyncio.gather(first, second, return_exceptions=True)
        await asyncio.sleep(0)
        let_go.set()

    asyncio.run(ask_and_give_up())
    database.write_now(_add(6))
    assert _numbers(database) == [6]


def test_what_is_queued_is_still_written_when_the_database_closes(either_url: str) -> None:
    database = Database(either_url)
    database.write_now(lambda work: _counts.create(work.connection))
    futures: list[Future[int]] = [database._submit(_add(number)) for number in range(200)]
    database.close()
    assert [future.result() for future in futures] == list(range(200))
    with pytest.raises(RuntimeError):
        database.write_now(_add(1))


def test_a_crowd_is_written_by_one_call_and_each_gets_its_own_answer(database: Database) -> None:
    crowds: list[int] = []

    def together(work: Work, numbers: Sequence[int]) -> list[int | Exception]:
        crowds.append(len(numbers))
        work.connection.execute(insert(_counts), [{"number": number} for number in numbers if number % 2])
        return [number * 10 if number % 2 else LookupError(number) for number in numbers]

    async def ask() -> list[object]:
        asked = (database.write_together(together, number) for number in range(20))
        return list(await asyncio.gather(*asked, return_exceptions=True))

    answers = asyncio.run(ask())
    assert [answer if isinstance(answer, int) else "refused" for answer in answers] == [
        number * 10 if number % 2 else "refused" for number in range(20)
    ]
    assert _numbers(database) == [number for number in range(20) if number % 2]
    assert sum(crowds) == 20
    assert len(crowds) < 20


def test_a_crowd_that_fails_as_a_whole_is_taken_one_by_one(database: Database) -> None:
    def together(work: Work, numbers: Sequence[int]) -> list[int | Exception]:
        # One statement: of many sent at once, psycopg would log what became of those behind the one that failed.
        work.connection.execute(insert(_counts).values([{"number": number % 7} for number in numbers]))
        return list(numbers)

    async def ask() -> list[object]:
        asked = (database.write_together(together, number) for number in range(14))
        return list(await asyncio.gather(*asked, return_exceptions=True))

    answers = asyncio.run(ask())
    assert _numbers(database) == list(range(7))
    assert sum(isinstance(answer, IntegrityError) for answer in answers) == 7


def test_only_files_and_postgresql_are_databases() -> None:
    assert normal_url("postgresql://someone@host/name").drivername == "postgresql+psycopg"
    for url in ("sqlite://", "sqlite:///:memory:", "mysql://host/name"):
        with pytest.raises(ValueError, match=r"SQLite|sqlite"):
            normal_url(url)


def test_sqlite_writes_are_safe_from_a_power_cut(tmp_path: object) -> None:
    database = Database(f"sqlite:///{tmp_path}/cloud.db")
    with database.writing_engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    database.close()


def test_the_migrations_make_the_tables_that_the_program_knows(either_url: str) -> None:
    assert all(room for room in _ROOMS)
    database = Database(either_url)
    upgrade(database)
    upgrade(database)
    with database.writing_engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, metadata)
        if connection.dialect.name == "postgresql":
            found = [one for one in found if not _is_of_a_part(one)]
            assert sorted(f"{what} {constraint.name}" for what, constraint in found) == _IN_PARTS
        else:
            assert found == []
    database.close()


def _is_of_a_part(difference: Any) -> bool:
    """A foreign key that names a table of many parts is told once more for each part."""
    what, constraint = difference[0], difference[1]
    return what == "remove_fk" and constraint.elements[0].column.table.schema == "months"


def test_a_start_with_nothing_to_do_knows_the_last_step(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.writing_engine.connect() as connection:
        assert ScriptDirectory.from_config(alembic_config(connection)).get_heads() == [HEAD]
        assert MigrationContext.configure(connection).get_current_revision() == HEAD
    database.close()


def test_the_migrations_walk_down_to_nothing_and_up_again(either_url: str) -> None:
    database = Database(either_url)
    upgrade(database)
    for way in (command.downgrade, command.upgrade):
        with database.writing_engine.begin() as connection:
            way(alembic_config(connection), "base" if way is command.downgrade else "head")
    drivers = driver_tables.drivers
    assert database.read_now(lambda c: c.execute(select(func.count()).select_from(drivers)).scalar()) == 0
    database.close()
