"""Users of the head office who are limited to groups of stations, on every route there is."""

from datetime import timedelta
from typing import Any

import pytest

from cloud_api.access import hash_of, new_office_token
from cloud_api.bills.lines import Difference
from cloud_api.bills.repository import put_differences
from cloud_api.database import Work
from cloud_api.identifiers import new_id
from cloud_api.invoices import repository as invoices
from cloud_api.invoices.repository import InvoiceRow, SourceRow
from cloud_api.offices import repository, sessions
from cloud_api.offices.groups import GroupRow, put
from cloud_api.offices.sessions import SessionRow
from core.domain.invoice.goods import PETROL_CODE, InvoicedGoods
from core.domain.invoice.lines import InvoiceLine, LineKind
from core.domain.invoice.title import Title, TitleKind
from core.domain.money import Money
from tests.cloud_api.campaigns.plans import a_plan
from tests.cloud_api.conftest import Cloud, Someone, code_of
from tests.cloud_api.ledger.test_office import filled_order

# Open to them, each because it shows and does nothing of a station that they may not see; a test below or beside says so.
HELD = {
    # Of themselves alone.
    "DELETE /v1/office/sign-in",
    "GET /v1/office/me",
    "PUT /v1/office/me/password",
    "POST /v1/office/me/recovery-codes",
    "GET /v1/office/me/sessions",
    "DELETE /v1/office/me/sessions/{session_id}",
    # Of people, who are no station's; orders and stations are not in these answers.
    "POST /v1/office/people/find",
    "GET /v1/office/people/{person_id}",
    "POST /v1/office/people/{person_id}/revelations",
    # Of stations, and asking which.
    "POST /v1/office/orders/{order_id}/end",
    "GET /v1/office/abuse/staff",
    "GET /v1/office/receivables",
    "POST /v1/office/receivables/{station_id}/payouts",
    # Of campaigns that hold at their stations and have never held elsewhere, and of coupons that hold there alone.
    "GET /v1/office/campaigns",
    "POST /v1/office/campaigns",
    "GET /v1/office/campaigns/{campaign_id}",
    "GET /v1/office/campaigns/{campaign_id}/versions",
    "POST /v1/office/campaigns/{campaign_id}/versions",
    "PUT /v1/office/campaigns/{campaign_id}/pause",
    "POST /v1/office/campaigns/{campaign_id}/stock",
    "GET /v1/office/campaigns/{campaign_id}/batches",
    "POST /v1/office/campaigns/{campaign_id}/batches",
    "POST /v1/office/campaigns/{campaign_id}/gifts",
    "GET /v1/office/campaigns/{campaign_id}/result",
    "GET /v1/office/coupons",
    "POST /v1/office/coupons/{coupon_id}/void",
    # Of what was paid for orders and sales of their stations. The bills themselves are the whole house's.
    "GET /v1/office/bills/differences",
    "POST /v1/office/bills/differences/{difference_id}/resolve",
    # Of what was sold at their stations alone.
    "GET /v1/office/invoices",
    "GET /v1/office/invoices/{invoice_id}",
    "POST /v1/office/invoices/{invoice_id}/tries",
    "POST /v1/office/invoices/{invoice_id}/red",
}
# Before anybody is signed in.
OPEN = {"POST /v1/office/sign-in", "POST /v1/office/enrolments"}


def limited_to(cloud: Cloud, *station_ids: str) -> Someone:
    """Somebody with every duty who is limited to a group of these stations."""
    token, now = new_office_token(), cloud.clock.now()
    user_id, group_id = new_id(now), new_id(now)
    roles = ("operations", "finance", "support", "administrator")

    def sign_in(work: Work) -> None:
        put(work.connection, GroupRow(group_id, "片区", station_ids), now)
        repository.add_user(work.connection, user_id, f"user-{user_id}"[:40], "王芳", now)
        repository.change_user(
            work.connection, user_id, name="王芳", is_active=True, role_ids=roles, group_ids=(group_id,)
        )
        row = SessionRow(new_id(now), user_id, "", "", now, now, now + timedelta(hours=12))
        sessions.add(work.connection, hash_of(token), row)

    cloud.database.write_now(sign_in)
    return Someone(cloud.client, cloud.clock, token, user_id)


