"""Sales from their end to their close: locked for us, told again and again, cleared once they are booked."""

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.devices.pumps.fusion.fields import Fields
from core.devices.pumps.fusion.line import Line
from core.devices.pumps.fusion.marks import LARGEST_SALE, lock_of, number_in_lock
from core.devices.pumps.fusion.messages import Message
from core.devices.pumps.fusion.sales import Sale
from core.domain.ids import PumpNumber
from core.domain.pump import EndedFill
from core.ports.clock import Clock
from core.ports.forecourt import ForecourtListener

_log = logging.getLogger(__name__)

TELL_AGAIN_SECONDS = 1.0
LOCK_AGAIN_SECONDS = 2.0
_TRIES = 3  # a release that never answers to a lock has none; what flowed is booked all the same
_KEPT = 2_000


@dataclass(slots=True)
class _Ending:
    sale: Sale
    number: int
    fill: EndedFill
    locked: bool = False
    anothers: bool = False  # another till of the controller's has it in hand
    asked: int = 0
    asked_at: float = 0.0
    told_at: float = 0.0


class Endings:
    """Every sale that was heard of and is not closed. Used by the line's thread, and by callers to look and to close."""

    def __init__(self, line: Line, clock: Clock) -> None:
        self._line = line
        self._clock = clock
        self._lock = threading.Lock()
        self._open: dict[int, _Ending] = {}  # by the controller's number
        self._done: dict[int, int] = {}  # closed or settled elsewhere: the controller's number -> ours
        self._first_seen: dict[int, datetime] = {}

    def hear(self, sale: Sale, number: int) -> bool:
        """A sale that is to be told from now on; False where it was heard of before."""
        with self._lock:
            if sale.number in self._open or sale.number in self._done:
                return False
            ending = _Ending(sale, number, self._fill(sale, number))
            ending.locked = number_in_lock(sale.locked_by) is not None
            ending.anothers = sale.is_anothers
            self._open[sale.number] = ending
            return True

    def knows(self, number: int) -> bool:
        """Whether the sale of this number (the controller's) was heard of."""
        with self._lock:
            return number in self._open or number in self._done

    def number_of(self, sale: int) -> int | None:
        """Our number for the controller's, where the sale was heard of."""
        with self._lock:
            known = self._open.get(sale)
            return known.number if known is not None else self._done.get(sale)

    def fill_of(self, sale: Sale, number: int) -> EndedFill:
        """The same sale always gives the same fill while the program runs."""
        with self._lock:
            known = self._open.get(sale.number)
            return known.fill if known is not None else self._fill(sale, number)

    def open_on(self, pump: PumpNumber) -> Sequence[EndedFill]:
        """Ended and not closed, oldest first, without what another till has in hand."""
        with self._lock:
            endings = sorted(self._open.items())
            return [each.fill for _number, each in endings if each.sale.pump == pump and not each.anothers]

    def ended(self, pump: PumpNumber, number: int) -> EndedFill | None:
        """The fill under this number (ours), where it is not closed."""
        return next((fill for fill in self.open_on(pump) if fill.transaction == number), None)

    def sale_of(self, pump: PumpNumber, number: int) -> int | None:
        """The controller's number for ours, where it is not closed."""
        with self._lock:
            return next(
                (
                    each.sale.number
                    for each in self._open.values()
                    if each.sale.pump == pump and each.number == number
                ),
                None,
            )

    def closed(self, sale: int) -> None:
        """It is booked with us and cleared there."""
        with self._lock:
            self._end(sale)

    def pass_on(self, listener: ForecourtListener) -> None:
        """Lock what is not locked and tell what is due. Raises the line's faults."""
        now = time.monotonic()
        with self._lock:
            endings = [ending for _number, ending in sorted(self._open.items())]
        for ending in endings:
            if (
                ending.locked
                or ending.asked > _TRIES
                or (ending.asked == _TRIES and not self._waits(ending, now))
            ):
                if not ending.anothers and (not ending.told_at or now - ending.told_at >= TELL_AGAIN_SECONDS):
                    ending.told_at = now
                    listener.ended(ending.fill)
            elif not self._waits(ending, now):
                ending.asked_at = now
                ending.asked += 0 if ending.anothers else 1
                values = {"SA": str(ending.sale.number), "LID": lock_of(ending.number)}
                self._line.post("REQ_PAYMENT_TRANSACTION_LOCK", values)

    def lock_answered(self, message: Message) -> None:
        """The controller's answer to a lock, or its news that somebody locked or unlocked a sale."""
        fields = Fields(message.values, message.event)
        number, lock = fields.whole("SA", 1, LARGEST_SALE), fields.text("LID")
        refused = fields.has("ST") and fields.text("ST").upper() != "OK"
        with self._lock:
            ending = self._open.get(number)
            if ending is None:
                return
            ours = lock == lock_of(ending.number) or (not lock and fields.has("ST") and not refused)
            if ours and not refused:
                ending.locked, ending.anothers = True, False
            elif refused or lock:
                if not ending.anothers:
                    _log.warning("sale %d is in the hands of another till of the controller's", number)
                ending.locked, ending.anothers, ending.asked = False, True, 0
            elif ending.anothers:
                ending.anothers, ending.asked, ending.asked_at = False, 0, 0.0

    def cleared(self, message: Message) -> None:
        """News that a sale was settled. By somebody else, it is his; the counters will show it."""
        number = Fields(message.values, message.event).whole("SA", 1, LARGEST_SALE)
        with self._lock:
            ending = self._open.get(number)
            if ending is not None and (ending.anothers or not (ending.locked or ending.told_at)):
                _log.warning("sale %d was settled by another till of the controller's", number)
                self._end(number)

    def again(self) -> None:
        """The line is new: locks may have run out, and what is open is told at once."""
        with self._lock:
            for ending in self._open.values():
                ending.locked, ending.asked, ending.asked_at, ending.told_at = False, 0, 0.0, 0.0

    def _waits(self, ending: _Ending, now: float) -> bool:
        return bool(ending.asked_at) and now - ending.asked_at < LOCK_AGAIN_SECONDS

    def _end(self, sale: int) -> None:
        ending = self._open.pop(sale, None)
        if ending is not None:
            self._done[sale] = ending.number
        while len(self._done) > _KEPT:
            del self._done[next(iter(self._done))]

    def _fill(self, sale: Sale, number: int) -> EndedFill:
        return sale.ended_fill(number, self._first_seen.setdefault(sale.number, self._clock.now()))
