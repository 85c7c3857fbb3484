"""Nobody alone makes the second person, nor gets rid of the only other one: every way to such duties takes two."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from cloud_api.__main__ import main
from cloud_api.offices import repository
from cloud_api.offices.rights import DECIDING
from core.domain.office import Duty
from tests.cloud_api.conftest import Cloud, Someone, code_of
from tests.cloud_api.offices.agreement import agreed
from tests.cloud_api.offices.office import Person, person

PASSWORD = "给云南油站管账的人在这里"
# What else of the head office changes something: of oneself alone, or of people, or a decision that is the second person's.
GIVES_NO_DUTIES = {
    "POST /v1/office/sign-in",
    "DELETE /v1/office/sign-in",
    "POST /v1/office/enrolments",
    "PUT /v1/office/me/password",
    "POST /v1/office/me/recovery-codes",
    "DELETE /v1/office/me/sessions/{session_id}",
    "POST /v1/office/requests",
    "POST /v1/office/requests/{request_id}/decision",
    "POST /v1/office/people/find",
    "POST /v1/office/people/{person_id}/revelations",
    "POST /v1/office/orders/{order_id}/end",
    "POST /v1/office/refunds/{refund_id}/settle",
    "POST /v1/office/bills/{provider}/{day}/fetch",
    "POST /v1/office/bills/differences/{difference_id}/resolve",
}


class House:
    """A head office with two administrators, somebody of support, and somebody of support who is suspended."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.one, self.two = person(cloud, "one"), person(cloud, "two")
        self.helper = person(cloud, "helper", "support")
        self.gone = person(cloud, "gone", "finance")
        self.boss, self.other = self.one.sign_in(), self.two.sign_in()
        cloud.database.write_now(lambda work: repository.change_user(
            work.connection, self.gone.id, name="王芳", is_active=False, role_ids=["finance"], group_ids=[]
        ))  # fmt: skip
        self.role, self.group = self.boss.new_id(), self.boss.new_id()
        self.boss.put(f"/v1/office/roles/{self.role}", {"title": "片区客服", "duties": ["support"]})
        self.boss.put(f"/v1/office/groups/{self.group}", {"title": "昆明"})

    def put(self, whom: Person, roles: list[str], status: int = 200, **said: Any) -> Any:
        asked = {"login": whom.login, "name": "王芳", "roles": roles, **said}
        return self.boss.put(f"/v1/office/users/{whom.id}", asked, status)

    def attempts(self) -> dict[str, list[Callable[[], Any]]]:
        """Each route that changes users, roles and groups, as one administrator would use it to make another."""
        users, roles = "/v1/office/users", f"/v1/office/roles/{self.role}"
        new = {"login": "new", "name": "新人"}
        boss = self.boss
        return {
            "PUT /v1/office/users/{user_id}": [
                *[
                    partial(boss.put, f"{users}/{boss.new_id()}", {**new, "roles": [role]}, 403)
                    for role in ("administrator", "finance", "operations")
                ],
                lambda: boss.put(
                    f"{users}/{boss.new_id()}", {**new, "roles": ["finance"], "groups": [self.group]}, 403
                ),
                lambda: self.put(self.helper, ["support", "finance"], 403),
                lambda: self.put(self.one, ["administrator", "finance"], 403),
                lambda: self.put(self.gone, ["finance"], 403),
            ],
            "PUT /v1/office/roles/{role_id}": [
                partial(boss.put, roles, {"title": "片区客服", "duties": [duty]}, 403)
                for duty in sorted(DECIDING)
            ],
            "POST /v1/office/users/{user_id}/enrolments": [
                partial(boss.post, f"{users}/{whom.id}/enrolments", None, 403)
                for whom in (self.two, self.helper, self.gone)
            ],
            "DELETE /v1/office/users/{user_id}/sessions": [
                lambda: boss.delete(f"{users}/{self.helper.id}/sessions")
            ],
            "DELETE /v1/office/roles/{role_id}": [lambda: boss.delete(roles, 409)],
            "PUT /v1/office/groups/{group_id}": [
                lambda: boss.put(f"/v1/office/groups/{self.group}", {"title": "昆明"})
            ],
            "DELETE /v1/office/groups/{group_id}": [
                lambda: boss.delete(f"/v1/office/groups/{self.group}", 409)
            ],
        }

    def who_may_what(self) -> dict[str, Any]:
        return {
            user["login"]: (user["duties"], user["groups"], user["is_active"], user["is_enrolled"])
            for user in self.boss.get("/v1/office/users")["users"]
        }


