"""How the controller is set up: its pumps, hoses, grades and prices, from its two answers about them."""

from dataclasses import dataclass, field

from core.devices.pumps.fusion.fields import Fields
from core.devices.pumps.fusion.messages import Message
from core.devices.pumps.fusion.sales import MOST_PUMPS
from core.domain.controller import ControllerGrade, ControllerSetup
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.price import UnitPrice

PUMPS = "REQ_FCRT_PUMPS_CONFIG"
PUMPS_ANSWER = "RES_FCRT_PUMPS_CONFIG"
GRADES = "REQ_FCRT_GRADES_CONFIG"
GRADES_ANSWER = "RES_FCRT_GRADES_CONFIG"
_MOST_HOSES = 9
_MOST_GRADES = 99
PRICE_LEVEL = 1


@dataclass(frozen=True, slots=True)
class Hoses:
    """The hoses of every pump: the grade behind each, and the price in it."""

    pumps: frozenset[PumpNumber] = frozenset()
    grades: dict[PumpNumber, dict[NozzleNumber, int]] = field(default_factory=dict)
    prices: dict[PumpNumber, dict[NozzleNumber, UnitPrice]] = field(default_factory=dict)


def hoses_of(message: Message) -> Hoses:
    """What the controller says of its pumps. Raises MessageUnfit."""
    fields = Fields(message.values, message.event)
    grades: dict[PumpNumber, dict[NozzleNumber, int]] = {}
    prices: dict[PumpNumber, dict[NozzleNumber, UnitPrice]] = {}
    for number in range(1, fields.whole("PUMPS", 0, MOST_PUMPS) + 1):
        pump = PumpNumber(number)
        for place in range(1, fields.whole_or(f"P{number:03d}HOSES", 0, _MOST_HOSES, 0) + 1):
            start, nozzle = f"P{number:03d}H{place}", NozzleNumber(place)
            if fields.has(f"{start}GRADE"):
                grades.setdefault(pump, {})[nozzle] = fields.whole(f"{start}GRADE", 0, _MOST_GRADES)
            if fields.has(f"{start}PRICE"):
                prices.setdefault(pump, {})[nozzle] = fields.price(f"{start}PRICE")
    count = fields.whole("PUMPS", 0, MOST_PUMPS)
    return Hoses(frozenset(PumpNumber(number) for number in range(1, count + 1)), grades, prices)


def grades_of(message: Message) -> tuple[ControllerGrade, ...]:
    """The controller's grades with their prices at the usual level. Raises MessageUnfit."""
    fields = Fields(message.values, message.event)
    found: list[ControllerGrade] = []
    for place in range(1, fields.whole("GRADES", 0, _MOST_GRADES) + 1):
        start = f"G{place:03d}"
        level = f"{start}L{PRICE_LEVEL:02d}"
        found.append(
            ControllerGrade(
                fields.whole_or(f"{start}GNR", 0, _MOST_GRADES, place),
                fields.text(f"{start}DES"),
                fields.price(level) if fields.has(level) else None,
            )
        )
    return tuple(found)


def setup_of(hoses: Hoses, grades: tuple[ControllerGrade, ...]) -> ControllerSetup:
    """Both answers in domain words."""
    return ControllerSetup(hoses.pumps, hoses.grades, grades, name="Wayne Fusion")
