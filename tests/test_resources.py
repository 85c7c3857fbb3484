"""The program finds its own files, and says so plainly where one is missing."""

import subprocess
import sys

import pytest
from PIL import ImageFont

from core import resources
from dev.places import PROJECT


def test_a_file_is_found_by_its_name():
    assert resources.resource("fonts/OFL.txt").read_text(encoding="utf-8").startswith("Copyright")


def test_a_missing_file_is_told_with_what_to_do():
    with pytest.raises(resources.ResourceMissing, match="install the program again"):
        resources.resource("fonts/nothing.ttf")


def test_a_frozen_program_looks_where_it_was_unpacked(tmp_path):
    (tmp_path / "resources").mkdir()
    (tmp_path / "resources" / "a.txt").write_text("a")
    frozen = f"import sys; sys._MEIPASS = {str(tmp_path)!r}; from core.resources import resource; print(resource('a.txt'))"
    asked = subprocess.run(
        [sys.executable, "-c", frozen], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert asked.stdout.strip() == str(tmp_path / "resources" / "a.txt")


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_the_bundled_face_writes_what_a_station_writes(weight):
    face = ImageFont.truetype(resources.resource(f"fonts/NotoSansSC-{weight}.ttf"), 24)
    absent = bytes(face.getmask("\U000f0000"))
    for character in "油站昆明￥¥①⑩→─│℃·—…●○▲▼✓×「」《》、。䶮𬭊":
        assert bytes(face.getmask(character)) != absent, character


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_the_figures_of_the_face_stand_under_each_other(weight):
    face = ImageFont.truetype(resources.resource(f"fonts/NotoSansSC-{weight}.ttf"), 100)
    assert len({face.getlength(digit) for digit in "0123456789"}) == 1
