"""A day at the real till, by keyboard, touch and mouse, with a bookkeeper beside it whose books must be the same at night."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dev.places import PROJECT


def _live(out: Path, *arguments: str, minutes: float) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "demo.day", *arguments, "--out", str(out)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=minutes * 60,
    )
    assert (out / "day.json").exists(), (done.stdout + done.stderr)[-4_000:]
    found: dict[str, Any] = json.loads((out / "day.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.timeout(240)
def test_a_short_day_ends_with_the_same_books_everywhere(tmp_path: Path):
    found = _live(tmp_path / "day", "--sales", "12", "--seed", "7", "--by", "mixed", minutes=4)
    assert found["wrong"] == []
    assert found["sales"] >= 12


@pytest.mark.long
@pytest.mark.parametrize("by", ["keyboard", "touch", "mouse"])
def test_two_hundred_sales_by_one_way_alone(tmp_path: Path, by: str):
    found = _live(tmp_path / "day", "--sales", "200", "--seed", "11", "--by", by, minutes=30)
    assert found["wrong"] == []
    assert found["sales"] >= 200


@pytest.mark.long
def test_a_till_killed_fifty_times_loses_nothing(tmp_path: Path):
    found = _live(
        tmp_path / "day", "--sales", "90", "--seed", "21", "--by", "mixed", "--kills", "50", minutes=40
    )
    assert found["wrong"] == []
    assert found["kills"] >= 50
