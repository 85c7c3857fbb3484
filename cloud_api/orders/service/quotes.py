"""Quotes: what a fill would cost, and which coupon is the best."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from cloud_api.clock import Clock
from cloud_api.coupons import repository as coupons
from cloud_api.coupons.best import CouponOffer, Fill, Found, found_for, offer_of
from cloud_api.coupons.repository import CouponRow
from cloud_api.database import Database, Work
from cloud_api.drivers import repository as drivers
from cloud_api.identifiers import new_id
from cloud_api.orders import repository, schemas
from cloud_api.orders.repository import QuoteRow
from cloud_api.prices import service as prices
from cloud_api.settings import Settings
from cloud_api.stations import repository as stations
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.refusals.cloud import StationNotFound
from core.domain.refusals.offers import CouponNotFound
from core.domain.refusals.orders import QuoteNotFound
from core.domain.refusals.pumps import PumpNotFound
from core.domain.refusals.typed import AmountOutOfRange, VolumeOutOfRange
from core.wording import formats, names
from core.wording.catalogue import _
from core.wording.refusals import sentence

_LOWEST_FEN, _HIGHEST_FEN = 10_00, 2_000_00
_LOWEST_ML, _HIGHEST_ML = 1_000, 300_000


class Quotes:
    """The server computes every price; the phone sends only what is wanted."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        settings: Settings,
        level_of: Callable[[Connection, str], str] | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._level_of = level_of

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
        owned = coupons.unspent_coupons_of(connection, driver_id, now)
        fill = self._fill(connection, row, owned)
        found = found_for(connection, fill, owned, now)
        saving = found.saving
        if "coupon_id" in asked.model_fields_set:
            saving = self._asked_for(connection, fill, asked.coupon_id, now)
        if saving:
            row = replace(row, discount_fen=sum(saving.values()), coupon_id=next(iter(saving)))
        repository.add_quote(connection, row)
        if len(saving) > 1:
            coupons.put_quote_coupons(connection, row.id, saving, now)
        return _shown(row, found, list(saving))

    async def combination(self, driver_id: str, quote_id: str) -> schemas.Combination:
        """The best coupons for a quote as things stand now, and why each other is not taken. Raises QuoteNotFound."""

        def look(connection: Connection) -> schemas.Combination:
            row = repository.quote(connection, quote_id)
            if row is None or row.driver_id != driver_id:
                raise QuoteNotFound
            now = self._clock.now()
            owned = coupons.unspent_coupons_of(connection, driver_id, now)
            found = found_for(connection, self._fill(connection, row, owned), owned, now)
            return schemas.Combination(
                quote_id=quote_id,
                amount_fen=row.amount_fen,
                discount_fen=found.saves.fen,
                to_pay_fen=row.amount_fen - found.saves.fen,
                coupon_ids=list(found.saving),
                offers=_offers(found),
            )

        return await self._database.read(look)

    def _fill(self, connection: Connection, row: QuoteRow, owned: Sequence[CouponRow]) -> Fill:
        """Level and cars are looked up only where a coupon asks for them."""
        level, plates = "", tuple[str, ...]()
        if self._level_of is not None and any(coupon.terms.levels for coupon in owned):
            level = self._level_of(connection, row.driver_id)
        if any(coupon.terms.plates for coupon in owned):
            plates = tuple(vehicle.plate for vehicle in drivers.vehicles_of(connection, row.driver_id))
        amount, volume = Money(row.amount_fen), Litres(row.volume_ml)
        return Fill(row.driver_id, row.station_id, row.grade, amount, volume, level, plates)

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
    def _asked_for(
        connection: Connection, fill: Fill, coupon_id: str | None, now: datetime
    ) -> dict[str, int]:
        if coupon_id is None:
            return {}
        coupon = coupons.coupon(connection, coupon_id)
        if coupon is None or coupon.driver_id != fill.driver_id:
            raise CouponNotFound("")
        offer = offer_of(connection, fill, coupon, now)
        if offer.refusal is not None:
            raise offer.refusal
        return {coupon_id: offer.alone.fen} if offer.alone else {}


def _shown(row: QuoteRow, found: Found, chosen: list[str]) -> schemas.Quote:
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
        offers=_offers(found),
        coupon_ids=chosen,
        expires_at=row.expires_at,
    )


def _offers(found: Found) -> list[schemas.Offer]:
    return [
        schemas.Offer(
            coupon_id=offer.coupon.id,
            title=offer.coupon.title,
            usable=offer.refusal is None,
            saves_fen=offer.taken.fen or offer.alone.fen,
            taken=bool(offer.taken),
            why=_why(offer, len(found.saving)),
        )
        for offer in sorted(found.offers, key=lambda offer: (-offer.taken.fen, -offer.alone.fen))
    ]


def _why(offer: CouponOffer, together: int) -> str:
    if offer.refusal is not None:
        return sentence(offer.refusal)
    amount = formats.money(offer.taken or offer.alone)
    if offer.taken and together > 1:
        return _("Saves {amount}, together with the others chosen.").format(amount=amount)
    if offer.taken:
        return _("Saves {amount}: the best of your coupons.").format(amount=amount)
    return _("Saves {amount}.").format(amount=amount)
