"""A day at a cloud whose gateways were written apart from ours: what people do there, and both sides' books."""

import random
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import select

from cloud_api.app import create_app
from cloud_api.orders.tables import orders
from cloud_api.payments.tables import payments, refunds
from cloud_api.settings import AlipaySettings, OfficialAccountSettings, Settings, WechatSettings
from tests.cloud_api.conftest import Cloud, Switchboard, Town, wait_until
from tests.cloud_api.other_gateways import alipay, wechat_books
from tests.cloud_api.other_gateways.alipay import AlipayGateway
from tests.cloud_api.other_gateways.line import CHINA, Weather, serving
from tests.cloud_api.other_gateways.wechat_pay import WechatGateway

API_V3_KEY = "0123456789abcdef0123456789ABCDEF"


@dataclass(frozen=True, slots=True)
class Keys:
    """The merchant's key, the vendors', and where the merchant's settings find them."""

    merchant: rsa.RSAPrivateKey
    vendor: rsa.RSAPrivateKey
    folder: Path


class Day:
    """A cloud with both gateways, and everything that people do there."""

    def __init__(
        self, cloud: Cloud, wechat: WechatGateway, ali: AlipayGateway, chance: random.Random
    ) -> None:
        self.cloud, self.wechat, self.alipay, self.chance = cloud, wechat, ali, chance
        self.driver, self.station = cloud.driver(), cloud.station()
        self.orders: list[str] = []
        self.pages: list[str] = []
        self.counter: list[str] = []
        self._moved_at = 0.0

    def deeds(self) -> list[Callable[[], None]]:
        return [
            self.order, self.start_to_pay, self.start_to_pay, self.payer_pays, self.payer_pays, self.driver_cancels,
            self.station_claims, self.station_completes, self.charge_a_code, self.charge_a_code, self.show_a_code,
            self.ask_at_counter, self.cancel_at_counter, self.refund_at_counter, self.time_passes, self.gateways_tell,
        ]  # fmt: skip

    def order(self) -> None:
        self.station.mailbox()
        self.orders.append(self.driver.order(self.station)["id"])

    def start_to_pay(self, order_id: str = "", provider: str = "") -> None:
        if not self.orders:
            return
        provider, key = provider or self.chance.choice(["wechat", "alipay"]), self.driver.new_id()
        asked = {"provider": provider, "channel": "h5"}
        path = f"/v1/orders/{order_id or self.chance.choice(self.orders)}/payments"
        answer = self.driver.ask(path, asked, key)
        if self.chance.random() < 0.5:
            answer = self.driver.ask(path, asked, key)
        assert answer.status_code in (201, 409, 503), answer.text
        self.pages.append(key)
        if answer.status_code == 201 and provider == "alipay":
            self.alipay.open(answer.json()["pay_url"])

    def payer_pays(self, number: str = "") -> None:
        if self.pages:
            number = number or self.chance.choice(self.pages)
            _ = self.wechat.pay(number) or self.alipay.pay(number)

    def driver_cancels(self, order_id: str = "") -> None:
        if self.orders:
            answer = self.driver.ask(f"/v1/orders/{order_id or self.chance.choice(self.orders)}/cancel")
            assert answer.status_code in (200, 409), answer.text

    def station_claims(self, order_id: str = "") -> None:
        if self.orders:
            body = {"claim_id": self.station.new_id()}
            answer = self.station.ask(
                f"/v1/station/orders/{order_id or self.chance.choice(self.orders)}/claim", body
            )
            assert answer.status_code in (200, 409), answer.text

    def station_completes(self) -> None:
        if self.orders:
            self._complete(self.chance.choice(self.orders), self.chance.choice([0, 1, 16327, 20000]))

    def _complete(self, order_id: str, fen: int) -> None:
        told = self.station.complete(order_id, fen, fen * 1000 // 7810 * 10)
        assert self.station.ask("/v1/station/messages", {"messages": [told]}).status_code == 200

    def charge_a_code(self) -> None:
        prefix, digits = self.chance.choice([("13", 16), ("28", 16)])
        payment_id = self.station.new_id()
        asked = {
            "payment_id": payment_id, "sale_id": self.station.new_id(), "amount_fen": self.chance.randrange(1, 60000),
            "auth_code": f"{prefix}{self.chance.randrange(10**digits):0{digits}d}", "description": "92/95号汽油 A&B=C",
        }  # fmt: skip
        for _ in range(self.chance.choice([1, 1, 2])):
            assert self.station.ask("/v1/station/payments", asked).status_code == 200
        self.counter.append(payment_id)

    def show_a_code(self) -> None:
        payment_id = self.station.new_id()
        asked = {
            "payment_id": payment_id, "sale_id": self.station.new_id(),
            "amount_fen": self.chance.randrange(1, 60000), "provider": self.chance.choice(["wechat", "alipay"]),
            "description": "92/95号汽油",
        }  # fmt: skip
        answer = self.station.ask("/v1/station/payments/qr", asked)
        assert answer.status_code in (200, 503), answer.text
        self.counter.append(payment_id)
        self.pages.append(payment_id)

    def ask_at_counter(self) -> None:
        if self.counter:
            self.station.get(f"/v1/station/payments/{self.chance.choice(self.counter)}")

    def cancel_at_counter(self, payment_id: str = "") -> None:
        if self.counter:
            answer = self.station.ask(
                f"/v1/station/payments/{payment_id or self.chance.choice(self.counter)}/cancel", {}
            )
            assert answer.status_code in (200, 409), answer.text

    def refund_at_counter(self, payment_id: str = "") -> None:
        if self.counter:
            payment_id = payment_id or self.chance.choice(self.counter)
            asked = {"refund_id": self.station.new_id(), "amount_fen": self.chance.choice([1, 500, 20000])}
            answer = self.station.ask(f"/v1/station/payments/{payment_id}/refunds", asked)
            assert answer.status_code in (200, 409, 422), answer.text

    def time_passes(self) -> None:
        self.cloud.town.clock.pass_seconds(self.chance.choice([5, 20, 61, 290, 16 * 60]))

    def gateways_tell(self) -> None:
        self.wechat.finish_refunds()
        self.wechat.tell(self.cloud.client)
        self.alipay.tell(self.cloud.client)

    def end(self) -> None:
        """The weather is calm, everybody is done, and hours pass: whatever was unclear is clear."""
        self.wechat.weather.calm = self.alipay.weather.calm = True
        for order_id in self.orders:
            if self.driver.look(order_id)["accepted_at"] is not None:
                self._complete(order_id, 4999)
        self.cloud.town.clock.pass_seconds(20 * 60)
        self._moved_at = time.monotonic()
        wait_until(self._is_quiet, "everything to end")
        self.wechat.tell(self.cloud.client, only_due=False)
        self.alipay.tell(self.cloud.client, only_due=False)

    def _is_quiet(self) -> bool:
        if time.monotonic() - self._moved_at > 0.3:
            # Whoever waits for his next look is asked about by the clock.
            self.cloud.town.clock.pass_seconds(61)
            self._moved_at = time.monotonic()
        self.wechat.finish_refunds()
        self.wechat.tell(self.cloud.client)
        self.alipay.tell(self.cloud.client)
        is_settled = all(state != "pending" for state, _fen in self._rows().values())
        return self._orders_are_over() and is_settled and self._pending_refunds() == 0 and self._all_told()

    def _orders_are_over(self) -> bool:
        # Read where they lie: a driver who asked as often would be told to wait, and this clock stands still. An order's refund
        # stands in the order first, and among the payments only when the chore has asked for it.
        query = select(orders.c.state, orders.c.refund_state).where(orders.c.id.in_(self.orders))
        rows = self.cloud.database.read_now(lambda c: c.execute(query).all())
        return all(state in ("completed", "cancelled") and back != "pending" for state, back in rows)

    def _all_told(self) -> bool:
        return not self.wechat.told and not self.alipay.told

    def _pending_refunds(self) -> int:
        query = select(refunds.c.id).where(refunds.c.state == "pending")
        return len(self.cloud.database.read_now(lambda c: c.execute(query).all()))

    def _rows(self) -> dict[str, tuple[str, int]]:
        """Every payment's state, and what we keep of it."""
        rows = self.cloud.database.read_now(lambda c: c.execute(select(payments)).all())
        return {
            row.id: (row.state, 0 if row.paid_at is None else row.amount_fen - row.refunded_fen)
            for row in rows
        }

    def kept_there(self) -> dict[str, int]:
        kept = {one.number: one.kept_fen for one in self.wechat.orders.values()}
        kept |= {one.number: one.kept_fen for one in self.alipay.trades.values()}
        return {number: fen for number, fen in kept.items() if fen}

    def kept_here(self) -> dict[str, int]:
        return {number: kept for number, (_state, kept) in self._rows().items() if kept}

    def owed_by_orders(self) -> int:
        orders = [self.driver.look(one) for one in self.orders]
        return sum(one["settlement"]["owed_fen"] for one in orders if one["settlement"])

    def kept_at_counter(self) -> int:
        return sum(kept for number, kept in self.kept_here().items() if number in self.counter)


def begin(
    open_: ExitStack,
    town: Town,
    board: Switchboard,
    keys: Keys,
    url: str,
    seed: int,
    official: OfficialAccountSettings | None = None,
) -> Day:
    # A day begins at nine in the morning and is the only one of its date at this cloud.
    here = town.clock.now().astimezone(CHINA)
    nine = datetime(here.year, here.month, here.day, 9, tzinfo=CHINA) + timedelta(days=1)
    town.clock.pass_seconds((nine - here).total_seconds())
    public = keys.merchant.public_key()
    wechat = WechatGateway(town.clock, Weather(seed), public, keys.vendor, API_V3_KEY)
    ali = AlipayGateway(town.clock, Weather(seed + 1), public, keys.vendor)
    wechat.url, ali.url = open_.enter_context(serving(wechat)), open_.enter_context(serving(ali))
    merchant, vendor = keys.folder / "merchant.pem", keys.folder / "vendor.pem"
    door = board.new_door()
    settings = Settings(
        database=url,
        site_url=f"{board.url}/{door}",
        h5_dir=Path("/nowhere"),
        wechat=WechatSettings(
            wechat.url, wechat_books.MCHID, wechat_books.APPID, wechat_books.SERIAL, merchant, keys.folder / "key.txt",
            wechat_books.PUBLIC_KEY_ID, vendor,
        ),
        alipay=AlipaySettings(f"{ali.url}/gateway.do", alipay.APP_ID, merchant, vendor),
        official_account=official,
        chores_seconds=0.1,
    )  # fmt: skip
    app = create_app(settings, town.clock)
    open_.enter_context(board.open(town.loop, door, app))
    client = open_.enter_context(httpx.Client(base_url=settings.site_url, timeout=60, verify=False))  # noqa: S501 - plain HTTP
    cloud = Cloud(town, settings.site_url, settings, client, app.state.database)
    return Day(cloud, wechat, ali, random.Random(seed))
