"""One day of all stock books, as it goes on paper: book, measure and variance of each tank, and what came by truck or by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from core.domain.ids import StaffId, TankNumber
from core.domain.litres import NO_LITRES
from core.domain.tanks.delivery import Delivery, Filling
from core.domain.tanks.stock import StockEntry, StockKind
from core.domain.tanks.tank import Vessel
from core.domain.tanks.variance import VarianceLine


@dataclass(frozen=True, slots=True)
class BookDay:
    """A book's day: its tanks, its figures, its lines by hand and the trucks that were received."""

    vessel: Vessel
    line: VarianceLine
    entries: tuple[StockEntry, ...] = ()
    deliveries: tuple[Delivery, ...] = ()

    @property
    def by_hand(self) -> tuple[StockEntry, ...]:
        """Transfers and adjustments."""
        kinds = (StockKind.TRANSFER, StockKind.ADJUSTMENT)
        return tuple(entry for entry in self.entries if entry.kind in kinds and entry.volume != NO_LITRES)

    def filled(self) -> tuple[tuple[Delivery, Filling], ...]:
        """What each truck brought into this book."""
        return tuple(
            (delivery, filling)
            for delivery in self.deliveries
            for filling in delivery.fillings
            if filling.book == self.vessel.number
        )


@dataclass(frozen=True, slots=True)
class TankDay:
    """All books of one day, with the names of the people in it."""

    day: date
    books: tuple[BookDay, ...]
    people: Mapping[StaffId, str]
    station: str = ""
    printed_at: datetime | None = None

    @property
    def tanks(self) -> tuple[TankNumber, ...]:
        """Every tank on it."""
        return tuple(tank.number for book in self.books for tank in book.vessel.tanks)
