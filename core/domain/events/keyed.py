"""What was keyed of a pump that nobody is connected to."""

from dataclasses import dataclass

from core.domain.events.event import Event


@dataclass(frozen=True, slots=True)
class FillKeyed(Event):
    """A person keyed a fill. `counter_ml` is the counter after it (0: unknown), `unexplained_ml` what ran beside it."""

    fill: str
    pump: int
    nozzle: int
    volume_ml: int
    amount_fen: int
    counter_ml: int
    unexplained_ml: int


@dataclass(frozen=True, slots=True)
class CounterReplaced(Event):
    """A nozzle's counter begins anew, and why. 0 is a counter that was not read."""

    pump: int
    nozzle: int
    before_ml: int
    counter_ml: int
    note: str
