"""The order's moves from state to state, each inside a transaction of whoever makes it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cloud_api.clock import Clock
from cloud_api.coupons.service import Coupons
from cloud_api.database import Work
from cloud_api.drivers import repository as drivers
from cloud_api.hub import CHORES, Hub
from cloud_api.identifiers import id_following
from cloud_api.orders import repository
from cloud_api.orders.repository import OrderRow
from cloud_api.orders.service.tenders import Tenders
from cloud_api.settings import Settings
from cloud_api.stations.mailbox import Mailbox
from core.domain.litres import Litres
from core.domain.masking import masked_phone
from core.domain.money import Money
from core.domain.order import CancelReason, OrderState, at_promised_price, check_move, settle
from core.domain.price import UnitPrice
from core.domain.refusals.orders import OrderNotFound
from core.protocol.from_cloud import OrderBackAsked, OrderCarAnswered, OrderPlaced, OrderWithdrawn


@dataclass(frozen=True, slots=True)
class ReportedFill:
    """What the station says the pump delivered for an order."""

    id: str
    volume_ml: int
    amount_fen: int
    price_li: int
    at: datetime
    by: str


def topic(order_id: str) -> str:
    """The order's topic in the hub."""
    return f"order {order_id}"


class Moves:
    """Every way in which an order changes its state, with all that must happen in the same transaction."""

    def __init__(
        self,
        clock: Clock,
        settings: Settings,
        hub: Hub,
        coupons: Coupons,
        mailbox: Mailbox,
        *,
        tenders: Tenders,
    ) -> None:
        # What else follows from a completed order, in its transaction; joined after everything is built.
        self.on_completed: list[Callable[[Work, OrderRow, ReportedFill], None]] = []
        self._clock = clock
        self._settings = settings
        self._hub = hub
        self._coupons = coupons
        self._mailbox = mailbox
        self._tenders = tenders

    def now(self) -> datetime:
        return self._clock.now()

    def order(self, work: Work, order_id: str) -> OrderRow:
        """The order, kept from others until the transaction ends. Raises OrderNotFound."""
        order = repository.order_to_change(work.connection, order_id)
        if order is None:
            raise OrderNotFound(order_id)
        return order

    def order_of_station(self, work: Work, order_id: str, station_id: str) -> OrderRow:
        """Raises OrderNotFound also for another station's order."""
        order = self.order(work, order_id)
        if order.station_id != station_id:
            raise OrderNotFound(order_id)
        return order

    def note(self, work: Work, order: OrderRow, what: str, at: datetime | None = None) -> None:
        """A line of the timeline; whoever follows the order is told after the commit."""
        repository.note(work.connection, order.id, at or self._clock.now(), what)
        work.after_commit(lambda: self._hub.ring(topic(order.id)))

    def change(self, work: Work, order: OrderRow, **values: Any) -> None:
        """Changes that are no move."""
        repository.change(work.connection, order.id, **values)
        work.after_commit(lambda: self._hub.ring(topic(order.id)))

    def pay(
        self,
        work: Work,
        order: OrderRow,
        payment_id: str | None,
        provider: str | None,
        paid_at: datetime,
        *,
        others_to_close: bool = False,
    ) -> None:
        """Pending payment -> reserved: the station hears of it. Without a payment it is paid by coupon or stored value.

        `others_to_close`: other attempts to pay may be open, and are closed.
        """
        now = self._clock.now()
        self._move(
            work,
            order,
            OrderState.RESERVED,
            paid_fen=order.to_pay_fen,
            paid_at=paid_at,
            payment_id=payment_id,
            provider=provider,
            accept_before=now + timedelta(seconds=self._settings.unclaimed_order_seconds),
            payments_to_close=others_to_close,
        )
        if payment_id is not None:
            self._tenders.paid_online(work, order, payment_id)
        self.note(work, order, "paid", paid_at)
        phone = drivers.phone_of(work.connection, order.driver_id)
        placed = OrderPlaced(
            order_id=order.id,
            code=order.code,
            pump=order.pump,
            nozzle=order.nozzle,
            grade=order.grade,
            price_li=order.price_li,
            by="volume" if order.by_what == "volume" else "amount",
            amount_fen=order.amount_fen,
            volume_ml=order.volume_ml,
            discount_fen=order.discount_fen,
            paid_fen=order.to_pay_fen,
            plate=order.plate,
            car=order.car,
            driver_phone_masked=masked_phone(phone),
            paid_at=paid_at,
        )
        self._mailbox.post(work, order.station_id, placed)
        work.after_commit(self._wake_chores)

    def complete(self, work: Work, order: OrderRow, fill: ReportedFill) -> None:
        """-> completed: settles by the pump's own amount; what was not used goes back. Nothing filled: cancelled."""
        if fill.amount_fen == 0:
            self.cancel(work, order, CancelReason.NOTHING_FILLED, by_station=True)
            return
        charged = at_promised_price(
            Money(fill.amount_fen),
            Litres(fill.volume_ml),
            UnitPrice(fill.price_li),
            UnitPrice(order.price_li),
        )
        settled = settle(Money(order.amount_fen), Money(order.discount_fen), charged)
        self._move(
            work,
            order,
            OrderState.COMPLETED,
            fill_id=fill.id,
            fill_volume_ml=fill.volume_ml,
            fill_amount_fen=fill.amount_fen,
            fill_price_li=fill.price_li,
            filled_at=fill.at,
            completed_by=fill.by,
            used_fen=settled.used.fen,
            used_discount_fen=settled.discount.fen,
            owed_fen=settled.owed.fen,
            **self._refund(order, settled.left_over.fen),
        )
        self._tenders.give_back(work, order, settled.left_over.fen)
        if order.coupon_id is not None:
            self._coupons.redeem_for_order(work, order.coupon_id, order.id, settled.discount.fen)
        self._coupons.take_completed_order(
            work, order.driver_id, volume_ml=fill.volume_ml, amount_fen=fill.amount_fen, at=fill.at
        )
        for follow in self.on_completed:
            follow(work, order, fill)
        self.note(work, order, "filled", fill.at)
        self.note(work, order, "completed")
        self._note_if_back(work, order, settled.left_over.fen)
        work.after_commit(self._wake_chores)

    def cancel(self, work: Work, order: OrderRow, reason: CancelReason, *, by_station: bool = False) -> None:
        """-> cancelled: the coupon is free again and everything paid goes back; a station that did not say so is told."""
        self._move(
            work,
            order,
            OrderState.CANCELLED,
            cancel_reason=reason.value,
            payments_to_close=True,
            **self._refund(order, order.paid_fen),
        )
        self._tenders.give_all_back(work, order)
        if order.coupon_id is not None:
            self._coupons.release_for_order(work, order.coupon_id, order.id)
        if order.state is not OrderState.PENDING_PAYMENT and not by_station:
            withdrawn = OrderWithdrawn(order_id=order.id, reason=reason.value)
            self._mailbox.post(work, order.station_id, withdrawn)
        self.note(work, order, "cancelled")
        self._note_if_back(work, order, order.paid_fen)
        work.after_commit(self._wake_chores)

    def start_fuelling(self, work: Work, order: OrderRow, at: datetime) -> None:
        """Reserved -> fuelling, at the first reading."""
        self._move(work, order, OrderState.FUELLING)
        self.note(work, order, "fuelling", at)

    def answer_car(self, work: Work, order: OrderRow, mine: bool) -> None:
        """The driver's answer about the car at the pump, on its way to the station."""
        self.change(work, order, car_is_mine=mine)
        self._mailbox.post(work, order.station_id, OrderCarAnswered(order_id=order.id, mine=mine))
        self.note(work, order, "car_is_mine" if mine else "car_is_not_mine")

    def ask_back(self, work: Work, order: OrderRow) -> None:
        """The station, which has accepted the order, is asked to give it back."""
        now = self._clock.now()
        self.change(work, order, back_asked_at=now)
        self._mailbox.post(work, order.station_id, OrderBackAsked(order_id=order.id))
        self.note(work, order, "back_asked", now)

    def _note_if_back(self, work: Work, order: OrderRow, fen: int) -> None:
        # Stored value is back in this very transaction; what came through a provider takes its time.
        if fen and order.paid_fen == order.stored_fen:
            self.note(work, order, "refunded")

    def _wake_chores(self) -> None:
        self._hub.ring(CHORES)

    def _refund(self, order: OrderRow, fen: int) -> dict[str, object]:
        # Written down under our own id before the provider is asked; a chore sees it through. Stored value is back at once.
        if fen == 0:
            return {}
        if order.paid_fen == order.stored_fen:
            return {"refund_fen": fen, "refund_state": "refunded"}
        # Always the same id for the same order: a cloud that came back from a copy of before asks again, and it goes back once.
        refund_id = id_following(order.id, "refund")
        return {"refund_id": refund_id, "refund_fen": fen, "refund_state": "pending"}

    def _move(self, work: Work, order: OrderRow, to: OrderState, **values: Any) -> None:
        check_move(order.id, order.state, to)
        repository.change(work.connection, order.id, state=to.value, **values)