def _office_routes(cloud: Cloud) -> set[str]:
    return {
        f"{method.upper()} {path}"
        for path, methods in cloud.get("/openapi.json")["paths"].items()
        for method in methods
        if path.startswith("/v1/office")
    }


def test_no_route_lets_a_limited_user_in_that_does_not_hold_itself_to_their_stations(cloud: Cloud):
    limited, let_in = limited_to(cloud, cloud.station().id), set()
    for route in sorted(_office_routes(cloud) - OPEN - {"DELETE /v1/office/sign-in"}):
        method, _space, path = route.partition(" ")
        # No body and any id: who may not come in at all is told so before either is looked at.
        for name in [piece[1:-1] for piece in path.split("/") if piece.startswith("{")]:
            path = path.replace(f"{{{name}}}", cloud.driver().id if name == "person_id" else limited.new_id())
        answer = limited.client.request(method, path, headers=limited.headers)
        if answer.status_code != 403 or code_of(answer.json()) != "office_stations_limited":
            let_in.add(route)
    assert let_in | {"DELETE /v1/office/sign-in"} == HELD
    assert limited.get("/v1/office/me")["id"] == limited.id
    limited.delete("/v1/office/sign-in")


@pytest.mark.parametrize("may_see", [True, False])
def test_money_and_orders_of_another_groups_station_are_not_there(cloud: Cloud, may_see: bool):
    own, foreign, driver = cloud.station(), cloud.station(), cloud.driver()
    order_id = filled_order(cloud, foreign, driver, 16_327)
    user = limited_to(cloud, own.id, *([foreign.id] if may_see else []))
    owed = user.get("/v1/office/receivables")["stations"]
    assert owed == ([{"station_id": foreign.id, "owed_fen": 16_327}] if may_see else [])
    door, payout = f"/v1/office/receivables/{foreign.id}/payouts", {"amount_fen": 1, "reference": "转账"}
    paid = user.post(door, payout, 201 if may_see else 404, key=user.new_id())
    assert may_see or code_of(paid) == "station_not_found"
    ended = user.post(f"/v1/office/orders/{order_id}/end", {"note": "电话核实"}, 409 if may_see else 404)
    assert code_of(ended) == ("order_state_unfit" if may_see else "order_not_found")


def test_campaigns_are_theirs_that_have_never_held_elsewhere(cloud: Cloud):
    own, foreign, driver = cloud.station(), cloud.station(), cloud.driver()
    user, house = limited_to(cloud, own.id), cloud.office("operations")

    def plan(*stations: str, **other: Any) -> dict[str, Any]:
        asked = a_plan(cloud, **other)
        asked["terms"]["stations"] = list(stations)
        return asked

    made = user.post("/v1/office/campaigns", plan(own.id, way="gift"), 201)["id"]
    for stations in ((), (foreign.id,), (own.id, foreign.id)):
        refused = user.post("/v1/office/campaigns", plan(*stations), 403)
        assert code_of(refused) == "office_stations_limited"
        house.post("/v1/office/campaigns", plan(*stations), 201)
    assert [row["id"] for row in user.get("/v1/office/campaigns", limit=1)["campaigns"]] == [made]
    assert len(house.get("/v1/office/campaigns")["campaigns"]) == 4

    gift = {"driver_id": driver.id, "occasion": "sorry"}
    door = f"/v1/office/campaigns/{made}"
    coupon = user.post(f"{door}/gifts", gift, 201)["id"]
    assert [row["id"] for row in user.get("/v1/office/coupons", driver_id=driver.id)["coupons"]] == [coupon]
    refused = user.post(f"{door}/versions", plan(foreign.id, way="gift"), 403)
    assert code_of(refused) == "office_stations_limited"
    house.post(f"{door}/versions", plan(own.id, foreign.id, way="gift"), 201)
    house.post(f"{door}/versions", plan(own.id, way="gift"), 201)
    assert user.get("/v1/office/campaigns")["campaigns"] == []
    for path in ("", "/versions", "/batches", "/result"):
        assert code_of(user.get(door + path, 404)) == "campaign_not_found"
    deeds = (("versions", plan(own.id, way="gift")), ("stock", {"pieces": 1}), ("batches", {"count": 1}))
    for path, body in (*deeds, ("gifts", gift)):
        assert code_of(user.post(f"{door}/{path}", body, 404)) == "campaign_not_found"
    assert code_of(user.put(f"{door}/pause", {"paused": True}, 404)) == "campaign_not_found"
    user.post(f"/v1/office/coupons/{coupon}/void", {"why": "发错了"})


