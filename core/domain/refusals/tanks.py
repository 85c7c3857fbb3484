"""Tanks, deliveries and stock: what the rules say no to."""

from dataclasses import dataclass

from core.domain.refusals.refusal import Refusal


@dataclass(eq=False)
class TankNotFound(Refusal):
    """The station has no such tank."""

    tank: int


@dataclass(eq=False)
class TankUnfit(Refusal):
    """A tank's figures contradict each other; `why` is a word of core.wording.tanks."""

    tank: int
    why: str


@dataclass(eq=False)
class StrappingUnfit(Refusal):
    """A strapping table is none; `line` is where, from 1, and `why` a word of core.wording.tanks."""

    line: int
    why: str


@dataclass(eq=False)
class NoStrapping(Refusal):
    """A height says nothing about litres: the tank has no strapping table."""

    tank: int


@dataclass(eq=False)
class HeightUnfit(Refusal):
    """The height lies outside the tank's strapping table. Heights in tenths of a millimetre."""

    tank: int
    height: int
    highest: int


@dataclass(eq=False)
class TemperatureUnfit(Refusal):
    """No such temperature in a tank, or in the correction's tables. Tenths of a degree."""

    temperature: int


@dataclass(eq=False)
class WaterAboveFuel(Refusal):
    """The water cannot stand higher than the fuel above it."""

    tank: int


@dataclass(eq=False)
class TankNotMeasured(Refusal):
    """Nothing valid has been measured in the tank lately; dip it."""

    tank: int


@dataclass(eq=False)
class DeliveryNotFound(Refusal):
    """There is no such delivery."""

    delivery: str


@dataclass(eq=False)
class DeliveryUnfit(Refusal):
    """A delivery's figures do not fit; `why` is a word of core.wording.tanks."""

    why: str


@dataclass(eq=False)
class DeliveryStateUnfit(Refusal):
    """The delivery has moved on, or is not so far yet."""

    delivery: str
    state: str


@dataclass(eq=False)
class DeliveryDoesNotFit(Refusal):
    """There is not so much room below the safe fill of the tank: unloading must not begin."""

    tank: int
    wanted_ml: int
    room_ml: int


@dataclass(eq=False)
class TankStillSettling(Refusal):
    """After unloading a tank is measured only when its surface has come to rest."""

    tank: int
    minutes: int


@dataclass(eq=False)
class TankTakesDelivery(Refusal):
    """Another delivery is being unloaded into this tank, or settles."""

    tank: int


@dataclass(eq=False)
class StockEntryUnfit(Refusal):
    """This entry of the stock book cannot be right: no litres, or no reason."""

    why: str


@dataclass(eq=False)
class StockDayNotFound(Refusal):
    """No stock book has this day: it is not over, or too old to be shown."""

    day: str


@dataclass(eq=False)
class StrappingUnreadable(Refusal):
    """The file of a strapping table cannot be read, or is far too large for one."""

    file: str


@dataclass(eq=False)
class TankAlarmNotFound(Refusal):
    """The alarm is over, or was acknowledged already."""

    alarm: str
