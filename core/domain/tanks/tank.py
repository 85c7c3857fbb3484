"""Tank: what lies where, how much may, and which nozzles draw from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.ids import GradeCode, NozzleId, StaffId, TankNumber
from core.domain.litres import NO_LITRES, Litres
from core.domain.refusals.tanks import (
    HeightUnfit,
    NoStrapping,
    TankNotFound,
    TankUnfit,
    TemperatureUnfit,
    WaterAboveFuel,
)
from core.domain.tanks.reading import TankReading
from core.domain.tanks.strapping import StrappingTable
from core.domain.tanks.temperature import COLDEST, HEAVIEST, LIGHTEST, WARMEST, at_20

# As it is written down where nobody has set the station's own: typical densities at 20 °C, in tenths of kg/m3.
USUAL_DENSITY = {"G92": 7_250, "G95": 7_400, "G98": 7_480, "D0": 8_350}
DENSITY_OF_THE_REST = 7_400


@dataclass(frozen=True, slots=True)
class TankLimits:
    """Where a person has to look. Volumes are of fuel; water is a height in tenths of a millimetre."""

    critical_low: Litres
    low: Litres
    high: Litres
    critical_high: Litres
    water: int = 250
    critical_water: int = 500


@dataclass(frozen=True, slots=True)
class Tank:
    """A tank as it was built in and set up. `capacity` is all that goes in, `safe_fill` all that may."""

    number: TankNumber
    grade: GradeCode
    capacity: Litres
    safe_fill: Litres
    limits: TankLimits
    nozzles: frozenset[NozzleId] = frozenset()
    # Tanks joined by a siphon pipe have one level and one book: that of the lowest number among them.
    manifold: TankNumber | None = None
    density_20: int = DENSITY_OF_THE_REST

    def __post_init__(self) -> None:
        limits = self.limits
        steps = (
            NO_LITRES,
            limits.critical_low,
            limits.low,
            limits.high,
            limits.critical_high,
            self.capacity,
        )
        if list(steps) != sorted(steps) or limits.low >= limits.high:
            raise TankUnfit(self.number, "limits")
        if not NO_LITRES < self.safe_fill <= self.capacity:
            raise TankUnfit(self.number, "safe_fill")
        if not 0 < limits.water <= limits.critical_water:
            raise TankUnfit(self.number, "water")
        if not LIGHTEST <= self.density_20 <= HEAVIEST:
            raise TankUnfit(self.number, "density")

    @property
    def book(self) -> TankNumber:
        """The tank under whose number the stock is kept."""
        return self.manifold if self.manifold is not None else self.number

    def room(self, reading: TankReading) -> Litres:
        """How much more may be unloaded: up to the safe fill, water counted as what it takes."""
        return self.safe_fill - reading.fuel - reading.water_volume

    def fuel_at_20(self, reading: TankReading) -> Litres | None:
        """The reading's fuel at 20 °C, by our own tables where there is a temperature; else what the gauge says."""
        if reading.temperature is None or not COLDEST <= reading.temperature <= WARMEST:
            return reading.volume_at_20
        return at_20(reading.fuel, self.density_20, reading.temperature)


@dataclass(frozen=True, slots=True)
class Dip:
    """A stick in the tank: surface and water in tenths of a millimetre, temperature in tenths of a degree."""

    tank: TankNumber
    at: datetime
    by: StaffId
    product_height: int
    water_height: int = 0
    temperature: int | None = None

    def reading(self, tank: Tank, table: StrappingTable | None) -> TankReading:
        """What was dipped, by the tank's strapping table. Raises NoStrapping, HeightUnfit, WaterAboveFuel, TemperatureUnfit."""
        if table is None:
            raise NoStrapping(tank.number)
        if not table.holds(self.product_height) or not table.holds(self.water_height):
            raise HeightUnfit(tank.number, max(self.product_height, self.water_height), table.highest)
        if self.water_height > self.product_height:
            raise WaterAboveFuel(tank.number)
        if self.temperature is not None and not COLDEST <= self.temperature <= WARMEST:
            raise TemperatureUnfit(self.temperature)
        whole, water = table.volume_at(self.product_height), table.volume_at(self.water_height)
        return TankReading(
            tank.number,
            self.at,
            product_height=self.product_height,
            water_height=self.water_height,
            temperature=self.temperature,
            product_volume=whole - water,
            water_volume=water,
            ullage=tank.capacity - whole,
        )


@dataclass(frozen=True, slots=True)
class Vessel:
    """What is one in the book: a tank, or all tanks that a siphon joins."""

    number: TankNumber
    grade: GradeCode
    tanks: tuple[Tank, ...]

    @property
    def nozzles(self) -> frozenset[NozzleId]:
        """Every nozzle that draws from it."""
        return frozenset().union(*(tank.nozzles for tank in self.tanks))


def vessels(tanks: Iterable[Tank]) -> tuple[Vessel, ...]:
    """The station's tanks as the book has them, by number."""
    groups: dict[TankNumber, list[Tank]] = {}
    for tank in sorted(tanks, key=lambda each: each.number):
        groups.setdefault(tank.book, []).append(tank)
    return tuple(
        Vessel(number, members[0].grade, tuple(members)) for number, members in sorted(groups.items())
    )


def check_tanks(
    tanks: Sequence[Tank], grades: Iterable[GradeCode], nozzles: dict[NozzleId, GradeCode]
) -> None:
    """Refuse with TankUnfit what contradicts the station: a nozzle of another grade, or that draws from two places."""
    known, drawn = set(grades), dict[NozzleId, TankNumber]()
    numbers = {tank.number: tank for tank in tanks}
    for tank in tanks:
        if tank.grade not in known:
            raise TankUnfit(tank.number, "grade")
        head = numbers.get(tank.book)
        if (
            head is None
            or head.grade != tank.grade
            or (head.manifold is not None and head.book != head.number)
        ):
            raise TankUnfit(tank.number, "manifold")
        for nozzle in tank.nozzles:
            if nozzles.get(nozzle) != tank.grade:
                raise TankUnfit(tank.number, "nozzle")
            if drawn.setdefault(nozzle, tank.book) != tank.book:
                raise TankUnfit(tank.number, "nozzle_twice")


def tank_of(tanks: Iterable[Tank], number: TankNumber) -> Tank:
    """The tank of this number. Raises TankNotFound."""
    for tank in tanks:
        if tank.number == number:
            return tank
    raise TankNotFound(number)


def check_strapping(tank: Tank, table: StrappingTable) -> None:
    """Refuse with TankUnfit a table that ends below what may be filled into the tank."""
    if table.most < tank.safe_fill:
        raise TankUnfit(tank.number, "strapping")
