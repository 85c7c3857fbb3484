"""A station whose file is gone: nothing is made in its place, and whoever starts a program reads how to go on."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from core.resources import resource
from core.station.build import open_station
from core.station.laid_out import found, laid_out
from core.station.open_books import open_database
from core.station.settings import SettingsUnfit, read_settings


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "station.toml"
    file.write_text('[station]\nname = "站"\n[pumps]\nkind = "none"\n', encoding="utf-8")
    return file


def a_copy(config: Path, step: str, at: float) -> Path:
    copy = config.with_name(f"station.before-{step}.db")
    with closing(sqlite3.connect(copy)) as made:
        made.execute("CREATE TABLE kept (one INTEGER)")
    os.utime(copy, (at, at))
    return copy


def told(config: Path) -> str:
    with pytest.raises(SettingsUnfit) as refused:
        found(read_settings(config))
    return str(refused.value)


def test_a_missing_file_is_named_and_none_is_made(config: Path) -> None:
    books = config.with_name("station.db")
    chinese, english = told(config).splitlines()
    for said in (chinese, english):
        assert str(books) in said
        assert f"python -m core.station --config {config} open" in said
    assert not books.exists()


def test_the_newest_copy_beside_it_is_named_with_what_to_do(config: Path) -> None:
    a_copy(config, "20261001_01_a", 1_790_000_000)
    newest = a_copy(config, "20261101_01_b", 1_795_300_000)
    config.with_name("station.before-20261201_01_c.db").touch()  # a copy that holds nothing is none
    said = told(config)
    assert str(newest) in said
    assert "2026-11-22 06:26:40" in said
    assert "open --plan" not in said
    assert "复制" in said


def test_a_station_goes_on_with_the_copy_that_it_was_told_of(config: Path) -> None:
    books = config.with_name("station.db")
    plan = resource("demo/plan.toml")
    subprocess.run(
        [sys.executable, "-m", "core.station", "--config", str(config), "open", "--plan", str(plan)],
        check=True,
        capture_output=True,
    )
    kept = config.with_name("station.before-20261101_01_b.db")
    with closing(sqlite3.connect(books)) as source, closing(sqlite3.connect(kept)) as target:
        source.backup(target)
    for each in config.parent.glob("station.db*"):
        each.unlink()
    assert str(kept) in told(config)
    shutil.copy(kept, books)
    station = laid_out(open_station(found(read_settings(config)), "pos_app", may_own_pumps=False))
    assert station.staff.people()
    station.stop()


def test_an_empty_file_beside_a_copy_tells_of_the_copy(config: Path) -> None:
    open_database(read_settings(config)).close()
    copy = a_copy(config, "20261101_01_b", 1_795_300_000)
    with pytest.raises(SettingsUnfit) as refused:
        laid_out(open_station(found(read_settings(config)), "pos_app", may_own_pumps=False))
    assert str(copy) in str(refused.value)
    assert str(config.with_name("station.db")) in str(refused.value)


def test_a_database_server_is_no_file_that_could_be_missing(config: Path) -> None:
    config.write_text('[database]\nurl = "postgresql://127.0.0.1:9/station"\n', encoding="utf-8")
    settings = read_settings(config)
    assert found(settings) is settings
