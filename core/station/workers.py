"""in_order: one thread for quick use cases; outside: a few for those that wait on the world."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
_log = logging.getLogger(__name__)
_AT_ONCE = 8  # a controller is a small machine: more connections than these it may turn away


class Workers:
    """The threads on which use cases run."""

    def __init__(self) -> None:
        self._in_order = ThreadPoolExecutor(1, thread_name_prefix="in_order")
        self._outside = ThreadPoolExecutor(4, thread_name_prefix="outside")

    def in_order(self, call: Callable[[], T]) -> Future[T]:
        """Run a quick use case after those asked before it."""
        return self._in_order.submit(call)

    def outside(self, call: Callable[[], T]) -> Future[T]:
        """Run a use case that waits for the outside."""
        return self._outside.submit(call)

    def stop(self) -> None:
        """Let what runs finish; forget what has not begun (it is written down and found again at the next start)."""
        self._outside.shutdown(wait=True, cancel_futures=True)
        self._in_order.shutdown(wait=True, cancel_futures=True)


def beside_each_other(calls: Sequence[Callable[[], None]]) -> None:
    """Port Together: a few at a time on threads of their own. Raises the first failure when all have ended."""
    if len(calls) < 2:
        for call in calls:
            call()
        return
    with ThreadPoolExecutor(min(len(calls), _AT_ONCE), thread_name_prefix="together") as threads:
        asked = [threads.submit(call) for call in calls]
    failures = [failure for each in asked if (failure := each.exception()) is not None]
    if failures:
        raise failures[0]
