"""One look at all pumps: what is new in it is told to the listener."""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.devices.pumps.pts.arrivals import Arrivals
from core.devices.pumps.pts.conversation import Conversation
from core.devices.pumps.pts.counting import Census
from core.devices.pumps.pts.dialogue import Dialogue
from core.devices.pumps.pts.endings import Endings
from core.devices.pumps.pts.fields import AnswerUnfit
from core.devices.pumps.pts.messages import Answer, ask_of
from core.devices.pumps.pts.missed import MissedEnds
from core.devices.pumps.pts.setup import read_setup
from core.devices.pumps.pts.statuses import Record, Status
from core.devices.pumps.pts.transitions import TABLE, Effect, knew_of, seen_in
from core.domain.controller import Counted
from core.domain.faults import PumpAnswerUnfit
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.pump import Pump, PumpReading, PumpState
from core.ports.clock import Clock
from core.ports.forecourt import ForecourtListener

_log = logging.getLogger(__name__)

TELL_AGAIN_SECONDS = 1.0
_NOT_CONFIGURED = 52


class Watch:
    """Keeps what was told of each pump, so that only changes are told again. Used by the poller's thread alone."""

    def __init__(
        self,
        conversation: Conversation,
        pumps: Sequence[Pump],
        arrivals: Arrivals,
        endings: Endings,
        clock: Clock,
        *,
        booked: Mapping[PumpNumber, int] | None = None,
        census: Census | None = None,
    ) -> None:
        self._conversation = conversation
        self._census = census
        self._came_up_before = False
        self._pumps = tuple(int(pump.number) for pump in pumps)
        self._arrivals = arrivals
        self._endings = endings
        self._clock = clock
        self._told: dict[int, PumpReading] = {}
        self._told_ended: dict[int, tuple[int, float]] = {}  # pump -> transaction, when
        self._missed = MissedEnds(Dialogue(conversation, arrivals), endings, booked or {})
        self._complained: set[int] = set()
        self._silent = True

    def look(self, listener: ForecourtListener) -> bool:
        """Ask for every pump and tell what is new; whether anything is going on. Raises the faults of a silent line."""
        self._conversation.introduce(again=self._silent)
        seen: dict[int, Status | None] = {}
        answers = self._conversation.look([ask_of(pump, "PumpGetStatus") for pump in self._pumps])
        for pump, answer in zip(self._pumps, answers, strict=True):
            try:
                seen[pump] = self._understood(pump, answer)
            except AnswerUnfit as unfit:
                self._complain(pump, str(unfit))
        if self._pumps and not seen:
            raise PumpAnswerUnfit
        came_up, self._silent = self._silent, False
        for pump in self._pumps:
            self._take(seen.get(pump, Status(pump, PumpState.UNKNOWN)), listener)
        self._missed.tell(listener)
        counting = self._count(seen, listener, came_up=came_up)
        return (
            counting
            or bool(self._missed)
            or any(status is None or not status.at_rest for status in seen.values())
        )

    def _count(
        self, seen: Mapping[int, Status | None], listener: ForecourtListener, *, came_up: bool
    ) -> bool:
        """Set-up and counters, told once after the line came up; whether a counter is waited for."""
        if self._census is None:
            return False
        if came_up:
            listener.set_up(read_setup(self._conversation))
            self._census.begin(Counted.RECONNECT if self._came_up_before else Counted.START)
            self._came_up_before = True
        self._census.go_on(seen, listener)
        return bool(self._census)

    def stop(self) -> None:
        """Nobody looks any more: whoever waits to count a pump need not wait for this."""
        if self._census is not None:
            self._census.stop()

    def went_silent(self, listener: ForecourtListener) -> None:
        """The line is down: every pump is offline, with the figures last seen."""
        self._silent = True
        self.stop()
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
        status = self._arrivals.sorted_out(answer, pump)
        self._complained.discard(pump)
        return status

    def _complain(self, pump: int, what: str) -> None:
        if pump not in self._complained:
            self._complained.add(pump)
            _log.warning("pump %d cannot be read: %s", pump, what)

    def _take(self, status: Status | None, listener: ForecourtListener) -> None:
        if status is None:
            return
        self._tell(self._reading(status), listener)
        knew = knew_of(self._missed.running(status.pump), status.transaction)
        for effect in TABLE[seen_in(status), knew].effects:
            self._do(effect, status, listener)

    def _do(self, effect: Effect, status: Status, listener: ForecourtListener) -> None:
        match effect:
            case Effect.ASK_FOR_LOST:
                self._missed.lost(status.pump)
            case Effect.COUNT_ON:
                self._missed.count_on(status)
            case Effect.BEGIN if status.transaction is not None:
                self._missed.begin(status.pump, status.transaction)
            case Effect.TELL_END if status.ended is not None:
                self._missed.ended(status.pump, status.ended.transaction)
                self._tell_ended(status.ended, listener)

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
