"""Exactly one program of a station owns the pumps and the cloud link, or works a printer: it holds a lease in the database."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from core.ports.clock import Clock

_log = logging.getLogger(__name__)
PUMPS_AND_CLOUD = "pumps_and_cloud"
# Long enough to survive a slow disk, short enough that a cashier does not wait for a dead till.
_LASTS = timedelta(seconds=10)


class Leases(Protocol):
    """Rows that one holder has until a moment."""

    def take(self, name: str, holder: str, until: datetime, now: datetime) -> bool:
        """Take or renew; False while another holds it."""
        ...

    def release(self, name: str, holder: str) -> None:
        """Give it up."""
        ...

    def holder(self, name: str, now: datetime) -> str | None:
        """Who has it now."""
        ...


class Ownership:
    """Takes the lease, renews it, and begins or ends what only its holder does."""

    def __init__(
        self,
        leases: Leases,
        clock: Clock,
        holder: str,
        begin: Callable[[], None],
        end: Callable[[], None],
        *,
        lease: str = PUMPS_AND_CLOUD,
    ) -> None:
        self._leases = leases
        self._clock = clock
        self._holder = holder
        self._begin = begin
        self._end = end
        self._lease = lease
        self._ours = False
        self._until: datetime | None = None
        self._one_at_a_time = threading.Lock()
        self._given_up = False

    def is_ours(self) -> bool:
        """Whether this program holds the lease; not for a moment longer than it was last renewed for."""
        return self._ours and self._until is not None and self._clock.now() < self._until

    def owner(self) -> str:
        """The program that holds the lease now, this one or another; empty for none."""
        return self._leases.holder(self._lease, self._clock.now()) or ""

    def keep(self) -> None:
        """Chore: renew the lease, take it over when it has run out, or step back when another has it."""
        with self._one_at_a_time:
            if not self._given_up:  # the chore may have begun just before the program ended
                self._keep()

    def give_up(self) -> None:
        """At the end, for good: the next program need not wait for the lease to run out."""
        with self._one_at_a_time:
            self._given_up = True
            if self._ours:
                self._ours = False
                self._end()
                self._leases.release(self._lease, self._holder)

    def _keep(self) -> None:
        now = self._clock.now()
        held = self._leases.take(self._lease, self._holder, now + _LASTS, now)
        if held:
            self._until = now + _LASTS
        if held and not self._ours:
            self._ours = True
            _log.info("this program owns %s", self._lease)
            self._begin_or_let_go()
        elif not held and self._ours:
            self._ours = False
            _log.warning("another program has taken %s", self._lease)
            self._end()

    def _begin_or_let_go(self) -> None:
        """Half begun would be owned by us and worked by nobody: then all of it is ended, and begun anew at the next look."""
        try:
            self._begin()
        except BaseException:
            self._ours = False
            self._end()
            self._leases.release(self._lease, self._holder)
            raise
