"""Authorise, stop, set a price; what pumps do comes back to a listener."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

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

    def cancel(self, pump: PumpNumber) -> None:
        """Take back a promise, or end a running fill at once (its amount is then final)."""
        ...

    def stop_all(self) -> None:
        """Emergency: every pump, at once, in parallel."""
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
