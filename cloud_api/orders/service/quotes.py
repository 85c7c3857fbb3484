"""Quotes: what a fill would cost, and which coupon is the best."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from cloud_api.clock import Clock
from cloud_api.coupons import repository as coupons
from cloud_api.coupons.repository import CouponRow
from cloud_api.database import Database, Work
from cloud_api.identifiers import new_id
from cloud_api.orders import repository, schemas
from cloud_api.orders.repository import QuoteRow
from cloud_api.prices import service as prices
from cloud_api.settings import Settings
from cloud_api.stations import repository as stations
from core.domain.coupon import BasketLine, discount_for
from core.domain.ids import GradeCode, StationId
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.refusals.cloud import StationNotFound
from core.domain.refusals.offers import CouponAlreadyUsed, CouponHeldElsewhere, CouponNotFound
from core.domain.refusals.pumps import PumpNotFound
from core.domain.refusals.refusal import Refusal
from core.domain.refusals.typed import AmountOutOfRange, VolumeOutOfRange
from core.wording import formats, names
from core.wording.catalogue import _
from core.wording.refusals import sentence

_LOWEST_FEN, _HIGHEST_FEN = 10_00, 2_000_00
_LOWEST_ML, _HIGHEST_ML = 1_000, 300_000


@dataclass(frozen=True, slots=True)
class _Offer:
    coupon: CouponRow
    saves: Money
    refusal: Refusal | None


class Quotes:
    """The server computes every price; the phone sends only what is wanted."""

    def __init__(self, database: Database, clock: Clock, settings: Settings) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings

    async def quote(self, driver_id: str, asked: schemas.QuoteAsked) -> schemas.Quote:
        """A price that holds for five minutes.

        Raises StationNotFound, PumpNotFound, GradeNotFound, AmountOutOfRange, VolumeOutOfRange, and for a coupon that
        was asked for by name the refusal that says why it cannot be used.
        """
        return await self._database.write(lambda work: self.quote_in(work, driver_id, asked))

    def quote_in(self, work: Work, driver_id: str, asked: schemas.QuoteAsked) -> schemas.Quote:
        """The same inside a transaction."""
        now, connection = self._clock.now(), work.connection
        row = self._priced(connection, driver_id, asked, now)
        offers = [
            self._offer(coupon, row, now) for coupon in coupons.unspent_coupons_of(connection, driver_id, now)
        ]
        best = max(offers, key=lambda offer: offer.saves, default=None)
        chosen = best if best is not None and best.saves else None
        if "coupon_id" in asked.model_fields_set:
            chosen = self._asked_for(connection, driver_id, asked.coupon_id, row, now)
        if chosen is not None:
            row = replace(row, discount_fen=chosen.saves.fen, coupon_id=chosen.coupon.id)
        repository.add_quote(connection, row)
        return _shown(row, offers, best)

    def _priced(
        self, connection: Connection, driver_id: str, asked: schemas.QuoteAsked, now: datetime
    ) -> QuoteRow:
        if stations.station(connection, asked.station_id) is None:
            raise StationNotFound
        grade = stations.grade_of_nozzle(connection, asked.station_id, asked.pump, asked.nozzle)
        if grade is None:
            raise PumpNotFound(asked.pump, asked.nozzle)
        price = UnitPrice(prices.price_li_of(connection, asked.station_id, grade))
        if asked.amount_fen is not None:
            amount = Money(asked.amount_fen)
            if not _LOWEST_FEN <= amount.fen <= _HIGHEST_FEN:
                raise AmountOutOfRange(_LOWEST_FEN, _HIGHEST_FEN)
            volume = price.volume_for(amount)
        else:
            volume = Litres(asked.volume_ml or 0)
            if not _LOWEST_ML <= volume.millilitres <= _HIGHEST_ML:
                raise VolumeOutOfRange(_LOWEST_ML, _HIGHEST_ML)
            amount = price.amount_for(volume)
        return QuoteRow(
            id=new_id(now),
            driver_id=driver_id,
            station_id=asked.station_id,
            pump=asked.pump,
            nozzle=asked.nozzle,
            grade=grade,
            price_li=price.li,
            by_what=asked.by,
            amount_fen=amount.fen,
            volume_ml=volume.millilitres,
            discount_fen=0,
            coupon_id=None,
            created_at=now,
            expires_at=now + timedelta(seconds=self._settings.quote_seconds),
        )

    @staticmethod
    def _offer(coupon: CouponRow, row: QuoteRow, now: datetime) -> _Offer:
        if coupon.state == "redeemed":
            return _Offer(coupon, Money(0), CouponAlreadyUsed())
        if not coupon.is_free(now):
            return _Offer(coupon, Money(0), CouponHeldElsewhere())
        line = BasketLine("fuel", Money(row.amount_fen), GradeCode(row.grade), Litres(row.volume_ml))
        try:
            discount = discount_for(coupon.terms, [line], now, StationId(row.station_id))
        except Refusal as refusal:
            return _Offer(coupon, Money(0), refusal)
        return _Offer(coupon, discount.amount, None)

    def _asked_for(
        self, connection: Connection, driver_id: str, coupon_id: str | None, row: QuoteRow, now: datetime
    ) -> _Offer | None:
        if coupon_id is None:
            return None
        coupon = coupons.coupon(connection, coupon_id)
        if coupon is None or coupon.driver_id != driver_id:
            raise CouponNotFound("")
        offer = self._offer(coupon, row, now)
        if offer.refusal is not None:
            raise offer.refusal
        return offer


def _shown(row: QuoteRow, offers: list[_Offer], best: _Offer | None) -> schemas.Quote:
    return schemas.Quote(
        id=row.id,
        station_id=row.station_id,
        pump=row.pump,
        nozzle=row.nozzle,
        grade=row.grade,
        grade_name=names.grade(row.grade),
        price_li=row.price_li,
        by="volume" if row.by_what == "volume" else "amount",
        amount_fen=row.amount_fen,
        volume_ml=row.volume_ml,
        discount_fen=row.discount_fen,
        to_pay_fen=row.amount_fen - row.discount_fen,
        coupon_id=row.coupon_id,
        offers=[
            schemas.Offer(
                coupon_id=offer.coupon.id,
                title=offer.coupon.title,
                usable=offer.refusal is None,
                saves_fen=offer.saves.fen,
                why=_why(offer, offer is best),
            )
            for offer in sorted(offers, key=lambda offer: -offer.saves.fen)
        ],
        expires_at=row.expires_at,
    )


def _why(offer: _Offer, is_best: bool) -> str:
    if offer.refusal is not None:
        return sentence(offer.refusal)
    amount = formats.money(offer.saves)
    if is_best:
        return _("Saves {amount}: the best of your coupons.").format(amount=amount)
    return _("Saves {amount}.").format(amount=amount)
