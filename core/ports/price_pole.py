"""The pole at the road that shows what each grade costs."""

from collections.abc import Mapping
from typing import Protocol

from core.domain.ids import GradeCode
from core.domain.price import UnitPrice


class PricePole(Protocol):
    """Every call waits for the pole; from any thread, one at a time."""

    def show(self, prices: Mapping[GradeCode, UnitPrice]) -> None:
        """Each of its rows the price of its grade. Raises PricePoleSilent where a row did not take it."""
        ...
