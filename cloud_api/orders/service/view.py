"""An order as its driver sees it."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Connection

from cloud_api.coupons import repository as coupons
from cloud_api.orders import repository, schemas
from cloud_api.orders.repository import OrderRow, TimelineRow
from cloud_api.orders.tenders import TenderRow, taken_of
from cloud_api.stations import repository as stations
from core.domain.order import CancelReason
from core.wording import names
from core.wording.catalogue import _, mark

_WHAT = {
    "placed": mark("Order placed"),
    "paid": mark("Paid"),
    "accepted": mark("Accepted by the station"),
    "car_differs": mark("The attendant sees another car at the pump"),
    "car_is_mine": mark("You confirmed the car"),
    "car_is_not_mine": mark("You said that it is not your car"),
    "moved": mark("Served at another pump"),
    "back_asked": mark("You asked the station to give the order back"),
    "back_declined": mark("The station could not give it back: fuel is flowing"),
    "authorised": mark("Pump released"),
    "fuelling": mark("Fuelling"),
    "filled": mark("Filled"),
    "completed": mark("Completed"),
    "refunded": mark("Money returned"),
    "cancelled": mark("Cancelled"),
}
_CANCELLED = {
    CancelReason.NOT_PAID_IN_TIME: mark(
        "The order was not paid in time and was cancelled. Nothing was charged."
    ),
    CancelReason.DRIVER_CHANGED_MIND: mark("You cancelled the order."),
    CancelReason.STATION_DECLINED: mark(
        "The station could not serve the order. Everything you paid goes back."
    ),
    CancelReason.NOBODY_ACCEPTED: mark(
        "Nobody at the station accepted the order in time. Everything you paid goes back."
    ),
    CancelReason.CAR_NOT_THERE: mark("The attendant did not find your car. Everything you paid goes back."),
    CancelReason.NOTHING_FILLED: mark("Nothing was filled. Everything you paid goes back."),
    CancelReason.OTHER_CAR: mark(
        "Another car stood at the pump than the one on the order. Everything you paid goes back."
    ),
    CancelReason.WRONG_FUEL: mark(
        "The pump you stood at gives another fuel than you ordered. Everything you paid goes back; please order again."
    ),
    CancelReason.PUMP_BROKEN: mark("The pump is broken. Everything you paid goes back."),
    CancelReason.NOBODY_CAME: mark("Nobody came to the pump in time. Everything you paid goes back."),
}
_BACK_ASKED = mark("The station has been asked to give the order back. Do not fill meanwhile.")
_BACK_DECLINED = mark("The station could not give the order back. Ask the attendant.")
_CAR_QUESTION = mark("The car at the pump does not carry the plate {plate}. Is it the car you ordered for?")
_CANCELLED_AFTER_PAYING = mark("You cancelled the order. Everything you paid goes back.")


def sentence(what: str) -> str:
    """What a line of a timeline says, in the language of whoever asks."""
    return _(_WHAT[what])


def shown(connection: Connection, order: OrderRow) -> schemas.Order:
    """One order, in the language of whoever asks."""
    [one] = all_shown(connection, [order])
    return one


def all_shown(connection: Connection, orders: Sequence[OrderRow]) -> list[schemas.Order]:
    """Several orders, in their order."""
    timelines: defaultdict[str, list[TimelineRow]] = defaultdict(list)
    for entry in repository.timelines(connection, [order.id for order in orders]):
        timelines[entry.order_id].append(entry)
    named = {
        station_id: _station(connection, station_id) for station_id in {order.station_id for order in orders}
    }
    paid_with: defaultdict[str, list[TenderRow]] = defaultdict(list)
    for row in taken_of(connection, [order.id for order in orders]):
        paid_with[row.order_id].append(row)
    return [
        of_parts(
            order,
            named[order.station_id],
            _coupon(connection, order),
            timelines[order.id],
            paid_with[order.id],
        )
        for order in orders
    ]


def of_parts(
    order: OrderRow,
    station: schemas.OrderStation,
    coupon: schemas.OrderCoupon | None,
    timeline: Sequence[TimelineRow],
    tenders: Sequence[TenderRow] = (),
) -> schemas.Order:
    """What goes out of an order whose other rows are at hand."""
    return schemas.Order(
        id=order.id,
        code=order.code,
        state=order.state.value,
        station=station,
        pump=order.pump,
        nozzle=order.nozzle,
        grade=order.grade,
        grade_name=names.grade(order.grade),
        price_li=order.price_li,
        by=cast(Any, order.by_what),
        amount_fen=order.amount_fen,
        volume_ml=order.volume_ml,
        discount_fen=order.discount_fen,
        to_pay_fen=order.to_pay_fen,
        paid_fen=order.paid_fen,
        coupon=coupon,
        plate=order.plate,
        car=order.car,
        created_at=order.created_at,
        pay_before=order.pay_before,
        paid_at=order.paid_at,
        accepted_at=order.accepted_at,
        provider=cast(Any, order.provider),
        fuelling=_fuelling(order),
        fill=_fill(order),
        settlement=_settlement(order),
        cancelled=_cancelled(order),
        car_question=_car_question(order),
        tenders=[
            schemas.OrderTender(
                tender=cast(Any, row.tender),
                amount_fen=row.amount_fen,
                points=row.points,
                returned_fen=row.returned_fen,
            )
            for row in tenders
        ],
        back_asked=_back_asked(order),
        timeline=[
            schemas.TimelineEntry(at=entry.at, what=cast(Any, entry.what), sentence=sentence(entry.what))
            for entry in timeline
        ],
    )


def _station(connection: Connection, station_id: str) -> schemas.OrderStation:
    row = stations.station(connection, station_id)
    if row is None:
        raise LookupError(f"the order's station {station_id} is gone")
    return schemas.OrderStation(id=row.id, name=row.name, address=row.address)


def _coupon(connection: Connection, order: OrderRow) -> schemas.OrderCoupon | None:
    row = coupons.coupon(connection, order.coupon_id) if order.coupon_id else None
    return schemas.OrderCoupon(id=row.id, title=row.title) if row else None


def _fuelling(order: OrderRow) -> schemas.Fuelling | None:
    if order.fuelling_volume_ml is None or order.fuelling_amount_fen is None or order.fuelling_at is None:
        return None
    return schemas.Fuelling(
        volume_ml=order.fuelling_volume_ml, amount_fen=order.fuelling_amount_fen, at=order.fuelling_at
    )


def _fill(order: OrderRow) -> schemas.Fill | None:
    if (
        order.fill_volume_ml is None
        or order.fill_amount_fen is None
        or order.fill_price_li is None
        or order.filled_at is None
    ):
        return None
    return schemas.Fill(
        volume_ml=order.fill_volume_ml,
        amount_fen=order.fill_amount_fen,
        price_li=order.fill_price_li,
        at=order.filled_at,
    )


def _settlement(order: OrderRow) -> schemas.Settlement | None:
    if order.used_fen is None or order.used_discount_fen is None or order.owed_fen is None:
        return None
    return schemas.Settlement(
        used_fen=order.used_fen,
        discount_fen=order.used_discount_fen,
        owed_fen=order.owed_fen,
        refund_fen=order.refund_fen,
        refund_state=cast(Any, order.refund_state),
    )


def _car_question(order: OrderRow) -> schemas.CarQuestion | None:
    if not order.is_asked_about_car or order.car_asked_at is None:
        return None
    return schemas.CarQuestion(
        at=order.car_asked_at,
        differs=[int(place) for place in order.car_differs or ""],
        sentence=_(_CAR_QUESTION).format(plate=order.plate),
    )


def _back_asked(order: OrderRow) -> schemas.BackAsked | None:
    if order.back_asked_at is None:
        return None
    sentence = _BACK_ASKED if order.back_declined_at is None else _BACK_DECLINED
    return schemas.BackAsked(at=order.back_asked_at, declined_at=order.back_declined_at, sentence=_(sentence))


def _cancelled(order: OrderRow) -> schemas.Cancelled | None:
    if order.cancel_reason is None:
        return None
    reason = CancelReason(order.cancel_reason)
    sentence = _CANCELLED[reason]
    if reason is CancelReason.DRIVER_CHANGED_MIND and order.paid_fen:
        sentence = _CANCELLED_AFTER_PAYING
    return schemas.Cancelled(
        reason=reason.value,
        sentence=_(sentence),
        refund_fen=order.refund_fen,
        refund_state=cast(Any, order.refund_state),
    )
