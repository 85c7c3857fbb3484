"""Orders placed and paid from the wallet in one request: many by sets and one by one come to the same."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import Connection, Select, select

from cloud_api.coupons.tables import coupons
from cloud_api.ledger import book, lots
from cloud_api.ledger.tables import entries, lot_parts, postings, stored_charges
from cloud_api.orders.tables import order_tenders, order_timeline, orders
from cloud_api.stations.mailbox import after
from cloud_api.stations.tables import mailbox
from cloud_api.wallets.service import Wallets, balance_of
from core.domain.coupon import CouponKind, CouponTerms
from core.domain.money import Money
from core.protocol.codec import from_fields, unwrap, wrap
from tests.cloud_api.conftest import Cloud, DriverPhone, StationMachine

# What differs from order to order, and from one moment to the next.
_OWN = {
    "id", "order_id", "driver_id", "owner", "coupon_id", "code", "reference", "payment_id", "use_id", "lot_id", "about",
    "fingerprint", "at", "created_at", "paid_at", "pay_before", "accept_before", "timeline", "driver_phone_masked",
    # Whoever pays after placing may have asked a provider before; a chore looks, and says no within a moment.
    "payments_to_close",
}  # fmt: skip


def _terms(cloud: Cloud) -> CouponTerms:
    now = cloud.clock.now()
    return CouponTerms(
        kind=CouponKind.AMOUNT_OFF,
        off=Money(15_00),
        threshold=Money(100_00),
        valid_from=now - timedelta(days=1),
        valid_until=now + timedelta(days=9),
    )


def _rich(cloud: Cloud, fen: int = 500_00, bonus_fen: int = 50_00) -> DriverPhone:
    driver, wallets = cloud.driver(), Wallets(cloud.database, cloud.clock)
    cloud.database.write_now(
        lambda work: wallets.top_up(work, driver.new_id(), driver.id, paid_fen=fen, bonus_fen=bonus_fen)
    )
    return driver


def _wish(station: StationMachine, **other: Any) -> dict[str, Any]:
    return {
        "station_id": station.id, "pump": 1, "nozzle": 1, "by": "amount", "amount_fen": 200_00, "coupon_id": None,
        "to_pay_fen": 200_00, "plate": "云A12345", **other,
    }  # fmt: skip


def test_the_crowds_way_and_the_ordinary_one_write_the_same(either_cloud: Cloud) -> None:
    cloud, station = either_cloud, either_cloud.station()
    rows: list[Any] = []
    for way in ("crowd", "ordinary"):
        driver = _rich(cloud, 150_00, 100_00)
        coupon = cloud.claim(driver, _terms(cloud))["id"]
        asked = _wish(station, coupon_id=coupon, to_pay_fen=185_00)
        key = driver.new_id()
        if way == "crowd":
            answer = driver.post("/v1/orders/from-wallet", asked, 201, key=key)
            again = driver.post("/v1/orders/from-wallet", asked, 201, key=key)
            assert answer == again
        else:
            answer = _ordinary(driver, asked, key)
        rows.append(_rows(cloud, key, answer))
    assert rows[0] == rows[1]
    assert cloud.database.read_now(book.faults) == []
    assert cloud.database.read_now(lots.off_their_accounts) == []


def test_refusals_cost_nobody_else_anything(either_cloud: Cloud) -> None:
    cloud, station = either_cloud, either_cloud.station()
    rich, poor, signed_out = _rich(cloud, 1_000_00), _rich(cloud, 100_00, 0), _rich(cloud)
    coupon = cloud.claim(rich, _terms(cloud))["id"]
    signed_out.headers["Authorization"] = "Bearer yzd_nobody"
    asks: list[tuple[DriverPhone, dict[str, Any]]] = [
        (rich, _wish(station, coupon_id=coupon, to_pay_fen=185_00)),
        (rich, _wish(station, coupon_id=coupon, to_pay_fen=185_00)),
        (rich, _wish(station)),
        (rich, _wish(station, to_pay_fen=1_00)),
        (rich, _wish(station, pump=9)),
        (rich, _wish(station, plate="nonsense")),
        (poor, _wish(station)),
        (signed_out, _wish(station)),
    ]
    with ThreadPoolExecutor(len(asks)) as pool:
        answers = list(
            pool.map(lambda one: one[0].ask("/v1/orders/from-wallet", one[1], one[0].new_id()), asks)
        )
    assert sorted(answer.status_code for answer in answers) == [201, 201, 401, 404, 409, 409, 409, 422]
    assert len(station.mailbox()) == 2
    assert cloud.database.read_now(book.faults) == []
    left = cloud.database.read_now(lambda c: balance_of(c, rich.id)).fen
    assert left == 1_000_00 + 50_00 - 185_00 - 200_00


def test_one_key_is_one_order_however_often_it_is_asked_at_once(either_cloud: Cloud) -> None:
    cloud, station = either_cloud, either_cloud.station()
    driver = _rich(cloud, 1_000_00)
    key = driver.new_id()
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: driver.ask("/v1/orders/from-wallet", _wish(station), key), range(8))
        )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert driver.ask("/v1/orders/from-wallet", _wish(station, plate="云A54321"), key).status_code == 409
    assert len(station.mailbox()) == 1


def _ordinary(driver: DriverPhone, asked: dict[str, Any], key: str) -> Any:
    """Quote, order and payment, as the rooms do them for one."""
    wish = {name: asked[name] for name in ("station_id", "pump", "nozzle", "by", "amount_fen", "coupon_id")}
    quote = driver.post("/v1/quotes", wish)
    placing = {"quote_id": quote["id"], "plate": asked["plate"]}
    placed = driver.post("/v1/orders", placing, 201, key=key)
    parts = [{"tender": "wallet", "amount_fen": placed["to_pay_fen"]}]
    driver.post(f"/v1/orders/{key}/payments", {"parts": parts}, 201, key=driver.new_id())
    return driver.look(key)


def _rows(cloud: Cloud, key: str, answer: Any) -> Any:
    """Everything that an order left behind, without the ids that are its own."""

    def load(connection: Connection) -> Any:
        def rows(query: Select[Any]) -> list[dict[str, Any]]:
            found = connection.execute(query).mappings()
            return [{name: value for name, value in row.items() if name not in _OWN} for row in found]

        [charge] = connection.execute(
            select(order_tenders.c.reference).where(order_tenders.c.order_id == key)
        ).scalars()
        [told] = [
            row.envelope["body"]
            for row in connection.execute(select(mailbox.c.envelope))
            if row.envelope["body"]["order_id"] == key
        ]
        return (
            rows(select(orders).where(orders.c.id == key)),
            rows(select(order_tenders).where(order_tenders.c.order_id == key)),
            rows(
                select(order_timeline)
                .where(order_timeline.c.order_id == key)
                .order_by(order_timeline.c.position)
            ),
            rows(select(coupons.c.state, coupons.c.held_until).where(coupons.c.holder == key)),
            rows(select(stored_charges).where(stored_charges.c.payment_id == charge)),
            rows(select(lot_parts).where(lot_parts.c.use_id == charge).order_by(lot_parts.c.position)),
            rows(select(postings).where(postings.c.id == charge)),
            rows(select(entries.c.amount).where(entries.c.posting_id == charge).order_by(entries.c.number)),
            {name: value for name, value in told.items() if name not in _OWN},
        )

    return cloud.database.read_now(load), {
        name: value for name, value in answer.items() if name not in _OWN and name != "coupon"
    }


def test_the_door_and_the_road_behind_it_answer_the_same(cloud: Cloud) -> None:
    station, driver = cloud.station(), _rich(cloud, 1_000_00)
    body = json.dumps(_wish(station)).encode()

    def ask(content: bytes | Iterator[bytes], **headers: str) -> httpx.Response:
        wanted = {**driver.headers, "Content-Type": "application/json", **headers}
        return cloud.client.post("/v1/orders/from-wallet", content=content, headers=wanted)

    key = {"Idempotency-Key": driver.new_id()}
    at_the_door = ask(body, **key)
    # A body whose length is not said is not taken at the door.
    behind_it = ask(iter([body[:9], body[9:]]), **key)
    assert at_the_door.status_code == behind_it.status_code == 201
    assert at_the_door.content == behind_it.content
    own = {"date", "content-length"}
    told = [
        {name: value for name, value in one.headers.items() if name not in own}
        for one in (at_the_door, behind_it)
    ]
    assert told[0] == told[1]
    in_english = ask(body, **{"Idempotency-Key": driver.new_id(), "Accept-Language": "en"})
    assert [line["sentence"] for line in in_english.json()["timeline"]] == ["Order placed", "Paid"]
    for content in (b"", b"nonsense", b"[]", b"{" * 70_000):
        assert ask(content, **key).json()["error"]["code"] == "malformed_request"
    assert ask(body).json()["error"]["data"]["fields"][0]["field"] == "Idempotency-Key"
    assert ask(body, **key, Authorization="Basic x").status_code == 401


def test_what_the_station_is_told_is_a_message_like_any_other(cloud: Cloud) -> None:
    station, driver = cloud.station(), _rich(cloud, 1_000_00)
    driver.post("/v1/orders/from-wallet", _wish(station), 201, key=driver.new_id())
    [told] = cloud.database.read_now(lambda c: c.execute(select(mailbox)).mappings().all())
    [fetched] = cloud.database.read_now(lambda c: after(c, station.id, 0, 10))
    envelope = from_fields(fetched)
    assert (envelope.id, envelope.kind, envelope.number) == (told["message_id"], told["kind"], told["number"])
    again = wrap(unwrap(envelope), envelope.id, envelope.at, envelope.number)
    assert again.model_dump(mode="json") == fetched
    assert {"plate", "driver_phone_masked"} <= fetched["body"].keys() - told["envelope"]["body"].keys()
