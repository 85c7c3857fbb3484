"""What each command of dev.py needs, and no more than that."""

import os
import sys

from dev.needs.catalogues import Catalogues
from dev.needs.driver_app import H5, MINI_PROGRAM, DriverApp, DriverAppPackages, NodeForDriverApp
from dev.needs.need import Need
from dev.needs.node import Node
from dev.needs.python_packages import PythonPackages
from dev.needs.system_packages import QT_LIBRARIES, SCREEN_LIBRARIES, SystemPackages

_ON_A_SCREEN = (QT_LIBRARIES, SCREEN_LIBRARIES)
_WITHOUT_SCREEN = (QT_LIBRARIES,)


def to_work_on_it(_words: list[str]) -> list[Need]:
    """Tests and checks: all that can be tried without a screen."""
    return [SystemPackages(libraries=_WITHOUT_SCREEN, browser=True), *_the_rest()]


def everything(_words: list[str]) -> list[Need]:
    """The same, and real windows."""
    return [SystemPackages(libraries=_ON_A_SCREEN, browser=True), *_the_rest()]


def to_show_it(words: list[str]) -> list[Need]:
    """The demo: real windows where there is a screen, and a browser where the story drives the driver's page itself."""
    headless = _asks_for_the_story(words) or not _has_a_screen()
    libraries = _WITHOUT_SCREEN if headless else _ON_A_SCREEN
    system = SystemPackages(libraries=libraries, browser=headless)
    return [system, PythonPackages("dev"), NodeForDriverApp((H5,)), DriverApp(H5), Catalogues()]


def to_measure_it(_words: list[str]) -> list[Need]:
    """The figures: windows in memory, no browser."""
    return [SystemPackages(libraries=_WITHOUT_SCREEN), PythonPackages("dev"), Catalogues()]


def to_open_a_window(_words: list[str]) -> list[Need]:
    """A till or the manager's desk, as a station runs it."""
    return [SystemPackages(libraries=_ON_A_SCREEN), _to_run_only(), Catalogues()]


def to_serve_drivers(_words: list[str]) -> list[Need]:
    """The cloud, which serves the driver's page and draws no window."""
    return [SystemPackages(), _to_run_only(), NodeForDriverApp((H5,)), DriverApp(H5), Catalogues()]


def to_mend_words(_words: list[str]) -> list[Need]:
    """What reads the sentences out of the code."""
    return [SystemPackages(), PythonPackages("dev")]


def _the_rest() -> list[Need]:
    driver_app: list[Need] = [Node(), DriverAppPackages(), DriverApp(H5), DriverApp(MINI_PROGRAM)]
    return [PythonPackages("dev"), *driver_app, Catalogues()]


def _to_run_only() -> PythonPackages:
    return PythonPackages("runtime", within="dev")


def _asks_for_the_story(words: list[str]) -> bool:
    return "--headless" in words or any(word.split("=")[0] == "--out" for word in words)


def _has_a_screen() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
