"""A station of the simulation: the real services on a real SQLite file, linked by the real rooms of core.cloud_link."""

import asyncio
import json
import logging
import random
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from contextvars import Context
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

import requests

from core.cloud_link.client import CloudClient
from core.cloud_link.coupon_desk import CloudCouponDesk
from core.cloud_link.mailbox import CloudMailbox
from core.cloud_link.order_desk import CloudOrderDesk
from core.cloud_link.payment_gateway import CloudPaymentGateway
from core.domain.controller import ControllerSetup, Counted, Totals
from core.domain.counter import CounterWhy
from core.domain.events.event import Event
from core.domain.events.orders import OrderMoved
from core.domain.events.pumps import PumpAuthorisationRequested, PumpsReleased, PumpStopRequested
from core.domain.faults import Fault
from core.domain.ids import AuthorisationId, NozzleNumber, OrderId, PumpNumber, StationId
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.pump import EndedFill, PumpReading
from core.domain.refusals.refusal import Refusal
from core.domain.staff import FIRST_ROLES
from core.domain.station_order import ServiceState
from core.persistence.database import Database
from core.persistence.unit_of_work import UnitsOfWork
from core.ports.unit_of_work import Work
from core.services.directory import DirectoryDesk, StationFacts
from core.services.forecourt.desk import ForecourtDesk
from core.services.mailbox import MailboxDesk
from core.services.orders.desk import OrderDesk
from core.services.payments.desk import PaymentDesk
from core.services.prices.desk import PriceDesk
from core.services.sales.desk import SaleDesk
from core.services.shifts.desk import ShiftDesk
from core.simulated.forecourt import MemoryForecourt
from core.wording.formats import STATION_ZONE
from tests.simulation.chance import Dice
from tests.simulation.cloud import Cloud
from tests.simulation.history import History
from tests.simulation.loop import PowerCut, Strands, TrueClock, VirtualLoop
from tests.simulation.network import Line, Network

_log = logging.getLogger(__name__)
_PRICES = {
    PumpNumber(1): {NozzleNumber(1): UnitPrice(7_810), NozzleNumber(2): UnitPrice(8_320)},
    PumpNumber(2): {NozzleNumber(1): UnitPrice(7_810)},
}


class StationClock:
    """A station's own clock, which somebody may have set wrongly."""

    def __init__(self, true: TrueClock) -> None:
        self._true = true
        self.off = timedelta(0)

    def now(self) -> datetime:
        return self._true.now() + self.off


class Ids:
    """As core.station.identity makes them, from the seed."""

    def __init__(self, clock: StationClock, chance: random.Random) -> None:
        self._clock, self._bits = clock, chance.getrandbits

    def __call__(self) -> str:
        milliseconds = int(self._clock.now().timestamp() * 1000)
        return f"{milliseconds:012x}7{self._bits(12):03x}{2 << 62 | self._bits(62):016x}"


class _Step:
    """A transaction after whose commit the power may go."""

    def __init__(self, inner: AbstractContextManager[Work], dies: Callable[[], None]) -> None:
        self._inner, self._dies = inner, dies

    def __enter__(self) -> Work:
        return self._inner.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        left = self._inner.__exit__(kind, error, trace)
        if error is None:
            self._dies()
        return left


class Steps:
    """Port UnitOfWork; each commit is a step at which the program may die."""

    def __init__(self, work: UnitsOfWork, dies: Callable[[], None]) -> None:
        self._work, self._dies = work, dies

    def __call__(self) -> AbstractContextManager[Work]:
        return _Step(self._work(), self._dies)

    def reading(self) -> AbstractContextManager[Work]:
        return self._work.reading()


