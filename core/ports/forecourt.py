"""Authorise, stop, set a price; what pumps do comes back to a listener."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from core.domain.controller import ControllerSetup, Counted, Totals
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.price import UnitPrice
from core.domain.pump import Authorisation, EndedFill, PumpReading


@dataclass(frozen=True, slots=True)
class TransactionStatus:
    """What the controller knows of one of its transactions: how an unclear command turned out."""

    pump: PumpNumber
    transaction: int
    running: bool  # promised or filling
    ended: EndedFill | None  # its final record, once there is one


class ForecourtListener(Protocol):
    """Hears what pumps do. Called on the poller's thread: hand it on, do not work here."""

    def read(self, reading: PumpReading) -> None:
        """A pump's state or live figures changed."""
        ...

    def ended(self, fill: EndedFill) -> None:
        """A fill has ended; told again and again until it is closed."""
        ...

    def line(self, up: bool, why: str) -> None:
        """The controller went silent (`why` is a fault's code) or came back."""
        ...

    def counted(self, pump: PumpNumber, nozzle: NozzleNumber, totals: Totals, why: Counted) -> None:
        """What a nozzle's counters show: asked by the forecourt itself at its start and whenever it came back."""
        ...

    def set_up(self, setup: ControllerSetup) -> None:
        """How the controller is set up, told at the start and whenever it came back: to be compared with ours."""
        ...


class Forecourt(Protocol):
    """The pumps through their controller. Every call may raise PumpLineDown or PumpControllerLogin, from any thread."""

    def start(self, listener: ForecourtListener) -> None:
        """Begin to poll."""
        ...

    def stop(self) -> None:
        """End polling; what pumps are doing goes on."""
        ...

    def authorise(self, authorisation: Authorisation) -> int:
        """Let the pump fill up to the preset; the controller's transaction number.

        Raises PumpBusy or PumpRefused (nothing happened), PumpAnswerLost (it may have: ask `promised`).
        """
        ...

    def promised(self, pump: PumpNumber) -> TransactionStatus | None:
        """The transaction that is promised, filling or ended but not closed on this pump now, or None."""
        ...

    def transaction(self, pump: PumpNumber, transaction: int) -> TransactionStatus | None:
        """What became of a transaction; None where the controller does not know it."""
        ...

    def history(
        self, since: datetime, until: datetime, pump: PumpNumber | None = None
    ) -> Sequence[EndedFill]:
        """What the controller has stored of fills that ended in this time, oldest first, closed or not.

        Empty where it stores none. Raises PumpRefused where it will not tell.
        """
        ...

    def cancel(self, pump: PumpNumber) -> None:
        """Take back a promise, or end a running fill at once (its amount is then final)."""
        ...

    def suspend(self, pump: PumpNumber) -> None:
        """Let a running fill pause; doing it twice is no error. Raises PumpRefused where nothing runs, PumpAnswerLost."""
        ...

    def resume(self, pump: PumpNumber) -> None:
        """Let a paused fill go on; doing it twice is no error. Raises PumpRefused where nothing runs, PumpAnswerLost."""
        ...

    def lock(self, pump: PumpNumber) -> None:
        """Keep an idle pump for this station alone: nobody else may authorise it. Raises PumpBusy, PumpRefused."""
        ...

    def unlock(self, pump: PumpNumber) -> None:
        """Let others have the pump again; unlocking what is not locked is no error. Raises PumpBusy, PumpRefused."""
        ...

    def stop_all(self) -> None:
        """Emergency: every pump, at once, in parallel. No pump is authorised again before `release_all`.

        Raises the fault of a pump that could not be told, after all were asked.
        """
        ...

    def release_all(self) -> None:
        """After an emergency: pumps may be authorised again. Nothing starts by itself."""
        ...

    def close(self, pump: PumpNumber, transaction: int) -> None:
        """Tell the controller that the ended fill is booked. Closing twice is no error."""
        ...

    def set_prices(self, pump: PumpNumber, prices: Mapping[NozzleNumber, UnitPrice]) -> None:
        """Give every nozzle of an idle pump its price and read it back. Raises PumpBusy, PumpRefused."""
        ...

    def prices(self, pump: PumpNumber) -> Mapping[NozzleNumber, UnitPrice]:
        """The prices in the pump."""
        ...

    def totals(self, pump: PumpNumber) -> Mapping[NozzleNumber, Totals]:
        """The counters of the pump's nozzles as the pump has them now; waits for it.

        Raises PumpBusy while it fills, PumpRefused, PumpAnswerLost where it does not tell in time.
        """
        ...

    def clock_difference(self) -> timedelta:
        """The controller's clock minus ours, measured now."""
        ...

    def set_clock(self) -> None:
        """Set the controller's clock by ours. Only ever done because a person asked for it. Raises PumpRefused."""
        ...

    def configuration(self) -> ControllerSetup:
        """How the controller is set up: its pumps, nozzles and grades, asked now."""
        ...
