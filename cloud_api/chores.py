"""What runs by the clock: overdue orders, refunds, unclear payments, forgotten holds."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from cloud_api.hub import CHORES, Hub

_log = logging.getLogger(__name__)


class Turn(Protocol):
    """Whose turn it is among several workers; asking may wait."""

    def is_ours(self) -> bool: ...


class Chores:
    """Runs every chore in turn, again and again, and at once when the hub rings. One that fails does not stop the others.

    Among several workers one does them, and another as soon as that one is gone. Each chore would bear two at once all the same:
    it finds its work in the database, and takes it by an update that only one can make.
    """

    def __init__(
        self,
        chores: Mapping[str, Callable[[], Awaitable[object]]],
        hub: Hub,
        every_seconds: float,
        turn: Turn | None = None,
    ) -> None:
        self._turn = turn
        self._chores = chores
        self._hub = hub
        self._every_seconds = every_seconds
        self._failing: set[str] = set()

    async def run_for_ever(self) -> None:
        with self._hub.listening(CHORES) as listener:
            while True:
                if self._turn is None or await asyncio.to_thread(self._turn.is_ours):
                    await self.run_once()
                _end_if_told_to()
                await listener.rung(self._every_seconds)

    async def run_once(self) -> None:
        for name, chore in self._chores.items():
            try:
                await chore()
            except Exception:  # noqa: BLE001 - one chore that breaks must not stop the others
                # It is tried again anyway; the first failure and the recovery are news, each repetition is not.
                if name not in self._failing:
                    _log.exception("the chore '%s' failed and will be tried again", name)
                self._failing.add(name)
            else:
                if name in self._failing:
                    _log.info("the chore '%s' works again", name)
                self._failing.discard(name)


def _end_if_told_to() -> None:
    """A chore, or what it asks, may have caught our cancellation beside a failure of its own; nobody cancels twice."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
