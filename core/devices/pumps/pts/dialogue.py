"""Questions about one pump that may take several turns: its state now, a transaction, its prices."""

import threading
import time
from collections.abc import Iterator, Mapping

from core.devices.pumps.pts.arrivals import Arrivals
from core.devices.pumps.pts.conversation import (
    NO_PRICE,
    PUMP_HAS_A_COMMAND,
    TRANSACTION_NOT_FOUND,
    Conversation,
    refusal_of,
)
from core.devices.pumps.pts.fields import AnswerUnfit
from core.devices.pumps.pts.messages import Answer, Request, ask_of
from core.devices.pumps.pts.statuses import (
    PricesInPump,
    Status,
    TransactionInformation,
    information_of,
    status_of,
)
from core.domain.faults import PumpAnswerLost, PumpAnswerUnfit
from core.domain.price import UnitPrice
from core.domain.pump import PumpState
from core.domain.refusals import PumpBusy, PumpRefused

PATIENCE_SECONDS = 6.0  # a controller may take seconds to get a price into a pump and back
_PAUSE_SECONDS = 0.1
_ASK_AGAIN_SECONDS = 1.0


class Dialogue:
    """Asks about one pump from the caller's thread, while the poller goes on beside it."""

    def __init__(self, conversation: Conversation, arrivals: Arrivals) -> None:
        self._conversation = conversation
        self._arrivals = arrivals

    def status(self, pump: int) -> Status:
        """The pump's state now. Raises PumpLineDown, PumpAnswerUnfit, PumpControllerLogin, PumpRefused."""
        for _turn in range(10):  # a turn may bring totals, prices or a tag in place of the state
            status = self._one_status(pump)
            if status is not None:
                return status
        raise PumpAnswerUnfit

    def settled_status(self, pump: int) -> Status:
        """The pump's state once no command is under way on it, or after waiting long enough for that."""
        status = self.status(pump)
        for _turn in turns(2.0):
            if not status.request:
                break
            status = self.status(pump)
        return status

    def transaction(self, pump: int, transaction: int | None = None) -> TransactionInformation | None:
        """What became of a transaction, the last one where none is named; None where there never was one."""
        answer = self._asked(
            pump,
            ask_of(pump, "PumpGetTransactionInformation", Transaction=transaction),
            TRANSACTION_NOT_FOUND,
        )
        try:
            return information_of(answer, pump) if answer is not None else None
        except AnswerUnfit as unfit:
            raise PumpAnswerUnfit from unfit

    def prices(self, pump: int) -> tuple[UnitPrice, ...]:
        """The prices in the pump, by nozzle from 1. Raises PumpAnswerLost where it does not report them in time."""
        self._arrivals.forget(pump)
        asked_at = 0.0
        for _turn in turns(PATIENCE_SECONDS):
            if time.monotonic() - asked_at > _ASK_AGAIN_SECONDS:
                # None while another command is still under way on the pump: asked again at the next turn.
                asked = self._asked(pump, ask_of(pump, "PumpGetPrices"), PUMP_HAS_A_COMMAND)
                asked_at = time.monotonic() if asked is not None else 0.0
            self._one_status(pump)
            arrived = self._arrivals.of(pump)
            if arrived is not None:
                return arrived
        raise PumpAnswerLost

    def set_prices(self, pump: int, prices: Mapping[int, UnitPrice]) -> None:
        """Give an idle pump its prices and see them come back from it. Raises PumpBusy, PumpRefused, PumpAnswerLost."""
        status = self.settled_status(pump)
        if status.ended is not None:
            raise PumpBusy(pump, PumpState.FUELLING)  # its last fill is not yet booked and closed
        if status.state is not PumpState.IDLE or status.request:
            raise PumpBusy(pump, status.state)
        highest = max(prices)
        if set(prices) != set(range(1, highest + 1)):
            inside = self.prices(pump)
            prices = {**dict(enumerate(inside, 1)), **prices}
            highest = max(prices)
        wire = [
            self._conversation.price(pump, prices.get(nozzle, UnitPrice(0)))
            for nozzle in range(1, highest + 1)
        ]
        answer = self._conversation.command(ask_of(pump, "PumpSetPrices", Prices=wire))
        if answer.code is not None:
            raise refusal_of(answer, pump)
        self._read_back(pump, prices)

    def _read_back(self, pump: int, wanted: Mapping[int, UnitPrice]) -> None:
        for _turn in turns(PATIENCE_SECONDS):
            inside = dict(enumerate(self.prices(pump), 1))
            if all(inside.get(nozzle) == price for nozzle, price in wanted.items()):
                return
        raise PumpRefused(pump, NO_PRICE, "the pump reports another price than it was given")

    def _one_status(self, pump: int) -> Status | None:
        answer = self._asked(pump, ask_of(pump, "PumpGetStatus"))
        try:
            status = status_of(answer, pump) if answer is not None else None
        except AnswerUnfit as unfit:
            raise PumpAnswerUnfit from unfit
        if isinstance(status, PricesInPump):
            self._arrivals.arrived(status)
        return status if isinstance(status, Status) else None

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
