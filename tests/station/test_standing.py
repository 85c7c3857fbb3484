"""A program's name stays with its place on the machine."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from core.station.standing import Standing

_HOLDS = """
import sys
from pathlib import Path
from core.station.standing import Standing
standing = Standing(Path(sys.argv[1]), "pos_app")
print(standing.name, flush=True)
sys.stdin.read()
"""


def test_a_program_that_starts_again_has_its_name_again(tmp_path: Path):
    first = Standing(tmp_path, "pos_app")
    name = first.name
    first.leave()
    again = Standing(tmp_path, "pos_app")
    assert again.name == name
    again.leave()


def test_two_that_run_at_once_have_two_names(tmp_path: Path):
    first, second = Standing(tmp_path, "pos_app"), Standing(tmp_path, "pos_app")
    assert first.name != second.name
    first.leave()
    third = Standing(tmp_path, "pos_app")
    assert third.name == first.name
    second.leave()
    third.leave()


def test_a_killed_program_leaves_its_name_to_the_next(tmp_path: Path):
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDS, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as killed:
        assert killed.stdout is not None
        name = killed.stdout.readline().strip()
        beside = Standing(tmp_path, "pos_app")
        assert beside.name != name
        beside.leave()
        killed.kill()
    after = Standing(tmp_path, "pos_app")
    assert after.name == name
    after.leave()


def test_a_folder_that_is_not_there_gives_a_fresh_name(tmp_path: Path, expected_log: Callable[[str], None]):
    expected_log("no standing name in")
    one, other = Standing(tmp_path / "none", "pos_app"), Standing(tmp_path / "none", "pos_app")
    assert one.name != other.name
