"""The disk fails while a program brings its database up to date: either nothing happened or all of it, and it is said."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from core.persistence.address import address_of
from core.persistence.not_opened import DatabaseNotOpened
from core.persistence.steps import engine_for_steps, move, take_turn
from core.persistence.upgrade import upgrade
from tests.faults.disk import watched
from tests.faults.faulty import FAILURES, Failure, FaultyDisk

_FIRST = "20261122_01_station"
_DISK = [failure for failure in FAILURES if failure.name in {"write fails", "disk fills up", "sync fails"}]


@pytest.fixture(scope="session")
def first_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station's file as the first release made it, with a row that must not be lost."""
    file = tmp_path_factory.mktemp("first") / "station.db"
    engine = engine_for_steps(address_of(f"sqlite:///{file}"))
    with engine.connect() as connection:
        take_turn(connection)
        move(connection, "head")
        move(connection, _FIRST)
        connection.exec_driver_sql(
            "INSERT INTO goods (id, barcode, name, price, stock, on_sale) VALUES ('1', '69', '玻璃水', 1500, 48, 1)"
        )
        connection.commit()
    engine.dispose()
    return file


def _content(file: Path) -> list[str]:
    connection = sqlite3.connect(file)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return list(connection.iterdump())
    finally:
        connection.close()


def _places(first_release: Path, file: Path, failure: Failure) -> int:
    """How many chances to fail there are in an upgrade that succeeds."""
    shutil.copy(first_release, file)
    disk = FaultyDisk()
    disk.break_at(1_000_000, failure)
    with watched(file, disk):
        upgrade(f"sqlite:///{file}")
    return disk.asked


def _try_everywhere(first_release: Path, folder: Path, failure: Failure, step: int) -> None:
    file = folder / "station.db"
    places = _places(first_release, file, failure)
    done, before = _content(file), _content(first_release)
    for place in range(1, places + 1, step or max(1, places // 4)):
        for leftover in folder.glob("station*"):
            leftover.unlink()
        shutil.copy(first_release, file)
        disk = FaultyDisk()
        disk.break_at(place, failure)
        with watched(file, disk):
            try:
                upgrade(f"sqlite:///{file}")
            except DatabaseNotOpened:
                disk.mend()
                assert _content(file) == before, f"{failure.name} at {place}"
            else:
                disk.mend()
        upgrade(f"sqlite:///{file}")
        assert _content(file) == done, f"{failure.name} at {place}"


@pytest.mark.parametrize("failure", _DISK, ids=lambda failure: failure.name)
def test_an_upgrade_that_the_disk_fails_is_whole_or_not_at_all(
    first_release: Path, quick_folder: Path, failure: Failure
) -> None:
    _try_everywhere(first_release, quick_folder, failure, 0)


@pytest.mark.long
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.name)
def test_an_upgrade_that_the_disk_fails_at_any_place_is_whole_or_not_at_all(
    first_release: Path, quick_folder: Path, failure: Failure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.persistence.steps.PATIENCE_SECONDS", 0.02)
    _try_everywhere(first_release, quick_folder, failure, 1)
