"""Plays a short sound of resources/sounds by what the system has, or beeps; never waits and never fails a screen."""

import logging
import shutil
import sys
from functools import cache

from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QApplication

from core.resources import resource

_log = logging.getLogger(__name__)
# The essentials half of Qt has no multimedia; each of these plays a WAV file and ends by itself.
_PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))


def play(name: str) -> None:
    """Play resources/sounds/<name>.wav, beside whatever else goes on."""
    file = str(resource(f"sounds/{name}.wav"))
    if sys.platform == "win32":
        import winsound  # Only Windows has it.

        winsound.PlaySound(file, winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT)
        return
    player = _player()
    if not player or not QProcess.startDetached(player[0], [*player[1:], file])[0]:
        QApplication.beep()


@cache
def _player() -> tuple[str, ...]:
    for player in _PLAYERS:
        if shutil.which(player[0]):
            return player
    _log.info("no program plays sounds here; the system's beep is used")
    return ()
