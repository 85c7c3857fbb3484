"""A station laid out once a run, and a folder whose files live in memory where the machine has such a place."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.small_station import lay_out


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A laid out station's file; every test copies it."""
    file = tmp_path_factory.mktemp("blank") / "station.db"
    lay_out(f"sqlite:///{file}")
    return file


@pytest.fixture
def quick_folder(tmp_path: Path) -> Iterator[Path]:
    """For thousands of images: what the real disk does is not what is tried here."""
    memory = Path("/dev/shm")
    if not memory.is_dir():
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory, prefix="faults-") as folder:
        yield Path(folder)
