"""What customers bring along: payment codes, coupons, phones, cards; and what their phones do."""

import sqlite3
import time
from datetime import timedelta

from cloud_api.clock import SystemClock
from cloud_api.database import Database
from cloud_api.drivers.repository import driver_of_phone
from cloud_api.members.codes import MemberCodes
from core.domain.ids import GradeCode
from core.domain.money import Money
from core.domain.offer import LitreOffer, StepKind
from core.station.build import open_station
from core.station.settings import read_settings
from demo import books
from demo.day.bookkeeper import CAMPAIGN_GRADE, CAMPAIGN_OFF_LI, MEMBER_OFF_LI
from demo.expecting import wait_for
from demo.world import MEMBERS, World, post

_CARD_FEN = 100_000
_RICH_PHONE = "13900001111"
_POINTS = 100_000
_COUNTED = {"wechat": "13", "alipay": "28", "unionpay": "620"}


class Customers:
    """Everybody who comes to this counter today."""

    def __init__(self, world: World, *, coupons: int = 120, cards: int = 12) -> None:
        self._world = world
        self._database = f"sqlite:///{world.folder / 'cloud.db'}"
        self._count = 0
        self.phones = [member.phone for member in MEMBERS[:3]]
        self.rich_phones = [member.phone for member in MEMBERS[:3] if member.points > 1_000]
        self._coupons = self._print_leaflets(coupons)
        printed = world.processes.keep_cloud("card", "make", "--title", "大额充值卡", "--face-fen", str(_CARD_FEN), "--count",
            str(cards), "--active", "--database", self._database,
        )  # fmt: skip
        world.processes.keep_cloud("member", "add", "--phone", _RICH_PHONE, "--name", "周先生", "--fen", "5000000",
            "--bonus-fen", "0", "--points", str(_POINTS), "--database", self._database,
        )  # fmt: skip
        self._cards = [word for word in printed.split() if word.startswith("YC")]
        self._lay_out_station()

    def _print_leaflets(self, count: int) -> list[str]:
        added = self._world.processes.keep_cloud("campaign", "add", "--title", "传单满100减8", "--kind", "amount_off", "--off-fen",
            "800", "--threshold-fen", "10000", "--stock", "1000", "--days", "30", "--database", self._database,
        )  # fmt: skip
        campaign = next(line.split()[1] for line in added.splitlines() if line.startswith("campaign "))
        issued = self._world.processes.keep_cloud("coupon", "issue", "--campaign", campaign, "--count", str(count), "--database",
            self._database,
        )  # fmt: skip
        return [word for word in issued.split() if word.startswith("YZ")]

    def _lay_out_station(self) -> None:
        station = open_station(read_settings(self._world.config), "trial", may_own_pumps=False)
        try:
            manager = books.staff_id(self._world, "赵建国")
            station.accounts.open("顺达物流", ["云A88888"], Money(100_000_000), manager)  # type: ignore[arg-type]
            now = SystemClock().now() - timedelta(minutes=5)
            station.offers.save(
                LitreOffer(
                    station.offers.new_id(), "95号每升减0.20", StepKind.CAMPAIGN, CAMPAIGN_OFF_LI, now,
                    grades=(GradeCode(CAMPAIGN_GRADE),),
                ), manager,  # type: ignore[arg-type]
            )  # fmt: skip
            station.offers.save(
                LitreOffer(station.offers.new_id(), "会员每升减0.10", StepKind.MEMBER, MEMBER_OFF_LI, now), manager,  # type: ignore[arg-type]
            )  # fmt: skip
        finally:
            station.stop()

    def payer_code(self, provider: str, ending: str) -> str:
        """A fresh code; its last two digits tell the simulated gateway how to behave."""
        self._count += 1
        return (
            f"{_COUNTED[provider]}{time.time_ns() // 1_000_000 % 10**9:09d}{self._count % 10**5:05d}{ending}"
        )

    def coupon(self) -> str:
        """The next leaflet."""
        return self._coupons.pop()

    def recharge_card(self) -> str:
        """A card with enough on it."""
        card = self._cards.pop(0)
        self._cards.append(card)
        return card

    def member_code(self) -> str:
        """What the phone of a member with a full wallet shows for a minute."""
        database = Database(self._database)
        try:
            member = self._member(_RICH_PHONE)
            codes = MemberCodes(SystemClock())
            return database.write_now(
                lambda work: codes.issue(work.connection, member, timedelta(minutes=1))[0]
            )
        finally:
            database.close()

    def _member(self, phone: str) -> str:
        database = Database(self._database)
        try:
            found = database.read_now(lambda connection: driver_of_phone(connection, phone))
        finally:
            database.close()
        if found is None:
            raise LookupError("no driver with this phone")
        return found.id

    def scans_qr(self, fen: int) -> None:
        """The payer's phone takes the code off the screen and pays."""

        def newest() -> str:
            with sqlite3.connect(f"file:{self._world.folder / 'station.db'}?mode=ro", uri=True) as connection:
                found = connection.execute(
                    "SELECT id FROM payments WHERE state = 'pending' AND qr <> '' AND amount = ?", (fen,)
                ).fetchone()
            return str(found[0]) if found else ""

        payment = wait_for(newest, "the QR code shows")
        port = self._world.wechat.facts["port"]
        post(f"http://127.0.0.1:{port}/control/pay", {"payment_id": payment})
