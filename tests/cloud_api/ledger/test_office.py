"""The finance office at work: books, receivables, refunds, cards, rules; and what it does is in its journal."""

import asyncio

import pytest
from sqlalchemy import Executable, delete, insert, text, update
from sqlalchemy.exc import DBAPIError

from cloud_api.database import Database, Work
from cloud_api.ledger import book, checking
from cloud_api.ledger.book import Entry, Kind, Posting
from cloud_api.ledger.checking import Books
from cloud_api.ledger.receivables import Receivables
from cloud_api.ledger.tables import accounts, entries, lots, postings
from cloud_api.points.service import Points
from cloud_api.settings import Settings
from core.domain.refusals.stored_value import PayoutTooLarge
from core.protocol.moments import moment_text
from tests.cloud_api.conftest import Cloud, DriverPhone, Someone, StationMachine, code_of
from tests.cloud_api.ledger.holders import charged, faults, given_points, topped_up
from tests.cloud_api.offices.agreement import agreed
from tests.cloud_api.simulated.outside_world import MovableClock
from tests.conftest import ExpectLog

DRIVER, STATION = "d" * 32, "5" * 32


def filled_order(cloud: Cloud, station: StationMachine, driver: DriverPhone, fen: int) -> str:
    order = driver.order(station)
    driver.pay(cloud.wechat, order["id"])
    station.claim(order["id"])
    station.tell(station.complete(order["id"], fen, 20_000))
    return str(order["id"])


def period(cloud: Cloud) -> dict[str, str]:
    now = cloud.clock.now()
    return {"starts_at": moment_text(now), "ends_at": moment_text(now.replace(year=now.year + 1))}


def test_an_order_is_owed_to_its_station_once_and_paid_out_and_earns_points_by_the_rules(cloud: Cloud):
    station, driver, finance = cloud.station(), cloud.driver(), cloud.office("finance")
    operations = cloud.office("operations")
    double = {"title": "双倍积分", "percent": 200, "grades": ["G92"], **period(cloud)}
    rule = operations.post("/v1/office/points/rules", double, 201)
    order_id = filled_order(cloud, station, driver, 16_327)
    owed = finance.get("/v1/office/receivables")["stations"]
    assert owed == [{"station_id": station.id, "owed_fen": 16_327}]
    seen = driver.get("/v1/me/points")
    assert (seen["points"], seen["level"]["code"], seen["next_level"]["code"]) == (326, "member", "silver")
    assert (seen["missing_for_next"], seen["ending"][0]["points"]) == (3_000 - 326, 326)
    assert [one["id"] for one in seen["rules"]] == [rule["id"]]
    [entry] = driver.get("/v1/me/points/statement")["entries"]
    assert (entry["what"], entry["about"]) == ("points_earned", order_id)
    payout, key = {"amount_fen": 16_000, "reference": "转账 1"}, finance.new_id()
    path = f"/v1/office/receivables/{station.id}/payouts"
    assert [finance.post(path, payout, 201, key=key)["owed_fen"] for _ in range(2)] == [327, 327]
    assert code_of(finance.post(path, payout, 409, key=finance.new_id())) == "payout_too_large"
    operations.delete(f"/v1/office/points/rules/{rule['id']}")
    assert driver.get("/v1/me/points")["rules"] == []
    assert sum(finance.get("/v1/office/ledger/totals")["totals"].values()) == 0
    line = finance.get("/v1/office/ledger/statement", kind="station_takings", owner=station.id)["lines"][0]
    assert (line["what"], line["amount"], line["balance"]) == ("paid_out", -16_000, 327)
    assert faults(cloud) == []


def test_wallets_points_and_cards_at_the_head_office(cloud: Cloud):
    station, driver, finance = cloud.station(), cloud.driver(), cloud.office("finance")
    support = cloud.office("support")
    assert support.get("/v1/office/wallet-refunds", 403)
    rule = {"title": "充500送30", "threshold_fen": 50_000, "bonus_fen": 3_000, **period(cloud)}
    added = finance.post("/v1/office/wallet/bonus-rules", rule, 201)
    assert finance.get("/v1/office/wallet/bonus-rules")["rules"] == [added]
    finance.delete(f"/v1/office/wallet/bonus-rules/{added['id']}")
    finance.post(f"/v1/office/wallets/{driver.id}/registration", None, 204)
    assert finance.get(f"/v1/office/wallets/{driver.id}")["limit_fen"] == 500_000
    topped_up(cloud, driver, 10_000)
    refund = driver.post("/v1/wallet/refunds", {}, 201, key=driver.new_id())
    [waiting] = finance.get("/v1/office/wallet-refunds")["refunds"]
    assert (waiting["id"], waiting["driver_id"]) == (refund["id"], driver.id)
    agreed = {"decision": "agree", "note": "已核实"}
    decision = f"/v1/office/wallet-refunds/{refund['id']}/decision"
    # Asked again by whoever did not hear the answer, it is the same; another decision comes too late.
    assert [finance.post(decision, agreed)["state"] for _ in range(2)] == ["agreed", "agreed"]
    assert finance.post(decision, agreed | {"decision": "refuse"}, 409)
    item = waiting["items"][0]["id"]
    done = finance.post(f"/v1/office/wallet-refund-items/{item}/payout", {"reference": "转账 2"})
    assert done["state"] == "done"
    finance.post(
        f"/v1/office/drivers/{driver.id}/points", {"points": 50, "why": "补偿"}, 204, key=finance.new_id()
    )
    assert driver.get("/v1/me/points")["points"] == 50
    _cards(station, finance, cloud.office("finance"))
    assert finance.post("/v1/office/ledger/checks")["faults"] == []
    assert finance.get("/v1/office/ledger/checks/latest")["faults"] == []


