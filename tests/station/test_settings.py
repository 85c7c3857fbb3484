"""station.toml: every way in which it can be unfit is said in both languages, with what to do."""

from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.station_order import OrderRules
from core.station.open_books import open_database
from core.station.plan import read_plan
from core.station.settings import SettingsUnfit, read_settings


def test_a_missing_file_says_which_to_copy(tmp_path: Path) -> None:
    with pytest.raises(SettingsUnfit) as refused:
        read_settings(tmp_path / "station.toml")
    chinese, english = str(refused.value).splitlines()
    for sentence in (chinese, english):
        assert str(tmp_path / "station.toml") in sentence
        assert "defaults/station.toml" in sentence
        assert "--config" in sentence
    assert chinese.startswith("没有")
    assert english.startswith("There is no")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[station", "TOML"),
        ("[nonsense]", "nonsense"),
        ("station = 3", "station"),
        ("[screen]\ncolour = 'red'", "colour"),
        ("[screen]\ntheme = 'red'", "'light', 'dark'"),
        ("[printer]\nwidth = '80'", "width"),
        ("[pumps]\nkind = 'pts'", "address"),
        ("[pumps]\nkind = 'pts'\naddress = '192.168.1.117'", "http://192.168.1.117"),
        ("[pumps]\nkind = 'fusion'\naddress = 'http://192.168.1.20'", "192.168.1.20:3011"),
        ("[pumps]\nmanual = [0]", "manual"),
        ("[pumps]\nmanual = [7]\nserves = [7]", "serves"),
        ("[second_pumps]\nkind = 'fusion'\naddress = '192.168.1.20'", "second_pumps"),
        ("[cloud]\nurl = 'cloud.example'", "url"),
        ("[orders]\nreturn_after_minutes = -1", "return_after_minutes"),
    ],
)
def test_a_setting_that_is_none_is_named(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "station.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsUnfit) as refused:
        read_settings(file)
    assert all(why in sentence for sentence in str(refused.value).splitlines())
    assert len(str(refused.value).splitlines()) == 2


@pytest.mark.parametrize(
    "address",
    [
        "http://192.168.1.117",
        "https://controller:8443/",
        "http://127.0.0.1:40000",
        "http://[fd00::1]:8080/pts",
    ],
)
def test_an_address_of_a_controller_is_taken(tmp_path: Path, address: str) -> None:
    file = tmp_path / "station.toml"
    file.write_text(f"[pumps]\nkind = 'pts'\naddress = '{address}'\n", encoding="utf-8")
    assert read_settings(file).pumps.address == address


def test_a_database_that_is_none_is_told_by_the_settings_that_name_it(tmp_path: Path) -> None:
    (tmp_path / "station.db").write_bytes(b"Dear station, " * 500)
    file = tmp_path / "station.toml"
    file.write_text("", encoding="utf-8")
    with pytest.raises(SettingsUnfit, match="cannot be opened"):
        open_database(read_settings(file))


def test_a_plan_that_is_none_names_one_that_is(tmp_path: Path) -> None:
    with pytest.raises(SettingsUnfit, match=r"demo/plan\.toml"):
        read_plan(tmp_path / "plan.toml", lambda: "")


def test_how_long_an_order_may_stand_still_is_the_stations(tmp_path: Path) -> None:
    file = tmp_path / "station.toml"
    file.write_text(
        "[orders]\nlate_after_seconds = 90\nreturn_after_minutes = 20\nattendant_confirms = false\n",
        encoding="utf-8",
    )
    minutes = timedelta(minutes=1)
    assert read_settings(file).orders == OrderRules(1.5 * minutes, None, 5 * minutes, 20 * minutes, False)
