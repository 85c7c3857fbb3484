"""What a gauge measured in one tank at one moment, in whole units."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.ids import TankNumber
from core.domain.litres import NO_LITRES, Litres


class ProbeStatus(StrEnum):
    """Whether the probe's figures can be believed."""

    OK = "ok"
    ERROR = "error"  # the probe answers and says itself that its figures are not valid
    OFFLINE = "offline"  # the gauge does not reach the probe


class GaugeAlarm(StrEnum):
    """What the gauge itself warns of, by its own limits; ours are core.domain.tanks.alarm."""

    HIGH = "high"
    CRITICAL_HIGH = "critical_high"
    LOW = "low"
    CRITICAL_LOW = "critical_low"
    HIGH_WATER = "high_water"
    CRITICAL_HIGH_WATER = "critical_high_water"
    LEAK = "leak"
    THEFT = "theft"
    DELIVERY_NEEDED = "delivery_needed"
    PROBE = "probe"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class TankReading:
    """One measurement. Of a probe that is not OK only `tank`, `at` and `alarms` mean anything.

    Heights are in tenths of a millimetre from the tank's bottom, temperature in tenths of a degree Celsius.
    `product_volume` is the fuel alone where the gauge subtracts water; `gross` says when it does not.
    """

    tank: TankNumber
    at: datetime
    status: ProbeStatus = ProbeStatus.OK
    product_height: int = 0  # of the fuel's surface; the water below it is part of this height
    water_height: int = 0
    temperature: int | None = None
    product_volume: Litres = NO_LITRES
    water_volume: Litres = NO_LITRES
    ullage: Litres | None = None  # room up to the capacity, as the gauge tells it
    volume_at_20: Litres | None = None  # as the gauge itself corrects it, where its standard is 20 °C
    alarms: frozenset[GaugeAlarm] = frozenset()
    delivery_detected: bool = False
    gross: bool = False  # `product_volume` still contains the water

    @property
    def valid(self) -> bool:
        """Whether its figures can be used."""
        return self.status is ProbeStatus.OK

    @property
    def fuel(self) -> Litres:
        """The fuel alone, at the tank's temperature: water is never sold, and never stock."""
        return self.product_volume - self.water_volume if self.gross else self.product_volume


@dataclass(frozen=True, slots=True)
class GaugeDelivery:
    """A delivery as the gauge noticed it by itself: a second opinion beside what people measured, never a booking."""

    tank: TankNumber
    began_at: datetime
    ended_at: datetime
    before: Litres
    after: Litres
    water_before: int  # tenths of a millimetre
    water_after: int
    temperature_before: int  # tenths of a degree
    temperature_after: int

    @property
    def grown(self) -> Litres:
        """By how much the tank grew; what was sold meanwhile is not in it."""
        return self.after - self.before
