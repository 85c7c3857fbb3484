"""The counters of nozzles: a pump reads them out one nozzle at a time, some time after it was asked."""

import logging
import threading
import time
from collections.abc import Mapping, Sequence

from core.devices.pumps.pts.arrivals import Arrivals
from core.devices.pumps.pts.conversation import (
    NO_PERMISSION,
    PUMP_HAS_A_COMMAND,
    PUMP_IS_FILLING,
    UNKNOWN_REQUEST,
    Conversation,
    refusal_of,
)
from core.devices.pumps.pts.dialogue import Dialogue, turns
from core.devices.pumps.pts.fields import AnswerUnfit, Fields
from core.devices.pumps.pts.messages import Answer, Request, ask_of
from core.devices.pumps.pts.statuses import MOST_NOZZLES, Status, totals_of
from core.domain.controller import Counted, Totals
from core.domain.faults import PumpAnswerLost, PumpAnswerUnfit, PumpControllerLogin
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.pump import Pump, PumpState
from core.domain.refusals.pumps import PumpBusy, PumpRefused
from core.ports.forecourt import ForecourtListener

_log = logging.getLogger(__name__)

PATIENCE_SECONDS = 6.0  # a controller may take seconds to get a counter out of a pump
TURN_SECONDS = PATIENCE_SECONDS  # so long may somebody else be asking the same pump
_TRIES = 3
_NOT_OFFERED = {UNKNOWN_REQUEST, NO_PERMISSION}
_LATER = {PUMP_HAS_A_COMMAND, PUMP_IS_FILLING}


class Counting:
    """Reads counters for whoever waits for them."""

    def __init__(self, conversation: Conversation, dialogue: Dialogue, arrivals: Arrivals) -> None:
        self._conversation = conversation
        self._dialogue = dialogue
        self._arrivals = arrivals
        self._one_nozzle: dict[int, threading.Lock] = {}
        self._locks = threading.Lock()
        self._stopping = threading.Event()

    def start(self) -> None:
        """Whoever asks from now on is answered."""
        self._stopping.clear()

    def stop(self) -> None:
        """The program ends: nobody waits for a counter any more."""
        self._stopping.set()

    def of(self, pump: Pump) -> Mapping[NozzleNumber, Totals]:
        """Every nozzle's counters, now. Raises PumpBusy, PumpRefused, PumpAnswerLost, PumpLineDown."""
        asking = self.asking(pump.number)
        if not asking.acquire(timeout=TURN_SECONDS):
            raise PumpBusy(pump.number, PumpState.UNKNOWN)
        try:
            return {nozzle.number: self._one(pump.number, nozzle.number) for nozzle in pump.nozzles}
        finally:
            asking.release()

    def asking(self, pump: int) -> threading.Lock:
        """Held by whoever asks this pump: it reads out one nozzle at a time."""
        with self._locks:
            return self._one_nozzle.setdefault(pump, threading.Lock())

    def begin(self, pump: int) -> bool:
        """Have the pump to oneself for one question, where it is free and nobody waits for it. Ended by `end`."""
        asking = self.asking(pump)
        if not asking.acquire(blocking=False):
            return False
        if self._dialogue.precedence.begin(pump):
            return True
        asking.release()
        return False

    def end(self, pump: int) -> None:
        """The question is answered, or given up."""
        self._dialogue.precedence.end(pump)
        self.asking(pump).release()

    def _one(self, pump: int, nozzle: int) -> Totals:
        with self._dialogue.precedence.question(pump):
            return self._told(pump, nozzle)

    def _told(self, pump: int, nozzle: int) -> Totals:
        self._arrivals.forget_totals(pump, nozzle)
        answer = self._dialogue.question(pump, _question(pump, nozzle))
        if answer.code in _NOT_OFFERED:
            saved = self.saved(pump).get(NozzleNumber(nozzle))
            if saved is None:
                raise refusal_of(answer, pump)
            return saved
        if answer.code is not None:
            raise refusal_of(answer, pump)
        for _turn in turns(PATIENCE_SECONDS):
            self._dialogue.look_for_news(pump)
            told = self._arrivals.totals(pump, nozzle)
            if told is not None:
                return told
            if self._stopping.is_set():
                break
        raise PumpAnswerLost

    def saved(self, pump: int) -> Mapping[NozzleNumber, Totals]:
        """What the controller read by itself after the last fill, where it cannot ask the pump for us. Raises as `of`."""
        answer = self._conversation.look([ask_of(pump, "PumpGetLastSavedTotals")])[0]
        if answer is None:
            raise PumpAnswerUnfit
        if answer.code is not None:
            raise refusal_of(answer, pump)
        try:
            rows = [Fields(row, answer.type) for row in answer.fields().list_or_none("Nozzles") or []]
            return {NozzleNumber(row.whole("Nozzle", 1, MOST_NOZZLES)): totals_of(row) for row in rows}
        except AnswerUnfit as unfit:
            raise PumpAnswerUnfit from unfit


