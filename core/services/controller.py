"""Hold the pump controller's set-up against ours, and tell each difference once."""

from core.domain.controller import ControllerSetup, SetupDifference, differences
from core.domain.events.pumps import ControllerDiffers
from core.ports.unit_of_work import UnitOfWork


class ControllerDesk:
    """Nothing is put right here: whether the controller or the station is wrong, a person knows."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._told: frozenset[SetupDifference] = frozenset()

    def compare(self, setup: ControllerSetup) -> tuple[SetupDifference, ...]:
        """Every difference; those that were not there before are written down as ControllerDiffers."""
        with self._work.reading() as work:
            apart = differences(
                setup, work.forecourt.pumps(), work.forecourt.grades(), work.prices.board().prices
            )
        new = [each for each in apart if each not in self._told]
        if new:
            with self._work() as work:
                for each in new:
                    work.record(ControllerDiffers(each.written()))
        self._told = frozenset(apart)
        return apart
