"""Which events pin down the money they tell of: what is read when the event is sealed, and again when it is verified."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.domain.events.event import Event
from core.domain.events.prepays import PrepayFilled, PrepayOverrunPaid, PrepayPaid
from core.domain.events.pumps import FillFinished
from core.domain.events.sales import SaleCompleted, SaleRefunded
from core.domain.events.shifts import CashMoved, ShiftClosed, ShiftCorrected
from core.domain.ids import FillId, PrepayId, RefundId, SaleId, ShiftId
from core.domain.journal import canonical, digest_of, form_without, pinned
from core.domain.once import Once
from core.domain.sale import Sale
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


_STEPS = Once(canonical)
_LINES = Once(digest_of)
_BILL = form_without(Sale, "lines", "payments", "coupon", "points", written_by={"steps": _STEPS})


def _sale(work: Work, event: SaleCompleted) -> Parts:
    sale = work.sales.as_known(SaleId(event.sale))
    coupon, points = sale.coupon, sale.points
    # How their uses end at the cloud is no part of the bill.
    used = (coupon.id, coupon.code, coupon.discount) if coupon else None
    spent = (points.id, points.member, points.points, points.worth) if points else None
    return (_BILL(sale), used, spent), _LINES(sale.lines), sale.payments


def know_ahead(sale: Sale) -> None:
    """Reckon what will be pinned of a bill's lines, before somebody waits for its end."""
    _STEPS(sale.steps)
    _LINES(sale.lines)


def _shift(work: Work, event: ShiftClosed) -> Parts:
    shift = ShiftId(event.shift)
    counted = (tuple(work.shifts.variances(shift)), work.shifts.pieces(shift))
    return work.shifts.get(shift), counted, tuple(work.shifts.meters(shift)), work.shifts.z(shift)


def _correction(work: Work, event: ShiftCorrected) -> Parts:
    entries = work.shifts.corrections(ShiftId(event.shift))
    return (_only(entry for entry in entries if entry.id == event.correction),)


def _movement(work: Work, event: CashMoved) -> Parts:
    movements = work.cash.of(ShiftId(event.shift))
    return (_only(movement for movement in movements if movement.id == event.movement),)


def _fill(work: Work, event: FillFinished) -> Parts:
    fill = work.fills.get(FillId(event.fill))
    what = (fill.id, fill.pump, fill.nozzle, fill.grade, fill.transaction)
    figures = (fill.volume, fill.price, fill.amount, fill.totaliser)
    return ((*what, *figures, fill.started_at, fill.ended_at, fill.recorded_at),)


def _prepay(work: Work, event: PrepayPaid) -> Parts:
    prepay = work.prepays.get(PrepayId(event.prepay))
    # Where it is filled, and how it ends, is still to come.
    return ((prepay.id, prepay.number, prepay.sale, prepay.line, prepay.amount, prepay.paid_at, prepay.by),)


def _prepaid_fill(work: Work, event: PrepayFilled) -> Parts:
    prepay = work.prepays.get(PrepayId(event.prepay))
    return ((prepay.id, prepay.fill, prepay.used, prepay.volume, prepay.filled_at),)


def _overrun(work: Work, event: PrepayOverrunPaid) -> Parts:
    prepay = work.prepays.get(PrepayId(event.prepay))
    return ((prepay.id, prepay.overrun.fen, prepay.overrun_sale, prepay.ended_at),)


def _refund(work: Work, event: SaleRefunded) -> Parts:
    refund = work.refunds.get(RefundId(event.refund))
    # How its legs end is still to come; to whom they go is not.
    legs = tuple((leg.id, leg.of, leg.tender, leg.amount) for leg in refund.legs)
    return replace(refund, lines=(), legs=()), refund.lines, legs


def _only(found: Iterator[object]) -> object:
    for each in found:
        return each
    raise LookupError("what the event tells of is not there")


PINS: Mapping[type[Event], Pin] = {
    SaleCompleted: Pin("sale", ("bill", "lines", "payments"), _sale, lambda event: str(event.number)),
    SaleRefunded: Pin("refund", ("bill", "lines", "payments"), _refund, lambda event: str(event.number)),
    ShiftClosed: Pin("shift", ("shift", "count", "meters", "z"), _shift, lambda event: str(event.number)),
    ShiftCorrected: Pin("correction", ("entry",), _correction, lambda event: str(event.number)),
    CashMoved: Pin("movement", ("entry",), _movement, lambda event: f"…{event.movement[-6:]}"),
    PrepayPaid: Pin("prepay", ("entry",), _prepay, lambda event: str(event.number)),
    PrepayFilled: Pin("prepay", ("figures",), _prepaid_fill, lambda event: str(event.number)),
    PrepayOverrunPaid: Pin("prepay", ("entry",), _overrun, lambda event: str(event.number)),
    FillFinished: Pin(
        "fill", ("figures",), _fill, lambda event: f"{event.pump}-{event.nozzle} …{event.fill[-6:]}"
    ),
}


def content_of(work: Work, event: Event) -> bytes:
    """The digests of what the event pins down; nothing for most. Raises the refusal of whatever is not there."""
    pin = PINS.get(type(event))
    return pinned(pin.read(work, event)) if pin is not None else b""
