"""What an operator does by command: stations, campaigns, coupons. Works beside a running cloud."""

from argparse import Namespace
from datetime import timedelta

from cloud_api.clock import Clock
from cloud_api.coupons.service import Coupons
from cloud_api.database import Database
from cloud_api.drivers import repository as drivers
from cloud_api.drivers.service import phone_of
from cloud_api.identifiers import is_id, new_id
from cloud_api.settings import Settings, SettingsUnfit
from cloud_api.stations.service import Stations
from core.domain.coupon import CouponKind, CouponTerms
from core.domain.ids import GradeCode, StationId
from core.domain.money import Money
from core.wording.catalogue import mark


class Keeping:
    """The commands; each answers with the lines to print."""

    def __init__(self, database: Database, clock: Clock, settings: Settings) -> None:
        self._database = database
        self._clock = clock
        self._stations = Stations(database, clock, settings, {})
        self._coupons = Coupons(database, clock, settings)

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
        phone, now = phone_of(asked.phone), self._clock.now()

        def give() -> str:
            return self._database.write_now(
                lambda work: (
                    self._coupons.issue(
                        work,
                        asked.campaign,
                        1,
                        drivers.driver_signing_in(work.connection, phone, new_id(now), now).id,
                    )[0].code
                )
            )

        return [give()]


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
