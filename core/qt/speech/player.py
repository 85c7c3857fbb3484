"""Plays one WAV and waits for its end; on the thread of whoever asks, which is never the screen's."""

import logging
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from core.qt.speech.clips import seconds

_log = logging.getLogger(__name__)
# The essentials half of Qt has no multimedia; each of these plays a WAV file and ends by itself.
_PROGRAMS = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))
_LONGER_THAN_IT_LASTS = 5.0


class Player:
    """By what the system has: winsound on Windows, a program elsewhere. Where there is nothing, it says so once."""

    def __init__(self) -> None:
        self._program = next((each for each in _PROGRAMS if shutil.which(each[0])), ())
        self._running: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        if not self._program and sys.platform != "win32":
            _log.info("no program plays sounds here: announcements are seen and not heard")

    @property
    def can_play(self) -> bool:
        """Whether anything would be heard."""
        return bool(self._program) or sys.platform == "win32"

    def play(self, wav: bytes) -> None:
        """Play it to its end, or until `stop`."""
        if sys.platform == "win32":
            import winsound  # Only Windows has it.

            winsound.PlaySound(wav, winsound.SND_MEMORY | winsound.SND_NODEFAULT)
        elif self._program:
            self._run(wav)

    def stop(self) -> None:
        """Be silent now; from any thread."""
        if sys.platform == "win32":
            import winsound

            winsound.PlaySound(None, 0)
            return
        with self._lock:
            if self._running is not None:
                self._running.kill()

    def _run(self, wav: bytes) -> None:
        with tempfile.TemporaryDirectory(prefix="youzhan-sound-") as folder:
            file = Path(folder) / "said.wav"
            file.write_bytes(wav)
            with self._lock:
                self._running = subprocess.Popen(
                    [*self._program, str(file)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            try:
                self._running.wait(seconds(wav) + _LONGER_THAN_IT_LASTS)
            except subprocess.TimeoutExpired:
                _log.info("the sound card does not answer")
                self._running.kill()
                self._running.wait()
            finally:
                with self._lock:
                    self._running = None
