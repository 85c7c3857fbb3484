"""Prices and counters that pumps reported. They come in place of a state, to whichever poll asks first, and are kept."""

import threading

from core.devices.pumps.pts.fields import AnswerUnfit
from core.devices.pumps.pts.messages import Answer
from core.devices.pumps.pts.statuses import PricesInPump, Status, TotalsInPump, status_of
from core.domain.controller import Totals
from core.domain.price import UnitPrice


class Arrivals:
    """The last prices and counters each pump reported since they were last forgotten."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._prices: dict[int, tuple[UnitPrice, ...]] = {}
        self._totals: dict[tuple[int, int], Totals] = {}

    def sorted_out(self, answer: Answer, pump: int) -> Status | None:
        """The pump's state in an answer; what came with it is kept. None where it holds no state.

        Raises AnswerUnfit where none of it can be read.
        """
        state: Status | None = None
        troubles: list[AnswerUnfit] = []
        said = [each for each in (answer, *answer.also) if each.code is None]
        for each in said:
            try:
                found = status_of(each, pump)
            except AnswerUnfit as trouble:
                troubles.append(trouble)
                continue
            if isinstance(found, PricesInPump):
                self.arrived(found)
            elif isinstance(found, TotalsInPump):
                self.counted(found)
            elif isinstance(found, Status) and state is None:
                state = found
        if troubles and len(troubles) == len(said):
            raise troubles[0]
        return state

    def arrived(self, prices: PricesInPump) -> None:
        """Keep what came."""
        with self._lock:
            self._prices[prices.pump] = prices.prices

    def counted(self, told: TotalsInPump) -> None:
        """Keep what came."""
        with self._lock:
            self._totals[told.pump, told.nozzle] = told.totals

    def forget(self, pump: int) -> None:
        """From now on only news of this pump's prices counts."""
        with self._lock:
            self._prices.pop(pump, None)

    def of(self, pump: int) -> tuple[UnitPrice, ...] | None:
        """What came for this pump, if it did."""
        with self._lock:
            return self._prices.get(pump)

    def forget_totals(self, pump: int, nozzle: int) -> None:
        """From now on only news of this nozzle's counters counts."""
        with self._lock:
            self._totals.pop((pump, nozzle), None)

    def totals(self, pump: int, nozzle: int) -> Totals | None:
        """The counters that came for this nozzle, if they did."""
        with self._lock:
            return self._totals.get((pump, nozzle))
