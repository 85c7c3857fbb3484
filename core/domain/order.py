"""OnlineOrder's five states and legal moves; what to settle and hand back."""

from dataclasses import dataclass
from enum import StrEnum

from core.domain.litres import Litres
from core.domain.money import ZERO, Money
from core.domain.price import UnitPrice
from core.domain.refusals.orders import OrderStateUnfit


class OrderState(StrEnum):
    """The order of a driver, word for word: pending payment, reserved (paid), fuelling, completed, cancelled."""

    PENDING_PAYMENT = "pending_payment"
    RESERVED = "reserved"
    FUELLING = "fuelling"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


_MOVES: dict[OrderState, frozenset[OrderState]] = {
    OrderState.PENDING_PAYMENT: frozenset({OrderState.RESERVED, OrderState.CANCELLED}),
    OrderState.RESERVED: frozenset({OrderState.FUELLING, OrderState.COMPLETED, OrderState.CANCELLED}),
    OrderState.FUELLING: frozenset({OrderState.COMPLETED, OrderState.CANCELLED}),
    OrderState.COMPLETED: frozenset(),
    OrderState.CANCELLED: frozenset(),
}


class CancelReason(StrEnum):
    """Why an order ended without fuel."""

    NOT_PAID_IN_TIME = "not_paid_in_time"
    DRIVER_CHANGED_MIND = "driver_changed_mind"
    STATION_DECLINED = "station_declined"
    NOBODY_ACCEPTED = "nobody_accepted"
    CAR_NOT_THERE = "car_not_there"
    NOTHING_FILLED = "nothing_filled"
    OTHER_CAR = "other_car"
    WRONG_FUEL = "wrong_fuel"
    PUMP_BROKEN = "pump_broken"
    NOBODY_CAME = "nobody_came"


SAID_BY_STATION = (
    CancelReason.STATION_DECLINED,
    CancelReason.CAR_NOT_THERE,
    CancelReason.NOTHING_FILLED,
    CancelReason.DRIVER_CHANGED_MIND,
    CancelReason.NOBODY_ACCEPTED,
    CancelReason.OTHER_CAR,
    CancelReason.WRONG_FUEL,
    CancelReason.PUMP_BROKEN,
    CancelReason.NOBODY_CAME,
)
"""What a station may give as its reason; the driver may have said it to the attendant, or nobody came."""


def check_move(order: str, state: OrderState, to: OrderState) -> None:
    """Refuse a move that the five states do not know."""
    if to not in _MOVES[state]:
        raise OrderStateUnfit(order, state)


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a prepaid order ends: used - discount = owed; paid - owed = left over; overrun is the station's."""

    used: Money
    discount: Money
    owed: Money
    left_over: Money
    overrun: Money


def settle(ordered: Money, discount: Money, filled: Money) -> Settlement:
    """Settle a prepaid order of `ordered` (gross), paid as `ordered - discount`, with what the pump delivered.

    A part fill keeps its share of the discount (rounded half up) rather than losing it below a threshold: the driver
    met the terms when he paid. Overrun pulses cost him nothing. Raises ValueError for amounts that cannot be.
    """
    if ordered <= ZERO or not ZERO <= discount <= ordered or filled < ZERO:
        raise ValueError(f"cannot settle {ordered} - {discount} with {filled}")
    paid = ordered - discount
    if filled >= ordered:
        return Settlement(ordered, discount, paid, ZERO, filled - ordered)
    share = discount.part(filled.fen, ordered.fen)
    owed = filled - share
    return Settlement(filled, share, owed, paid - owed, ZERO)


def at_promised_price(filled: Money, volume: Litres, price: UnitPrice, promised: UnitPrice) -> Money:
    """What a fill counts against its order.

    The pump's own amount, unless it filled dearer than the driver was promised: the difference is the station's.
    """
    return filled if price <= promised else min(filled, promised.amount_for(volume))
