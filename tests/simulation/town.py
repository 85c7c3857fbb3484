"""A whole town from one seed: its cloud, its stations, its gateway, everybody who lives there, and what befalls them."""

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from cloud_api import keys_file as keys
from cloud_api.access import hash_of, new_driver_token, new_station_token
from cloud_api.coupons.service import Coupons
from cloud_api.database import Work
from cloud_api.drivers import repository as drivers
from cloud_api.identifiers import new_id
from cloud_api.stations import repository as stations
from cloud_api.stations.service import Stations
from cloud_api.wallets.service import Wallets
from core.domain.coupon import CouponKind, CouponTerms
from core.domain.money import Money
from tests.services.small_station import lay_out as lay_out_station
from tests.simulation import checks
from tests.simulation.chance import Dice, Options
from tests.simulation.cloud import Broken, Cloud, Down, Running, lay_out
from tests.simulation.gateway import Gateway, GatewayDoor
from tests.simulation.history import History, hearing
from tests.simulation.loop import TrueClock, VirtualLoop, seeded_machine
from tests.simulation.network import Network, NoAnswer
from tests.simulation.people import Crew, Driver
from tests.simulation.station import Ids, Place, StationClock

_STOCK = 30
_CODES = 6


@dataclass(frozen=True, slots=True)
class Story:
    """What became of one seed."""

    seed: int
    options: Options
    digest: str
    lines: int
    wrong: tuple[str, ...]
    last: tuple[str, ...]
    counted: dict[str, int]

    def __str__(self) -> str:
        return (
            f"seed {self.seed} ({self.options}): {len(self.wrong)} wrong\n  "
            + "\n  ".join(self.wrong[:20])
            + f"\nagain: python -m tests.simulation {self.seed}"
        )


