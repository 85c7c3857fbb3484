"""The stock book: what came into a tank and left it otherwise than through a nozzle, and what it should hold by that.

Book = opening + deliveries + returns - metered sales +/- transfers + adjustments. Nothing in it is ever changed: a mistake
is put right by a new entry with its reason.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from core.domain.ids import DeliveryId, FillId, StaffId, StockEntryId, TankNumber
from core.domain.litres import NO_LITRES, Litres
from core.domain.refusals.tanks import StockEntryUnfit
from core.domain.words import one_line


class StockKind(StrEnum):
    """Why stock changed. What nozzles sold is not among them: that is summed from the booked fills."""

    OPENING = "opening"  # what was found when the book of the tank was begun
    DELIVERY = "delivery"
    RETURN = "return"  # metered through a nozzle and poured back: a pump test
    TRANSFER = "transfer"  # from tank to tank, always two entries
    ADJUSTMENT = "adjustment"


@dataclass(frozen=True, slots=True)
class StockEntry:
    """One line of the stock book; `volume` is what came in, below zero what went out."""

    id: StockEntryId
    tank: TankNumber
    kind: StockKind
    volume: Litres
    at: datetime
    by: StaffId
    reason: str = ""
    delivery: DeliveryId | None = None
    fill: FillId | None = None  # of a return: the fill that the test was
    other: TankNumber | None = None  # of a transfer: the other tank


def adjustment(entry: StockEntry) -> StockEntry:
    """An adjustment that says why. Raises StockEntryUnfit."""
    reason = one_line(entry.reason)
    if not entry.volume:
        raise StockEntryUnfit("nothing")
    if not reason:
        raise StockEntryUnfit("reason")
    return replace(entry, kind=StockKind.ADJUSTMENT, reason=reason)


def transfer(entry: StockEntry, to: TankNumber, id_there: StockEntryId) -> tuple[StockEntry, StockEntry]:
    """The two lines of fuel pumped from `entry.tank` to another; `entry.volume` is how much. Raises StockEntryUnfit."""
    if entry.volume <= NO_LITRES:
        raise StockEntryUnfit("nothing")
    if to == entry.tank:
        raise StockEntryUnfit("same_tank")
    reason = one_line(entry.reason)
    out = replace(entry, kind=StockKind.TRANSFER, volume=NO_LITRES - entry.volume, other=to, reason=reason)
    return out, replace(out, id=id_there, tank=to, volume=entry.volume, other=entry.tank)


@dataclass(frozen=True, slots=True)
class Movements:
    """What moved in a stretch of time, by kind; sales and running fills are above zero."""

    opening: Litres = NO_LITRES
    delivered: Litres = NO_LITRES
    returned: Litres = NO_LITRES
    transferred: Litres = NO_LITRES
    adjusted: Litres = NO_LITRES
    sold: Litres = NO_LITRES  # metered through the nozzles, tests among it

    @property
    def net(self) -> Litres:
        """By how much the stock has grown."""
        came = self.opening + self.delivered + self.returned + self.transferred + self.adjusted
        return came - self.sold

    @property
    def throughput(self) -> Litres:
        """What went to customers: the measure of all variances."""
        return self.sold - self.returned

    def with_sold(self, sold: Litres) -> "Movements":
        """The same with these metered sales."""
        return replace(self, sold=sold)

    def __add__(self, other: "Movements") -> "Movements":
        return Movements(
            self.opening + other.opening,
            self.delivered + other.delivered,
            self.returned + other.returned,
            self.transferred + other.transferred,
            self.adjusted + other.adjusted,
            self.sold + other.sold,
        )


_FIELDS = {
    StockKind.OPENING: "opening",
    StockKind.DELIVERY: "delivered",
    StockKind.RETURN: "returned",
    StockKind.TRANSFER: "transferred",
    StockKind.ADJUSTMENT: "adjusted",
}


def moved(entries: Iterable[StockEntry], sold: Litres = NO_LITRES) -> Movements:
    """What these entries and metered sales come to."""
    sums = dict.fromkeys(_FIELDS, NO_LITRES)
    for entry in entries:
        sums[entry.kind] += entry.volume
    return Movements(sold=sold, **{_FIELDS[kind]: volume for kind, volume in sums.items()})
