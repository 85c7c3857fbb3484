"""What a desktop program switches off before it loads anything else, because it would cost a start and is not wanted."""

import builtins
import gc
import linecache
import sys

import PySide6.QtCore  # noqa: F401  From here on PySide6 looks into every import.

_begun = False
# glibc's numbers (malloc.h): pieces from this size on are mapped one by one, and all threads share one arena.
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
_MAPPED_FROM_BYTES = 128 * 1024


def begin() -> None:
    """Load without looking for rubbish, which there is none of before the station is open, and without reading sources.

    PySide6 puts its own import in Python's place and reads the source of every module loaded after it, to see whether
    Qt's names are wished in another spelling (`from __feature__ import snake_case`). Nobody here wishes that, and the
    sources of a till are twenty megabytes in `linecache` and a third of its first window. Python's own import goes back
    to its place; where a later PySide6 keeps it no more, everything stays as it is.
    """
    global _begun  # noqa: PLW0603  One process is one program.
    _begun = True
    _give_memory_back()
    gc.disable()
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
    # What it has read until here; a trace reads again what it shows.
    linecache.clearcache()


def settle() -> None:
    """What has been loaded by now stays for ever: looking through it for rubbish would only make the screen stutter.

    Only in a process that began so: a test's many tills come and go, and freezing one would keep them all.
    """
    if _begun:
        gc.freeze()


def _give_memory_back() -> None:
    """Let what was freed go back to the system.

    Left to itself glibc keeps all that is smaller than the largest piece ever freed, which is the 16 MB of a PIN's proof,
    and an arena for each thread: 7 MB of a till after its first sale, and more or less by chance. Threads take turns in
    Python, so one arena is enough. Other systems do this as they come.
    """
    if sys.platform != "linux":
        return
    import ctypes

    change = getattr(ctypes.CDLL(None), "mallopt", None)
    if change is not None:
        change(_M_MMAP_THRESHOLD, _MAPPED_FROM_BYTES)
        change(_M_ARENA_MAX, 1)
