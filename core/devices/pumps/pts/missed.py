"""Fills whose end nobody saw: closed by the controller itself, or over while the line was down. They are asked for."""

import logging
import time
from collections.abc import Iterator, Mapping

from core.devices.pumps.pts.dialogue import Dialogue
from core.devices.pumps.pts.endings import Endings
from core.devices.pumps.pts.statuses import LARGEST_TRANSACTION, Status
from core.domain.faults import PumpAnswerUnfit
from core.domain.ids import PumpNumber
from core.ports.forecourt import ForecourtListener

_log = logging.getLogger(__name__)

ASK_AGAIN_SECONDS = 1.0
_MOST_MISSED = 20  # numbers further apart than this were not counted up one by one
TRIES = 5  # a record may come some seconds after the end


class MissedEnds:
    """Compares the numbers that a pump tells with those that were heard of. Used by the poller's thread alone.

    `booked` has the number of the last fill that the books know of each pump, so that what was filled while no program
    ran is not lost either.
    """

    def __init__(self, dialogue: Dialogue, endings: Endings, booked: Mapping[PumpNumber, int]) -> None:
        self._dialogue = dialogue
        self._endings = endings
        self._running: dict[int, int] = {}  # pump -> the transaction it was filling when last seen
        self._newest: dict[int, int] = {int(pump): number for pump, number in booked.items()}
        self._from_books = set(self._newest)
        self._wanted: dict[tuple[int, int], float] = {}  # -> when last asked for
        self._tries: dict[
            tuple[int, int], int
        ] = {}  # those that were seen running, and how often they were not known

    def __bool__(self) -> bool:
        return bool(self._wanted)

    def running(self, pump: int) -> int | None:
        """The transaction that the pump was filling when it was last heard."""
        return self._running.get(pump)

    def ended(self, pump: int, transaction: int) -> None:
        """The pump told the end itself."""
        self._running.pop(pump, None)
        self._known(pump, transaction)

    def begin(self, pump: int, transaction: int) -> None:
        """The pump is filling under this number."""
        self._endings.begin(pump, transaction)
        self._running[pump] = transaction

    def lost(self, pump: int) -> None:
        """What ran there is over, and nobody saw its end."""
        before = self._running.pop(pump, None)
        if before is not None:
            self._wanted[pump, before] = 0.0
            self._tries[pump, before] = 0

    def count_on(self, status: Status) -> None:
        """Ask for every number that was given out after the last one known; that of a fill on show is known already."""
        if status.request:
            return
        on_show = status.ended.transaction if status.ended is not None else status.transaction
        newest = (on_show - 2) % LARGEST_TRANSACTION + 1 if on_show else status.last_transaction
        pump = status.pump
        before, by_the_books = self._newest.get(pump), pump in self._from_books
        if before is not None and on_show == before:
            return  # booked, and not closed yet
        if before and not newest:
            return  # it was restarted and has forgotten its last: what comes next is counted from where it was
        self._known(pump, newest)
        if before is None or newest in {0, before}:
            return
        missed = list(_after(before, newest))
        if len(missed) > _MOST_MISSED:
            # Other numbers than the books': another controller. Its past is not ours; what comes from now on is.
            missed = [] if by_the_books or on_show else [newest]
        for transaction in missed:
            self._wanted.setdefault((pump, transaction), 0.0)

    def tell(self, listener: ForecourtListener) -> None:
        """Ask for each and tell what is known of it, again and again until it is closed. Raises the line's faults."""
        for (pump, transaction), asked in list(self._wanted.items()):
            if self._endings.is_closed(pump, transaction):
                self._forget(pump, transaction)
            elif time.monotonic() - asked >= ASK_AGAIN_SECONDS:
                self._wanted[pump, transaction] = time.monotonic()
                self._ask(pump, transaction, listener)

    def _ask(self, pump: int, transaction: int, listener: ForecourtListener) -> None:
        try:
            information = self._dialogue.transaction(pump, transaction)
        except PumpAnswerUnfit:
            _log.debug("nothing can be read of the fill %d of pump %d yet", transaction, pump)
            return
        seen_running = (pump, transaction) in self._tries
        if information is None:
            if not seen_running:
                self._forget(pump, transaction)  # a number may be given out and nothing be filled under it
                return
            self._tries[pump, transaction] += 1
            if self._tries[pump, transaction] >= TRIES:
                _log.warning("the controller knows nothing of the fill %d of pump %d", transaction, pump)
                self._forget(pump, transaction)
        elif information.record is not None:
            if seen_running or information.record.volume or information.record.amount:
                listener.ended(self._endings.fill(information.record))
            else:
                self._forget(pump, transaction)

    def _known(self, pump: int, transaction: int) -> None:
        self._newest[pump] = transaction
        self._from_books.discard(pump)

    def _forget(self, pump: int, transaction: int) -> None:
        self._wanted.pop((pump, transaction), None)
        self._tries.pop((pump, transaction), None)


def _after(before: int, newest: int) -> Iterator[int]:
    """The numbers after `before` up to `newest`; after the largest comes 1."""
    number = before
    while number != newest:
        number = number % LARGEST_TRANSACTION + 1
        yield number