class Census:
    """Goes through every nozzle once after the line came up, beside the polling and never in its way.

    Used by the poller's thread alone. Pumps are asked beside each other, the nozzles of a pump after each other; a pump
    that is busy is asked when it is free.
    """

    def __init__(
        self, conversation: Conversation, counting: Counting, arrivals: Arrivals, pumps: Sequence[Pump]
    ) -> None:
        self._conversation = conversation
        self._counting = counting
        self._arrivals = arrivals
        self._pumps = {int(pump.number): pump for pump in pumps}
        self._why = Counted.START
        self._left: dict[int, list[int]] = {}  # pump -> the nozzles still to count
        self._asked: dict[int, float] = {}  # pump -> when its first nozzle was asked
        self._tries: dict[int, int] = {}
        self._not_before: dict[int, float] = {}
        self._by_memory: list[int] = []  # pumps that the controller cannot ask for us

    def __bool__(self) -> bool:
        return bool(self._asked)

    def begin(self, why: Counted) -> None:
        """Count every nozzle anew."""
        self._release()
        self._why = why
        self._tries.clear()
        self._not_before.clear()
        self._left = {
            number: [nozzle.number for nozzle in pump.nozzles]
            for number, pump in self._pumps.items()
            if pump.nozzles
        }

    def go_on(self, seen: Mapping[int, Status | None], listener: ForecourtListener) -> None:
        """Take what has arrived, ask the next nozzle of every pump at rest. Raises the line's faults."""
        for pump in list(self._asked):
            self._take(pump, listener)
        free = [
            pump
            for pump, nozzles in self._left.items()
            if nozzles
            and pump not in self._asked
            and self._not_before.get(pump, 0.0) <= time.monotonic()
            and self._is_free(seen.get(pump))
        ]
        ready = [pump for pump in free if self._counting.begin(pump)]
        if ready:
            self._ask(ready)
        while self._by_memory:
            self._remember(self._by_memory.pop(), listener)

    def stop(self) -> None:
        """Nobody waits any more."""
        self._release()
        self._left.clear()

    def _take(self, pump: int, listener: ForecourtListener) -> None:
        nozzle = self._left[pump][0]
        told = self._arrivals.totals(pump, nozzle)
        if told is not None:
            self._next(pump)
            listener.counted(PumpNumber(pump), NozzleNumber(nozzle), told, self._why)
        elif time.monotonic() - self._asked[pump] > PATIENCE_SECONDS:
            self._tries[pump] = self._tries.get(pump, 0) + 1
            self._not_now(pump)
            if self._tries[pump] >= _TRIES:
                _log.warning("pump %d does not tell the counter of its nozzle %d", pump, nozzle)
                self._left[pump].pop(0)
                self._tries[pump] = 0

    def _ask(self, pumps: Sequence[int]) -> None:
        now = time.monotonic()
        questions: list[Request] = []
        for pump in pumps:
            self._asked[pump] = now
            self._arrivals.forget_totals(pump, self._left[pump][0])
            questions.append(_question(pump, self._left[pump][0]))
        try:
            answers = self._conversation.look(questions)
        except BaseException:
            self._release()
            raise
        for pump, answer in zip(pumps, answers, strict=True):
            self._answered(pump, answer)

    def _answered(self, pump: int, answer: Answer | None) -> None:
        if answer is None or answer.code is None:
            return  # it may be on its way: waited for like any other
        self._not_now(pump)
        if answer.code in _NOT_OFFERED:
            self._by_memory.append(pump)
        elif answer.code not in _LATER:
            # Its cable may have been cut just now: asked again a while later, and then given up.
            self._not_before[pump] = time.monotonic() + PATIENCE_SECONDS
            self._tries[pump] = self._tries.get(pump, 0) + 1
            if self._tries[pump] >= _TRIES:
                _log.info("pump %d tells no counters: error %d %s", pump, answer.code, answer.message[:100])
                self._left[pump].clear()

    def _remember(self, pump: int, listener: ForecourtListener) -> None:
        left, self._left[pump] = self._left[pump], []
        try:
            saved = self._counting.saved(pump)
        except (PumpBusy, PumpRefused, PumpAnswerUnfit, PumpControllerLogin) as none:
            _log.info("the controller keeps no counters of pump %d: %s", pump, none)
            return
        for nozzle in left:
            if NozzleNumber(nozzle) in saved:
                listener.counted(
                    PumpNumber(pump), NozzleNumber(nozzle), saved[NozzleNumber(nozzle)], self._why
                )

    @staticmethod
    def _is_free(status: Status | None) -> bool:
        return (
            status is not None
            and status.state in {PumpState.IDLE, PumpState.CALLING}
            and status.ended is None
            and not status.promised
        )

    def _next(self, pump: int) -> None:
        self._left[pump].pop(0)
        self._tries[pump] = 0
        self._not_now(pump)

    def _not_now(self, pump: int) -> None:
        del self._asked[pump]
        self._counting.end(pump)

    def _release(self) -> None:
        for pump in list(self._asked):
            self._not_now(pump)


def _question(pump: int, nozzle: int) -> Request:
    return ask_of(pump, "PumpGetTotals", Nozzle=nozzle)
