"""Questions about one pump that may take several turns: its state now, a transaction, the prices in it."""

import threading
import time
from collections.abc import Iterator

from core.devices.pumps.pts.arrivals import Arrivals
from core.devices.pumps.pts.conversation import (
    PUMP_HAS_A_COMMAND,
    Conversation,
    refusal_of,
)
from core.devices.pumps.pts.fields import AnswerUnfit
from core.devices.pumps.pts.messages import Answer, Request, ask_of
from core.devices.pumps.pts.precedence import Precedence
from core.devices.pumps.pts.statuses import Status, TransactionInformation, information_of
from core.domain.faults import PumpAnswerLost, PumpAnswerUnfit, PumpControllerLogin
from core.domain.price import UnitPrice
from core.domain.pump import PumpState
from core.domain.refusals.pumps import PumpBusy

_PAUSE_SECONDS = 0.1
_QUEUE_SECONDS = 2.0
_OWN_QUESTION_SECONDS = (
    6.0  # so long may a pump take over a question of ours, which is nobody's fault but ours
)
_ASK_AGAIN_SECONDS = 1.0
_LATER = {8, 10, 101}  # power is going down, a file is being sent, the record is not ready: ask again


class Dialogue:
    """Asks about one pump from the caller's thread, while the poller goes on beside it."""

    def __init__(self, conversation: Conversation, arrivals: Arrivals) -> None:
        self._conversation = conversation
        self._arrivals = arrivals
        self.precedence = Precedence()

    def command(self, pump: int, request: Request) -> Answer:
        """Ask what changes something, before any question of ours is begun, and once the command before it is through.

        "Another request is being carried out" is a certain no, so asking again is safe; a lost answer is not one. Where
        it is a question of ours that the pump is at, it is waited for to its end. Raises as Conversation.command.
        """
        with self.precedence.command(pump):
            answer = self._conversation.command(request)
            for _turn in turns(_OWN_QUESTION_SECONDS):
                if answer.code != PUMP_HAS_A_COMMAND or not self.precedence.is_asked(pump):
                    break
                answer = self._conversation.command(request)
            for _turn in turns(_QUEUE_SECONDS):
                if answer.code != PUMP_HAS_A_COMMAND:
                    break
                answer = self._conversation.command(request)
        return answer

    def question(self, pump: int, request: Request) -> Answer:
        """Ask what can wait, once the command before it is through, or not at all where a person waits for the pump.

        Whoever asks has said so to `precedence`. Raises as Conversation.command.
        """
        answer = self._conversation.command(request)
        for _turn in turns(_QUEUE_SECONDS):
            if answer.code != PUMP_HAS_A_COMMAND or not self.precedence.may_ask(pump):
                break
            answer = self._conversation.command(request)
        return answer

    def status(self, pump: int) -> Status:
        """The pump's state now. Raises PumpLineDown, PumpAnswerUnfit, PumpControllerLogin, PumpRefused."""
        for _turn in range(10):  # a turn may bring totals, prices or a tag in place of the state
            status = self._one_status(pump)
            if status is not None:
                return status
        raise PumpAnswerUnfit

    def settled_status(self, pump: int) -> Status:
        """The pump's state once the controller has made up its mind, or after waiting long enough for that.

        A command that was taken and is not yet in the pump leaves it idle with the command's name.
        """
        status = self.status(pump)
        for _turn in turns(2.0):
            if not status.request or status.transaction is not None:
                break
            status = self.status(pump)
        return status

    def transaction(self, pump: int, transaction: int | None = None) -> TransactionInformation | None:
        """What became of a transaction, the last one where none is named.

        None where there never was one, or where the controller keeps no records and the pump has forgotten it.
        """
        try:
            information = self._recorded(pump, transaction)
        except PumpControllerLogin:
            information = (
                None  # of all rights, the one for records may be missing; the pump's own memory needs none
            )
        if information is not None and transaction in {None, information.transaction}:
            return information
        return self._remembered(pump, transaction)

    def _recorded(self, pump: int, transaction: int | None) -> TransactionInformation | None:
        answer = self._conversation.look(
            [ask_of(pump, "PumpGetTransactionInformation", Transaction=transaction)]
        )[0]
        if answer is None or answer.code in _LATER:
            raise PumpAnswerUnfit
        if answer.code is not None:
            return None  # not known, not this user's, no card to keep it on, or no such request
        try:
            return information_of(answer, pump)
        except AnswerUnfit as unfit:
            raise PumpAnswerUnfit from unfit

    def _remembered(self, pump: int, transaction: int | None) -> TransactionInformation | None:
        status = self.status(pump)
        for record in (status.ended, status.last):
            if record is not None and transaction in {None, record.transaction}:
                return TransactionInformation(pump, record.transaction, False, record)
        if status.transaction is not None and transaction in {None, status.transaction}:
            return TransactionInformation(pump, status.transaction, True, None)
        return None

    def price_list(self, pump: int, patience_seconds: float) -> tuple[UnitPrice, ...]:
        """The prices in the pump, by nozzle from 1.

        Raises PumpAnswerLost where it does not report them in time, PumpBusy where a person came first.
        """
        self._arrivals.forget(pump)
        asked_at = 0.0
        is_ours = gave_way = False
        try:
            for _turn in turns(patience_seconds):
                if time.monotonic() - asked_at > _ASK_AGAIN_SECONDS:
                    if is_ours:
                        self.precedence.end(pump)
                    is_ours = self.precedence.begin(pump)
                    gave_way = gave_way or not is_ours
                    # None while another command is still under way on the pump: asked again at the next turn.
                    asked = is_ours and self._asked(pump, ask_of(pump, "PumpGetPrices"), PUMP_HAS_A_COMMAND)
                    asked_at = time.monotonic() if asked else 0.0
                self._one_status(pump)
                arrived = self._arrivals.of(pump)
                if arrived is not None:
                    return arrived
        finally:
            if is_ours:
                self.precedence.end(pump)
        if gave_way:
            raise PumpBusy(pump, PumpState.UNKNOWN)
        raise PumpAnswerLost

    def look_for_news(self, pump: int) -> None:
        """Ask once for the pump's state, so that what it has to tell in its place arrives."""
        self._one_status(pump)

    def forget_prices(self, pump: int) -> None:
        """From now on only news of this pump's prices counts."""
        self._arrivals.forget(pump)

    def prices_told(self, pump: int, patience_seconds: float) -> tuple[UnitPrice, ...] | None:
        """The prices that the pump reports without being asked, or None."""
        for _turn in turns(patience_seconds):
            self._one_status(pump)
            arrived = self._arrivals.of(pump)
            if arrived is not None:
                return arrived
        return None

    def _one_status(self, pump: int) -> Status | None:
        answer = self._asked(pump, ask_of(pump, "PumpGetStatus"))
        try:
            return self._arrivals.sorted_out(answer, pump) if answer is not None else None
        except AnswerUnfit as unfit:
            raise PumpAnswerUnfit from unfit

    def _asked(self, pump: int, request: Request, none_where: int | None = None) -> Answer | None:
        answer = self._conversation.look([request])[0]
        if answer is None:
            raise PumpAnswerUnfit
        if answer.code is not None:
            if answer.code == none_where:
                return None
            raise refusal_of(answer, pump)
        return answer


def turns(seconds: float) -> Iterator[None]:
    """At least one turn, then one every tenth of a second until the time is over."""
    deadline = time.monotonic() + seconds
    yield
    while time.monotonic() < deadline:
        threading.Event().wait(_PAUSE_SECONDS)
        yield
