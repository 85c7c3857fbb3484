"""Turns the controller's final record of a transaction into an EndedFill, and remembers which ones were closed."""

import logging
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

from core.devices.pumps.pts.conversation import Conversation
from core.devices.pumps.pts.statuses import Record
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.product import FuelGrade
from core.domain.pump import EndedFill, Pump
from core.ports.clock import Clock

_log = logging.getLogger(__name__)

# A controller may tell the end in one answer from the pump and in another from its records, a little apart.
_SAME_END = timedelta(minutes=2)


class Endings:
    """Final records in domain words. The same record always gives the same EndedFill while the program runs."""

    def __init__(
        self, conversation: Conversation, pumps: Sequence[Pump], grades: Sequence[FuelGrade], clock: Clock
    ) -> None:
        self._conversation = conversation
        self._clock = clock
        self._pumps = {pump.number: pump for pump in pumps}
        self._grades = {grade.code: grade.controller_grade for grade in grades}
        self._lock = threading.Lock()
        self._fills: dict[int, tuple[Record, EndedFill]] = {}  # by pump: the last one asked for
        self._first_seen: dict[tuple[int, int, int, int], datetime] = {}
        self._closed: set[tuple[int, int]] = set()

    def fill(self, record: Record) -> EndedFill:
        """The fill that this record tells of."""
        with self._lock:
            known = self._fills.get(record.pump)
            if known is not None and _tells_of_the_same(known[0], record):
                return known[1]
            fill = self._made(record)
            self._fills[record.pump] = (record, fill)
            return fill

    def close(self, pump: int, transaction: int) -> None:
        """The controller has closed it; its number may come again some day."""
        with self._lock:
            self._closed.add((pump, transaction))

    def reopen(self, pump: int, transaction: int) -> None:
        """The number is in use, again or still."""
        with self._lock:
            self._closed.discard((pump, transaction))

    def begin(self, pump: int, transaction: int) -> None:
        """A fill runs under this number: what ended under it before was another one."""
        with self._lock:
            self._closed.discard((pump, transaction))
            known = self._fills.get(pump)
            if known is not None and known[0].transaction == transaction:
                del self._fills[pump]
            for key in [key for key in self._first_seen if key[:2] == (pump, transaction)]:
                del self._first_seen[key]

    def is_closed(self, pump: int, transaction: int) -> bool:
        """Whether it was closed by us since its number was last in use."""
        with self._lock:
            return (pump, transaction) in self._closed

    def made(self, record: Record) -> EndedFill:
        """A fill from the controller's store, whatever was asked for before."""
        with self._lock:
            known = self._fills.get(record.pump)
            if known is not None and _tells_of_the_same(known[0], record):
                return known[1]
            return self._made(record)

    def _made(self, record: Record) -> EndedFill:
        return EndedFill(
            PumpNumber(record.pump),
            self._nozzle(record),
            record.transaction,
            record.volume,
            record.price,
            record.amount,
            started_at=self._conversation.moment(record.started) if record.started else None,
            ended_at=self._ended_at(record),
            totaliser=record.totaliser,
            timed=(record.ended or record.started) is not None,
            offline=record.offline,
        )

    def _ended_at(self, record: Record) -> datetime:
        on_its_clock = record.ended or record.started
        if on_its_clock is not None:
            return self._conversation.moment(on_its_clock)
        # A controller whose clock was never set gives no time; ours of the first sight must do, and must stay the same.
        key = (record.pump, record.transaction, record.volume.millilitres, record.amount.fen)
        return self._first_seen.setdefault(key, self._clock.now())

    def _nozzle(self, record: Record) -> NozzleNumber:
        if record.nozzle:
            return NozzleNumber(record.nozzle)
        pump = self._pumps.get(PumpNumber(record.pump))
        nozzles = pump.nozzles if pump else ()
        for nozzle in nozzles:
            if record.grade and self._grades.get(nozzle.grade) == record.grade:
                return nozzle.number
        if len(nozzles) != 1:
            _log.warning("the fill %d of pump %d names no nozzle", record.transaction, record.pump)
        return nozzles[0].number if nozzles else NozzleNumber(1)


def _tells_of_the_same(told: Record, again: Record) -> bool:
    """Whether two records are one fill's, though one may know less of it or have rounded its time."""
    figures = (told.transaction, told.volume, told.price, told.amount)
    if figures != (again.transaction, again.volume, again.price, again.amount):
        return False
    if told.totaliser and again.totaliser and told.totaliser != again.totaliser:
        return False
    before, now = told.ended or told.started, again.ended or again.started
    return before is None or now is None or abs(now - before) <= _SAME_END
