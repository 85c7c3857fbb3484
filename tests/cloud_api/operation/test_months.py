"""Tables that grow lie in months on PostgreSQL: what one table promised is promised by all its parts together."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

import psycopg
import pytest
from alembic import command
from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, Select, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from cloud_api.database import Database
from cloud_api.drivers import repository as drivers
from cloud_api.ledger.tables import entries, postings, stored_charges, stored_refunds
from cloud_api.metadata import metadata
from cloud_api.operation.months import Months
from cloud_api.orders import together
from cloud_api.orders.tables import order_timeline, orders
from cloud_api.stations import repository as stations
from cloud_api.stations.repository import StationRow
from cloud_api.upgrade import alembic_config, changing_tables
from tests.cloud_api.conftest import at_once
from tests.cloud_api.simulated.outside_world import MovableClock

BEFORE = "20261123_14_sealed"
NOVEMBER, DECEMBER = datetime(2026, 11, 22, 7, tzinfo=UTC), datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
NEXT_JUNE = datetime(2027, 6, 1, tzinfo=UTC)
STATION, DRIVER = "5" * 32, "d" * 32
_IN = {
    "orders": "id",
    "order_timeline": "order_id",
    "order_tenders": "order_id",
    "stored_charges": "payment_id",
    "ledger_postings": "id",
    "ledger_entries": "posting_id",
    "ledger_lot_parts": "use_id",
    "payments": "id",
    "payment_events": "payment_id",
    "first_answers": "key",
}


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    database = Database(postgres_url)
    database.write_now(lambda work: _people(work.connection))
    asyncio.run(Months(database, clock_at(NOVEMBER)).make_ahead())
    yield database
    database.close()


def clock_at(at: datetime) -> MovableClock:
    clock = MovableClock()
    clock.pass_seconds((at - clock.now()).total_seconds())
    return clock


def of(at: datetime, last: int = 0) -> str:
    """An id that was made then."""
    return f"{int(at.timestamp() * 1_000):012x}{last:020x}"


def order(key: str, **more: Any) -> dict[str, Any]:
    return {
        "id": key, "driver_id": DRIVER, "station_id": STATION, "code": "123456", "state": "completed", "pump": 1, "nozzle": 1,
        "grade": "G92", "price_li": 7810, "by_what": "amount", "amount_fen": 20_000, "discount_fen": 0, "paid_fen": 20_000,
        "plate": "云A12345", "car": "", "created_at": NOVEMBER, "pay_before": NOVEMBER, "refund_fen": 0, "refund_state": "none",
        "payments_to_close": False, **more,
    }  # fmt: skip


def write(database: Database, statement: Any, *values: dict[str, Any]) -> None:
    database.write_now(lambda work: work.connection.execute(statement, *values))


def part_of(database: Database, table: str, key: str) -> str:
    """The part in which the row of this id is."""
    where = text(f"SELECT tableoid::regclass::text FROM {table} WHERE {_IN[table]} = :key")  # noqa: S608
    return str(database.read_now(lambda c: c.execute(where, {"key": key}).scalar_one()))


def parts_there(database: Database, table: str) -> set[str]:
    there = text(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = CAST(:table AS regclass)"
    )
    return set(database.read_now(lambda c: c.execute(there, {"table": table}).scalars()))


def _people(connection: Connection) -> None:
    stations.add_station(
        connection, StationRow(STATION, "一站", "北京路1号", 25.0, 102.7, "full", None), NOVEMBER
    )
    drivers.driver_signing_in(connection, "13800000001", DRIVER, NOVEMBER)


def test_every_table_that_grows_has_this_month_the_next_and_a_rest(database: Database) -> None:
    for table in _IN:
        wanted = {f"months.{table}_{part}" for part in ("2026_11", "2026_12", "rest")}
        assert wanted <= parts_there(database, table)


def test_no_other_table_of_ours_is_in_parts(database: Database) -> None:
    parted = database.read_now(
        lambda c: set(c.execute(text("SELECT parent::text FROM months.parted")).scalars())
    )
    assert parted == {*_IN, "months.order_guards"}
    assert set(_IN) <= set(metadata.tables)


def test_a_row_lies_in_the_month_that_its_id_tells(database: Database) -> None:
    first = datetime(2026, 12, 1, tzinfo=UTC)
    write(database, insert(orders), order(of(NOVEMBER)))
    write(database, insert(orders), order(of(first)))
    write(database, insert(orders), order(of(DECEMBER)))
    write(database, insert(orders), order("f" * 32))
    assert [part_of(database, "orders", of(at)) for at in (NOVEMBER, first, DECEMBER)] == [
        "months.orders_2026_11",
        "months.orders_2026_12",
        "months.orders_2026_12",
    ]
    assert part_of(database, "orders", "f" * 32) == "months.orders_rest"


def test_a_question_by_id_opens_one_month(database: Database) -> None:
    asked = text(f"EXPLAIN (FORMAT JSON) SELECT * FROM orders WHERE id = '{of(DECEMBER)}'")  # noqa: S608
    plan = json.dumps(database.read_now(lambda c: c.execute(asked).scalar_one()))
    assert "orders_2026_12" in plan
    assert "orders_2026_11" not in plan
    assert "orders_rest" not in plan


def test_what_a_crowd_of_orders_asks_by_id_opens_no_month_but_theirs(database: Database) -> None:
    keys = [of(NOVEMBER), of(NOVEMBER, 1)]
    given = {
        "keys": keys,
        "keys_first": keys[0],
        "keys_last": keys[-1],
        "route": "",
        "tokens": [],
        "now": NOVEMBER,
    }
    for asked in (together.orders_of_ids("postgresql"), together.answers_to("postgresql")):
        plan = database.read_now(partial(_kept_plan, asked, given))
        assert "2026_11" in plan
        assert "2026_12" not in plan
        assert "rest" not in plan


def _kept_plan(asked: Select[Any], given: dict[str, Any], connection: Connection) -> str:
    """The plan that is made once, for whatever is asked, as it is run for these values."""
    compiled = asked.compile(dialect=connection.dialect)
    raw = cast(psycopg.Connection[Any], connection.connection.driver_connection)
    raw.execute("SET LOCAL plan_cache_mode = force_generic_plan")
    rows = raw.execute(f"EXPLAIN {compiled}".encode(), given, prepare=True).fetchall()
    return "\n".join(row[0] for row in rows)


@pytest.mark.parametrize("column", ["fill_id", "refund_id"])
def test_a_fill_or_a_refund_is_of_one_order_whatever_their_months(database: Database, column: str) -> None:
    first, second, once = of(NOVEMBER), of(DECEMBER), {column: "a" * 32}
    write(database, insert(orders), order(first, **once))
    with pytest.raises(IntegrityError):
        write(database, insert(orders), order(second, **once))
    write(database, insert(orders), order(second))
    with pytest.raises(IntegrityError):
        write(database, orders.update().where(orders.c.id == second).values(**once))
    # Let go by the one, it is free for the other; the same again is no second one.
    write(database, orders.update().where(orders.c.id == first).values(**once))
    write(database, orders.update().where(orders.c.id == first).values({column: None}))
    write(database, orders.update().where(orders.c.id == second).values(**once))
    write(database, orders.delete().where(orders.c.id == second))
    write(database, orders.update().where(orders.c.id == first).values(**once))


def test_one_of_two_at_once_gets_the_fill(database: Database) -> None:
    def settle(key: str) -> bool:
        try:
            write(database, insert(orders), order(key, fill_id="b" * 32))
        except IntegrityError:
            return False
        return True

    keys = [of(at, last) for last in range(4) for at in (NOVEMBER, DECEMBER)]
    assert at_once([partial(settle, key) for key in keys]).count(True) == 1


def test_every_part_of_the_ledger_is_only_added_to(database: Database) -> None:
    asyncio.run(Months(database, clock_at(NEXT_JUNE)).make_ahead())
    for part, key in {"2026_11": of(NOVEMBER), "2027_06": of(NEXT_JUNE), "rest": "e" * 32}.items():
        _post(database, key)
        assert part_of(database, "ledger_entries", key) == f"months.ledger_entries_{part}"
        for table in ("ledger_entries", f"months.ledger_entries_{part}"):
            for deed in ("UPDATE {} SET amount = 1", "DELETE FROM {}", "TRUNCATE {}"):
                with pytest.raises(DBAPIError, match="only added to"):
                    write(database, text(deed.format(table)))


def _post(database: Database, key: str) -> None:
    account = text(
        "INSERT INTO ledger_accounts (kind, owner, balance, may_be_negative) VALUES ('house', '', 0, true)"
        " ON CONFLICT DO NOTHING"
    )
    write(database, account)
    told = {"id": key, "kind": "spend", "about": "", "fingerprint": "", "at": NOVEMBER}
    write(database, insert(postings), told)
    number = database.read_now(lambda c: c.execute(text("SELECT min(id) FROM ledger_accounts")).scalar_one())
    write(
        database, insert(entries), {"posting_id": key, "account_id": number, "amount": 5, "balance_after": 5}
    )


def test_a_posting_is_posted_once_whatever_part_it_is_in(database: Database) -> None:
    for key in (of(NOVEMBER), "e" * 32):
        _post(database, key)
        with pytest.raises(IntegrityError):
            _post(database, key)


def test_a_month_that_is_made_late_takes_its_rows_out_of_the_rest(database: Database) -> None:
    june = [of(NEXT_JUNE, last) for last in range(3)]
    for last, key in enumerate(june):
        write(database, insert(orders), order(key, fill_id=of(NEXT_JUNE, 100 + last)))
        write(
            database,
            insert(order_timeline),
            {"order_id": key, "position": 1, "at": NEXT_JUNE, "what": "placed"},
        )
        _post(database, key)
    assert {part_of(database, "orders", key) for key in june} == {"months.orders_rest"}
    asyncio.run(Months(database, clock_at(NEXT_JUNE)).make_ahead())
    for table in ("orders", "order_timeline", "ledger_postings", "ledger_entries"):
        assert {part_of(database, table, key) for key in june} == {f"months.{table}_2027_06"}
    with pytest.raises(IntegrityError):
        write(database, insert(orders), order(of(NOVEMBER), fill_id=of(NEXT_JUNE, 100)))


def test_a_charge_that_was_given_back_moves_with_the_rest_and_is_still_named(database: Database) -> None:
    key = of(NEXT_JUNE)
    charge = {
        "payment_id": key, "tender": "wallet", "owner": DRIVER, "station_id": STATION, "state": "charged",
        "principal_fen": 500, "bonus_fen": 0, "refunded_fen": 500, "at": NEXT_JUNE,
    }  # fmt: skip
    refund = {"refund_id": "a" * 32, "payment_id": key, "amount_fen": 500, "at": NEXT_JUNE}
    write(database, insert(stored_charges), charge)
    write(database, insert(stored_refunds), refund)
    assert part_of(database, "stored_charges", key) == "months.stored_charges_rest"
    asyncio.run(Months(database, clock_at(NEXT_JUNE)).make_ahead())
    assert part_of(database, "stored_charges", key) == "months.stored_charges_2027_06"
    with pytest.raises(IntegrityError, match="fk_stored_refunds"):
        write(database, stored_charges.delete().where(stored_charges.c.payment_id == key))
    with pytest.raises(IntegrityError, match="fk_stored_refunds"):
        write(database, insert(stored_refunds), {**refund, "refund_id": "b" * 32, "payment_id": "c" * 32})


def test_two_workers_make_a_month_once(postgres_url: str, database: Database) -> None:
    clock = clock_at(NEXT_JUNE)
    other = Database(postgres_url)
    at_once([partial(asyncio.run, Months(one, clock).make_ahead()) for one in (database, other, database)])
    other.close()
    assert {f"months.orders_2027_0{month}" for month in (6, 7)} <= parts_there(database, "orders")


def test_who_waits_for_the_tables_too_long_lets_the_others_on(postgres_url: str, database: Database) -> None:
    other = Database(postgres_url)
    months = Months(database, clock_at(NEXT_JUNE), most_wait_milliseconds=50)
    with other.writing_engine.begin() as connection:
        connection.execute(insert(orders), order("f" * 32))
        with pytest.raises(DBAPIError) as caught:
            asyncio.run(months.make_ahead())
        assert isinstance(caught.value.orig, LockNotAvailable)
    asyncio.run(months.make_ahead())
    other.close()
    assert "months.orders_2027_06" in parts_there(database, "orders")


def test_on_sqlite_there_is_nothing_to_do(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    asyncio.run(Months(database, MovableClock()).make_ahead())
    database.close()


def test_what_was_there_before_there_were_months_stays_and_goes_back(database: Database) -> None:
    keys = [of(datetime(2025, 3, 31, 23, tzinfo=UTC)), of(NOVEMBER), of(DECEMBER), "f" * 32]

    def seen() -> list[Any]:
        return database.read_now(
            lambda c: [
                c.execute(select(table).order_by(*table.primary_key)).all()
                for table in (orders, order_timeline, postings, entries)
            ]
        )

    for key in keys:
        write(database, insert(orders), order(key, fill_id=key))
        write(
            database,
            insert(order_timeline),
            {"order_id": key, "position": 1, "at": NOVEMBER, "what": "placed"},
        )
        _post(database, key)
    before = seen()
    with changing_tables(database.writing_engine) as connection:
        command.downgrade(alembic_config(connection), BEFORE)
    assert parts_there(database, "orders") == set()
    assert [len(rows) for rows in seen()] == [4, 4, 4, 4]
    with changing_tables(database.writing_engine) as connection:
        command.upgrade(alembic_config(connection), "head")
    assert seen() == before
    assert part_of(database, "orders", keys[0]) == "months.orders_2025_03"
    assert part_of(database, "ledger_entries", keys[1]) == "months.ledger_entries_2026_11"
    with pytest.raises(IntegrityError):
        write(database, insert(orders), order(of(NOVEMBER, 7), fill_id=keys[0]))
    _post(database, of(NOVEMBER, 8))
    numbers = database.read_now(lambda c: list(c.execute(select(entries.c.number)).scalars()))
    assert len(set(numbers)) == 5
