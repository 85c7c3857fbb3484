"""Show a customer two lines, or one amount."""

from enum import StrEnum
from typing import Protocol

from core.domain.money import Money


class PoleAmount(StrEnum):
    """What an amount on the display is: 单价, 合计, 收款, 找零."""

    PRICE = "price"
    TOTAL = "total"
    RECEIVED = "received"
    CHANGE = "change"


class PoleDisplay(Protocol):
    """The customers' display on its pole. No call waits for it, and none raises: a dead display is no reason to stop selling."""

    def show(self, upper: str, lower: str = "") -> None:
        """Two lines; what does not fit or cannot be shown is left out."""
        ...

    def show_amount(self, kind: PoleAmount, amount: Money) -> None:
        """One amount, with the light or the word that says what it is."""
        ...

    def show_change(self, received: Money, change: Money) -> None:
        """What was handed over and what comes back; the latter alone where there is one line."""
        ...

    def clear(self) -> None:
        """Dark again."""
        ...
