"""Tanks in the station's books: what was measured, what moved, deliveries and alarms."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from core.domain.ids import DeliveryId, FillId, NozzleId, StaffId, TankAlarmId, TankNumber
from core.domain.litres import Litres
from core.domain.tanks.alarm import TankAlarm
from core.domain.tanks.delivery import Delivery
from core.domain.tanks.reading import GaugeDelivery, TankReading
from core.domain.tanks.stock import StockEntry
from core.domain.tanks.strapping import StrappingTable
from core.domain.tanks.tank import Tank
from core.domain.tanks.variance import StockDay


@dataclass(frozen=True, slots=True)
class KeptReading:
    """A reading as it was kept, with our own volume at 20 °C; `by` dipped it, or nobody did and the gauge measured."""

    reading: TankReading
    by: StaffId | None = None


@dataclass(frozen=True, slots=True)
class TankHour:
    """What is left of an hour's readings once they are old: the last of them, and between what the fuel lay."""

    tank: TankNumber
    hour: datetime
    fuel: Litres
    at_20: Litres | None
    water_height: int
    temperature: int | None
    lowest: Litres
    highest: Litres
    readings: int


class Tanks(Protocol):
    """Everything that is kept of tanks. A stretch of time is from after `since` up to and with `until`."""

    # --- what they are

    def all(self) -> Sequence[Tank]:
        """Every tank, by number."""
        ...

    def save(self, tank: Tank) -> None:
        """Insert or update."""
        ...

    def strapping(self, tank: TankNumber) -> StrappingTable | None:
        """The tank's table, or None where none was read in."""
        ...

    def strapped(self) -> frozenset[TankNumber]:
        """Which tanks have one."""
        ...

    def strap(self, tank: TankNumber, table: StrappingTable) -> None:
        """Give the tank this table in place of the one before."""
        ...

    # --- what was measured

    def keep(self, kept: KeptReading) -> None:
        """Write a reading down; one of the same tank and moment is written once."""
        ...

    def latest(self) -> Mapping[TankNumber, KeptReading]:
        """The newest reading of every tank that has one."""
        ...

    def readings(self, tank: TankNumber, since: datetime, until: datetime) -> Sequence[KeptReading]:
        """Readings that are still kept one by one, oldest first."""
        ...

    def last_valid(self, tank: TankNumber, until: datetime) -> KeptReading | None:
        """The newest valid reading up to that moment that is still kept."""
        ...

    def hours(self, tank: TankNumber, since: datetime, until: datetime) -> Sequence[TankHour]:
        """What is left of older readings, oldest first."""
        ...

    def roll_up(self, before: datetime, at_most: int) -> int:
        """Fold gauge readings from before that moment into their hours; dips stay. How many were folded."""
        ...

    # --- what moved

    def add(self, entry: StockEntry) -> None:
        """Write a line into the stock book."""
        ...

    def entries(self, since: datetime, until: datetime) -> Sequence[StockEntry]:
        """The lines of all tanks, oldest first."""
        ...

    def opened_at(self, book: TankNumber) -> datetime | None:
        """When the book of the tank was opened, or None where it has not been."""
        ...

    def returned(self, fill: FillId) -> StockEntry | None:
        """The line by which the fuel of this fill was poured back."""
        ...

    def booked(self, since: datetime, until: datetime) -> Mapping[NozzleId, Litres]:
        """What the nozzles' fills that were booked in this stretch come to."""
        ...

    def drawn_by_hour(
        self, since: datetime, until: datetime, zone: timedelta
    ) -> Mapping[NozzleId, Mapping[int, Litres]]:
        """The same by the hour of the week at a station whose clock is ahead of UTC by `zone`."""
        ...

    def drawing(
        self, nozzles: Iterable[NozzleId], since: datetime
    ) -> Sequence[tuple[datetime, datetime, Litres]]:
        """From when to when each fill of these nozzles that was booked after `since` ran, and what it took, by their ends."""
        ...

    def add_day(self, day: StockDay) -> None:
        """Write down a day that is over; once a book and day."""
        ...

    def last_day(self, book: TankNumber) -> StockDay | None:
        """The newest day that is over."""
        ...

    def days(self, book: TankNumber, limit: int) -> Sequence[StockDay]:
        """The newest days that are over, oldest first."""
        ...

    # --- deliveries

    def delivery(self, delivery: DeliveryId) -> Delivery:
        """Raises DeliveryNotFound."""
        ...

    def save_delivery(self, delivery: Delivery) -> None:
        """Insert or update."""
        ...

    def notice(self, delivery: GaugeDelivery) -> None:
        """Write down what the gauge took for a delivery; one of the same tank and beginning is written once."""
        ...

    def noticed(self, since: datetime, until: datetime) -> Sequence[GaugeDelivery]:
        """What the gauge took for deliveries that began in this stretch, oldest first."""
        ...

    def deliveries(self, limit: int) -> Sequence[Delivery]:
        """Those that are under way and the newest of the others, newest order first."""
        ...

    def open_deliveries(self) -> Sequence[Delivery]:
        """Those that are under way, oldest order first."""
        ...

    # --- alarms

    def alarm(self, alarm: TankAlarmId) -> TankAlarm:
        """Raises TankAlarmNotFound."""
        ...

    def save_alarm(self, alarm: TankAlarm) -> None:
        """Insert or update."""
        ...

    def standing(self) -> Sequence[TankAlarm]:
        """Alarms whose cause is not past, oldest first."""
        ...

    def alarms(self, limit: int) -> Sequence[TankAlarm]:
        """The newest alarms, newest first, standing or gone."""
        ...
