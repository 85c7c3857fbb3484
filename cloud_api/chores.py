"""What runs by the clock: overdue orders, refunds, unclear payments, forgotten holds."""

import logging
from collections.abc import Awaitable, Callable, Mapping

from cloud_api.hub import CHORES, Hub

_log = logging.getLogger(__name__)


class Chores:
    """Runs every chore in turn, again and again, and at once when the hub rings. One that fails does not stop the others."""

    def __init__(
        self, chores: Mapping[str, Callable[[], Awaitable[object]]], hub: Hub, every_seconds: float
    ) -> None:
        self._chores = chores
        self._hub = hub
        self._every_seconds = every_seconds
        self._failing: set[str] = set()

    async def run_for_ever(self) -> None:
        with self._hub.listening(CHORES) as listener:
            while True:
                await self.run_once()
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
