"""in_order: one thread for quick use cases; outside: a few for those that wait on the world."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
_log = logging.getLogger(__name__)


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
