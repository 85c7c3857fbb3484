"""Orders that are placed and paid from the wallet in one request, as many at once as wait: few statements for all.

The common case goes this way: one plain coupon or none, the whole from the balance, at a station that is there. Everything else
goes the ordinary way of one order, in the same transaction; a test holds both ways to the same rows and the same answers.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from cloud_api.access import Driver
from cloud_api.clock import Clock
from cloud_api.coupons import repository as coupons
from cloud_api.coupons import rules
from cloud_api.coupons.repository import CouponRow
from cloud_api.coupons.rules import HoldFacts
from cloud_api.coupons.together import hold_all
from cloud_api.database import Work
from cloud_api.first_answers import fingerprint
from cloud_api.identifiers import new_id
from cloud_api.ledger.stored_value import CannotPay
from cloud_api.ledger.together import Draw, Purses, accounts_for, open_lots
from cloud_api.orders import schemas, tenders, together
from cloud_api.orders.repository import OrderRow, TimelineRow
from cloud_api.orders.service import view
from cloud_api.orders.service.pricing import discount_fen, priced
from cloud_api.orders.tables import order_tenders
from cloud_api.orders.tenders import TenderRow
from cloud_api.orders.together import Place
from cloud_api.sets import Reads, Writes
from cloud_api.settings import Settings
from cloud_api.stations.mailbox import Mailbox, last_numbers
from core.domain.masking import masked_phone
from core.domain.order import OrderState
from core.domain.plate import plate_of
from core.domain.price import UnitPrice
from core.domain.refusals.cloud import IdempotencyKeyReused, StationNotFound
from core.domain.refusals.offers import CouponHeldElsewhere, CouponNotFound
from core.domain.refusals.orders import QuoteExpired
from core.domain.refusals.payments import StoredValueShort
from core.domain.refusals.people import NotSignedIn
from core.domain.refusals.pumps import GradeNotFound, PumpNotFound
from core.domain.refusals.refusal import Refusal
from core.domain.tenders import Tender
from core.protocol.from_cloud import OrderPlaced

ROUTE = "place from wallet"
Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """One request: whose token (its hash), under which key, for what, and in which language it is answered."""

    token_hash: str
    key: str
    asked: schemas.WalletOrderAsked
    context: Context = field(default_factory=copy_context)


# The way of one order: in the transaction of whoever asks. Raises what the rules say no to.
OrdinaryWay = Callable[[Work, Driver, str, schemas.WalletOrderAsked], schemas.Order]


@dataclass(frozen=True, slots=True)
class _Placed:
    """An order as it will be written, with what its answer and its message say."""

    wish: Wish
    driver: Driver
    place: Place
    order: OrderRow
    coupon: CouponRow | None
    charge_id: str


class _OutOfTheCommon(Exception):
    """This one goes the ordinary way."""


class OrdersFromWallet:
    """Handed over to `Database.write_together`. Each answer is the order as it goes out; the same key gets the same again."""

    def __init__(
        self,
        clock: Clock,
        settings: Settings,
        mailbox: Mailbox,
        ordinary: OrdinaryWay,
        tell: Callable[[str], None],
    ) -> None:
        self._clock, self._settings, self._mailbox = clock, settings, mailbox
        self._ordinary, self._tell = ordinary, tell

    def __call__(self, work: Work, wishes: Sequence[Wish]) -> Sequence[Answer | Exception]:
        now = self._clock.now()
        crowd = _Crowd(work, wishes, now, self._settings)
        answers: list[Answer | Exception] = []
        alone: list[int] = []
        for turn, wish in enumerate(wishes):
            try:
                answers.append(crowd.answered(wish) or crowd.place(wish))
            except _OutOfTheCommon:
                alone.append(turn)
                answers.append(_OutOfTheCommon())
            except Refusal as refusal:
                answers.append(refusal)
        crowd.write(self._mailbox)
        for placed in crowd.placed:
            work.after_commit(lambda order_id=placed.order.id: self._tell(order_id))  # type: ignore[misc]
        for turn in alone:
            answers[turn] = self._alone(work, crowd, wishes[turn], now)
        return answers

    def _alone(self, work: Work, crowd: "_Crowd", wish: Wish, now: datetime) -> Answer | Exception:
        driver = crowd.driver(wish)
        try:
            with work.connection.begin_nested():
                order = wish.context.run(self._ordinary, work, driver, wish.key, wish.asked)
                answer = order.model_dump(mode="json")
                writes = Writes(work.connection)
                together.keep_answers(writes, ROUTE, [_kept(wish, driver.id, answer)], now)
                writes.send()
        except Refusal as refusal:
            return refusal
        return answer


class _Crowd:
    """Everything that those who wait need, read and locked by sets: coupons, then lots and accounts; stations last."""

    def __init__(self, work: Work, wishes: Sequence[Wish], now: datetime, settings: Settings) -> None:
        connection, dialect = work.connection, work.connection.dialect.name
        self._work, self._now, self._settings = work, now, settings
        stations = sorted({wish.asked.station_id for wish in wishes})
        codes = together.drawn_codes(3 * len(wishes))
        values: dict[str, Any] = {
            "now": now,
            "route": ROUTE,
            "keys": sorted({wish.key for wish in wishes}),
            "tokens": sorted({wish.token_hash for wish in wishes}),
            "stations": stations,
            "coupons": sorted({wish.asked.coupon_id for wish in wishes if wish.asked.coupon_id}),
            "codes": codes,
            "live": list(together.LIVE),
        }
        reads = Reads(connection)
        drivers, answered, taken, places, used, coupon = reads.ask(
            values,
            (together.askers_of_tokens(dialect), "tokens", "now"),
            (together.answers_to(dialect), "route", "keys"),
            (together.orders_of_ids(dialect), "keys"),
            (together.places_at(dialect), "stations"),
            (together.codes_shown(dialect), "stations", "codes", "live"),
            (coupons.coupons_to_hold(dialect), "coupons"),
        )
        self._drivers = {row.token_hash: Driver(row.id, row.phone) for row in drivers}
        self._answered: dict[tuple[str, str], tuple[str, Answer]] = {
            (row.asker, row.key): (row.fingerprint, row.answer) for row in answered
        }
        self._taken = {row.id for row in taken}
        self._places = together.places(places)
        self._coupons = {row.id: coupons.coupon_of_row(row) for row in coupon}
        self._codes, self._codes_shown = codes, {(row.station_id, row.code) for row in used}
        values["owners"] = sorted({driver.id for driver in self._drivers.values()})
        cars, lots, accounts, self._numbers = reads.ask(
            values,
            (together.cars_of(dialect), "owners"),
            (open_lots(dialect), "owners"),
            (accounts_for(dialect), "owners", "stations"),
            (last_numbers(dialect), "stations"),
        )
        self._cars = {(row.driver_id, row.plate): row.car for row in cars}
        known = {place.station_id for place in self._places.values()}
        self._purses = Purses(connection, lots, accounts, known)
        self.placed: list[_Placed] = []

    def driver(self, wish: Wish) -> Driver:
        """Raises NotSignedIn."""
        driver = self._drivers.get(wish.token_hash)
        if driver is None:
            raise NotSignedIn
        return driver

    def answered(self, wish: Wish) -> Answer | None:
        """The answer given before to this very request. Raises NotSignedIn, IdempotencyKeyReused."""
        known = self._answered.get((self.driver(wish).id, wish.key))
        if known is None:
            if wish.key in self._taken:
                raise IdempotencyKeyReused
            return None
        if known[0] != fingerprint(wish.asked.model_dump()):
            raise IdempotencyKeyReused
        return known[1]

    def place(self, wish: Wish) -> Answer:
        """The new order as its driver sees it; it is written with the others. Raises what the rules say no to."""
        driver, asked, now = self.driver(wish), wish.asked, self._now
        plate = plate_of(asked.plate)
        place = self._place_of(asked)
        if place.price_li is None:
            raise GradeNotFound(place.grade)
        amount, volume = priced(asked, UnitPrice(place.price_li))
        coupon = self._coupon(asked, driver, plate)
        off_fen = 0
        if coupon is not None:
            off_fen = discount_fen(coupon.terms, place.station_id, place.grade, amount, volume, plate, now)
        to_pay_fen = amount.fen - off_fen
        if to_pay_fen != asked.to_pay_fen:
            # The price, or what the coupon takes off, is not any more what the phone showed.
            raise QuoteExpired
        if to_pay_fen == 0:
            raise _OutOfTheCommon
        code, charge_id = self._new_code(place.station_id), new_id(now)
        try:
            self._purses.draw(Draw(charge_id, driver.id, to_pay_fen, place.station_id, place.entity), now)
        except CannotPay as no:
            raise StoredValueShort(Tender.WALLET, no.available_fen or 0, to_pay_fen) from no
        if coupon is not None:
            # Whoever comes next in this crowd finds it taken.
            self._coupons[coupon.id] = replace(coupon, state="held", holder=wish.key, held_until=None)
        order = OrderRow(
            id=wish.key,
            driver_id=driver.id,
            station_id=place.station_id,
            code=code,
            state=OrderState.RESERVED,
            pump=asked.pump,
            nozzle=asked.nozzle,
            grade=place.grade,
            price_li=place.price_li,
            by_what=asked.by,
            amount_fen=amount.fen,
            volume_ml=volume.millilitres if asked.by == "volume" else None,
            discount_fen=off_fen,
            coupon_id=coupon.id if coupon else None,
            plate=plate,
            car=asked.car if asked.car is not None else self._cars.get((driver.id, plate), ""),
            created_at=now,
            pay_before=now + timedelta(seconds=self._settings.unpaid_order_seconds),
            paid_fen=to_pay_fen,
            stored_fen=to_pay_fen,
            paid_at=now,
            accept_before=now + timedelta(seconds=self._settings.unclaimed_order_seconds),
        )
        self._taken.add(wish.key)
        placed = _Placed(wish, driver, place, order, coupon, charge_id)
        self.placed.append(placed)
        answer = wish.context.run(_answer, placed)
        self._answered[driver.id, wish.key] = (fingerprint(asked.model_dump()), answer)
        return answer

    def _new_code(self, station_id: str) -> str:
        while self._codes:
            code = self._codes.pop()
            if (station_id, code) not in self._codes_shown:
                return code
        raise _OutOfTheCommon

    def write(self, mailbox: Mailbox) -> None:
        """Everything of everybody, in the order in which everybody locks."""
        if not self.placed:
            return
        now, writes = self._now, Writes(self._work.connection)
        orders = [placed.order for placed in self.placed]
        together.add_orders(writes, orders)
        together.note_all(writes, [note for order in orders for note in _notes(order, now)])
        hold_all(writes, [(order.coupon_id, order.id) for order in orders if order.coupon_id])
        writes.insert(order_tenders, [tenders.values_of(_tender(one)) for one in self.placed])
        self._purses.write(writes)
        kept = [
            _kept(placed.wish, placed.driver.id, self._answered[placed.driver.id, placed.wish.key][1])
            for placed in self.placed
        ]
        together.keep_answers(writes, ROUTE, kept, now)
        messages = [(one.place.station_id, _message(one)) for one in self.placed]
        mailbox.post_all(self._work, writes, self._numbers, messages)
        writes.send()

    def _place_of(self, asked: schemas.WalletOrderAsked) -> Place:
        place = self._places.get((asked.station_id, asked.pump, asked.nozzle))
        if place is None:
            if not any(station == asked.station_id for station, _pump, _nozzle in self._places):
                raise StationNotFound
            raise PumpNotFound(asked.pump, asked.nozzle)
        if place.is_silent(self._now, self._settings.silent_station_seconds):
            raise _OutOfTheCommon
        return place

    def _coupon(self, asked: schemas.WalletOrderAsked, driver: Driver, plate: str) -> CouponRow | None:
        if asked.coupon_id is None:
            return None
        coupon = self._coupons.get(asked.coupon_id)
        if coupon is None:
            raise CouponNotFound("")
        facts = HoldFacts(self._now, driver.id, asked.station_id, plate)
        refusal = rules.why_not(coupon, facts)
        if refusal is None and not coupon.is_free(self._now):
            refusal = CouponHeldElsewhere()
        if refusal is not None:
            raise refusal
        if not rules.is_plain(coupon) or coupon.terms.levels:
            raise _OutOfTheCommon
        return coupon


def _answer(placed: _Placed) -> Answer:
    timeline = [
        TimelineRow(order_id, at, what)
        for order_id, _position, at, what in _notes(placed.order, placed.order.created_at)
    ]
    place = placed.place
    station = schemas.OrderStation(
        id=place.station_id, name=place.station_name, address=place.station_address
    )
    coupon = None
    if placed.coupon is not None:
        coupon = schemas.OrderCoupon(id=placed.coupon.id, title=placed.coupon.title)
    return view.of_parts(placed.order, station, coupon, timeline, [_tender(placed)]).model_dump(mode="json")


def _notes(order: OrderRow, now: datetime) -> Iterable[tuple[str, int, datetime, str]]:
    return (order.id, 1, now, "placed"), (order.id, 2, now, "paid")


def _tender(placed: _Placed) -> TenderRow:
    return TenderRow(placed.order.id, 1, Tender.WALLET.value, placed.order.paid_fen, None, placed.charge_id)


def _kept(wish: Wish, driver_id: str, answer: Answer) -> tuple[str, str, str, Answer]:
    return driver_id, wish.key, fingerprint(wish.asked.model_dump()), answer


def _message(placed: _Placed) -> OrderPlaced:
    order = placed.order
    return OrderPlaced(
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
        paid_fen=order.paid_fen,
        plate=order.plate,
        car=order.car,
        driver_phone_masked=masked_phone(placed.driver.phone),
        paid_at=order.created_at,
    )
