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

# What a driver of ours or a controller's own code gives as its reason; what is not here is shown as it came.
_REASONS = {
    "price refused": mark("it does not take this price"),
    "nothing runs": mark("nothing runs at this pump"),
    "the pump reports another price than it was given": mark(
        "the pump reports another price than it was given"
    ),
    "the pump reports another price than the controller was given": mark(
        "the pump reports another price than it was given"
    ),
    "the controller takes no prices": mark("the controller takes no prices"),
    "the controller refused the new price": mark("it does not take this price"),
    "the preset is smaller than the controller can hold": mark("the preset is too small for the controller"),
    "the controller keeps its own price list: name the nozzle": mark(
        "the controller keeps its own price list: name the nozzle"
    ),
    "a Fusion controller locks sales for a till, not pumps": mark("this controller does not lock pumps"),
    "the controller has no number for this grade": mark("the controller does not know this fuel"),
    "the controller has one price for a grade, not one for a nozzle": mark(
        "the controller has one price for a fuel, not one for each nozzle"
    ),
    "the controller tells counters with sales, and has no sale of it": mark(
        "the controller has no counter of it before its first fill"
    ),
    "this pump is not connected: what it shows is keyed": mark("this pump is not connected"),
    "JSONPTS_ERROR_NO_PERMISSIONS": mark("the till's user may not do this at the controller"),
    "JSONPTS_ERROR_USER_NOT_MATCH": mark("another user of the controller is using the pump"),
    "JSONPTS_ERROR_PUMP_BUSY_OTHER_USER": mark("another user of the controller is using the pump"),
    "JSONPTS_ERROR_PUMP_BUSY_OTHER_REQUEST_EXECUTED": mark("it still does what it was asked before"),
    "JSONPTS_ERROR_DUPLICATED_AUTHORIZATION_REQUEST": mark("it was released a moment ago already"),
    "JSONPTS_ERROR_PUMP_BUSY_FILLING": mark("it is filling"),
    "JSONPTS_ERROR_PUMP_NOT_IN_FILLING_PROCESS": mark("nothing runs at this pump"),
    "JSONPTS_ERROR_PUMP_IS_NOT_CONFIGURED": mark("the controller does not know this pump"),
    "JSONPTS_ERROR_PUMP_NUMBER_OUT_OF_RANGE": mark("the controller does not know this pump"),
    "JSONPTS_ERROR_NOZZLE_NUMBER_OUT_OF_RANGE": mark("the controller does not know this nozzle"),
    "JSONPTS_ERROR_INCORRECT_FUEL_GRADES_PRICES_CONFIGURATION": mark(
        "the controller's own price list is not set up"
    ),
    "JSONPTS_ERROR_REPEATED_AUTHORIZE_PUMP_PRICE_DIFFERENT": mark("it was released at another price before"),
}


def reason(said: str) -> str:
    """Why a controller says no, in words; in its own where we have none for it."""
    known = _REASONS.get(said.strip())
    return _(known) if known is not None else said


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
