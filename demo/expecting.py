"""What the story expects, waits for, and makes up."""

import time
from collections.abc import Callable
from typing import Any


class NotAsItShouldBe(AssertionError):
    """A figure or a state in the books is not what the story must leave."""


def must(condition: object, what: str) -> None:
    """Raise NotAsItShouldBe unless the condition holds."""
    if not condition:
        raise NotAsItShouldBe(what)


def wait_for(call: Callable[[], Any], what: str, seconds: float = 20.0) -> Any:
    """Wait until the call gives something true; what it gave. Raises NotAsItShouldBe."""
    limit = time.monotonic() + seconds
    while True:
        found = call()
        if found:
            return found
        if time.monotonic() > limit:
            raise NotAsItShouldBe(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.1)


def payer_code(ending: str) -> str:
    """A fresh WeChat payment code; its last two digits tell the simulated gateway how to behave."""
    return "13" + f"{time.time_ns() % 10**14:014d}" + ending
