"""python -m core.station verify-journal: what a person at the command line reads, and what a script gets."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from core.domain.money import Money
from tests.services.small_station import WATER, SmallStation

Verify = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def verify(tmp_path: Path) -> Verify:
    station = SmallStation(tmp_path / "station.db")
    station.open_shift()
    bill = station.sales.open(station.cashier)
    station.sales.add_goods(bill.id, WATER, 1, station.cashier)
    station.payments.take_cash(bill.id, Money(2_000), station.cashier)
    station.close()

    def run(*options: str, language: str = "en") -> "subprocess.CompletedProcess[str]":
        config = tmp_path / "station.toml"
        config.write_text(
            f'[database]\nurl = "sqlite:///{tmp_path / "station.db"}"\n[screen]\nlanguage = "{language}"\n',
            encoding="utf-8",
        )
        command = [sys.executable, "-m", "core.station", "--config", str(config), "verify-journal", *options]
        return subprocess.run(command, check=False, capture_output=True, text=True)

    return run


def test_sound_books_end_with_nought(verify: Verify):
    done = verify()
    assert (done.returncode, done.stdout.count("\n")) == (0, 2), done.stderr
    assert done.stdout.startswith("The journal is whole: ")
    assert "rows a second" in done.stdout
    assert "日志完整" in verify("--quiet", language="zh_CN").stdout


def test_changed_books_are_told_and_end_with_one(verify: Verify, tmp_path: Path):
    with closing(sqlite3.connect(tmp_path / "station.db")) as file:
        file.execute("DROP TRIGGER payments_keep_figures")
        file.execute("UPDATE payments SET amount = 1")
        file.commit()
        [(last_row,)] = file.execute("SELECT max(number) FROM events").fetchall()
    done = verify("--quiet")
    assert done.returncode == 1
    first, last = done.stdout.splitlines()
    assert "was changed afterwards (its payments)" in first
    assert last.startswith("The books were changed: 1 thing is wrong")
    # Behind the last row there is nothing to be looked at.
    assert verify("--quiet", "--from", str(last_row + 1)).returncode == 0


def test_a_hash_from_a_paper_is_compared(verify: Verify):
    done = verify("--quiet", "--anchor", "1:0123456789abcdef")
    assert done.returncode == 1
    assert "the chain was rewritten" in done.stdout


@pytest.mark.parametrize(
    "options",
    [("--from", "0"), ("--from", "x"), ("--anchor", "1"), ("--anchor", "1:12"), ("--anchor", "1:zz345678")],
)
def test_options_that_cannot_be_meant_are_refused(verify: Verify, options: tuple[str, ...]):
    done = verify(*options)
    assert done.returncode == 2
    assert "usage" in done.stderr
