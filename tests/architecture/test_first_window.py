"""What takes long to load waits until the first window is painted."""

import subprocess
import sys

import pytest

from dev.places import PROJECT

WAIT = ("sqlalchemy", "pydantic", "requests", "alembic", "reportlab", "escpos", "websocket", "asyncio", "ssl", "sqlite3",
        "core.domain.sale", "core.services", "core.persistence",
        "core.station.settings")  # fmt: skip
LOAD = "import sys, {program}.app; print(*sys.modules)"


@pytest.mark.parametrize("program", ["pos_app", "admin_app"])
def test_the_first_window_loads_nothing_that_can_wait(program):
    loaded = subprocess.run(
        [sys.executable, "-c", LOAD.format(program=program)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert [each for each in WAIT if each in loaded] == []


READ = """
import linecache, runpy, sys
sys.argv = ["{program}", "--help"]
try:
    runpy.run_module("{program}", run_name="__main__")
except SystemExit:
    pass
import core.station.build
sys.stderr.write(" ".join(linecache.cache))
"""


@pytest.mark.parametrize("program", ["pos_app", "admin_app"])
def test_a_program_is_loaded_without_reading_its_sources(program):
    read = subprocess.run(
        [sys.executable, "-c", READ.format(program=program)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stderr.split()
    assert [file for file in read if "/sqlalchemy/" in file or "/core/services/" in file] == []