@pytest.fixture
def house(cloud: Cloud) -> House:
    return House(cloud)


def test_all_that_decides_a_deed_of_two_is_guarded():
    assert {Duty.ADMINISTRATION, Duty.FINANCE, Duty.OPERATIONS} == DECIDING


def test_no_route_of_the_head_office_lets_one_alone_make_somebody_who_decides(house: House):
    house.put(house.helper, [house.role], groups=[house.group])
    attempts, before = house.attempts(), house.who_may_what()
    changing = {
        f"{method.upper()} {path}"
        for path, methods in house.cloud.get("/openapi.json")["paths"].items()
        for method, route in methods.items()
        if "head office" in route["tags"] and method != "get"
    }
    assert set(attempts) | GIVES_NO_DUTIES == changing
    for tries in attempts.values():
        for attempt in tries:
            answer = attempt()
            if answer is not None and "error" in answer:
                assert code_of(answer) in {
                    "second_person_needed",
                    "role_has_people",
                    "station_group_in_use",
                }
    assert house.who_may_what() == before


def test_stations_that_limit_somebody_are_taken_away_by_two(house: House):
    holder = agreed(house.boss, house.other, house.put(house.helper, ["finance"], 403, groups=[house.group]))
    asked = {"login": "helper", "name": "王芳", "roles": ["finance"]}
    door = f"/v1/office/users/{house.helper.id}"
    assert code_of(holder.put(door, asked, 403)) == "second_person_disagrees"
    holder.put(door, {**asked, "groups": [house.group]})
    refused = house.boss.put(door, asked, 403)
    assert refused["error"]["data"]["particulars"]["gives"] == "finance"
    agreed(house.boss, house.other, refused).put(door, asked)


def test_what_two_agreed_to_is_for_just_these_people(house: House):
    door = f"/v1/office/roles/{house.role}"
    house.put(house.helper, [house.role])
    asked = {"title": "片区客服", "duties": ["finance"]}
    holder = agreed(house.boss, house.other, house.boss.put(door, asked, 403))
    other_helper = person(house.cloud, "another", "support")
    house.put(other_helper, [house.role])
    house.put(house.helper, ["support"])
    assert code_of(holder.put(door, asked, 403)) == "second_person_disagrees"


def test_whoever_comes_to_such_duties_enrols_anew_with_a_code_that_neither_of_the_two_has_whole(house: House):
    """The one who made an account of support may know its secrets, or hold a code for it."""
    session, user = house.helper.sign_in(), house.helper
    asked = {"login": "helper", "name": "李敏", "roles": ["finance"]}
    door = f"/v1/office/users/{user.id}"
    holder = agreed(house.boss, house.other, house.boss.put(door, asked, 403))
    assert not holder.put(door, asked)["is_enrolled"]
    session.get("/v1/office/me", 401)
    assert user.try_to_sign_in().status_code == 403

    refused, request_id = house.boss.post(f"{door}/enrolments", None, 403), house.boss.new_id()
    house.boss.post("/v1/office/requests", {**refused["error"]["data"], "why": "新财务"}, 201, key=request_id)
    decided = [_decide(house.other, request_id) for _ in range(2)]
    assert decided[0] == decided[1]
    house.boss.headers["Agreement"] = request_id
    code = house.boss.post(f"{door}/enrolments", None, 201)
    assert not code["is_whole"]
    first, second = code["enrolment_code"], decided[0]["enrolment_part"]
    requests = house.boss.get("/v1/office/requests")["requests"]
    assert not any(row["enrolment_part"] for row in requests)
    for half in (first, second, second + first):
        refused = house.cloud.post("/v1/office/enrolments", _enrolment(half), 403)
        assert code_of(refused) == "office_enrolment_over"
    told = house.cloud.post("/v1/office/enrolments", _enrolment(first + second), 201)
    enrolled = Person(house.cloud, user.id, "helper", PASSWORD, told["totp_secret"], [])
    assert enrolled.sign_in().get("/v1/office/me")["duties"] == ["finance"]


