"""What an operator does by command: stations, campaigns, coupons, members, cards. Works beside a running cloud."""

from argparse import Namespace
from datetime import timedelta

from cloud_api.clock import Clock
from cloud_api.coupons.service import Coupons
from cloud_api.database import Database, Work
from cloud_api.drivers import repository as drivers
from cloud_api.drivers.repository import VehicleRow
from cloud_api.drivers.service import phone_of
from cloud_api.identifiers import is_id, new_id
from cloud_api.points.service import Points
from cloud_api.recharge_cards.service import MOST_FACE_FEN, RechargeCards
from cloud_api.settings import Settings, SettingsUnfit
from cloud_api.stations.service import Stations
from cloud_api.wallets.service import Wallets
from core.domain.coupon import CouponKind, CouponTerms
from core.domain.ids import GradeCode, StationId
from core.domain.money import Money
from core.domain.plate import plate_of
from core.wording.catalogue import mark


class Keeping:
    """The commands; each answers with the lines to print."""

    def __init__(self, database: Database, clock: Clock, settings: Settings) -> None:
        self._database = database
        self._clock = clock
        self._stations = Stations(database, clock, settings, {})
        self._coupons = Coupons(database, clock, settings)
        self._wallets = Wallets(database, clock)
        self._points = Points(database, clock, settings)
        self._cards = RechargeCards(database, clock)

    def add_station(self, asked: Namespace) -> list[str]:
        if not (-90 <= asked.lat <= 90 and -180 <= asked.lng <= 180):
            raise SettingsUnfit(mark("--lat is from -90 to 90 and --lng from -180 to 180."))
        station_id, code = self._database.write_now(
            lambda work: self._stations.add(work, asked.name, asked.address, asked.lat, asked.lng)
        )
        return [f"station {station_id}", f"pairing-code {code}"]

    def pair_station(self, asked: Namespace) -> list[str]:
        code = self._database.write_now(lambda work: self._stations.new_pairing_code(work, asked.station))
        return [f"pairing-code {code}"]

    def came_from_a_copy(self, _asked: Namespace) -> list[str]:
        """After an older copy of the database was put in its place."""
        return [f"stations {self._database.write_now(self._stations.came_from_a_copy)}"]

    def add_campaign(self, asked: Namespace) -> list[str]:
        now = self._clock.now()
        terms = CouponTerms(
            kind=CouponKind(asked.kind),
            valid_from=now,
            valid_until=now + timedelta(days=asked.days),
            off=Money(asked.off_fen),
            percent=asked.percent,
            off_li=asked.off_li,
            threshold=Money(asked.threshold_fen),
            cap=None if asked.cap_fen is None else Money(asked.cap_fen),
            grades=tuple(GradeCode(grade) for grade in asked.grade),
            stations=tuple(StationId(station) for station in asked.station),
        )
        _check(terms, asked.stock, asked.days)
        campaign_id = self._database.write_now(
            lambda work: self._coupons.add_campaign(work, asked.title, terms, asked.stock)
        )
        return [f"campaign {campaign_id}"]

    def issue_coupons(self, asked: Namespace) -> list[str]:
        if asked.count < 1:
            raise SettingsUnfit(mark("--count is at least 1."))
        issued = self._database.write_now(lambda work: self._coupons.issue(work, asked.campaign, asked.count))
        return [row.code for row in issued]

    def give_coupon(self, asked: Namespace) -> list[str]:
        return [
            self._database.write_now(
                lambda work: (
                    self._coupons.issue(work, asked.campaign, 1, self._member(work, asked.phone))[0].code
                )
            )
        ]

    def add_member(self, asked: Namespace) -> list[str]:
        plates = [plate_of(plate) for plate in asked.plate]
        if min(asked.fen, asked.bonus_fen, asked.points) < 0:
            raise SettingsUnfit(mark("--fen, --bonus-fen and --points are not negative."))

        def add(work: Work) -> str:
            member_id, now = self._member(work, asked.phone), self._clock.now()
            drivers.name_driver(work.connection, member_id, asked.name)
            for plate in plates:
                drivers.put_vehicle(work.connection, member_id, VehicleRow(plate, "", None), now)
            if asked.fen:
                self._wallets.top_up(
                    work, new_id(now), member_id, paid_fen=asked.fen, bonus_fen=asked.bonus_fen
                )
            if asked.points:
                self._points.give(work, new_id(now), member_id, asked.points)
            for campaign in asked.campaign:
                self._coupons.issue(work, campaign, 1, member_id)
            return member_id

        return [f"member {self._database.write_now(add)}"]

    def top_up_wallet(self, asked: Namespace) -> list[str]:
        """Money that was paid in some other way, such as cash at the head office."""
        if asked.fen < 1 or asked.bonus_fen < 0:
            raise SettingsUnfit(mark("--fen is at least 1, --bonus-fen is not negative."))
        top_up_id = new_id(self._clock.now())

        def top_up(work: Work) -> None:
            member_id = self._member(work, asked.phone)
            self._wallets.top_up(work, top_up_id, member_id, paid_fen=asked.fen, bonus_fen=asked.bonus_fen)

        self._database.write_now(top_up)
        return [f"top-up {top_up_id}"]

    def give_points(self, asked: Namespace) -> list[str]:
        if asked.points < 1:
            raise SettingsUnfit(mark("--points is at least 1."))
        gift_id = new_id(self._clock.now())

        def give(work: Work) -> None:
            self._points.give(work, gift_id, self._member(work, asked.phone), asked.points)

        self._database.write_now(give)
        return [f"gift {gift_id}"]

    def make_cards(self, asked: Namespace) -> list[str]:
        """The only time that the codes are told: they go to the printer of the cards."""
        if not 0 < asked.face_fen <= MOST_FACE_FEN or asked.count < 1:
            raise SettingsUnfit(
                mark("--face-fen is from 1 to {most}, --count at least 1."), most=MOST_FACE_FEN
            )

        def make(work: Work) -> list[str]:
            printed = self._cards.make_batch(work, asked.title, asked.face_fen, asked.count)
            if asked.active:
                for card in printed:
                    self._cards.activate(work, card.number)
            return [f"{card.number} {card.code}" for card in printed]

        return self._database.write_now(make)

    def activate_card(self, asked: Namespace) -> list[str]:
        face_fen = self._database.write_now(lambda work: self._cards.activate(work, asked.number))
        return [f"{asked.number} {face_fen}"]

    def freeze_card(self, asked: Namespace) -> list[str]:
        self._database.write_now(lambda work: self._cards.freeze(work, asked.number))
        return [f"{asked.number} frozen"]

    def thaw_card(self, asked: Namespace) -> list[str]:
        self._database.write_now(lambda work: self._cards.freeze(work, asked.number, frozen=False))
        return [f"{asked.number} active"]

    def _member(self, work: Work, phone: str) -> str:
        """The driver of this phone, known from now on if not before."""
        now = self._clock.now()
        return drivers.driver_signing_in(work.connection, phone_of(phone), new_id(now), now).id


def _check(terms: CouponTerms, stock: int, days: int) -> None:
    asks = {
        CouponKind.AMOUNT_OFF: ("--off-fen", terms.off.fen > 0),
        CouponKind.PERCENT_OFF: ("--percent (1 to 100)", 1 <= terms.percent <= 100),
        CouponKind.PER_LITRE_OFF: ("--off-li", terms.off_li > 0),
    }
    option, is_said = asks[terms.kind]
    if not is_said:
        raise SettingsUnfit(mark("--kind {kind} needs {option}."), kind=terms.kind, option=option)
    if stock < 1 or days < 1 or terms.threshold.fen < 0 or (terms.cap is not None and terms.cap.fen < 1):
        raise SettingsUnfit(
            mark("--stock, --days and --cap-fen are at least 1, --threshold-fen is not negative.")
        )
    if not all(is_id(station) for station in terms.stations):
        raise SettingsUnfit(mark("--station is a station's id, 32 hex characters."))
