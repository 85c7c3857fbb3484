"""Waits for what happens by itself on another thread or in another program."""

import threading
import time
from collections.abc import Callable

_SECONDS_BETWEEN_LOOKS = 0.01


def eventually(true: Callable[[], object], what: str, seconds: float = 20.0) -> None:
    """Returns as soon as the call gives something true; fails after the seconds, saying what it waited for."""
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, f"not within {seconds:.0f} s: {what}"
        threading.Event().wait(_SECONDS_BETWEEN_LOOKS)
