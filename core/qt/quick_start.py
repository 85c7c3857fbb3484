"""What a desktop program switches off before it loads anything else, because it would cost a start and is not wanted."""

import builtins
import gc

import PySide6.QtCore  # noqa: F401  From here on PySide6 looks into every import.

_begun = False


def begin() -> None:
    """Load without looking for rubbish, which there is none of before the station is open, and without reading sources.

    PySide6 puts its own import in Python's place and reads the source of every module loaded after it, to see whether
    Qt's names are wished in another spelling (`from __feature__ import snake_case`). Nobody here wishes that, and the
    sources of a till are twenty megabytes in `linecache` and a third of its first window. Python's own import goes back
    to its place; where a later PySide6 keeps it no more, everything stays as it is.
    """
    global _begun  # noqa: PLW0603  One process is one program.
    _begun = True
    gc.disable()
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)


def settle() -> None:
    """What has been loaded by now stays for ever: looking through it for rubbish would only make the screen stutter.

    Only in a process that began so: a test's many tills come and go, and freezing one would keep them all.
    """
    if _begun:
        gc.freeze()
