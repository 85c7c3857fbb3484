"""Port forecourt for pumps without a line: they take no command, and nothing is heard of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from core.domain.controller import ControllerSetup, Totals
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.price import UnitPrice
from core.domain.pump import Authorisation, EndedFill, Pump, PumpReading, PumpState
from core.domain.refusals.pumps import PumpNotFound, PumpRefused
from core.ports.clock import Clock
from core.ports.forecourt import ForecourtListener, TransactionStatus

NOT_CONNECTED = 3
"""Our code for what nobody can ask of this pump but a person who stands before it."""


class ManualForecourt:
    """Stands for them so that a station has one forecourt. A price that is set here was set at the pump by hand."""

    def __init__(self, pumps: Sequence[Pump], clock: Clock) -> None:
        self._pumps = {pump.number: pump for pump in pumps}
        self._clock = clock

    def start(self, listener: ForecourtListener) -> None:
        """Tell once that they are there."""
        listener.line(True, "")
        for number in self._pumps:
            listener.read(PumpReading(number, PumpState.IDLE, self._clock.now()))

    def stop(self) -> None:
        """Nothing was begun."""

    def authorise(self, authorisation: Authorisation) -> int:
        """Raises PumpRefused: a person lets it go at the pump."""
        raise self._refused(authorisation.pump)

    def promised(self, pump: PumpNumber) -> TransactionStatus | None:
        """Nothing is ever promised."""
        self._known(pump)
        return None

    def transaction(self, pump: PumpNumber, transaction: int) -> TransactionStatus | None:  # noqa: ARG002 -- the port's own
        """No transaction is known."""
        self._known(pump)
        return None

    def history(
        self,
        since: datetime,  # noqa: ARG002 -- the port's own
        until: datetime,  # noqa: ARG002 -- as above
        pump: PumpNumber | None = None,
    ) -> Sequence[EndedFill]:
        """Nothing is stored."""
        if pump is not None:
            self._known(pump)
        return ()

    def cancel(self, pump: PumpNumber) -> None:
        """Nothing is promised; what flows is ended at the pump."""
        self._known(pump)

    def suspend(self, pump: PumpNumber) -> None:
        """Raises PumpRefused."""
        raise self._refused(pump)

    def resume(self, pump: PumpNumber) -> None:
        """Raises PumpRefused."""
        raise self._refused(pump)

    def lock(self, pump: PumpNumber) -> None:
        """Raises PumpRefused."""
        raise self._refused(pump)

    def unlock(self, pump: PumpNumber) -> None:
        """Nothing was ever locked."""
        self._known(pump)

    def stop_all(self) -> None:
        """Their own switch stops them: nobody here can."""

    def release_all(self) -> None:
        """Nothing was stopped."""

    def close(self, pump: PumpNumber, transaction: int) -> None:  # noqa: ARG002 -- the port's own
        """What is keyed is booked, and nobody waits to hear of it."""
        self._known(pump)

    def set_prices(self, pump: PumpNumber, prices: Mapping[NozzleNumber, UnitPrice]) -> None:
        """The price is set at the pump by hand; what is keyed from now on is held against this one."""
        known = self._known(pump)
        for nozzle in prices:
            if known.nozzle(nozzle) is None:
                raise PumpNotFound(pump, nozzle)

    def prices(self, pump: PumpNumber) -> Mapping[NozzleNumber, UnitPrice]:
        """It tells none."""
        self._known(pump)
        return {}

    def totals(self, pump: PumpNumber) -> Mapping[NozzleNumber, Totals]:
        """Raises PumpRefused: its counter is read by a person."""
        raise self._refused(pump)

    def clock_difference(self) -> timedelta:
        """They have no clock."""
        return timedelta(0)

    def set_clock(self) -> None:
        """They have no clock."""

    def configuration(self) -> ControllerSetup:
        """They tell nothing of themselves: nothing is compared."""
        return ControllerSetup(frozenset(self._pumps))

    def _known(self, number: PumpNumber) -> Pump:
        pump = self._pumps.get(number)
        if pump is None:
            raise PumpNotFound(number)
        return pump

    def _refused(self, pump: PumpNumber) -> PumpRefused:
        self._known(pump)
        return PumpRefused(pump, NOT_CONNECTED, "this pump is not connected: what it shows is keyed")
