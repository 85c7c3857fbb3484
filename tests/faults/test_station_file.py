"""What may become of the station's one file, and what the till says of it."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from core.domain.faults import DatabaseBusy, DatabaseGone, DatabaseReadOnly
from core.domain.money import ZERO
from core.persistence import database
from core.station.build import open_station
from core.station.settings import SettingsUnfit, read_settings
from tests.faults.books import read_books
from tests.faults.deeds import Counter, open_shift
from tests.faults.disk import watched
from tests.faults.faulty import FAILURES, FaultyDisk
from tests.faults.selling import FoundStation, counter_of


@pytest.fixture
def file(blank: Path, tmp_path: Path) -> Path:
    shutil.copy(blank, tmp_path / "station.db")
    return tmp_path / "station.db"


def _counter(station: FoundStation) -> Counter:
    counter = counter_of(station, Random(1))
    if counter.shifts.current() is None:
        open_shift(counter)
    return counter


def test_books_that_another_program_keeps_locked_refuse_and_are_taken_up_again(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.05)
    station = FoundStation(file)
    counter = _counter(station)
    bill = counter.a_bill(goods=1)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy):
            counter.cash_for(bill)
        assert station.sales.get(bill.id).due == bill.due, "looking goes on meanwhile"
    assert counter.cash_for(bill).due == ZERO
    station.close()
    assert len(read_books(file).sales) == 1


@pytest.mark.parametrize("gone", ["deleted", "replaced"])
def test_a_file_that_goes_away_under_a_running_till_is_noticed_at_the_next_sale(
    file: Path, blank: Path, gone: str
) -> None:
    station = FoundStation(file)
    counter = _counter(station)
    bill = counter.a_bill(goods=1)
    file.unlink()
    if gone == "replaced":
        shutil.copy(blank, file)
    for _ in range(2):
        with pytest.raises(DatabaseGone):
            counter.cash_for(bill)
    station.close()


def test_a_log_that_somebody_tidies_away_is_noticed_and_what_was_in_it_is_saved_at_the_end(
    file: Path,
) -> None:
    station = FoundStation(file)
    counter = _counter(station)
    counter.cash_for(counter.a_bill(goods=1))
    file.with_name("station.db-wal").unlink()
    with pytest.raises(DatabaseGone):
        counter.a_bill(goods=1)
    station.close()
    assert len(read_books(file).sales) == 1
    again = FoundStation(file)
    counter = _counter(again)
    counter.cash_for(counter.a_bill(goods=1))
    again.close()
    assert len(read_books(file).sales) == 2


def test_books_that_can_only_be_read_say_so(file: Path) -> None:
    disk = FaultyDisk()
    with watched(file, disk):
        station = FoundStation(file)
        counter = _counter(station)
        bill = counter.a_bill(goods=1)
        disk.break_at(1, next(each for each in FAILURES if each.name == "read-only"))
        with pytest.raises(DatabaseReadOnly):
            counter.cash_for(bill)
        disk.mend()
        assert counter.cash_for(bill).due == ZERO
        station.close()


def _rubbish(file: Path) -> None:
    file.write_bytes(b"this is a letter, not a database. " * 1_000)


def _a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _cut_in_half(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _rubbish_after_the_head(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:100] + b"\xff" * (file.stat().st_size - 100))


def _somebody_else_s(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")


@pytest.mark.parametrize(
    "spoil", [_rubbish, _a_folder, _cut_in_half, _rubbish_after_the_head, _somebody_else_s]
)
def test_a_till_does_not_start_on_what_is_no_station_s_file_and_says_why(file: Path, spoil) -> None:
    spoil(file)
    settings = file.with_name("station.toml")
    settings.write_text('[station]\nname = "站"\n[pumps]\nkind = "none"\n', encoding="utf-8")
    with pytest.raises(SettingsUnfit) as refused:
        open_station(read_settings(settings), "pos_app", may_own_pumps=True)
    said = str(refused.value)
    assert "database" in said
    assert "数据库" in said
