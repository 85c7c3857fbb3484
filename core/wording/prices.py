"""What a price change's nozzles, blocks and check points are called."""

from core.domain.price import UnitPrice
from core.domain.price_paper import CheckPoint
from core.domain.price_switch import BlockWhy, SwitchState
from core.wording import formats, names
from core.wording.catalogue import _, mark

_STATES = {
    SwitchState.WAITING: mark("Waits for the pump to be idle"),
    SwitchState.ASKED: mark("Asked, no answer yet"),
    SwitchState.CONFIRMED: mark("Confirmed"),
    SwitchState.BLOCKED: mark("Blocked"),
    SwitchState.OVERTAKEN: mark("Overtaken by a later change"),
}
_WHY = {
    BlockWhy.REFUSED: mark("The pump refused the price"),
    BlockWhy.OTHER_PRICE: mark("The pump shows another price"),
    BlockWhy.SILENT: mark("The pump did not answer"),
    BlockWhy.OFFLINE: mark("The pump is offline"),
}
_POINTS = {
    CheckPoint.POLE: mark("The pole at the road shows the new prices"),
    CheckPoint.BOARDS: mark("Price tags at the pumps and in the shop show the new prices"),
}


def switch_state(value: SwitchState) -> str:
    """How far a nozzle is."""
    return _(_STATES[value])


def why_blocked(value: BlockWhy) -> str:
    """Why a nozzle does not have its price."""
    return _(_WHY[value])


def check_point(value: CheckPoint) -> str:
    """What a person looks at."""
    return _(_POINTS[value])


def pole_board(value: str) -> str:
    """``92 7.95, 95 8.45`` of the grades and prices in li that a pole took."""
    words = value.split()
    return _(", ").join(
        f"{names.grade_short(grade)} {formats.unit_price_without_unit(UnitPrice(int(li)))}"
        for grade, li in zip(words[::2], words[1::2], strict=True)
    )