class Town:
    """Everybody, in one loop."""

    def __init__(self, folder: Path, seed: int, options: Options | None) -> None:
        self.folder, self.seed = folder, seed
        self.dice = Dice(seed, options)
        self.loop = VirtualLoop()
        self.clock = TrueClock(self.loop)
        self.history = History(self.clock)
        self.cloud = Cloud(folder, self.loop, self.clock, self.dice, self.history.tell)
        self.gateway = Gateway(self.loop, self.clock, self.dice, self.history)
        self.cloud.provider_of = lambda running: GatewayDoor(self.gateway, running)
        self.network = Network(self.loop, self.dice, self.cloud, self.history)
        self.gateway.tell = self._tell_cloud
        self.places: list[Place] = []
        self.drivers: list[Driver] = []
        self.crews: list[Crew] = []
        self.is_night = False
        self.wrong: list[str] = []

    def live(self) -> Story:
        """From the first day to the last check."""
        try:
            with hearing(self.history.bugs):
                self.loop.run_until_complete(self._live())
        finally:
            self._end()
        wrong = [f"bug {bug!r}" for bug in (*self.history.bugs, *self.cloud.bugs)] + self.wrong
        counted = {
            "orders": sum(len(driver.orders) for driver in self.drivers),
            "crashes": sum(place.crashes for place in self.places),
        }
        return Story(
            self.seed,
            self.dice.options,
            self.history.digest(),
            self.history.count,
            tuple(wrong),
            tuple(self.history.last),
            counted,
        )

    def pace(self) -> float:
        """How much slower everybody is: at night there is little to do."""
        return 40.0 if self.is_night else 1.0

    async def _live(self) -> None:
        await self._found()
        people = [self.loop.create_task(driver.live()) for driver in self.drivers]
        for crew in self.crews:
            people += [self.loop.create_task(deed()) for deed in (crew.serve, crew.sell, crew.change_prices)]
        fate = [self.loop.create_task(each) for each in (self._cut(), self._clocks(), self._disk())]
        await asyncio.sleep(self.dice.options.seconds)
        await asyncio.gather(*fate)
        await self._come_to_rest()
        for task in people:
            task.cancel()
        await asyncio.gather(*people, return_exceptions=True)

    async def _come_to_rest(self) -> None:
        """No more faults and nothing new: so long the town has for bringing everything to its end."""
        self.dice.calm = True
        for driver in self.drivers:
            driver.is_done = True
        for crew in self.crews:
            crew.is_done = True
        for _ in range(60):
            await asyncio.sleep(60.0)
            self.wrong = checks.at_rest(self)
            if not self.wrong:
                break
        self.wrong += checks.always(self)

    # --- what befalls them -----------------------------------------------------------------------------------------------

    async def _cut(self) -> None:
        """One station loses its line, for minutes or for a day."""
        options, dice = self.dice.options, self.dice
        if not options.cut_seconds:
            return
        await asyncio.sleep(dice.between(60.0, options.seconds / 2))
        place = dice.chance.choice(self.places)
        self.network.cut_off.add(place.name)
        self.history.tell(place.name, "cut off")
        self.is_night = options.has_night
        await asyncio.sleep(options.cut_seconds)
        self.is_night = False
        self.network.cut_off.clear()
        self.history.tell(place.name, "linked again")
        await asyncio.sleep(300.0 if options.has_night else 0.0)

    async def _clocks(self) -> None:
        options, dice = self.dice.options, self.dice
        if options.clock_hours:
            await asyncio.sleep(dice.between(30.0, options.seconds / 2))
            place = dice.chance.choice(self.places)
            place.clock.off = timedelta(hours=options.clock_hours)
            self.history.tell(place.name, f"clock {options.clock_hours:+} h")
            await asyncio.sleep(dice.between(30.0, options.seconds / 2))
            if dice.does(0.5):
                place.clock.off = timedelta(0)
                self.history.tell(place.name, "clock right")

    async def _disk(self) -> None:
        options, dice = self.dice.options, self.dice
        if options.restored:
            await asyncio.sleep(dice.between(30.0, options.seconds / 2))
            self.cloud.copy()
            await asyncio.sleep(dice.between(10.0, options.seconds / 2))
            self.cloud.lose_disk()

    # --- the beginning and the end ---------------------------------------------------------------------------------------

    async def _found(self) -> None:
        cloud_file, keys_file, station_file = _laid_out()
        shutil.copy(cloud_file, self.cloud.file)
        shutil.copy(keys_file, self.cloud.keys_file)
        await self.cloud.start()
        running = self.cloud.running
        assert running is not None
        options = self.dice.options
        sold_codes = self._put_in(running)
        for number in range(options.stations):
            station_id, token = self._new_station(running, number)
            file = self.folder / f"station{number}.db"
            shutil.copy(station_file, file)
            place = Place(
                number,
                station_id,
                token,
                file,
                loop=self.loop,
                clock=self.clock,
                dice=self.dice,
                cloud=self.cloud,
                network=self.network,
                history=self.history,
                pace=self.pace,
            )
            self.places.append(place)
            self.crews.append(Crew(place, sold_codes))
        for number in range(options.drivers):
            ids = Ids(StationClock(self.clock), self.dice.chance)
            token = self._new_driver(running, number)
            self.drivers.append(Driver(number, token, self.network, self.gateway, self.places, ids))
        self.campaign_rows = (_STOCK, _CODES)
        for place in self.places:
            place.start()

    def _put_in(self, running: Running) -> list[str]:
        coupons = Coupons(running.database, self.clock, self.cloud.settings)
        now = self.clock.now()
        terms = CouponTerms(
            CouponKind.AMOUNT_OFF, valid_from=now, valid_until=now + timedelta(days=30), off=Money(500)
        )

        def put_in(work: Work) -> list[str]:
            self._campaign = coupons.add_campaign(work, "减5元", terms, _STOCK)
            return [str(row.code) for row in coupons.issue(work, self._campaign, _CODES)]

        return running.database.write_now(put_in)

    def _new_station(self, running: Running, number: int) -> tuple[str, str]:
        rooms, token = Stations(running.database, self.clock, self.cloud.settings, {}), new_station_token()

        def add(work: Work) -> str:
            station_id, _code = rooms.add(work, f"station {number}", "北京路1号", 25.05, 102.72)
            stations.replace_token(work.connection, station_id, hash_of(token), self.clock.now())
            return station_id

        return running.database.write_now(add), token

    def _new_driver(self, running: Running, number: int) -> str:
        token, now = new_driver_token(), self.clock.now()
        coupons = Coupons(running.database, self.clock, self.cloud.settings)
        wallets = Wallets(running.database, self.clock)

        def sign_in(work: Work) -> None:
            row = drivers.driver_signing_in(work.connection, f"138{number:08d}", new_id(now), now)
            until = now + timedelta(days=180)
            drivers.add_token(work.connection, hash_of(token), row.id, device_id=None, now=now, until=until)
            wallets.top_up(work, new_id(now), row.id, paid_fen=60_000, bonus_fen=3_000)
            coupons.issue(work, self._campaign, 3, row.id)

        running.database.write_now(sign_in)
        return token

    async def _tell_cloud(self, path: str, body: bytes) -> bool:
        headers = {"Content-Type": "application/json"}
        try:
            status, _answer = await self.network.ask("gateway", "POST", path, headers, body)
        except (Down, Broken, NoAnswer):
            return False
        return status == 200

    def _end(self) -> None:
        for place in self.places:
            if place.is_up:
                place.stop()
        self.loop.run_until_complete(self.cloud.stop())
        self.loop.run_until_complete(_end_all())
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()


async def _end_all() -> None:
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


def live(seed: int, options: Options | None = None) -> Story:
    """One seed, one history; without options the seed draws them too."""
    with tempfile.TemporaryDirectory(prefix="town-") as folder:
        _laid_out()
        chance = Dice(seed, Options.quiet()).chance
        with seeded_machine(chance):
            return Town(Path(folder), seed, options).live()


@cache
def _laid_out() -> tuple[Path, Path, Path]:
    """An empty cloud, its keys and a station on the day it opens, made once a run: migrations take their time."""
    import atexit

    folder = Path(tempfile.mkdtemp(prefix="town-laid-out-"))
    atexit.register(shutil.rmtree, folder)
    keys_file = folder / "keys.toml"
    keys.make(keys_file)
    lay_out(folder / "cloud.db", keys_file)
    lay_out_station(f"sqlite:///{folder / 'station.db'}")
    return folder / "cloud.db", keys_file, folder / "station.db"
