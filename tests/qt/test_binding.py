"""What the binding to Qt does to Python itself, over the months that a till runs."""

import sys

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

_CALLS = 5_000
_CHANCE = 100


def test_calls_that_return_nothing_leave_none_as_often_held_as_before(qtbot: QtBot) -> None:
    # PySide6 6.12.0 gave one too many away at each such call; on Python 3.11 the till fell down within the hour.
    button = QPushButton()
    qtbot.addWidget(button)
    before = sys.getrefcount(None)
    for _ in range(_CALLS):
        button.setText("")
    assert sys.getrefcount(None) > before - _CHANCE
