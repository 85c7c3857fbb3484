"""The files of the source, for the tests that look at all of them."""

import ast
import subprocess
from functools import cache
from pathlib import Path

from dev.places import PROJECT

PYTHON_ROOMS = ("core", "pos_app", "admin_app", "cloud_api", "demo", "benchmarks", "dev")


@cache
def tracked_files() -> list[Path]:
    """Every file that git keeps and that is still there, below the project."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return [Path(name) for name in listed.stdout.split("\0") if name and (PROJECT / name).is_file()]


def python_files() -> list[Path]:
    """Every Python file of the product and its tools."""
    return [path for path in tracked_files() if path.suffix == ".py" and path.parts[0] in PYTHON_ROOMS]


@cache
def modules() -> list[tuple[Path, ast.Module]]:
    """Every Python file of the product and its tools, parsed."""
    return [(path, ast.parse((PROJECT / path).read_text(encoding="utf-8"))) for path in python_files()]