class Place:
    """One station: its machine, its pumps, and its program, which comes and goes."""

    def __init__(
        self,
        number: int,
        station_id: str,
        token: str,
        file: Path,
        *,
        loop: VirtualLoop,
        clock: TrueClock,
        dice: Dice,
        cloud: Cloud,
        network: Network,
        history: History,
        pace: Callable[[], float],
    ) -> None:
        self.name, self.id, self.token, self.file = f"station {number}", station_id, token, file
        self.loop, self.dice, self.cloud, self.network, self.history = loop, dice, cloud, network, history
        self.pace = pace
        self.clock = StationClock(clock)
        self.ids = Ids(self.clock, dice.chance)
        self.pumps = MemoryForecourt(clock, _PRICES)
        self.is_up = False
        self.crashes = 0
        self._asked: list[asyncio.Future[bool]] = []

    # --- life ----------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Somebody switches it on."""
        self.is_up = True
        self.strands = Strands(self.loop)
        self._bells: dict[str, asyncio.Event] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._build()
        self.strands.begin(self._begin)
        if self.is_up:
            self._tasks = [self.loop.create_task(self._do_for_ever(*each)) for each in self._chores()]
            self._tasks.append(self.loop.create_task(self._listen_for_ever()))
        self.history.tell(self.name, "up")

    def crash(self) -> None:
        """The power is gone at this very step. Comes back after a while."""
        if not self.is_up:
            return
        self.is_up = False
        self.crashes += 1
        self.history.tell(self.name, "down")
        self.pumps.stop()
        self.loop.call_soon(self._bury, True)

    def stop(self) -> None:
        """The end of the story."""
        self.is_up = False
        self._bury(False)

    def _bury(self, comes_back: bool) -> None:
        for task in self._tasks:
            task.cancel()
        self.strands.end()
        for asked in self._asked:
            if not asked.done():
                asked.set_result(False)
        self.client.close()
        self.database.close()
        if comes_back:
            self.loop.call_later(self.dice.between(1.0, 90.0), self.start)

    def _may_die(self) -> None:
        if not self.is_up:
            raise PowerCut
        if self.dice.happens(self.dice.options.station_crash):
            self.crash()
            raise PowerCut

    def _build(self) -> None:
        self.database = Database.open(f"sqlite:///{self.file}")
        units = UnitsOfWork(self.database, "till", self.clock, self.ids, self._heard, STATION_ZONE)
        work = self.work = Steps(units, self._may_die)
        clock, ids = self.clock, self.ids
        self.client = CloudClient("http://cloud", self.token, open_session=self._open_session)
        self.forecourt = ForecourtDesk(work, clock, ids, self.pumps)
        self.orders = OrderDesk(work, clock, ids, CloudOrderDesk(self.client))
        self.payments = PaymentDesk(work, clock, ids, CloudPaymentGateway(self.client))
        self.sales = SaleDesk(
            work,
            clock,
            ids,
            CloudCouponDesk(self.client),
            StationId(self.id),
            place="till",
            zone=STATION_ZONE,
        )
        self.shifts = ShiftDesk(work, clock, ids)
        self.prices = PriceDesk(work, clock, ids, self.pumps)
        facts = StationFacts(self.name, "北京路1号", 25.05, 102.72)
        self.directory = DirectoryDesk(work, clock, ids, facts)
        describe = self.directory.describe_with
        self.mailbox = MailboxDesk(work, CloudMailbox(self.client), self.orders.takers, describe)

    def _begin(self) -> None:
        with self.work.reading() as work:
            people = {member.role: member.id for member in work.staff.active()}
            has_shift = work.shifts.current() is not None
        self.cashier, self.attendant, self.manager = (people[role] for role in FIRST_ROLES)
        self.sales.recover()
        self.forecourt.take_over()
        self.pumps.start(self)
        self.forecourt.reconcile()
        self.forecourt.heal(CounterWhy.START)
        if not has_shift:
            self.shifts.open(Money(50_000), self.cashier)
        self.directory.describe()

    def _open_session(self) -> requests.Session:
        session = requests.Session()
        session.mount("http://", Line(self.name, self.network, self.loop, lambda: self.strands))
        session.trust_env = False
        return session

    # --- what runs by the clock ------------------------------------------------------------------------------------------

    def _chores(self) -> list[tuple[str, float, Callable[[], object]]]:
        return [
            ("send", 5.0, self.mailbox.send_waiting),
            ("fetch", 15.0, self.mailbox.fetch),
            ("payments", 6.0, self.payments.settle_pending),
            ("coupons", 10.0, self.sales.settle_coupons),
            ("coupon_holds", 60.0, self.sales.renew_holds),
            ("claims", 7.0, self.orders.settle_claims),
            ("standing_orders", 7.0, self.orders.standing.look),
            ("prices", 10.0, self.prices.apply_due),
            ("reconcile", 60.0, self.forecourt.reconcile),
            ("poll", 7.0, self.pumps.tell_again),
            ("unclear_pumps", 8.0, self.forecourt.find_out_unclear),
        ]

    async def _do_for_ever(self, name: str, every: float, call: Callable[[], object]) -> None:
        bell = self._bells[name] = asyncio.Event()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(every * self.pace()):
                    await bell.wait()
            bell.clear()
            await self.do(call)

    async def do(self, call: Callable[[], object]) -> bool:
        """Somebody asks the program for something; true where it was done."""
        done: asyncio.Future[bool] = self.loop.create_future()
        self._asked.append(done)

        def deed() -> None:
            well = False
            try:
                call()
                well = True
            except (Fault, Refusal) as no:
                self.history.tell(self.name, f"no: {no.code}")
            except Exception as bug:  # noqa: BLE001 - told at the end
                self.history.tell(self.name, f"bug {bug!r}")
                self.history.bugs.append(bug)
            if not done.done():
                done.set_result(well)

        if self.is_up:
            self.strands.begin(deed)
        if not self.is_up and not done.done():
            done.set_result(False)
        try:
            return await done
        finally:
            self._asked.remove(done)

    def ring(self, name: str) -> None:
        """As soon as possible."""
        if name in self._bells:
            self._bells[name].set()

    # --- the doorbell ----------------------------------------------------------------------------------------------------

    async def _listen_for_ever(self) -> None:
        while True:
            running = self.cloud.running
            if running is not None and self.name not in self.network.cut_off:
                hung_up: asyncio.Future[None] = self.loop.create_future()
                listening = running.task(self._listen(running.app, hung_up))
                while not listening.done() and self.name not in self.network.cut_off:
                    await asyncio.wait([listening], timeout=30.0 * self.pace())
                if not hung_up.done():
                    hung_up.set_result(None)
            await asyncio.sleep(self.dice.between(1.0, 30.0) * self.pace())

    async def _listen(self, app: Any, hung_up: asyncio.Future[None]) -> None:
        scope = {
            "type": "websocket", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "ws",
            "path": "/v1/station/doorbell", "raw_path": b"/v1/station/doorbell", "query_string": b"", "root_path": "",
            "headers": [(b"authorization", f"Bearer {self.token}".encode())], "subprotocols": [],
            "client": ("127.0.0.1", 1), "server": ("cloud", 80),
        }  # fmt: skip
        begun = False

        async def receive() -> dict[str, Any]:
            nonlocal begun
            if not begun:
                begun = True
                return {"type": "websocket.connect"}
            await asyncio.shield(hung_up)
            return {"type": "websocket.disconnect", "code": 1006}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] != "websocket.send" or self.name in self.network.cut_off:
                return
            json.loads(message["text"])
            if not self.dice.happens(self.dice.options.lost):
                self.loop.call_later(self.dice.delay(), self.ring, "fetch", context=Context())

        await app(scope, receive, send)

    # --- what core.station does with events and readings -----------------------------------------------------------------

    def _heard(self, recorded: Sequence[tuple[int, str, Event]]) -> None:
        for _number, _program, event in recorded:
            call = self._reaction(event)
            if call is not None:
                self.loop.call_soon(self._react, self.strands, call)
        self.loop.call_soon(self.ring, "send")

    def _react(self, strands: Strands, call: Callable[[], object]) -> None:
        def logged() -> None:
            with suppress(Fault, Refusal):  # written down; whoever asks again finds it
                call()

        if self.is_up and strands is self.strands:
            strands.begin(logged)

    def _reaction(self, event: Event) -> Callable[[], object] | None:
        if isinstance(event, PumpAuthorisationRequested):
            authorisation = AuthorisationId(event.authorisation)
            return lambda: self.forecourt.carry_out(authorisation)
        if isinstance(event, PumpStopRequested):
            pump, only_promise = PumpNumber(event.pump), event.only_promise
            return lambda: self.forecourt.carry_out_stop(pump, only_promise=only_promise)
        if isinstance(event, PumpsReleased):
            return self.forecourt.carry_out_release
        if isinstance(event, OrderMoved) and event.state == ServiceState.PLATE_CHECKED:
            order = OrderId(event.order)
            return lambda: self.orders.turning.go_on(order)
        return None

    def read(self, reading: PumpReading) -> None:
        self.forecourt.record_reading(reading)

    def ended(self, fill: EndedFill) -> None:
        self.forecourt.record_ended(fill)
        self.forecourt.close_ended(fill)

    def ended_again(self, fill: EndedFill) -> None:
        self.forecourt.record_ended(fill)

    def line(self, up: bool, why: str) -> None:
        """The cable never breaks here."""

    def counted(self, pump: PumpNumber, nozzle: NozzleNumber, totals: Totals, why: Counted) -> None:
        self.forecourt.record_counted(pump, nozzle, totals, CounterWhy(why))

    def set_up(self, setup: ControllerSetup) -> None:
        """Nothing here compares how the controller is set up."""
