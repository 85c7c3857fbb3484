"""A cloud with an invoice house beside it, and a company that may issue."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from cloud_api.app import create_app
from cloud_api.database import Work
from cloud_api.invoices import repository
from cloud_api.invoices.repository import Seller
from cloud_api.settings import InvoiceSettings, Settings
from cloud_api.simulated.invoice_house import InvoiceHouse
from cloud_api.simulated.keys import invoice_customer
from core.domain.invoice.goods import PETROL_CODE, InvoicedGoods
from tests.cloud_api.conftest import Cloud, DriverPhone, StationMachine, Switchboard, Town, wait_until
from tests.cloud_api.simulated.outside_world import SECONDS_TO_WAIT, Control

TAX_NUMBER = "91440300582733406C"
PETROL = InvoicedGoods("*汽油*92号车用汽油", PETROL_CODE, "升", is_refined_oil=True)
WATER = InvoicedGoods("*软饮料*饮料", "1030307010000000000", "瓶")
COMPANY = {
    "kind": "company",
    "name": "昆明物流有限公司",
    "tax_number": "91330106MA2AYNWD8M",
    "email": "fp@example.cn",
}
PERSON = {"kind": "person", "name": "王小明"}


@dataclass(slots=True)
class Office:
    """The cloud, its invoice house, a station whose company may issue."""

    cloud: Cloud
    house: Control
    station: StationMachine

    def ledger(self) -> dict[str, Any]:
        return self.house.ledger()

    def stock(self, litres: int) -> None:
        with httpx.Client(base_url=self.house.url, verify=False) as client:  # noqa: S501 - plain HTTP
            client.post("/control/stock", json={"tax_code": PETROL_CODE, "litres": litres}).raise_for_status()

    def paid_order(self, driver: DriverPhone, fen: int = 20_000, filled: int | None = None) -> str:
        """The id of an order that was paid by WeChat and filled."""
        order_id = str(driver.order(self.station, amount_fen=fen)["id"])
        driver.pay(self.cloud.wechat, order_id)
        self.station.claim(order_id)
        self.station.tell(self.station.complete(order_id, filled or fen, (filled or fen) * 10_000 // 7_810))
        return order_id

    def sale(self, **changed: Any) -> dict[str, Any]:
        """A counter's sale of 100 yuan of petrol and two bottles of water, told to the cloud."""
        fuel = {
            "line_id": self.station.new_id(), "what": "fuel", "name": "92号汽油", "grade": "G92",
            "volume_ml": 12_804, "price_li": 7_810, "gross_fen": 10_000,
        }  # fmt: skip
        water = {
            "line_id": self.station.new_id(), "what": "goods", "name": "矿泉水550ml", "barcode": "6901285991219",
            "quantity": 2, "gross_fen": 400,
        }  # fmt: skip
        body = {
            "sale_id": self.station.new_id(),
            "number": "20261123-0001",
            "shift_id": self.station.new_id(),
            "completed_at": "2026-11-23T02:00:00Z",
            "lines": [fuel, water],
            "payments": [{"payment_id": self.station.new_id(), "method": "cash", "amount_fen": 10_400}],
            "discount_fen": 0,
            "total_fen": 10_400,
        } | changed
        assert self.station.tell(self.station.message("sale_completed", **body))["accepted"]
        return body

    def refund(self, sale: dict[str, Any], line: int, fen: int) -> None:
        returned = {"line_id": sale["lines"][line]["line_id"], "amount_fen": fen}
        leg = {"payment_id": self.station.new_id(), "method": "cash", "amount_fen": fen}
        message = self.station.message(
            "refund_completed",
            refund_id=self.station.new_id(),
            sale_id=sale["sale_id"],
            number="R1",
            shift_id=sale["shift_id"],
            completed_at="2026-11-23T03:00:00Z",
            lines=[returned],
            legs=[leg],
            total_fen=fen,
        )
        assert self.station.tell(message)["accepted"]

    def until(self, who: Any, invoice_id: str, state: str) -> dict[str, Any]:
        """The invoice once it stands like this; time passes meanwhile, as the chore looks again by the clock."""

        def stands() -> bool:
            self.cloud.clock.pass_seconds(5)
            return bool(who.get(f"/v1/invoices/{invoice_id}")["state"] == state)

        wait_until(stands, f"invoice {state}")
        shown: dict[str, Any] = who.get(f"/v1/invoices/{invoice_id}")
        return shown


@pytest.fixture
def office(town: Town, switchboard: Switchboard, sqlite_url: str) -> Iterator[Office]:
    customer = invoice_customer(town.keys)
    house = InvoiceHouse(town.keys, town.clock)
    door = switchboard.new_door()
    url = f"{switchboard.url}/{door}"
    with town.loop.serving(house) as house_url:
        settings = Settings(
            database=sqlite_url,
            site_url=url,
            h5_dir=Path("/nowhere"),
            sms=town.sms_settings,
            wechat=town.wechat_settings,
            chores_seconds=0.05,
            invoices=InvoiceSettings(
                base_url=f"{house_url}/open/v1/services",
                app_key=customer.app_key,
                app_secret_file=town.keys / "invoice-app-secret.txt",
                token_file=town.keys / "invoice-token.txt",
            ),
        )
        app = create_app(settings, town.clock)
        control = Control(house_url)
        with (
            switchboard.open(town.loop, door, app),
            httpx.Client(base_url=url, timeout=SECONDS_TO_WAIT, verify=False) as client,  # noqa: S501
        ):
            cloud = Cloud(town, url, settings, client, app.state.database)
            cloud.database.write_now(set_up_seller)
            yield Office(cloud, control, cloud.station())
        control.close()


def set_up_seller(work: Work) -> None:
    seller = Seller(
        "",
        "昆明北站加油站有限公司",
        TAX_NUMBER,
        "北京路1号",
        "0871-65551234",
        "招商银行",
        "871900",
        "李敏",
        False,
    )
    repository.put_seller(work.connection, seller)
    repository.put_goods(work.connection, "", "G92", PETROL)
    repository.put_goods(work.connection, "", "goods", WATER)


def invoices_top_ups(work: Work) -> None:
    """The company invoices prepaid money when it is paid in."""
    seller = repository.seller(work.connection, "")
    assert seller is not None
    repository.put_seller(work.connection, replace(seller, invoices_top_ups=True))
