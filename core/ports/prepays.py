"""Prepays: fuel that is paid before it flows."""

from collections.abc import Sequence
from typing import Protocol

from core.domain.fill import Fill
from core.domain.ids import PrepayId, PumpNumber, SaleId
from core.domain.prepay import Prepay


class Prepays(Protocol):
    """Prepays from the moment in which their bill is paid."""

    def get(self, prepay: PrepayId) -> Prepay:
        """Raises PrepayNotFound."""
        ...

    def save(self, prepay: Prepay) -> None:
        """Insert or update."""
        ...

    def fill(self, prepay: Prepay, fill: Fill) -> None:
        """Save it with the fill it paid for, and count the fuel as sold in the shift that is open; once a prepay."""
        ...

    def open_ones(self) -> Sequence[Prepay]:
        """Those of which money is still owed, oldest first."""
        ...

    def open_on(self, pump: PumpNumber) -> Sequence[Prepay]:
        """Open ones of this pump, or on their way to it."""
        ...

    def waiting_for(self, pump: PumpNumber, transaction: int) -> Prepay | None:
        """The one that waits, and whose last release had this number of the pump's controller."""
        ...

    def of_sale(self, sale: SaleId) -> Sequence[Prepay]:
        """Those of one bill, in its order."""
        ...

    def of_car(self, plate: str, limit: int) -> Sequence[Prepay]:
        """The last ones of this car, newest first, of all that there ever were."""
        ...

    def recent(self, limit: int) -> Sequence[Prepay]:
        """The last ones, newest first, open or not."""
        ...
