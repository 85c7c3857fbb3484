"""Measure what lies in the tanks; what the gauge measures comes back to a listener."""

from typing import Protocol

from core.domain.ids import TankNumber
from core.domain.tanks.reading import GaugeDelivery, TankReading


class TankGaugeListener(Protocol):
    """Hears what the gauge measures. Called on the gauge's thread: hand it on, do not work here."""

    def measured(self, reading: TankReading) -> None:
        """A tank was measured; told at every poll, changed or not."""
        ...

    def noticed(self, delivery: GaugeDelivery) -> None:
        """The gauge took something for a delivery by itself; one may be told again after a start."""
        ...

    def gauge_line(self, up: bool, why: str) -> None:
        """The gauge went silent (`why` is a fault's code) or came back; told once each time."""
        ...


class TankGauge(Protocol):
    """The station's tank gauge. `measure` may be called from any thread."""

    def start(self, listener: TankGaugeListener) -> None:
        """Begin to poll every tank."""
        ...

    def stop(self) -> None:
        """End polling; nothing is told any more once this returns."""
        ...

    def measure(self, tank: TankNumber) -> TankReading:
        """Measure one tank now. Raises GaugeSilent, GaugeRefused, GaugeAnswerUnfit."""
        ...
