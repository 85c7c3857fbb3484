"""Drivers with their phones, and the people at the stations; each does one thing after the other and tries again."""

import asyncio
import json
from functools import partial
from typing import Any

from core.domain.money import Money
from core.domain.order import CancelReason
from core.domain.price import UnitPrice
from core.domain.product import G92
from core.domain.station_order import ServiceState, StationOrder
from tests.services.small_station import WATER
from tests.simulation.cloud import Broken, Down
from tests.simulation.gateway import Gateway
from tests.simulation.network import Network, NoAnswer
from tests.simulation.station import Ids, Place

_TRIES = 40


class GaveUp(Exception):
    """No answer after many tries."""


class Driver:
    """Orders, pays, sometimes thinks better of it."""

    def __init__(
        self, number: int, token: str, network: Network, gateway: Gateway, places: list[Place], ids: Ids
    ) -> None:
        self.name, self._token = f"driver {number}", token
        self._network, self._gateway, self._places, self._ids = network, gateway, places, ids
        self._dice = gateway.dice
        self.is_done = False
        self.orders: list[str] = []

    async def live(self) -> None:
        """One order after the other."""
        while not self.is_done:
            place = self._dice.chance.choice(self._places)
            await asyncio.sleep(self._dice.between(5.0, 60.0) * place.pace())
            if not self.is_done:
                try:
                    await self._order(place)
                except GaveUp:
                    self._gateway.history.tell(self.name, "gave up")

    async def _order(self, place: Place) -> None:
        dice = self._dice
        wish: dict[str, Any] = {
            "station_id": place.id, "pump": dice.chance.choice([1, 2]), "nozzle": 1, "by": "amount",
            "amount_fen": dice.chance.choice([5_000, 10_000, 20_000]),
        }  # fmt: skip
        if dice.does(0.5):
            wish["coupon_id"] = None
        status, quote = await self._ask("POST", "/v1/quotes", wish)
        if status != 200:
            return
        order_id = self._ids()
        if dice.does(0.3):
            asked = {
                **wish,
                "coupon_id": quote["coupon_id"],
                "to_pay_fen": quote["to_pay_fen"],
                "plate": "云A12345",
            }
            status, _placed = await self._ask("POST", "/v1/orders/from-wallet", asked, order_id)
            if status == 201:
                self.orders.append(order_id)
        else:
            status, placed = await self._ask(
                "POST", "/v1/orders", {"quote_id": quote["id"], "plate": "云A12345"}, order_id
            )
            if status != 201:
                return
            self.orders.append(order_id)
            if placed["state"] == "pending_payment":
                await self._pay(order_id)
        await asyncio.sleep(dice.between(1.0, 30.0))
        if dice.does(0.15):
            await self._ask("POST", f"/v1/orders/{order_id}/{dice.chance.choice(['cancel', 'ask-back'])}", {})

    async def _pay(self, order_id: str) -> None:
        dice = self._dice
        for _try in range(dice.chance.choice([1, 1, 1, 2])):
            payment_id = self._ids()
            asked = {"provider": "wechat", "channel": "h5"}
            status, _started = await self._ask("POST", f"/v1/orders/{order_id}/payments", asked, payment_id)
            if status == 201 and dice.does(0.9):
                await asyncio.sleep(dice.chance.choice([1.0, 5.0, 30.0, 30.0, 850.0]))
                self._gateway.pay(payment_id)

    async def _ask(self, method: str, path: str, body: Any, key: str = "") -> tuple[int, Any]:
        """The same again until there is an answer."""
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        for turn in range(_TRIES):
            try:
                status, answer = await self._network.ask(
                    self.name, method, path, headers, json.dumps(body).encode()
                )
            except (Down, Broken, NoAnswer):
                await asyncio.sleep(self._dice.between(1.0, 5.0) * (1 + turn))
                continue
            if status < 500:
                return status, json.loads(answer)
            await asyncio.sleep(self._dice.between(1.0, 5.0) * (1 + turn))
        raise GaveUp


class Crew:
    """Whoever works at one station."""

    def __init__(self, place: Place, coupon_codes: list[str]) -> None:
        self._place, self._codes, self._dice = place, coupon_codes, place.dice
        self._filling: set[str] = set()
        self.is_done = False  # nothing new is sold; what is begun is brought to its end

    async def serve(self) -> None:
        """Look at the orders, take each a step further."""
        while True:
            await asyncio.sleep(self._dice.between(4.0, 15.0) * self._place.pace())
            if self._place.is_up:
                for order in self._place.orders.open_orders():
                    await self._place.do(partial(self._one_step, order))

    def _one_step(self, order: StationOrder) -> None:
        place, orders, by = self._place, self._place.orders, self._place.attendant
        match order.state:
            case ServiceState.WAITING if self._dice.does(0.8):
                orders.accept(order.id, by)
            case ServiceState.WAITING | ServiceState.PLATE_CHECKED if self._dice.does(0.1):
                orders.decline(order.id, CancelReason.PUMP_BROKEN, by)
            case ServiceState.ACCEPTED:
                orders.check_plate(order.id, by)
            case ServiceState.PLATE_CHECKED:
                orders.authorise(order.id, by)
            case ServiceState.FILLED:
                orders.confirm(order.id, by)
            case ServiceState.AUTHORISED if order.id not in self._filling:
                self._filling.add(order.id)
                place.loop.call_later(self._dice.between(20.0, 90.0), self._hang_up, order)
            case _:
                pass

    def _hang_up(self, order: StationOrder) -> None:
        """The pump ends its fill, whether anybody listens or not."""
        place, dice = self._place, self._dice
        self._filling.discard(order.id)
        status = place.pumps.promised(order.pump)
        if status is None or status.ended is not None:
            return
        wanted = dice.chance.choice([order.ordered, order.ordered, Money(order.ordered.fen // 3), Money(0)])
        finish = partial(place.pumps.finish, order.pump, order.nozzle, wanted)
        place.history.tell(place.name, f"{order.pump} filled {wanted.fen}")
        if place.is_up:
            place.strands.begin(finish)
        else:
            finish()

    async def sell(self) -> None:
        """At the counter."""
        while True:
            await asyncio.sleep(self._dice.between(10.0, 60.0) * self._place.pace())
            if not self.is_done:
                await self._place.do(self._sell_once)

    def _sell_once(self) -> None:
        place, dice, by = self._place, self._dice, self._place.cashier
        bill = place.sales.open(by)
        if not bill.lines:
            bill = place.sales.add_goods(bill.id, WATER, 1, by)
        if dice.does(0.4):
            bill = place.sales.apply_coupon(bill.id, dice.chance.choice(self._codes), by)
        if dice.does(0.5):
            place.payments.take_cash(bill.id, bill.total, by)
        else:
            place.payments.take_code(bill.id, f"13{dice.chance.randrange(10**16):016d}", by)

    def _reprice(self, price: UnitPrice) -> None:
        self._place.prices.schedule(G92, price, None, self._place.manager)

    async def change_prices(self) -> None:
        """Now and then petrol costs something else."""
        while True:
            await asyncio.sleep(self._dice.between(100.0, 400.0) * self._place.pace())
            if not self.is_done:
                price = UnitPrice(7_000 + 10 * self._dice.chance.randrange(100))
                await self._place.do(partial(self._reprice, price))
