"""Which events pin down the money they tell of: what is read when the event is sealed, and again when it is verified."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.domain.events import Event, FillFinished, SaleCompleted, ShiftClosed
from core.domain.ids import FillId, SaleId, ShiftId
from core.domain.journal import pinned
from core.ports.unit_of_work import Work

Parts = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Pin:
    """`thing` and `parts` are words of core.wording.journal; `read` gives one frozen value for each part.

    Only what never changes after the event may be read: whatever moves on later would look like a forgery.
    """

    thing: str
    parts: tuple[str, ...]
    read: Callable[[Work, Any], Parts]
    name: Callable[[Any], str]  # of the one thing that the event is about, for a person


def _sale(work: Work, event: SaleCompleted) -> Parts:
    sale = work.sales.get(SaleId(event.sale))
    coupon = sale.coupon
    used = (coupon.id, coupon.code, coupon.discount) if coupon else None
    return (replace(sale, lines=(), payments=(), coupon=None), used), sale.lines, sale.payments


def _shift(work: Work, event: ShiftClosed) -> Parts:
    return (work.shifts.get(ShiftId(event.shift)),)


def _fill(work: Work, event: FillFinished) -> Parts:
    fill = work.fills.get(FillId(event.fill))
    what = (fill.id, fill.pump, fill.nozzle, fill.grade, fill.transaction)
    figures = (fill.volume, fill.price, fill.amount, fill.totaliser)
    return ((*what, *figures, fill.started_at, fill.ended_at, fill.recorded_at),)


PINS: Mapping[type[Event], Pin] = {
    SaleCompleted: Pin("sale", ("bill", "lines", "payments"), _sale, lambda event: str(event.number)),
    ShiftClosed: Pin("shift", ("count",), _shift, lambda event: str(event.number)),
    FillFinished: Pin(
        "fill", ("figures",), _fill, lambda event: f"{event.pump}-{event.nozzle} …{event.fill[-6:]}"
    ),
}


def content_of(work: Work, event: Event) -> bytes:
    """The digests of what the event pins down; nothing for most. Raises the refusal of whatever is not there."""
    pin = PINS.get(type(event))
    return pinned(pin.read(work, event)) if pin is not None else b""