def _cards(station: StationMachine, finance: Someone, second: Someone) -> None:
    batch = {"batch_id": finance.new_id(), "title": "店庆", "face_fen": 10_000, "count": 2}
    path = f"/v1/office/cards/batches/{batch['batch_id']}"
    finance.post("/v1/office/cards/batches", batch, 201)
    holder = agreed(finance, second, finance.post(f"{path}/export", None, 403))
    [card, other] = holder.post(f"{path}/export")["cards"]
    assert code_of(holder.post(f"{path}/export", None, 409)) == "card_batch_exported"
    assert finance.post(f"/v1/office/cards/{card['number']}/activate", {})["balance_fen"] == 10_000
    assert finance.post(f"{path}/activate", {})["cards"] == 1
    assert charged(station, card["code"], 4_000)["state"] == "captured"
    finance.post(f"/v1/office/cards/{card['number']}/freeze")
    finance.post(f"/v1/office/cards/{card['number']}/thaw")
    new = finance.post(f"/v1/office/cards/{card['number']}/replace")
    assert finance.get(f"/v1/office/cards/{new['number']}")["balance_fen"] == 6_000
    finance.post(f"/v1/office/cards/{other['number']}/prolong")
    report = finance.get(path)
    assert (report["sold_fen"], report["spent_fen"], report["outstanding_fen"]) == (20_000, 4_000, 16_000)
    assert finance.post(f"{path}/take-back")["cards"] == 0
    assert len(finance.get("/v1/office/cards/batches")["batches"]) == 1


def test_points_end_with_their_month_and_what_comes_back_late_lives_a_month_more(cloud: Cloud):
    station, driver = cloud.station(), cloud.driver()
    given_points(cloud, driver, 100)
    use_id = station.new_id()
    hold = {"use_id": use_id, "sale_id": "5" * 32, "member_id": driver.id, "points": 60}
    station.post("/v1/station/members/find", {"text": driver.get("/v1/me/code")["code"]})
    station.post("/v1/station/points/uses", hold)
    points = cloud.points
    cloud.clock.pass_seconds(3 * 366 * 24 * 3600)
    cloud.database.write_now(points._end_old)
    cloud.database.write_now(points._release_overdue)
    assert cloud.database.read_now(lambda c: book.balance(c, Kind.POINTS, driver.id)) in (60, 0)
    cloud.database.write_now(points._end_old)
    assert cloud.database.read_now(lambda c: book.balance(c, Kind.POINTS, driver.id)) == 60
    cloud.clock.pass_seconds(31 * 24 * 3600)
    cloud.database.write_now(points._end_old)
    assert cloud.database.read_now(lambda c: book.balance(c, Kind.POINTS, driver.id)) == 0
    assert faults(cloud) == []


@pytest.fixture
def database(either_migrated_url: str):
    database = Database(either_migrated_url)
    yield database
    database.close()


def owed(database: Database, posting_id: str, fen: int) -> None:
    moved = (Entry(Kind.STATION_TAKINGS, STATION, fen), Entry(Kind.ONLINE_TAKEN, "", -fen))
    posting = Posting(posting_id, "order_completed", posting_id, moved)
    database.write_now(lambda work: book.post(work.connection, posting, MovableClock().now()))


def test_what_was_posted_is_neither_replaced_nor_emptied_and_the_chore_finds_who_reached_around(
    database: Database, expected_log: ExpectLog
):
    owed(database, "1" * 32, 500)
    ways: list[Executable] = [delete(postings), update(entries).values(amount=1)]
    if database.url.get_backend_name() == "postgresql":
        ways.append(text("TRUNCATE ledger_entries, ledger_postings"))
    else:
        ways.append(
            insert(entries)
            .prefix_with("OR REPLACE")
            .values(number=1, posting_id="1" * 32, account_id=1, amount=9, balance_after=9)
        )
    for way in ways:

        def reach_around(work: Work, way: Executable = way) -> None:
            work.connection.execute(way)

        with pytest.raises(DBAPIError, match="only added"):
            database.write_now(reach_around)
    clock = MovableClock()
    books = Books(database, clock)
    for turn in range(3):
        looked(books)
        assert latest_faults(database) == ()
        clock.pass_seconds(601)
        owed(database, str(turn + 2) * 32, 100)
    tampered = update(accounts).where(accounts.c.owner == STATION).values(balance=100_000)
    database.write_now(lambda work: work.connection.execute(tampered))
    expected_log("ERROR cloud_api.ledger.checking: the books: .*")
    looked(books)
    assert [STATION in one for one in latest_faults(database)] == [True, False]
    before = len(database.read_now(checking.faults))
    database.write_now(
        lambda work: Points(database, clock, Settings(database="")).give(work, "9" * 32, DRIVER, 5)
    )
    tampered = update(lots).where(lots.c.owner == DRIVER).values(left=6)
    database.write_now(lambda work: work.connection.execute(tampered))
    assert len(database.read_now(checking.faults)) == before + 1


def latest_faults(database: Database) -> tuple[str, ...]:
    check = database.read_now(checking.latest_check)
    assert check is not None
    return check.faults


def looked(books: Books) -> None:
    asyncio.run(books.check_now_and_then())


def test_no_more_is_paid_out_than_is_owed(database: Database):
    owed(database, "1" * 32, 500)
    room = Receivables(MovableClock())
    with pytest.raises(PayoutTooLarge):
        database.write_now(lambda work: room.pay_out(work, "2" * 32, STATION, 501))
    assert database.write_now(lambda work: room.pay_out(work, "3" * 32, STATION, 500)) is True
    assert database.write_now(lambda work: room.pay_out(work, "3" * 32, STATION, 500)) is False
    assert [one.fen for one in database.read_now(room.owed)] == []
