"""Tanks, deliveries and stock in words; heights and temperatures as people read them."""

from decimal import Decimal

from core.domain.litres import Litres
from core.domain.money import half_up
from core.domain.tanks.alarm import TankAlarmKind
from core.domain.tanks.delivery import DeliveryState
from core.domain.tanks.reading import ProbeStatus
from core.domain.tanks.stock import StockKind
from core.domain.tanks.variance import Rating
from core.wording.catalogue import _, mark

_WHY = {
    "limits": mark("its limits do not rise from the lowest to the capacity"),
    "safe_fill": mark("what may be filled in must be above nothing and no more than the capacity"),
    "water": mark("its water limits do not rise"),
    "density": mark("no fuel has this density"),
    "grade": mark("the grades do not match"),
    "manifold": mark("tanks that are joined hold one grade, and the first of them stands alone in its entry"),
    "nozzle": mark("one of its nozzles is not there, or has another grade"),
    "nozzle_twice": mark("one of its nozzles draws from another tank already"),
    "strapping": mark("its strapping table ends below what may be filled in"),
    "points": mark("it needs from 2 to 20000 lines"),
    "beginning": mark("it must begin at height 0 with 0 litres"),
    "rising": mark("heights and litres must rise from line to line"),
    "height": mark("no tank is as high as that"),
    "columns": mark("each line needs a height in millimetres and the litres"),
    "figure": mark("this is no height or volume"),
    "papers": mark("the number of the note and the plate of the truck are missing"),
    "parts": mark("say which compartment goes into which tank, with its litres"),
    "supplier": mark("say who delivers"),
    "volume": mark("these litres cannot be right"),
    "remark": mark("say why in the remark"),
    "not_measured": mark("it was not measured after unloading"),
    "nothing": mark("it has no litres"),
    "reason": mark("say why, in a word or two"),
    "same_tank": mark("it goes from a tank into the same one"),
    "opened": mark("the book of this tank was opened already"),
}
_ALARMS = {
    TankAlarmKind.LOW: mark("little fuel left"),
    TankAlarmKind.CRITICAL_LOW: mark("almost empty"),
    TankAlarmKind.HIGH: mark("almost full"),
    TankAlarmKind.CRITICAL_HIGH: mark("too full"),
    TankAlarmKind.WATER: mark("water in the tank"),
    TankAlarmKind.CRITICAL_WATER: mark("much water in the tank"),
    TankAlarmKind.PROBE: mark("the probe does not measure"),
    TankAlarmKind.LEAK: mark("it may leak"),
    TankAlarmKind.VARIANCE: mark("book and measure lie too far apart"),
    TankAlarmKind.GAUGE: mark("the gauge gives an alarm of its own"),
}
_STATES = {
    DeliveryState.ORDERED: mark("ordered"),
    DeliveryState.UNLOADING: mark("unloading"),
    DeliveryState.SETTLING: mark("settling"),
    DeliveryState.RECEIVED: mark("received"),
    DeliveryState.CANCELLED: mark("does not come"),
}
_KINDS = {
    StockKind.OPENING: mark("opening stock"),
    StockKind.DELIVERY: mark("delivery"),
    StockKind.RETURN: mark("poured back after a test"),
    StockKind.TRANSFER: mark("from tank to tank"),
    StockKind.ADJUSTMENT: mark("adjustment"),
}
_RATINGS = {
    Rating.UNKNOWN: mark("not measured"),
    Rating.GREEN: mark("in order"),
    Rating.AMBER: mark("look into it"),
    Rating.RED: mark("act now"),
}
_PROBES = {
    ProbeStatus.OK: mark("measures"),
    ProbeStatus.ERROR: mark("probe out of order"),
    ProbeStatus.OFFLINE: mark("no answer from the probe"),
}


def why(word: str) -> str:
    """What is wrong with a tank, a table, a delivery or an entry; an unknown word is itself."""
    text = _WHY.get(word)
    return word if text is None else _(text)


def alarm(kind: TankAlarmKind) -> str:
    """What an alarm says."""
    return _(_ALARMS[kind])


def delivery_state(state: DeliveryState) -> str:
    """How far a delivery is."""
    return _(_STATES[state])


def stock_kind(kind: StockKind) -> str:
    """Why stock changed."""
    return _(_KINDS[kind])


def rating(value: Rating) -> str:
    """What to think of a variance."""
    return _(_RATINGS[value])


def probe(status: ProbeStatus) -> str:
    """How a probe is."""
    return _(_PROBES[status])


def height(tenths: int) -> str:
    """Tenths of a millimetre as millimetres."""
    return f"{Decimal(tenths) / 10:.1f} mm"


def celsius(tenths: int) -> str:
    """Tenths of a degree."""
    return f"{Decimal(tenths) / 10:.1f} °C"


def signed(volume: Litres | None) -> str:
    """A difference to the tenth of a litre, with its sign; a dash for what is not known."""
    if volume is None:
        return "—"
    tenths = half_up(volume.millilitres, 100)
    return f"{'-' if tenths < 0 else '+'}{abs(tenths) // 10:,}.{abs(tenths) % 10}"


def percent(per_myriad: int) -> str:
    """Hundredths of a percent, with its sign."""
    return f"{Decimal(per_myriad) / 100:+.2f} %"
