"""What happened to tanks and to what lies in them."""

from dataclasses import dataclass

from core.domain.events.event import Event


@dataclass(frozen=True, slots=True)
class TankSetUp(Event):
    """A tank's figures were set or changed."""

    tank: int
    grade: str


@dataclass(frozen=True, slots=True)
class TankDipped(Event):
    """Somebody dipped a tank. Heights in tenths of a millimetre."""

    tank: int
    fuel_ml: int
    water_ml: int
    product_height: int


@dataclass(frozen=True, slots=True)
class DeliveryOrdered(Event):
    """Fuel was ordered."""

    delivery: str
    grade: str
    supplier: str
    ordered_ml: int


@dataclass(frozen=True, slots=True)
class DeliveryCancelled(Event):
    """An ordered delivery does not come."""

    delivery: str
    reason: str


@dataclass(frozen=True, slots=True)
class DeliveryBegan(Event):
    """A truck began to unload: the tanks' nozzles are to rest until it has settled."""

    delivery: str
    note_number: str
    plate: str
    noted_ml: int
    tanks: str
    nozzles: str


@dataclass(frozen=True, slots=True)
class DeliveryUnloaded(Event):
    """A truck is empty; its tanks settle."""

    delivery: str
    note_number: str
    tanks: str


@dataclass(frozen=True, slots=True)
class DeliveryReceived(Event):
    """A delivery was taken into the book."""

    delivery: str
    note_number: str
    noted_ml: int
    received_ml: int
    difference_ml: int
    by_note: bool
    beyond: bool
    remark: str


@dataclass(frozen=True, slots=True)
class StockChanged(Event):
    """A line was written into a tank's stock book by hand, or by a pump test that was poured back."""

    entry: str
    tank: int
    stock_kind: str
    volume_ml: int
    reason: str


@dataclass(frozen=True, slots=True)
class StockDayClosed(Event):
    """A day of a tank's book is over."""

    tank: int
    day: str
    book_ml: int
    was_measured: bool
    variance_ml: int  # measured less book; 0 where nothing was measured


@dataclass(frozen=True, slots=True)
class TankAlarmRaised(Event):
    """A tank's alarm began."""

    alarm: str
    tank: int
    alarm_kind: str
    figure: int


@dataclass(frozen=True, slots=True)
class TankAlarmAcknowledged(Event):
    """Somebody has seen a tank's alarm."""

    alarm: str
    tank: int
    alarm_kind: str


@dataclass(frozen=True, slots=True)
class TankAlarmGone(Event):
    """The cause of a tank's alarm is past."""

    alarm: str
    tank: int
    alarm_kind: str
