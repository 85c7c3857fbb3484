"""A station whose tanks a console measures: kept, judged, opened in the book, and silent when the line is."""

from pathlib import Path

import pytest

from core.domain.tanks.alarm import TankAlarmKind
from core.persistence.database import Database
from core.persistence.unit_of_work import UnitsOfWork
from core.persistence.upgrade import upgrade
from core.resources import resource
from core.services.opening import OpeningDesk
from core.simulated.identity import CountingIds
from core.simulated.tank_gauge.console import Console
from core.simulated.tank_gauge.tank import Farm, usual_tanks
from core.station.build import open_station
from core.station.clock import SystemClock
from core.station.plan import read_plan
from core.station.settings import SettingsUnfit, read_settings
from core.wording.formats import STATION_ZONE
from tests.conftest import ExpectLog
from tests.station.test_station_devices import eventually


def laid_out(folder: Path) -> None:
    """The demo's plan, with its tanks and their tables."""
    url = f"sqlite:///{folder / 'station.db'}"
    upgrade(url)
    database, ids = Database.open(url), CountingIds()
    work = UnitsOfWork(database, "test", SystemClock(), ids, lambda _recorded: None, STATION_ZONE)
    OpeningDesk(work, SystemClock(), ids).lay_out(read_plan(resource("demo/plan.toml"), ids))
    database.close()


def test_a_console_is_measured_by_the_program_that_owns_the_pumps(tmp_path: Path, expected_log: ExpectLog):
    expected_log("the tank gauge went silent")
    laid_out(tmp_path)
    farm = Farm(usual_tanks(4))
    console = Console(farm, SystemClock().now)
    console.start()
    file = tmp_path / "station.toml"
    file.write_text(
        f"[gauge]\nkind = 'veeder_root'\naddress = '127.0.0.1:{console.port}'\npoll_seconds = 0.05\n",
        encoding="utf-8",
    )
    station = open_station(read_settings(file), "till", may_own_pumps=True)
    farm.change(4, litres=3_000.0)
    station.start()
    try:
        eventually(lambda: all(each.fresh for each in station.tanks.view().tanks))
        view = station.tanks.view()
        assert [each.tank.number for each in view.tanks] == [1, 2, 3, 4]
        assert all(each.strapped for each in view.tanks)
        eventually(lambda: all(book.now is not None for book in station.tanks.view().books))
        assert {alarm.kind for alarm in station.tanks.view().tanks[3].alarms} == {TankAlarmKind.LOW}
        assert station.health.state.gauge == ""
        console.stop()
        eventually(lambda: station.health.state.gauge == "gauge_silent")
        eventually(
            lambda: all(
                TankAlarmKind.PROBE in {alarm.kind for alarm in each.alarms}
                for each in station.tanks.view().tanks
            )
        )
    finally:
        station.stop()
        console.stop()


@pytest.mark.parametrize(
    "text",
    [
        "[gauge]\nkind = 'float'",
        "[gauge]\nkind = 'veeder_root'",
        "[gauge]\nunits = 'barrels'",
        "[gauge]\nsecurity_code = '12'",
        "[tanks]\nwatch_percent = 2.0",
        "[tanks]\nallowance_litres = -1",
        "[tanks]\ndelivery_percent = 200.0",
    ],
)
def test_settings_of_tanks_that_cannot_be_are_told(tmp_path: Path, text: str):
    file = tmp_path / "station.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsUnfit):
        read_settings(file)


@pytest.mark.parametrize(
    ("was", "is_now"),
    [
        ('grade = "G92"\ncapacity = 30000', 'grade = "G92"\ncapacity = 300000'),
        ("strapping_30.csv", "nowhere.csv"),
        ("number = 2\ngrade", "number = 2\nsafe_fill = 99999\ngrade"),
    ],
)
def test_a_plan_whose_tanks_cannot_be_is_none(tmp_path: Path, was: str, is_now: str):
    plan = resource("demo/plan.toml").read_text(encoding="utf-8")
    assert was in plan
    (tmp_path / "strapping_30.csv").write_text(
        resource("demo/strapping_30.csv").read_text(encoding="utf-8"), encoding="utf-8"
    )
    file = tmp_path / "plan.toml"
    file.write_text(plan.replace(was, is_now), encoding="utf-8")
    with pytest.raises(SettingsUnfit):
        read_plan(file, CountingIds())
