"""Users of the head office who are limited to groups of stations, on every route there is."""

from datetime import timedelta

import pytest

from cloud_api.access import hash_of, new_office_token
from cloud_api.database import Work
from cloud_api.identifiers import new_id
from cloud_api.offices import repository, sessions
from cloud_api.offices.groups import GroupRow, put
from cloud_api.offices.sessions import SessionRow
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
