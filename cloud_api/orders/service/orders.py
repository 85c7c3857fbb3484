"""What drivers do with orders: place, pay, look at, cancel."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection

from cloud_api import first_answers
from cloud_api.access import Driver
from cloud_api.clock import Clock
from cloud_api.coupons.service import Coupons
from cloud_api.database import Database, Work
from cloud_api.drivers import repository as drivers
from cloud_api.orders import repository, schemas
from cloud_api.orders.repository import OrderRow, QuoteRow
from cloud_api.orders.service import view
from cloud_api.orders.service.moves import Moves
from cloud_api.prices import repository as prices
from cloud_api.settings import Settings
from cloud_api.stations import repository as stations
from cloud_api.stations.repository import StationRow
from core.domain.order import CancelReason, OrderState
from core.domain.plate import plate_of
from core.domain.refusals.cloud import IdempotencyKeyReused
from core.domain.refusals.orders import (
    NoQuestionOpen,
    OrderAlreadyAccepted,
    OrderNotFound,
    OrderStateUnfit,
    QuoteExpired,
    QuoteNotFound,
    StationSilent,
)

_PLACE = "place order"


class Orders:
    """A driver's orders."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        settings: Settings,
        *,
        moves: Moves,
        coupons: Coupons,
    ) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._moves = moves
        self._coupons = coupons

    async def place(self, driver: Driver, key: str, asked: schemas.OrderAsked) -> schemas.Order:
        """A new order under the phone's own id; the same again gets the same answer.

        Raises PlateUnfit, QuoteNotFound, QuoteExpired, StationSilent, IdempotencyKeyReused, and what the coupon says no to.
        """
        return await self._database.write(lambda work: self.place_in(work, driver, key, asked))

    async def order(self, driver: Driver, order_id: str) -> schemas.Order:
        """Raises OrderNotFound, also for another driver's order."""
        return await self._database.read(lambda c: view.shown(c, _own(c, driver, order_id)))

    async def orders_of(self, driver: Driver, limit: int, before: str | None) -> list[schemas.Order]:
        """Newest first; `before` is the last order of the page before. Raises OrderNotFound."""

        def load(connection: Connection) -> list[schemas.Order]:
            last = _own(connection, driver, before) if before else None
            return view.all_shown(connection, repository.orders_of(connection, driver.id, limit, last))

        return await self._database.read(load)

    async def cancel(self, driver: Driver, order_id: str) -> schemas.Order:
        """Until the station has claimed it; what was paid goes back.

        Raises OrderNotFound, OrderAlreadyAccepted, OrderStateUnfit.
        """
        return await self._database.write(lambda work: self._cancel(work, driver, order_id))

    async def ask_back(self, driver: Driver, order_id: str) -> schemas.Order:
        """Like cancel, and once the station has accepted it asks the station, which gives it back as long as nothing flows.

        Raises OrderNotFound, OrderAlreadyAccepted (the station has said no, or fuel flows), OrderStateUnfit.
        """
        return await self._database.write(lambda work: self._ask_back(work, driver, order_id))

    async def answer_car(self, driver: Driver, order_id: str, mine: bool) -> schemas.Order:
        """Whether the car at the pump is the driver's; the first answer holds, the same again is the same.

        Raises OrderNotFound, NoQuestionOpen.
        """
        return await self._database.write(lambda work: self._answer_car(work, driver, order_id, mine))

    def place_in(self, work: Work, driver: Driver, key: str, asked: schemas.OrderAsked) -> schemas.Order:
        """The same inside a transaction."""
        now, connection = self._clock.now(), work.connection
        request = asked.model_dump()
        answered = first_answers.recall(connection, driver.id, _PLACE, key, request)
        if answered is not None:
            return schemas.Order.model_validate(answered)
        plate = plate_of(asked.plate)
        if repository.order(connection, key) is not None:
            raise IdempotencyKeyReused
        quote = self._used_up(connection, driver, asked.quote_id, now)
        if quote.coupon_id is not None:
            self._coupons.hold_for_order(
                work, quote.coupon_id, driver.id, key, quote_id=quote.id, plate=plate
            )
        car = asked.car if asked.car is not None else _car(connection, driver, plate)
        repository.add_order(
            connection, self._new_order(connection, quote, key, plate=plate, car=car, now=now)
        )
        order = self._moves.order(work, key)
        self._moves.note(work, order, "placed", now)
        if order.to_pay_fen == 0:
            # The coupon pays it all: there is nothing to ask a provider for.
            self._moves.pay(work, order, None, None, now)
        answer = view.shown(connection, self._moves.order(work, key))
        first_answers.keep(
            connection,
            asker=driver.id,
            route=_PLACE,
            key=key,
            request=request,
            answer=answer.model_dump(mode="json"),
            now=now,
        )
        return answer

    def _used_up(self, connection: Connection, driver: Driver, quote_id: str, now: datetime) -> QuoteRow:
        quote = repository.quote(connection, quote_id)
        if quote is None or quote.driver_id != driver.id:
            raise QuoteNotFound
        # The driver has seen this price: it is kept to the quote's end, whatever the station's board says meanwhile.
        is_sold = prices.price_of(connection, quote.station_id, quote.grade) is not None
        if now >= quote.expires_at or not is_sold:
            raise QuoteExpired
        check_heard(
            stations.station(connection, quote.station_id), now, self._settings.silent_station_seconds
        )
        # One order a quote: an impatient second tap with a new key must not become a second order.
        if not repository.remove_quote(connection, quote_id):
            raise QuoteNotFound
        return quote

    def _new_order(
        self, connection: Connection, quote: QuoteRow, order_id: str, *, plate: str, car: str, now: datetime
    ) -> OrderRow:
        return OrderRow(
            id=order_id,
            driver_id=quote.driver_id,
            station_id=quote.station_id,
            code=_new_code(connection, quote.station_id),
            state=OrderState.PENDING_PAYMENT,
            pump=quote.pump,
            nozzle=quote.nozzle,
            grade=quote.grade,
            price_li=quote.price_li,
            by_what=quote.by_what,
            amount_fen=quote.amount_fen,
            volume_ml=quote.volume_ml if quote.by_what == "volume" else None,
            discount_fen=quote.discount_fen,
            coupon_id=quote.coupon_id,
            plate=plate,
            car=car,
            created_at=now,
            pay_before=now + timedelta(seconds=self._settings.unpaid_order_seconds),
        )

    def _answer_car(self, work: Work, driver: Driver, order_id: str, mine: bool) -> schemas.Order:
        order = repository.order_to_change(work.connection, order_id)
        if order is None or order.driver_id != driver.id:
            raise OrderNotFound(order_id)
        if order.car_is_mine is not mine:
            if not order.is_asked_about_car:
                raise NoQuestionOpen(order_id)
            self._moves.answer_car(work, order, mine)
        return view.shown(work.connection, self._moves.order(work, order_id))

    def _ask_back(self, work: Work, driver: Driver, order_id: str) -> schemas.Order:
        order = repository.order_to_change(work.connection, order_id)
        if order is None or order.driver_id != driver.id:
            raise OrderNotFound(order_id)
        if order.state is not OrderState.RESERVED or order.claim_id is None:
            return self._cancel(work, driver, order_id)
        if order.back_declined_at is not None:
            raise OrderAlreadyAccepted(order_id)
        if order.back_asked_at is None:
            self._moves.ask_back(work, order)
        return view.shown(work.connection, self._moves.order(work, order_id))

    def _cancel(self, work: Work, driver: Driver, order_id: str) -> schemas.Order:
        order = repository.order_to_change(work.connection, order_id)
        if order is None or order.driver_id != driver.id:
            raise OrderNotFound(order_id)
        if order.cancel_reason != CancelReason.DRIVER_CHANGED_MIND:
            if order.claim_id is not None and order.state in (OrderState.RESERVED, OrderState.FUELLING):
                raise OrderAlreadyAccepted(order_id)
            if order.state not in (OrderState.PENDING_PAYMENT, OrderState.RESERVED):
                raise OrderStateUnfit(order_id, order.state)
            self._moves.cancel(work, order, CancelReason.DRIVER_CHANGED_MIND)
        return view.shown(work.connection, self._moves.order(work, order_id))


def check_heard(station: StationRow | None, now: datetime, most_seconds: int) -> None:
    """Raises StationSilent for a station that has lost its link: it would not hear of an order."""
    if station is None:
        return
    if station.seen_at is None or now - station.seen_at > timedelta(seconds=most_seconds):
        raise StationSilent(station.name)


def _own(connection: Connection, driver: Driver, order_id: str) -> OrderRow:
    order = repository.order(connection, order_id)
    if order is None or order.driver_id != driver.id:
        raise OrderNotFound(order_id)
    return order


def _car(connection: Connection, driver: Driver, plate: str) -> str:
    cars = {vehicle.plate: vehicle.car for vehicle in drivers.vehicles_of(connection, driver.id)}
    return cars.get(plate, "")


def _new_code(connection: Connection, station_id: str) -> str:
    while True:
        code = f"{secrets.randbelow(1_000_000):06d}"
        if not repository.is_code_in_use(connection, station_id, code):
            return code
