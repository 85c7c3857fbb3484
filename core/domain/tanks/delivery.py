"""A delivery of fuel from its order to what was received: measured before, unloaded, settled, measured after."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from core.domain.ids import DeliveryId, GradeCode, StaffId, StockEntryId, TankNumber
from core.domain.litres import NO_LITRES, Litres
from core.domain.money import half_up
from core.domain.refusals.tanks import (
    DeliveryDoesNotFit,
    DeliveryStateUnfit,
    DeliveryUnfit,
    TankStillSettling,
)
from core.domain.tanks.reading import TankReading
from core.domain.tanks.stock import StockEntry, StockKind
from core.domain.tanks.tank import Tank, Vessel, tank_of
from core.domain.words import one_line

# Chinese metering rules have the surface rest for 15 minutes after unloading before anybody measures.
SETTLING_TIME = timedelta(minutes=15)
MOST_PARTS = 12
LONGEST_WORD = 40
DIFFERENCE_LIMIT = 30  # hundredths of a percent of the note; the station's own may differ


class DeliveryState(StrEnum):
    """ordered -> unloading -> settling -> received; ordered -> cancelled."""

    ORDERED = "ordered"
    UNLOADING = "unloading"
    SETTLING = "settling"
    RECEIVED = "received"
    CANCELLED = "cancelled"


OPEN_DELIVERIES = (DeliveryState.ORDERED, DeliveryState.UNLOADING, DeliveryState.SETTLING)
IN_THE_TANK = (DeliveryState.UNLOADING, DeliveryState.SETTLING)


@dataclass(frozen=True, slots=True)
class Part:
    """One compartment of the truck, by its note, and the tank that it goes into."""

    compartment: str
    tank: TankNumber
    volume: Litres


@dataclass(frozen=True, slots=True)
class Measure:
    """What lay in a vessel at a moment: fuel without water."""

    at: datetime
    fuel: Litres
    water: Litres = NO_LITRES
    at_20: Litres | None = None
    dipped: bool = False  # by stick, not by the gauge


@dataclass(frozen=True, slots=True)
class Filling:
    """What one vessel was given: by note, and by measure with what its nozzles sold meanwhile."""

    book: TankNumber
    noted: Litres
    before: Measure
    after: Measure | None = None
    sold: Litres = NO_LITRES  # booked between the two measurements, and what flowed at the second
    flowing: Litres = NO_LITRES  # what had flowed at the first and was booked after it

    @property
    def received(self) -> Litres | None:
        """By measure, at the tank's temperature."""
        return None if self.after is None else self.after.fuel - self.before.fuel + self.drawn

    @property
    def drawn(self) -> Litres:
        """What the nozzles took between the two measurements."""
        return self.sold - self.flowing

    @property
    def received_at_20(self) -> Litres | None:
        """By measure at 20 °C; what was sold meanwhile is taken at the temperature of the measurement after."""
        after, before = self.after, self.before
        if after is None or after.at_20 is None or before.at_20 is None or after.fuel <= NO_LITRES:
            return None
        sold = half_up(self.drawn.millilitres * after.at_20.millilitres, after.fuel.millilitres)
        return after.at_20 - before.at_20 + Litres(sold)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One truck at the station. What it brought stands as it was measured; nothing is changed once received."""

    id: DeliveryId
    grade: GradeCode
    supplier: str
    ordered: Litres
    ordered_by: StaffId
    ordered_at: datetime
    note_number: str = ""
    plate: str = ""
    parts: tuple[Part, ...] = ()
    state: DeliveryState = DeliveryState.ORDERED
    fillings: tuple[Filling, ...] = ()
    began_by: StaffId | None = None
    began_at: datetime | None = None
    unloaded_at: datetime | None = None
    received_by: StaffId | None = None
    received_at: datetime | None = None
    by_note: bool = False  # the book took what the note says, not what was measured
    remark: str = ""

    @property
    def noted(self) -> Litres:
        """What the note says that came."""
        return Litres(sum(part.volume.millilitres for part in self.parts))

    @property
    def received(self) -> Litres | None:
        """What was measured, of all vessels, once all are."""
        found = [filling.received for filling in self.fillings]
        if not found or any(each is None for each in found):
            return None
        return Litres(sum(each.millilitres for each in found if each is not None))

    @property
    def difference(self) -> Litres | None:
        """Measured less noted: below zero less came than was charged for."""
        received = self.received
        return None if received is None else received - self.noted

    def is_beyond(self, limit: int = DIFFERENCE_LIMIT) -> bool:
        """Whether more than so many hundredths of a percent of the note are missing or too much."""
        difference = self.difference
        allowed = half_up(self.noted.millilitres * limit, 10_000)
        return difference is not None and abs(difference.millilitres) > allowed

    def settled_at(self) -> datetime | None:
        """When it may be measured after unloading."""
        return None if self.unloaded_at is None else self.unloaded_at + SETTLING_TIME

    def noted_truck(self, note_number: str, plate: str, parts: Sequence[Part]) -> "Delivery":
        """With what the truck's papers say. Raises DeliveryUnfit, DeliveryStateUnfit."""
        self._must_be(DeliveryState.ORDERED)
        note_number, plate = one_line(note_number), one_line(plate)
        if not note_number or len(note_number) > LONGEST_WORD or not plate or len(plate) > LONGEST_WORD:
            raise DeliveryUnfit("papers")
        if not parts or len(parts) > MOST_PARTS:
            raise DeliveryUnfit("parts")
        if any(part.volume <= NO_LITRES or len(part.compartment) > LONGEST_WORD for part in parts):
            raise DeliveryUnfit("parts")
        return replace(self, note_number=note_number, plate=plate, parts=tuple(parts))

    def began(self, fillings: Sequence[Filling], by: StaffId, at: datetime) -> "Delivery":
        """Unloading begins on what was measured before."""
        self._must_be(DeliveryState.ORDERED)
        if not self.parts:
            raise DeliveryUnfit("parts")
        return replace(
            self, state=DeliveryState.UNLOADING, fillings=tuple(fillings), began_by=by, began_at=at
        )

    def unloaded(self, at: datetime) -> "Delivery":
        """The truck is empty; the surface comes to rest."""
        self._must_be(DeliveryState.UNLOADING)
        return replace(self, state=DeliveryState.SETTLING, unloaded_at=at)

    def measured(self, after: Mapping[TankNumber, tuple[Measure, Litres]], now: datetime) -> "Delivery":
        """With what lies in each vessel now and what it sold meanwhile. Raises TankStillSettling."""
        self._must_be(DeliveryState.SETTLING)
        settled = self.settled_at()
        for filling in self.fillings:
            measure = after[filling.book][0]
            if settled is None or measure.at < settled:
                still = settled - now if settled is not None else SETTLING_TIME
                raise TankStillSettling(filling.book, max(1, -(-int(still.total_seconds()) // 60)))
        fillings = tuple(
            replace(filling, after=after[filling.book][0], sold=after[filling.book][1])
            for filling in self.fillings
        )
        return replace(self, fillings=fillings)

    def by_gauge(self, noticed: Mapping[TankNumber, tuple[Measure, Measure, Litres]]) -> "Delivery":
        """With what the gauge itself noticed before and after, by book, and what the nozzles took between.

        Raises DeliveryStateUnfit; a book that it did not notice keeps what was measured.
        """
        self._must_be(DeliveryState.SETTLING)

        def told(filling: Filling) -> Filling:
            if filling.book not in noticed:
                return filling
            before, after, sold = noticed[filling.book]
            return replace(filling, before=before, after=after, sold=sold, flowing=NO_LITRES)

        return replace(self, fillings=tuple(told(filling) for filling in self.fillings))

    def taken(self, by: StaffId, at: datetime, *, by_note: bool, remark: str) -> "Delivery":
        """Received into the book, by what was measured or, with a remark that says why, by note."""
        self._must_be(DeliveryState.SETTLING)
        remark = one_line(remark)
        if self.received is None and not by_note:
            raise DeliveryUnfit("not_measured")
        if not remark and (by_note or self.is_beyond()):
            raise DeliveryUnfit("remark")
        return replace(
            self,
            state=DeliveryState.RECEIVED,
            received_by=by,
            received_at=at,
            by_note=by_note,
            remark=remark,
        )

    def cancelled(self, remark: str) -> "Delivery":
        """The truck does not come, or was sent away before anything was unloaded."""
        self._must_be(DeliveryState.ORDERED)
        return replace(self, state=DeliveryState.CANCELLED, remark=one_line(remark))

    def entries(self, ids: Iterable[StockEntryId]) -> tuple[StockEntry, ...]:
        """The book's lines of what was received, one a vessel."""
        if self.received_by is None or self.received_at is None:
            raise DeliveryStateUnfit(self.id, self.state)
        return tuple(
            StockEntry(
                id_,
                filling.book,
                StockKind.DELIVERY,
                filling.received if filling.received is not None and not self.by_note else filling.noted,
                self.received_at,
                self.received_by,
                self.note_number,
                delivery=self.id,
            )
            for id_, filling in zip(ids, self.fillings, strict=False)
        )

    def _must_be(self, state: DeliveryState) -> None:
        if self.state is not state:
            raise DeliveryStateUnfit(self.id, self.state)


def check_fits(delivery: Delivery, tanks: Sequence[Tank], readings: Mapping[TankNumber, TankReading]) -> None:
    """Refuse to unload where a compartment goes into a tank of another grade, or above a tank's safe fill.

    Raises DeliveryUnfit, DeliveryDoesNotFit, TankNotFound. Every tank of the parts must have a reading.
    """
    wanted: dict[TankNumber, Litres] = {}
    for part in delivery.parts:
        tank = tank_of(tanks, part.tank)
        if tank.grade != delivery.grade:
            raise DeliveryUnfit("grade")
        wanted[part.tank] = wanted.get(part.tank, NO_LITRES) + part.volume
    for number, volume in wanted.items():
        room = tank_of(tanks, number).room(readings[number])
        if volume > room:
            raise DeliveryDoesNotFit(number, volume.millilitres, max(0, room.millilitres))


def measure_of(vessel: Vessel, readings: Mapping[TankNumber, TankReading], *, dipped: bool) -> Measure:
    """What lies in all tanks of a vessel; as old as the oldest of their readings."""
    corrected = [tank.fuel_at_20(readings[tank.number]) for tank in vessel.tanks]
    return Measure(
        min(readings[tank.number].at for tank in vessel.tanks),
        _sum(readings[tank.number].fuel for tank in vessel.tanks),
        _sum(readings[tank.number].water_volume for tank in vessel.tanks),
        None if any(each is None for each in corrected) else _sum(each for each in corrected if each),
        dipped,
    )


def _sum(volumes: Iterable[Litres]) -> Litres:
    return Litres(sum(volume.millilitres for volume in volumes))
