"""Journeys: one outside world a run, one station a test, and an audit of all books at the end of every story."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.audit import books_agree
from tests.journeys.driver import Driver
from tests.journeys.outside import Outside
from tests.journeys.real_station import RealStation, laid_out


@pytest.fixture(scope="session")
def whole_outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    outside = Outside(tmp_path_factory.mktemp("outside"))
    try:
        outside.begin()
        yield outside
    finally:
        outside.end()


@pytest.fixture
def outside(whole_outside: Outside) -> Iterator[Outside]:
    """Everything that is not the station, with nothing going wrong."""
    yield whole_outside
    whole_outside.control(whole_outside.printer, "fault", {"kind": "none"})
    for gateway in (whole_outside.wechat, whole_outside.alipay):
        whole_outside.control(gateway, "clear", {})


@pytest.fixture(scope="session")
def blank_station(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return laid_out(tmp_path_factory.mktemp("blank"))


@pytest.fixture
def site(outside: Outside, tmp_path: Path, blank_station: Path) -> Iterator[RealStation]:
    """A station whose programs the test opens itself."""
    station = RealStation(outside, tmp_path, blank_station)
    try:
        yield station
    finally:
        station.close()


@pytest.fixture
def station(site: RealStation) -> RealStation:
    """A running station with an open shift; when the story is over, all books must agree."""
    site.open()
    site.open_shift()
    return site


@pytest.fixture
def audited(station: RealStation) -> Iterator[RealStation]:
    yield station
    books_agree(station)


@pytest.fixture(scope="session")
def whole_driver(whole_outside: Outside) -> Driver:
    return Driver(whole_outside)


@pytest.fixture
def driver(whole_driver: Driver) -> Driver:
    return whole_driver
