"""One laid out station a run, and a site of its own for every test."""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.second_opinion_controller.controller import Controller
from tests.second_opinion_controller.front import Front
from tests.second_opinion_controller.rig import PRICES, Site, laid_out

NewSite = Callable[..., Site]


@pytest.fixture(autouse=True)
def faults_are_told(caplog: pytest.LogCaptureFixture) -> None:
    """What goes wrong here on purpose is told by warnings, as it should be; a bug of ours would be an error."""
    for room in ("core.devices", "core.station.reactions"):
        caplog.set_level(logging.ERROR, room)


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Migrations and PIN hashes take their time: once for each size."""
    folder, made = tmp_path_factory.mktemp("laid-out"), dict[int, Path]()

    def of(pumps: int) -> Path:
        if pumps not in made:
            made[pumps] = laid_out(folder, pumps)
        return made[pumps]

    return of


@pytest.fixture
def new_site(tmp_path: Path, blank: Callable[[int], Path]) -> Iterator[NewSite]:
    """A controller and a station that is not open yet."""
    made: list[Site] = []

    def new(
        *, pumps: int = 4, more: str = "", front: Front | None = None, skew: timedelta = timedelta()
    ) -> Site:
        controller = front.controller if front else Controller(dict(PRICES), pumps=pumps, skew=skew)
        made.append(Site(tmp_path, blank(pumps), controller, front or Front(controller), more))
        return made[-1]

    yield new
    for site in made:
        site.close()


@pytest.fixture
def site(new_site: NewSite) -> Site:
    """Four pumps, and a till that sees them."""
    made = new_site()
    made.open()
    return made