def test_a_code_made_before_the_duties_came_enrols_nobody(house: House):
    user_id = house.boss.new_id()
    door, asked = f"/v1/office/users/{user_id}", {"login": "new", "name": "新人", "roles": ["support"]}
    house.boss.put(door, asked)
    code = house.boss.post(f"{door}/enrolments", None, 201)["enrolment_code"]
    raised = {**asked, "roles": ["administrator"]}
    agreed(house.boss, house.other, house.boss.put(door, raised, 403)).put(door, raised)
    assert code_of(house.cloud.post("/v1/office/enrolments", _enrolment(code), 403)) == (
        "office_enrolment_over"
    )


@pytest.mark.parametrize(
    "change", [{"roles": ["support"]}, {"is_active": False}, {"groups": ["group"]}, {"roles": []}]
)
def test_of_two_neither_gets_rid_of_the_other_alone(house: House, change: dict[str, Any]):
    if "groups" in change:
        change = {"groups": [house.group]}
    refused = house.put(house.two, **{"roles": ["administrator"], **change}, status=403)
    particulars = refused["error"]["data"]["particulars"]
    assert (particulars["gives"], particulars["takes"], particulars["whom"]) == ("", "administration", "two")
    # Leaving is agreed to by whoever stays, or by whoever leaves.
    holder = agreed(house.boss, house.other, refused)
    asked = {"login": "two", "name": "王芳", "roles": ["administrator"], **change}
    holder.put(f"/v1/office/users/{house.two.id}", asked)


def test_of_three_one_is_stopped_by_one_at_once(house: House):
    person(house.cloud, "three")
    house.put(house.two, ["administrator"], is_active=False)
    house.other.get("/v1/office/me", 401)
    lines = house.boss.get("/v1/office/journal", about=house.two.id)["lines"]
    assert {"office.user_changed"} == {line["what"] for line in lines if line["user_id"] == house.one.id}


def test_somebody_limited_to_stations_does_not_count_as_the_administrator_who_is_left(cloud: Cloud):
    chief = person(cloud, "boss")
    boss = chief.sign_in()
    group = boss.new_id()
    boss.put(f"/v1/office/groups/{group}", {"title": "昆明"})
    asked = {"login": "boss", "name": "王芳", "roles": ["administrator"], "groups": [group]}
    refused = boss.put(f"/v1/office/users/{chief.id}", asked, 409)
    assert code_of(refused) == "nobody_left_to_manage"


def test_a_house_of_one_gets_its_second_and_is_rid_of_a_bad_one_by_command_on_the_server(
    cloud: Cloud, capsys: pytest.CaptureFixture[str]
):
    place = ["--database", cloud.settings.database]
    for login, role in (("first", "administrator"), ("second", "administrator"), ("money", "finance")):
        assert main(["office", "add", *place, "--login", login, "--name", "李敏", "--role", role]) == 0
    told = dict(line.split(" ", 1) for line in capsys.readouterr().out.splitlines())
    money = Person(cloud, told["user"], "money", told["password"], told["totp-secret"], [])
    session = money.sign_in()
    assert main(["office", "suspend", *place, "--login", "Money"]) == 0
    assert capsys.readouterr().out == f"user {money.id}\n"
    session.get("/v1/office/me", 401)
    assert money.try_to_sign_in().status_code == 403
    assert main(["office", "suspend", *place, "--login", "nobody"]) == 1


def _decide(user: Someone, request_id: str) -> Any:
    return user.post(f"/v1/office/requests/{request_id}/decision", {"decision": "agree"})


def _enrolment(code: str) -> dict[str, str]:
    return {"enrolment_code": code, "password": PASSWORD}
