"""The database itself refuses to change what is true, whoever asks."""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import BigInteger, Column, Integer

from core.domain.count import cash_count
from core.domain.events.sales import SaleChanged
from core.domain.fill import FillState
from core.domain.money import Money
from core.domain.payment import PaymentState, Tender
from core.persistence.database import Database
from core.persistence.tables.append_only import MAY_CHANGE, sqlite_triggers
from core.persistence.tables.everything import metadata
from core.persistence.unit_of_work import UnitsOfWork
from tests.builders import MOMENT, a_fill, a_payment, a_sale, completed, fresh_id

_ANOTHER_LINE = """INSERT INTO sale_lines
SELECT sale, 'another', position, title, gross, discount, fill, grade, pump, nozzle, volume, fuel_price, goods,
    quantity, piece_price, keyed, listed_price, by_hand, reason, prepay, overrun FROM sale_lines"""
_ANOTHER_PAYMENT = """INSERT INTO payments (id, sale, tender, amount, at, taken_by, state, tendered, change, payer_code,
    provider_ref, waiting_for, reason, position)
SELECT 'another', sale, tender, amount, at, taken_by, state, tendered, change, payer_code, provider_ref, waiting_for,
    reason, position FROM payments"""


_BY_HAND = [
    "UPDATE fills SET amount = amount + 1",
    "UPDATE fills SET volume = 1, state = 'paid'",
    "UPDATE fills SET totaliser = 5",
    "UPDATE fills SET ended_at = ended_at + 1",
    "DELETE FROM fills",
    "UPDATE sales SET number = '20261122-0002'",
    "UPDATE sales SET state = 'open'",
    "DELETE FROM sales",
    "UPDATE sale_lines SET gross = 1",
    "DELETE FROM sale_lines",
    _ANOTHER_LINE,
    "UPDATE payments SET amount = amount - 1",
    "UPDATE payments SET state = 'cancelled'",
    "DELETE FROM payments",
    _ANOTHER_PAYMENT,
    "UPDATE shifts SET counted_cash = 0",
    "DELETE FROM shifts",
    "UPDATE events SET actor = 'somebody else'",
    "DELETE FROM events",
]


def test_a_hand_cannot_change_what_is_true(
    work: UnitsOfWork, shift, station_database: Database, by_hand: Callable[[str], None]
):
    fill = a_fill(shift=shift)
    with work() as transaction:
        transaction.fills.save(fill)
        transaction.sales.save(completed(a_sale(fill, shift=shift), "20261122-0001"))
        open_shift = transaction.shifts.get(shift)
        transaction.shifts.save(open_shift.closed(fresh_id(), MOMENT, cash_count(Money(1)), Money(1)))
        transaction.record(SaleChanged("s"))
    for statement in _BY_HAND:
        with pytest.raises(station_database.error, match="never"):
            by_hand(statement)


def test_a_program_cannot_change_a_completed_sale(work: UnitsOfWork, shift, station_database: Database):
    sale = completed(a_sale(shift=shift), "20261122-0001")
    with work() as transaction:
        transaction.sales.save(sale)
    for changed in (
        replace(sale, number="20261122-0002"),
        replace(sale, lines=(replace(sale.lines[0], gross=Money(1)),)),
        replace(sale, lines=()),
        replace(sale, payments=(*sale.payments, a_payment(sale))),
    ):
        with pytest.raises(station_database.error), work() as transaction:
            transaction.sales.save(changed)
    with work.reading() as looking:
        assert looking.sales.get(sale.id) == sale


def test_a_fill_goes_its_way_with_its_figures_untouched(work: UnitsOfWork, station_database: Database):
    fill = a_fill()
    sale = fresh_id()
    with work() as transaction:
        transaction.fills.save(fill)
        transaction.fills.save(fill.taken_into(sale))
        transaction.fills.save(fill.taken_into(sale).paid(sale))
    with pytest.raises(station_database.error), work() as transaction:
        transaction.fills.save(replace(fill, amount=Money(1)))
    with work.reading() as looking:
        assert looking.fills.get(fill.id).state is FillState.PAID
        assert looking.fills.get(fill.id).amount == fill.amount


def test_a_payment_ends_once(work: UnitsOfWork, shift, station_database: Database):
    sale = a_sale(shift=shift)
    pending = a_payment(sale, tender=Tender.WECHAT, state=PaymentState.PENDING, tendered=Money(0))
    with work() as transaction:
        transaction.sales.save(sale.with_payment(pending))
        transaction.sales.save(sale.with_payment(pending.waiting("payer")))
        declined = sale.with_payment(pending.declined("balance_too_low"))
        transaction.sales.save(declined)
    with pytest.raises(station_database.error), work() as transaction:
        transaction.sales.save(sale.with_payment(pending.captured()))
    with pytest.raises(station_database.error), work() as transaction:
        transaction.sales.save(sale.with_payment(replace(pending, amount=Money(1))))
    with work.reading() as looking:
        assert looking.sales.get(sale.id) == declined


def test_every_table_is_held_or_says_why_its_rows_may_change():
    """A new table joins this by being in the metadata: it needs triggers before UPDATE and DELETE, or a reason."""
    triggers = sqlite_triggers()
    for name in metadata.tables:
        held = [deed for deed in ("UPDATE", "DELETE") if any(_stands(each, deed, name) for each in triggers)]
        assert (held == ["UPDATE", "DELETE"]) is not (name in MAY_CHANGE), (
            f"{name}: {held or 'held by nothing'}"
        )
    assert MAY_CHANGE.keys() <= metadata.tables.keys()


def test_the_database_refuses_in_every_held_table(made_sqlite_file: Path, tmp_path: Path):
    copy = tmp_path / "held.db"
    shutil.copy(made_sqlite_file, copy)
    database = sqlite3.connect(copy)
    database.execute("PRAGMA foreign_keys = OFF")
    database.execute("PRAGMA ignore_check_constraints = ON")
    always = {
        f"{deed} {name}" for deed in ("UPDATE", "DELETE") for name in metadata.tables if _always(deed, name)
    }
    assert len(always) > 60
    try:
        for name, table in metadata.tables.items():
            comes_only_while_open = any(_stands(each, "INSERT", name) for each in sqlite_triggers())
            if name in MAY_CHANGE or comes_only_while_open:
                continue
            values = {column.name: _value(column) for column in table.columns}
            names = ", ".join(f'"{column}"' for column in values)
            marks = ", ".join("?" for _ in values)
            database.execute(f"INSERT INTO {name} ({names}) VALUES ({marks})", list(values.values()))  # noqa: S608
            key = next(iter(table.primary_key)).name
            for deed, statement in (
                ("UPDATE", f'UPDATE {name} SET "{key}" = "{key}" || 1'),  # noqa: S608
                ("DELETE", f"DELETE FROM {name}"),  # noqa: S608
            ):
                if f"{deed} {name}" in always:
                    with pytest.raises(sqlite3.IntegrityError, match=r"never|stay|gone"):
                        database.execute(statement)
    finally:
        database.close()


def _stands(trigger: str, deed: str, table: str) -> bool:
    return f" BEFORE {deed} ON {table} " in trigger


def _always(deed: str, table: str) -> bool:
    """Whether nothing but the row itself decides: no condition, or one that a changed key meets."""
    found = [each for each in sqlite_triggers() if _stands(each, deed, table)]
    return any(" WHEN " not in each or 'OLD."id" IS NOT NEW."id"' in each for each in found)


def _value(column: Column[Any]) -> object:
    if column.nullable:
        return None
    return 1 if isinstance(column.type, BigInteger | Integer) else "1"
