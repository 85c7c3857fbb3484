"""The manager's desk on a real station with everything outside in memory, on one thread."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from core.qt import theme
from tests.admin_app.small_desk import SmallDesk


@pytest.fixture
def desk(qapp: QApplication, tmp_path: Path) -> Iterator[SmallDesk]:
    """A desk at which nobody has signed in yet; a shift of the cashier's is open."""
    theme.wear(qapp, theme.load("light"), "admin")
    built = SmallDesk(tmp_path)
    yield built
    built.close()


@pytest.fixture
def manager(desk: SmallDesk) -> SmallDesk:
    """The same with the manager signed in."""
    desk.sign_in()
    return desk
