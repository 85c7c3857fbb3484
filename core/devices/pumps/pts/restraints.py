"""Hold a pump back and let it go: pause a fill, keep a pump for ourselves, stop all of them at once."""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from core.devices.pumps.pts.conversation import (
    NOT_FILLING,
    NOT_LOCKED_BY_US,
    Conversation,
    refusal_of,
)
from core.devices.pumps.pts.dialogue import Dialogue
from core.devices.pumps.pts.messages import Answer, Request, ask_of
from core.domain.faults import Fault, PumpAnswerLost, PumpLineDown
from core.domain.ids import PumpNumber
from core.domain.pump import PumpState

_log = logging.getLogger(__name__)

_STOP_TRIES = 3
_TOGETHER_SECONDS = 0.3  # so long may the answer to all take before each is asked by itself


class Restraints:
    """Suspend, resume, lock, unlock. None of them does harm when it is done twice."""

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue

    def suspend(self, pump: PumpNumber) -> None:
        """Pause the fill. Raises PumpBusy, PumpRefused, PumpAnswerLost."""
        self._twice_where_lost(pump, "PumpSuspend", lambda: self._stands(pump) is PumpState.SUSPENDED)

    def resume(self, pump: PumpNumber) -> None:
        """Let it go on. Raises PumpBusy, PumpRefused, PumpAnswerLost."""
        self._twice_where_lost(pump, "PumpResume", lambda: self._stands(pump) is PumpState.FUELLING)

    def lock(self, pump: PumpNumber) -> None:
        """Keep the pump for our user. Raises PumpBusy where it is another's."""
        self._twice_where_lost(pump, "PumpLock")

    def unlock(self, pump: PumpNumber) -> None:
        """Let others have it."""
        self._twice_where_lost(pump, "PumpUnlock", fine=NOT_LOCKED_BY_US)

    def _twice_where_lost(
        self, pump: PumpNumber, command: str, done: Callable[[], bool] | None = None, fine: int | None = None
    ) -> None:
        try:
            answer = self._dialogue.command(pump, ask_of(pump, command))
        except PumpAnswerLost:
            if done is not None and done():
                return
            answer = self._dialogue.command(pump, ask_of(pump, command))
        if answer.code not in {None, fine}:
            raise refusal_of(answer, pump)

    def _stands(self, pump: int) -> PumpState:
        return self._dialogue.status(pump).state


class Emergency:
    """Stops every pump, and refuses leave until it is over.

    All are asked in one message; where that is not answered at once, every pump is asked by itself and beside the
    others, so that none waits for one that is silent.
    """

    def __init__(self, conversation: Conversation, dialogue: Dialogue, pumps: Sequence[PumpNumber]) -> None:
        self._conversation = conversation
        self._dialogue = dialogue
        self._pumps = tuple(pumps)
        self._on = threading.Event()

    @property
    def is_on(self) -> bool:
        """Whether all pumps were stopped and not yet released."""
        return self._on.is_set()

    def release(self) -> None:
        """It is over."""
        self._on.clear()

    def stop_all(self) -> None:
        """Raises the fault of a pump that could not be told, after all were asked."""
        self._on.set()
        told = _Told(self._pumps)
        together = [
            _thread(f"stop {len(batch)} pumps", self._ask_together, batch, told) for batch in self._batches()
        ]
        left = told.wait(_TOGETHER_SECONDS)
        alone = [_thread(f"stop pump {pump}", self._ask_alone, pump, told) for pump in left]
        for thread in alone:
            thread.join()
        faults = told.faults(left)
        # What was asked together is of no more use where each was told by itself; its threads end by their own limits.
        if not left:
            for thread in together:
                thread.join()
        if faults:
            raise faults[0]

    def _batches(self) -> list[tuple[PumpNumber, ...]]:
        most = self._conversation.most_at_once
        return [self._pumps[start : start + most] for start in range(0, len(self._pumps), most)]

    def _ask_together(self, batch: tuple[PumpNumber, ...], told: "_Told") -> None:
        try:
            answers = self._conversation.look([_stop(pump) for pump in batch])
        except Fault as fault:
            _log.info("%d pumps could not be stopped in one message: %s", len(batch), fault)
            told.give_up()
            return
        for pump, answer in zip(batch, answers, strict=True):
            if answer is not None:
                self._heard(pump, answer, told)

    def _ask_alone(self, pump: PumpNumber, told: "_Told") -> None:
        for tried in range(1, _STOP_TRIES + 1):
            if told.has(pump):
                return
            try:
                # Stopping twice does no harm, so this one command is sent again when its answer is lost.
                self._heard(pump, self._dialogue.command(pump, _stop(pump)), told)
            except (PumpAnswerLost, PumpLineDown) as fault:
                if tried == _STOP_TRIES:
                    told.failed(pump, fault)
            except Fault as fault:
                told.failed(pump, fault)
                return
            else:
                return

    @staticmethod
    def _heard(pump: PumpNumber, answer: Answer, told: "_Told") -> None:
        if answer.code not in {None, NOT_FILLING}:
            _log.warning("pump %d did not take the emergency stop: %s", pump, refusal_of(answer, pump))
        told.done(pump)


class _Told:
    """Which pumps have heard it."""

    def __init__(self, pumps: Sequence[PumpNumber]) -> None:
        self._news = threading.Condition()
        self._left = dict.fromkeys(pumps)
        self._faults: dict[PumpNumber, Fault] = {}
        self._given_up = False

    def done(self, pump: PumpNumber) -> None:
        with self._news:
            self._left.pop(pump, None)
            self._news.notify_all()

    def failed(self, pump: PumpNumber, fault: Fault) -> None:
        with self._news:
            self._faults[pump] = fault

    def give_up(self) -> None:
        with self._news:
            self._given_up = True
            self._news.notify_all()

    def has(self, pump: PumpNumber) -> bool:
        with self._news:
            return pump not in self._left

    def wait(self, seconds: float) -> tuple[PumpNumber, ...]:
        """Those that have not heard it after this time."""
        latest = time.monotonic() + seconds
        with self._news:
            self._news.wait_for(lambda: not self._left or self._given_up, max(0.0, latest - time.monotonic()))
            return tuple(self._left)

    def faults(self, pumps: Sequence[PumpNumber]) -> list[Fault]:
        with self._news:
            return [self._faults[pump] for pump in pumps if pump in self._left and pump in self._faults]


def _stop(pump: int) -> Request:
    return ask_of(pump, "PumpEmergencyStop")


def _thread(name: str, call: Callable[..., None], *arguments: object) -> threading.Thread:
    thread = threading.Thread(target=call, args=arguments, name=name, daemon=True)
    thread.start()
    return thread
