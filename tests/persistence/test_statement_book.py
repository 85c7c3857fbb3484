"""SQLAlchemy is the author of our SQL; a till carries only the text."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.persistence import statement_book
from core.persistence.bookbinding import DIALECTS
from core.persistence.column_types import Fen, Moment
from core.persistence.compiling import real
from core.persistence.statement_book import written
from core.persistence.tables.mailbox import inbox
from core.persistence.tables.sales import sales
from core.persistence.words import bindparam, insert_of, say, select, update
from dev.places import PROJECT


def test_the_book_is_what_sqlalchemy_writes_today():
    looked = subprocess.run(
        [sys.executable, "-m", "core.persistence.bookbinding", "--look"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (looked.returncode, looked.stderr) == (0, "")


def test_a_till_sells_without_sqlalchemy(tmp_path: Path):
    sold = subprocess.run(
        [sys.executable, "-m", "tests.persistence.selling_till", str(tmp_path)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert sold.stdout.splitlines() == ["2", "[]"], sold.stderr


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_statement_that_the_book_does_not_have_is_written_by_sqlalchemy(dialect: str):
    said = say(select(sales.c.opened_at).where(sales.c.rounding > bindparam("nobody_asks_so")))
    known = written(said, (), dialect)
    assert known.ways_in == (Fen.__name__,)
    assert known.ways_out == (Moment.__name__,)
    assert "rounding >" in known.text


def test_a_program_without_the_book_asks_sqlalchemy_for_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    said = say(update(sales).values(place=bindparam("place")))
    monkeypatch.setattr(statement_book, "_PAGES", tmp_path)
    statement_book._pages.cache_clear()
    try:
        assert written(said, (), "sqlite").text == "UPDATE sales SET place=?"
    finally:
        statement_book._pages.cache_clear()


def test_another_order_of_values_is_another_statement():
    said = say(update(sales).where(sales.c.id == bindparam("sale")).values(place=bindparam("place")))
    assert written(said, ("sale", "place"), "sqlite").places == (1, 0)
    assert written(said, ("place", "sale"), "sqlite").places == (0, 1)
    assert statement_book.key(said, ("sale", "place")) != statement_book.key(said, ("place", "sale"))


def test_a_comparison_is_said_as_it_was_written():
    fresh = insert_of(inbox).values(mailbox=bindparam("mailbox"))
    assert say(fresh.excluded.last_taken > inbox.c.last_taken) == (
        "(insert_of(inbox).excluded.last_taken > inbox.c['last_taken'])"
    )


def test_nothing_is_decided_by_what_only_the_database_knows():
    question: Any = select(sales.c.number)
    with pytest.raises(TypeError, match="only the database"):
        bool(sales.c.number == "1")
    with pytest.raises(TypeError, match="only the database"):
        list(question)
    with pytest.raises(TypeError, match="cannot be written"):
        say(1.5)


def test_a_column_that_is_not_there_is_missed_at_once():
    with pytest.raises(AttributeError):
        _ = sales.c.colour
    with pytest.raises(KeyError):
        _ = sales.c["colour"]


def test_a_table_is_sqlalchemys_own_when_somebody_needs_it():
    table = real(sales)
    assert real(sales) is table
    assert [column.name for column in table.c] == [column.name for column in sales.c]
    assert {column.name for column in table.primary_key} == {column.name for column in sales.primary_key}
