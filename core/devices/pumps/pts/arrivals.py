"""Prices that pumps reported. They come in place of a state, to whichever poll asks first, and are kept for who waits."""

import threading

from core.devices.pumps.pts.statuses import PricesInPump
from core.domain.price import UnitPrice


class Arrivals:
    """The last prices each pump reported since they were last forgotten."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._prices: dict[int, tuple[UnitPrice, ...]] = {}

    def arrived(self, prices: PricesInPump) -> None:
        """Keep what came."""
        with self._lock:
            self._prices[prices.pump] = prices.prices

    def forget(self, pump: int) -> None:
        """From now on only news of this pump counts."""
        with self._lock:
            self._prices.pop(pump, None)

    def of(self, pump: int) -> tuple[UnitPrice, ...] | None:
        """What came for this pump, if it did."""
        with self._lock:
            return self._prices.get(pump)