def test_a_coupon_that_holds_elsewhere_too_is_not_there(cloud: Cloud):
    station, driver = cloud.station(), cloud.driver()
    user, house = limited_to(cloud, station.id), cloud.office("operations")
    everywhere = house.post("/v1/office/campaigns", a_plan(cloud, way="gift"), 201)["id"]
    gift = {"driver_id": driver.id, "occasion": "sorry"}
    coupon = house.post(f"/v1/office/campaigns/{everywhere}/gifts", gift, 201)["id"]
    assert user.get("/v1/office/coupons", driver_id=driver.id)["coupons"] == []
    refused = user.post(f"/v1/office/coupons/{coupon}/void", {"why": "发错了"}, 404)
    assert code_of(refused) == "coupon_not_found"
    assert [row["state"] for row in driver.get("/v1/coupons")["coupons"]] == ["available"]


@pytest.mark.parametrize("may_see", [True, False])
def test_a_difference_of_a_bill_is_theirs_whose_station_was_paid(cloud: Cloud, may_see: bool):
    own, foreign, driver = cloud.station(), cloud.station(), cloud.driver()
    user = limited_to(cloud, own.id, *([foreign.id] if may_see else []))
    payment_id = driver.pay(cloud.wechat, driver.order(foreign)["id"])
    found = [
        # Our payment, and a number that no payment of ours has.
        Difference("payment", "ours_only", payment_id, payment_id, "", "not_at_provider", ours_fen=1),
        Difference("payment", "theirs_only", "1" * 32, "1" * 32, "", "not_ours", theirs_fen=1),
    ]
    now = cloud.clock.now()
    cloud.database.write_now(
        lambda work: put_differences(work.connection, "wechat", "2001-01-01", found, now)
    )
    seen = user.get("/v1/office/bills/differences")["differences"]
    assert [row["payment_id"] for row in seen] == ([payment_id] if may_see else [])
    for row in cloud.office("finance").get("/v1/office/bills/differences")["differences"]:
        is_theirs = may_see and row["payment_id"] == payment_id
        door = f"/v1/office/bills/differences/{row['id']}/resolve"
        user.post(door, {"note": "已核对"}, 200 if is_theirs else 404)


def test_an_invoice_is_theirs_when_nothing_on_it_was_sold_elsewhere(cloud: Cloud):
    own, foreign, now = cloud.station(), cloud.station(), cloud.clock.now()
    user, theirs, not_theirs = limited_to(cloud, own.id), new_id(now), [new_id(now) for _ in range(3)]
    sold = {
        theirs: [own.id],
        not_theirs[0]: [foreign.id],
        not_theirs[1]: [own.id, foreign.id],
        not_theirs[2]: [""],
    }

    line = InvoiceLine(InvoicedGoods("*汽油*", PETROL_CODE, "升"), LineKind.PLAIN, Money(100), Money(99))

    def add(work: Work) -> None:
        for place, (invoice_id, stations) in enumerate(sold.items()):
            row = InvoiceRow(
                id=invoice_id,
                order_no=f"{place}",
                entity="",
                driver_id=None,
                form="ordinary",
                title=Title(TitleKind.PERSON, "王小明"),
                gross_fen=100,
                net_fen=99,
                state="failed",
                at=now,
                next_at=None,
            )
            of = [SourceRow("order", new_id(now), station_id) for station_id in stations]
            invoices.add(work.connection, row, of, [line])

    cloud.database.write_now(add)
    assert [row["id"] for row in user.get("/v1/office/invoices")] == [theirs]
    assert len(cloud.office("finance").get("/v1/office/invoices")) == 4
    assert user.get(f"/v1/office/invoices/{theirs}")["id"] == theirs
    user.post(f"/v1/office/invoices/{theirs}/tries")
    for one in not_theirs:
        for answer in (
            user.get(f"/v1/office/invoices/{one}", 404),
            user.post(f"/v1/office/invoices/{one}/tries", None, 404),
            user.post(f"/v1/office/invoices/{one}/red", {"reason": "mistake"}, 404),
        ):
            assert code_of(answer) == "invoice_not_found"
