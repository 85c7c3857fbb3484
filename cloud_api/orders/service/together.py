"""Orders that are placed and paid from the wallet in one request, as many at once as wait: few statements for all.

The common case goes this way: one plain coupon or none, the whole from the balance, at a station that is there. Everything else
goes the ordinary way of one order, in the same transaction; a test holds both ways to the same rows and the same answers.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Select

from cloud_api.access import Driver
from cloud_api.clock import Clock
from cloud_api.coupons import repository as coupons
from cloud_api.coupons import rules
from cloud_api.coupons.repository import CouponRow
from cloud_api.coupons.rules import HoldFacts
from cloud_api.coupons.together import hold_all
from cloud_api.database import Work
from cloud_api.first_answers import fingerprint
from cloud_api.identifiers import first_id, new_ids, random_bytes
from cloud_api.ledger.stored_value import CannotPay
from cloud_api.ledger.together import Draw, Purses, accounts_for, open_lots
from cloud_api.orders import schemas, together
from cloud_api.orders.service import fresh
from cloud_api.orders.service.pricing import discount_fen, priced
from cloud_api.orders.tables import order_tenders
from cloud_api.orders.tenders import TAKEN
from cloud_api.orders.together import Place
from cloud_api.sets import Reads, Writes, each_of
from cloud_api.settings import Settings
from cloud_api.stations.mailbox import Mailbox, last_numbers
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
from core.wording.catalogue import Language, in_language, language

ROUTE = "place from wallet"
_CODES_TO_TRY = 3
# No order shows its code for longer. Whoever looks further opens a month of orders for each month: with ten million of them
# those pages are on the disk alone, and a seventh of the rate was left.
_MOST_SHOWN = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Wish:
    """One request: whose token (its hash), under which key, for what, and in which language it is answered."""

    token_hash: str
    key: str
    asked: schemas.WalletOrderAsked
    language: Language = field(default_factory=language)


# The way of one order: in the transaction of whoever asks. Raises what the rules say no to.
OrdinaryWay = Callable[[Work, Driver, str, schemas.WalletOrderAsked], schemas.Order]


class _OutOfTheCommon(Exception):
    """This one goes the ordinary way."""


class OrdersFromWallet:
    """Handed over to `Database.write_together`. Each answer is the body that goes out; the same key gets the same again."""

    def __init__(self, clock: Clock, settings: Settings, mailbox: Mailbox, ordinary: OrdinaryWay) -> None:
        self._clock, self._settings, self._mailbox, self._ordinary = clock, settings, mailbox, ordinary

    def __call__(self, work: Work, wishes: Sequence[Wish]) -> Sequence[bytes | Exception]:
        now = self._clock.now()
        crowd = _Crowd(work, wishes, now, self._settings)
        answers: list[bytes | Exception] = []
        alone: list[int] = []
        for turn, wish in enumerate(wishes):
            try:
                answers.append(crowd.answered(wish) or crowd.place(wish))
            except _OutOfTheCommon as uncommon:
                alone.append(turn)
                answers.append(uncommon)
            except Refusal as refusal:
                answers.append(refusal)
        # Nobody follows an order that was not there before, so there is no bell but the station's.
        crowd.write(self._mailbox, are_all=not alone)
        for turn in alone:
            answers[turn] = self._alone(work, crowd, wishes[turn], now)
        return answers

    def _alone(self, work: Work, crowd: "_Crowd", wish: Wish, now: datetime) -> bytes | Exception:
        driver = crowd.driver(wish)
        try:
            with in_language(wish.language), work.connection.begin_nested():
                answer = self._ordinary(work, driver, wish.key, wish.asked).model_dump_json().encode()
                writes = Writes(work.connection)
                kept = (driver.id, wish.key, fingerprint(wish.asked.model_dump()), answer)
                together.keep_answers(writes, ROUTE, [kept], now)
                writes.send()
        except Refusal as refusal:
            return refusal
        return answer


@lru_cache
def _questions(dialect: str) -> Sequence[Select[Any]]:
    """In the order in which everybody locks: coupons, then lots and accounts; stations last."""
    askers = together.askers(dialect)
    return (
        together.askers_of_tokens(dialect),
        together.orders_of_ids(dialect),
        together.places_at(dialect),
        together.codes_shown(dialect),
        coupons.coupons_to_hold(dialect),
        together.answers_to(dialect),
        together.cars_of(dialect),
        open_lots(askers),
        accounts_for(askers, each_of(dialect, "stations")),
        last_numbers(dialect),
    )


class _Crowd:
    """Everything that those who wait need, read and locked by sets: coupons, then lots and accounts; stations last."""

    def __init__(self, work: Work, wishes: Sequence[Wish], now: datetime, settings: Settings) -> None:
        connection, dialect = work.connection, work.connection.dialect.name
        self._work, self._now, self._settings = work, now, settings
        stations = sorted({wish.asked.station_id for wish in wishes})
        keys = sorted({wish.key for wish in wishes})
        showing = [wish.asked.station_id for wish in wishes] * _CODES_TO_TRY
        codes = together.codes_from(random_bytes(8 * len(showing)))
        values: dict[str, Any] = {
            "now": now,
            "route": ROUTE,
            "keys": keys,
            "keys_first": keys[0],
            "keys_last": keys[-1],
            "tokens": sorted({wish.token_hash for wish in wishes}),
            "stations": stations,
            "coupons": sorted({wish.asked.coupon_id for wish in wishes if wish.asked.coupon_id}),
            "showing": showing,
            "codes": codes,
            "since": first_id(now - _MOST_SHOWN),
            "live": list(together.LIVE),
        }
        drivers, taken, places, used, coupon, answered, cars, lots, accounts, self._numbers = Reads(
            connection
        ).ask(values, *_questions(dialect))
        self._drivers = {row.token_hash: Driver(row.id, row.phone) for row in drivers}
        self._taken = {row.id for row in taken}
        self._places = together.places(places)
        self._coupons = {row.id: coupons.coupon_of_row(row) for row in coupon}
        self._held: set[str] = set()
        # Drawn for each at its own station.
        self._codes: defaultdict[str, list[str]] = defaultdict(list)
        shown = {(row.station_id, row.code) for row in used if row.live}
        for station, code in dict.fromkeys(zip(showing, codes, strict=True)).keys() - shown:
            self._codes[station].append(code)
        self._answered: dict[tuple[str, str], tuple[str, bytes]] = {
            (row.asker, row.key): (row.fingerprint, row.answer.encode()) for row in answered
        }
        self._cars = {(row.driver_id, row.plate): row.car for row in cars}
        known = {place.station_id for place in self._places.values()}
        self._purses = Purses(connection, lots, accounts, known)
        self._ids = new_ids(now, len(wishes))
        # What every new order is, and what each is; with it what goes out and what is written beside it.
        self._same: dict[str, Any] = {
            "state": OrderState.RESERVED.value,
            "created_at": now,
            "pay_before": now + timedelta(seconds=settings.unpaid_order_seconds),
            "paid_at": now,
            "accept_before": now + timedelta(seconds=settings.unclaimed_order_seconds),
        }
        self._orders: list[dict[str, Any]] = []
        self._tenders: list[dict[str, Any]] = []
        self._kept: list[tuple[str, str, str, bytes]] = []
        self._messages: list[tuple[str, dict[str, Any]]] = []

    def driver(self, wish: Wish) -> Driver:
        """Raises NotSignedIn."""
        driver = self._drivers.get(wish.token_hash)
        if driver is None:
            raise NotSignedIn
        return driver

    def answered(self, wish: Wish) -> bytes | None:
        """The answer given before to this very request. Raises NotSignedIn, IdempotencyKeyReused."""
        known = self._answered.get((self.driver(wish).id, wish.key))
        if known is None:
            if wish.key in self._taken:
                raise IdempotencyKeyReused
            return None
        if known[0] != fingerprint(wish.asked.model_dump()):
            raise IdempotencyKeyReused
        return known[1]

    def place(self, wish: Wish) -> bytes:
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
        code = self._new_code(place.station_id)
        charge_id = self._ids.pop()
        try:
            self._purses.draw(Draw(charge_id, driver.id, to_pay_fen, place.station_id, place.entity))
        except CannotPay as no:
            raise StoredValueShort(Tender.WALLET, no.available_fen or 0, to_pay_fen) from no
        if coupon is not None:
            # Whoever comes next in this crowd finds it taken.
            self._held.add(coupon.id)
        order = {
            "id": wish.key,
            "driver_id": driver.id,
            "station_id": place.station_id,
            "code": code,
            "pump": asked.pump,
            "nozzle": asked.nozzle,
            "grade": place.grade,
            "price_li": place.price_li,
            "by_what": asked.by,
            "amount_fen": amount.fen,
            "volume_ml": volume.millilitres if asked.by == "volume" else None,
            "discount_fen": off_fen,
            "coupon_id": coupon.id if coupon else None,
            "plate": plate,
            "car": asked.car if asked.car is not None else self._cars.get((driver.id, plate), ""),
            "paid_fen": to_pay_fen,
            "stored_fen": to_pay_fen,
        }
        return self._placed(wish, driver, place, coupon, order, charge_id)

    def _placed(  # noqa: PLR0917 - an order and whose
        self,
        wish: Wish,
        driver: Driver,
        place: Place,
        coupon: CouponRow | None,
        order: Mapping[str, Any],
        charge_id: str,
    ) -> bytes:
        answer = fresh.answer(order, self._same, place, coupon, wish.language)
        told = fingerprint(wish.asked.model_dump())
        self._taken.add(wish.key)
        self._answered[driver.id, wish.key] = (told, answer)
        self._kept.append((driver.id, wish.key, told, answer))
        self._orders.append(dict(order))
        self._tenders.append({"order_id": wish.key, "amount_fen": order["paid_fen"], "reference": charge_id})
        self._messages.append((place.station_id, fresh.message(order, self._same, driver.phone)))
        return answer

    def _new_code(self, station_id: str) -> str:
        codes = self._codes[station_id]
        if not codes:
            raise _OutOfTheCommon
        return codes.pop()

    def write(self, mailbox: Mailbox, *, are_all: bool) -> None:
        """Everything of everybody, in the order in which everybody locks; nothing is written after it where these are all."""
        orders, now, writes = self._orders, self._now, Writes(self._work.connection)
        if not orders:
            return
        together.add_orders(writes, orders, self._same)
        together.note_all(writes, [order["id"] for order in orders], now, fresh.WHAT)
        hold_all(writes, [(order["coupon_id"], order["id"]) for order in orders if order["coupon_id"]])
        alike = {"position": 1, "tender": Tender.WALLET.value, "returned_fen": 0, "state": TAKEN}
        writes.insert(order_tenders, self._tenders, alike)
        self._purses.write(writes, now)
        together.keep_answers(writes, ROUTE, self._kept, now)
        mailbox.post_all(self._work, writes, self._numbers, OrderPlaced, self._messages)
        writes.send(and_commit=are_all and self._work.is_whole)

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
        if refusal is None and (coupon.id in self._held or not coupon.is_free(self._now)):
            refusal = CouponHeldElsewhere()
        if refusal is not None:
            raise refusal
        if not rules.is_plain(coupon) or coupon.terms.levels:
            raise _OutOfTheCommon
        return coupon
