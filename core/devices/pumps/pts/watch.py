"""One look at all pumps: what is new in it is told to the listener."""

import logging
import time
from collections.abc import Sequence
from dataclasses import replace

from core.devices.pumps.pts.arrivals import Arrivals
from core.devices.pumps.pts.conversation import Conversation
from core.devices.pumps.pts.endings import Endings
from core.devices.pumps.pts.fields import AnswerUnfit
from core.devices.pumps.pts.messages import Answer, ask_of
from core.devices.pumps.pts.statuses import (
    PricesInPump,
    Record,
    SomethingElse,
    Status,
    information_of,
    status_of,
)
from core.domain.faults import PumpAnswerUnfit
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.pump import Pump, PumpReading, PumpState
from core.ports.clock import Clock
from core.ports.forecourt import ForecourtListener

_log = logging.getLogger(__name__)

MOST_IN_ONE_MESSAGE = 40  # a controller reads 600 JSON tokens; one pump's question is nine of them
TELL_AGAIN_SECONDS = 1.0
_NOT_CONFIGURED = 52
_FILLING = (PumpState.FUELLING, PumpState.SUSPENDED)


class Watch:
    """Keeps what was told of each pump, so that only changes are told again. Used by the poller's thread alone."""

    def __init__(
        self,
        conversation: Conversation,
        pumps: Sequence[Pump],
        arrivals: Arrivals,
        endings: Endings,
        clock: Clock,
    ) -> None:
        self._conversation = conversation
        self._pumps = tuple(int(pump.number) for pump in pumps)
        self._arrivals = arrivals
        self._endings = endings
        self._clock = clock
        self._told: dict[int, PumpReading] = {}
        self._told_ended: dict[int, tuple[int, float]] = {}  # pump -> transaction, when
        self._running: dict[int, int] = {}  # pump -> the transaction it was filling when last seen
        self._unseen: dict[
            tuple[int, int], float
        ] = {}  # ended without our seeing the end -> when last asked for
        self._complained: set[int] = set()
        self._silent = True

    def look(self, listener: ForecourtListener) -> bool:
        """Ask for every pump and tell what is new; whether anything is going on. Raises the faults of a silent line."""
        self._conversation.introduce(again=self._silent)
        seen: dict[int, Status | None] = {}
        for start in range(0, len(self._pumps), MOST_IN_ONE_MESSAGE):
            batch = self._pumps[start : start + MOST_IN_ONE_MESSAGE]
            answers = self._conversation.look([ask_of(pump, "PumpGetStatus") for pump in batch])
            for pump, answer in zip(batch, answers, strict=True):
                try:
                    seen[pump] = self._understood(pump, answer)
                except AnswerUnfit as unfit:
                    self._complain(pump, str(unfit))
        if self._pumps and not seen:
            raise PumpAnswerUnfit
        self._silent = False
        for pump in self._pumps:
            self._take(seen.get(pump, Status(pump, PumpState.UNKNOWN)), listener)
        self._ask_for_unseen(listener)
        return bool(self._unseen) or any(status is None or not status.at_rest for status in seen.values())

    def went_silent(self, listener: ForecourtListener) -> None:
        """The line is down: every pump is offline, with the figures last seen."""
        self._silent = True
        for pump in self._pumps:
            last = self._told.get(pump, PumpReading(PumpNumber(pump), PumpState.OFFLINE, self._clock.now()))
            self._tell(replace(last, state=PumpState.OFFLINE, at=self._clock.now()), listener)

    def _understood(self, pump: int, answer: Answer | None) -> Status | None:
        """The pump's state; None where the poll brought something else in its place."""
        if answer is None:
            raise AnswerUnfit("there is no answer for it")
        if answer.code is not None:
            self._complain(pump, f"error {answer.code} {answer.message[:100]}")
            return Status(
                pump, PumpState.INOPERATIVE if answer.code == _NOT_CONFIGURED else PumpState.UNKNOWN
            )
        status = status_of(answer, pump)
        self._complained.discard(pump)
        if isinstance(status, PricesInPump):
            self._arrivals.arrived(status)
        return None if isinstance(status, PricesInPump | SomethingElse) else status

    def _complain(self, pump: int, what: str) -> None:
        if pump not in self._complained:
            self._complained.add(pump)
            _log.warning("pump %d cannot be read: %s", pump, what)

    def _take(self, status: Status | None, listener: ForecourtListener) -> None:
        if status is None:
            return
        self._tell(self._reading(status), listener)
        if status.ended is not None:
            self._running.pop(status.pump, None)
            self._tell_ended(status.ended, listener)
        elif status.state in _FILLING and status.transaction:
            self._note_running(status.pump, status.transaction)
        elif status.state not in {PumpState.OFFLINE, PumpState.UNKNOWN, PumpState.INOPERATIVE}:
            self._note_running(status.pump, None)

    def _note_running(self, pump: int, transaction: int | None) -> None:
        before = self._running.pop(pump, None)
        if transaction is not None:
            self._running[pump] = transaction
            self._endings.reopen(pump, transaction)
        if before is not None and before != transaction:
            # Its end came and went between two polls: closed by somebody else, or while the line was down.
            self._unseen[pump, before] = 0.0

    def _ask_for_unseen(self, listener: ForecourtListener) -> None:
        for (pump, transaction), asked in list(self._unseen.items()):
            if self._endings.is_closed(pump, transaction):
                del self._unseen[pump, transaction]
                continue
            if time.monotonic() - asked < TELL_AGAIN_SECONDS:
                continue
            self._unseen[pump, transaction] = time.monotonic()
            question = ask_of(pump, "PumpGetTransactionInformation", Transaction=transaction)
            answer = self._conversation.look([question])[0]
            if answer is None or answer.code is not None:
                continue
            try:
                information = information_of(answer, pump)
            except AnswerUnfit as unfit:
                self._complain(pump, str(unfit))
                continue
            if information is None:
                _log.warning("the controller knows nothing of the fill %d of pump %d", transaction, pump)
                del self._unseen[pump, transaction]
            elif information.record is not None:
                listener.ended(self._endings.fill(information.record))

    def _tell_ended(self, record: Record, listener: ForecourtListener) -> None:
        transaction, when = self._told_ended.get(record.pump, (0, 0.0))
        if transaction == record.transaction and time.monotonic() - when < TELL_AGAIN_SECONDS:
            return
        self._told_ended[record.pump] = (record.transaction, time.monotonic())
        self._endings.reopen(record.pump, record.transaction)
        listener.ended(self._endings.fill(record))

    def _reading(self, status: Status) -> PumpReading:
        return PumpReading(
            PumpNumber(status.pump),
            status.state,
            self._clock.now(),
            nozzle=NozzleNumber(status.nozzle) if status.nozzle else None,
            volume=status.volume,
            amount=status.amount,
            price=status.price,
            transaction=status.transaction,
            preset=status.preset,
        )

    def _tell(self, reading: PumpReading, listener: ForecourtListener) -> None:
        before = self._told.get(reading.pump)
        if before is None or replace(before, at=reading.at) != reading:
            self._told[reading.pump] = reading
            listener.read(reading)
