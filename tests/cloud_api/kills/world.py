"""A worker that may die, the gateways whose books are the truth, and everybody who deals with them, all by one clock."""

import functools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cloud_api.database import Database
from cloud_api.settings import load
from cloud_api.simulated.alipay import Alipay
from cloud_api.simulated.invoice_house import InvoiceHouse
from cloud_api.simulated.keys import write_settings
from cloud_api.simulated.unionpay import UnionPay
from cloud_api.simulated.wechat_pay import WechatPay
from tests.cloud_api.conftest import Cloud, DriverPhone, StationMachine, Town
from tests.cloud_api.invoices.conftest import set_up_seller
from tests.cloud_api.kills import books
from tests.cloud_api.kills.board import Board, BoardClock
from tests.cloud_api.kills.lives import Lives, Nursery, PatientClient
from tests.cloud_api.simulated.outside_world import SECONDS_TO_WAIT, Control, LoopThread, plain_http

# So much passes at every look while something is waited for, and at most: an order lives for a quarter of an hour.
_LOOK_SECONDS = 5
_MOST_SECONDS = 600
_RETRY_SCALE = 0.004
_CLOUD = """
[cloud]
chores_seconds = 0.1
requests_a_second_by_token = 1000000
requests_at_once_by_token = 1000000
requests_a_second_by_address = 1000000
requests_at_once_by_address = 1000000
"""


class World:
    """What a path walks through. Whatever it does after `begin` is counted."""

    def __init__(self, town: Town, lives: Lives, cloud: Cloud, alipay: Control, unionpay: Control) -> None:
        self.town, self.lives, self.cloud = town, lives, cloud
        self.wechat, self.alipay, self.unionpay = town.wechat, alipay, unionpay
        self.house: Control
        self.clock = town.clock
        self.deadly = self.steps = 0

    @functools.cached_property
    def station(self) -> StationMachine:
        return self.cloud.station()

    def driver(self) -> DriverPhone:
        return self.cloud.driver()

    def begin(self) -> None:
        """All is prepared."""
        self.lives.board.count_from_here(self.deadly)

    def until(self, true: Callable[[], object], what: str) -> None:
        """Waits for what happens by itself, while time passes and a dead worker is replaced."""
        limit, passed = time.monotonic() + SECONDS_TO_WAIT, 0
        while not true():
            assert time.monotonic() < limit, f"not in time: {what}"
            self.lives.tend()
            if passed < _MOST_SECONDS:
                self.clock.pass_seconds(_LOOK_SECONDS)
                passed += _LOOK_SECONDS
            threading.Event().wait(0.04)

    def come_to_rest(self) -> None:
        """Everything that is under way ends, and an hour later it stands the same."""
        for _ in range(3):
            self._rest()
        self.steps = self.lives.board.count
        if self.lives.survive():
            self._rest()

    def _rest(self) -> None:
        limit = time.monotonic() + SECONDS_TO_WAIT
        self.clock.pass_seconds(10)
        while under_way := self.cloud.database.read_now(books.under_way):
            assert time.monotonic() < limit, f"never ends: {under_way}"
            self.lives.tend()
            self.clock.pass_seconds(5)
            threading.Event().wait(0.02)
        self.clock.pass_seconds(1200)
        threading.Event().wait(0.12)

    def wrong(self) -> list[str]:
        """Every difference between our books and themselves, and those of the gateways."""
        theirs = {
            control.ledger()["provider"]: control.ledger()
            for control in (self.wechat, self.alipay, self.unionpay)
        }
        return self.cloud.database.read_now(lambda connection: books.wrong(connection, theirs))


@contextmanager
def a_world(
    url: str, folder: Path, keys: Path, loop: LoopThread, board: Board, nursery: Nursery
) -> Iterator[World]:
    """With empty books everywhere."""
    clock = BoardClock(board)
    wechat = WechatPay(keys, clock, retry_scale=_RETRY_SCALE, refund_seconds=0.02)
    alipay, unionpay = Alipay(keys, clock, retry_scale=_RETRY_SCALE), UnionPay(keys, clock)
    house = InvoiceHouse(keys, clock)
    with ExitStack() as stack:
        urls = [stack.enter_context(loop.serving(one)) for one in (wechat, alipay, unionpay, house)]
        ports = [int(one.rpartition(":")[2]) for one in urls]
        settings_file = write_settings(
            keys,
            wechat_port=ports[0],
            alipay_port=ports[1],
            sms_port=9,
            unionpay_port=ports[2],
            invoice_port=ports[3],
        )
        settings_file.write_text(settings_file.read_text("utf-8") + _CLOUD, "utf-8")
        controls = [Control(one) for one in urls]
        for control in controls:
            stack.callback(control.close)
        lives = Lives(nursery, board, folder, ["--settings", str(settings_file), "--database", url])
        stack.callback(lives.close)
        client = stack.enter_context(
            PatientClient(base_url=lives.url, timeout=SECONDS_TO_WAIT, verify=plain_http(), trust_env=False)
        )
        client.lives = lives
        database = Database(url)
        stack.callback(database.close)
        settings = load({"settings": str(settings_file), "database": url, "site_url": lives.url}, {})
        town = Town(loop, clock, keys, controls[3], controls[0])
        cloud = Cloud(town, lives.url, settings, client, database)
        database.write_now(set_up_seller)
        world = World(town, lives, cloud, controls[1], controls[2])
        world.house = controls[3]
        yield world
