"""Where a program stands: a name that is the same whenever it starts again, and never that of two at once.

What a till had open when it was killed lies at that till. With a name of its own for every start, nobody could take it up.
"""

import logging
import os
import socket
import sqlite3
import zlib
from contextlib import suppress
from pathlib import Path

from core.station.identity import new_id

_MOST_AT_ONCE = 20
_log = logging.getLogger(__name__)


class Standing:
    """Holds the name as long as the program runs; the system lets go of it however that ends."""

    def __init__(self, folder: Path, program: str) -> None:
        """`folder` is the station's own on this machine. Where nothing can be written the name is a fresh one."""
        self._lock: sqlite3.Connection | None = None
        machine = f"{zlib.crc32(socket.gethostname().encode()):08x}"
        for number in range(1, _MOST_AT_ONCE + 1):
            file = folder / f".{program}-{machine}-{number}.lock"
            if self._take(file):
                self.name = f"{program}:{machine}-{number}"
                return
            if not os.access(folder, os.W_OK):
                break
        self.name = f"{program}:{new_id()[-8:]}"
        _log.warning(
            "no standing name in %s; bills that are open now are not found here after a crash", folder
        )

    def _take(self, file: Path) -> bool:
        """SQLite's lock on a file of its own, which every system knows and which ends with the process."""
        try:
            lock = sqlite3.connect(file, timeout=0, isolation_level=None, check_same_thread=False)
        except sqlite3.Error:
            return False
        try:
            lock.execute("PRAGMA journal_mode = MEMORY")
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error:
            lock.close()
            return False
        self._lock = lock
        return True

    def leave(self) -> None:
        """Let the next program have it."""
        if self._lock is not None:
            lock, self._lock = self._lock, None
            with suppress(sqlite3.Error):
                lock.rollback()
            lock.close()
