"""Only one set-up of a checkout runs at a time; a second one waits and then finds everything done."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from dev.places import SETUP
from dev.telling import tell

_SECONDS_BETWEEN_TRIES = 0.2
_held: set[int] = set()


def lock_to_hand_on() -> tuple[int, ...]:
    """The lock's file for a tool that set-up starts: should set-up be killed, the tool still holds it until it ends."""
    return tuple(_held)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the checkout's set-up lock; the system lets go of it when we and the tools we started are gone."""
    SETUP.mkdir(parents=True, exist_ok=True)
    with (SETUP / "lock").open("a+", encoding="ascii") as lock:
        told = False
        while not _taken(lock):
            if not told:
                lock.seek(0)
                other = lock.read().strip() or "?"
                tell(
                    f"Another set-up is running here (process {other}); waiting for it.",
                    f"另一个安装进程(进程号 {other})正在进行,等待它完成。",
                )
                told = True
            time.sleep(_SECONDS_BETWEEN_TRIES)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        if sys.platform != "win32":
            _held.add(lock.fileno())
        try:
            yield
        finally:
            _held.discard(lock.fileno())


def _taken(lock: IO[str]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            lock.seek(0)
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
