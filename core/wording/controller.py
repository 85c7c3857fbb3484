"""Where the pump controller is set up otherwise than the station, in words."""

from core.domain.controller import DifferenceKind, SetupDifference
from core.domain.price import UnitPrice
from core.wording import formats, names
from core.wording.catalogue import _, mark

_SENTENCES = {
    DifferenceKind.PUMP_MISSING: mark("Pump {pump} is not in the pump controller."),
    DifferenceKind.PUMP_UNKNOWN: mark(
        "The pump controller has a pump {pump} that the station does not have: what it fills is not booked."
    ),
    DifferenceKind.NOZZLE_MISSING: mark("Nozzle {nozzle} of pump {pump} is not in the pump controller."),
    DifferenceKind.NOZZLE_UNKNOWN: mark(
        "The pump controller has a nozzle {nozzle} of pump {pump} that the station does not have."
    ),
    DifferenceKind.GRADE_MISSING: mark("The pump controller has no fuel {ours}, which is {grade} here."),
    DifferenceKind.NOZZLE_GRADE: mark(
        "Nozzle {nozzle} of pump {pump} gives {grade} (fuel {ours}) here and fuel {theirs} in the pump controller."
    ),
    DifferenceKind.GRADE_PRICE: mark("{grade} costs {ours} here and {theirs} in the pump controller."),
    DifferenceKind.CLOCK: mark("The pump controller's clock is {theirs} seconds from ours."),
}


def difference(value: SetupDifference) -> str:
    """One difference, as a sentence."""
    prices = value.kind is DifferenceKind.GRADE_PRICE
    return _(_SENTENCES[value.kind]).format(
        pump=value.pump,
        nozzle=value.nozzle,
        grade=names.grade(value.grade) if value.grade else "",
        ours=formats.unit_price(UnitPrice(value.ours)) if prices else value.ours,
        theirs=formats.unit_price(UnitPrice(value.theirs)) if prices else value.theirs,
    )


def difference_of(written: str) -> str:
    """One difference as an event keeps it. Raises ValueError where another version wrote it."""
    return difference(SetupDifference.read(written))
