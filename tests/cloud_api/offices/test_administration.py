"""Users, roles, groups, the journal, and deeds that take two people."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cloud_api.access import OfficeUser
from cloud_api.database import Database
from cloud_api.offices import journal, second_person
from core.domain.office import Duty
from core.domain.refusals.offices import SecondPersonDisagrees
from tests.cloud_api.conftest import Cloud, code_of
from tests.cloud_api.offices.agreement import agreed
from tests.cloud_api.offices.office import Person, person

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_a_new_user_enrols_with_a_code_and_nobody_else_learns_the_secrets(cloud: Cloud):
    boss = person(cloud, "boss").sign_in()
    user_id = boss.new_id()
    asked = {"login": "zhao.lei", "name": "赵磊", "roles": ["support"]}
    user = boss.put(f"/v1/office/users/{user_id}", asked)
    assert (user["is_enrolled"], user["duties"]) == (False, ["support"])
    code = boss.post(f"/v1/office/users/{user_id}/enrolments", None, 201)
    assert code["is_whole"]
    enrolment = {"enrolment_code": code["enrolment_code"], "password": "给云南油站管账的人在这里"}
    told = cloud.post("/v1/office/enrolments", enrolment, 201)
    assert code_of(cloud.post("/v1/office/enrolments", enrolment, 403)) == "office_enrolment_over"
    zhao = Person(
        cloud, user_id, told["login"], enrolment["password"], told["totp_secret"], told["recovery_codes"]
    )
    signed_in = zhao.sign_in()
    assert signed_in.get("/v1/office/me")["name"] == "赵磊"

    boss.put(f"/v1/office/users/{user_id}", {**asked, "is_active": False})
    signed_in.get("/v1/office/me", 401)
    assert zhao.try_to_sign_in().status_code == 403


def test_an_enrolment_code_ends_after_two_days_and_a_new_one_locks_the_old_secrets_out(cloud: Cloud):
    boss, other = person(cloud, "boss").sign_in(), person(cloud, "other", "support")
    session = other.sign_in()
    door = f"/v1/office/users/{other.id}/enrolments"
    holder = agreed(boss, cloud.office("administrator"), boss.post(door, None, 403))
    code = holder.post(door, None, 201)["enrolment_code"]
    session.get("/v1/office/me", 401)
    assert other.try_to_sign_in().status_code == 403
    cloud.town.clock.pass_seconds(48 * 3600)
    cloud.post("/v1/office/enrolments", {"enrolment_code": code, "password": "long enough for this"}, 403)


def test_the_last_administrator_stays_one(cloud: Cloud):
    chief = person(cloud, "boss")
    boss = chief.sign_in()
    as_it_is = {"login": "boss", "name": "王芳", "roles": ["administrator"]}
    for change in ({"roles": ["support"]}, {"is_active": False}):
        refused = boss.put(f"/v1/office/users/{chief.id}", {**as_it_is, **change}, 409)
        assert code_of(refused) == "nobody_left_to_manage"
    assert code_of(boss.post(f"/v1/office/users/{chief.id}/enrolments", None, 403)) == "second_person_needed"


def test_a_login_is_one_persons_and_stays(cloud: Cloud):
    boss = person(cloud, "boss").sign_in()
    asked = {"login": "zhao.lei", "name": "赵磊", "roles": []}
    user_id = boss.new_id()
    boss.put(f"/v1/office/users/{user_id}", asked)
    for other, login in ((boss.new_id(), "zhao.lei"), (user_id, "zhao"), (boss.new_id(), "Zhao!")):
        refused = boss.put(f"/v1/office/users/{other}", {**asked, "login": login}, 409)
        assert code_of(refused) == "office_login_unfit"
    assert (
        code_of(boss.put(f"/v1/office/users/{user_id}", {**asked, "roles": ["chief"]}, 409)) == "role_unknown"
    )


def test_roles_are_sets_of_duties_and_those_of_the_house_stay(cloud: Cloud):
    boss = person(cloud, "boss").sign_in()
    role_id = boss.new_id()
    role = boss.put(f"/v1/office/roles/{role_id}", {"title": "区域经理", "duties": ["support", "support"]})
    assert role["duties"] == ["support"]
    titles = [one["title"] for one in boss.get("/v1/office/roles")["roles"]]
    assert {"系统管理员", "运营", "财务", "客服", "区域经理"} == set(titles)
    asked = {"title": "everything", "duties": ["administration"]}
    assert code_of(boss.put("/v1/office/roles/finance", asked, 409)) == "office_role_built_in"
    user_id = boss.new_id()
    boss.put(f"/v1/office/users/{user_id}", {"login": "zhao.lei", "name": "赵磊", "roles": [role_id]})
    assert code_of(boss.delete(f"/v1/office/roles/{role_id}", 409)) == "role_has_people"
    boss.put(f"/v1/office/users/{user_id}", {"login": "zhao.lei", "name": "赵磊", "roles": []})
    boss.delete(f"/v1/office/roles/{role_id}")


def test_a_user_is_limited_to_groups_of_stations(cloud: Cloud):
    boss, other = person(cloud, "boss").sign_in(), person(cloud, "other", "support")
    inside, _outside = cloud.new_station()[0], cloud.new_station()[0]
    group_id = boss.new_id()
    assert code_of(
        boss.put(f"/v1/office/groups/{group_id}", {"title": "昆明", "stations": ["f" * 32]}, 404)
    ) == ("station_not_found")
    boss.put(f"/v1/office/groups/{group_id}", {"title": "昆明", "stations": [inside]})
    limited = {"login": "other", "name": "赵磊", "roles": ["support"], "groups": [group_id]}
    boss.put(f"/v1/office/users/{other.id}", limited)
    assert other.sign_in().get("/v1/office/me")["stations"] == [inside]
    assert code_of(boss.delete(f"/v1/office/groups/{group_id}", 409)) == "station_group_in_use"
    boss.put(f"/v1/office/users/{other.id}", {**limited, "groups": []})
    boss.delete(f"/v1/office/groups/{group_id}")
    assert boss.get("/v1/office/groups")["groups"] == []


def test_the_journal_tells_who_did_what_and_pages_back(cloud: Cloud):
    chief = person(cloud, "boss")
    boss = chief.sign_in()
    group_id = boss.new_id()
    cloud.town.clock.pass_seconds(1)
    boss.put(f"/v1/office/groups/{group_id}", {"title": "昆明"})
    lines = boss.get("/v1/office/journal")["lines"]
    assert [line["what"] for line in lines] == [
        "office.group_changed",
        "office.signed_in",
        "office.user_added",
    ]
    assert (lines[0]["user_id"], lines[0]["user_name"], lines[0]["about"]) == (chief.id, "王芳", group_id)
    assert lines[2]["user_id"] is None
    before = boss.get("/v1/office/journal", before=lines[0]["id"])["lines"]
    assert [line["what"] for line in before] == ["office.signed_in", "office.user_added"]
    assert len(boss.get("/v1/office/journal", about=group_id)["lines"]) == 1


@pytest.mark.parametrize(
    "change", ["UPDATE office_journal SET what = 'nothing'", "DELETE FROM office_journal"]
)
def test_no_database_lets_the_journal_be_changed(either_migrated_url: str, change: str):
    database = Database(either_migrated_url)
    database.write_now(lambda work: journal.note(work, None, "office.tried", "this", at=NOW))
    with pytest.raises(DBAPIError, match="only added to"), database.writing_engine.begin() as connection:
        connection.execute(text(change))
    with database.writing_engine.begin() as connection:
        line = journal.lines(connection)[0]
        details = connection.execute(text("SELECT details FROM office_journal")).scalar_one()
    assert (line.what, line.about, line.details) == ("office.tried", "this", {})
    assert details.startswith("k1.")
    database.close()


def test_a_deed_of_two_is_asked_by_one_agreed_to_by_another_and_done_once(cloud: Cloud):
    asking, agreeing = person(cloud, "asking", "finance"), person(cloud, "agreeing", "finance")
    helper = person(cloud, "helper", "support")
    one, two = asking.sign_in(), agreeing.sign_in()
    user = OfficeUser(asking.id, "王芳", ("finance",), frozenset({Duty.FINANCE}))
    request_id, now = one.new_id(), cloud.clock.now()
    facts = {"amount_fen": 500_000}

    def ask() -> None:
        cloud.database.write_now(
            lambda work: second_person.ask(
                work, user, request_id, kind="refund", about="order", facts=facts, why="泵坏了",
                duty=Duty.FINANCE, at=now,
            )
        )  # fmt: skip

    def use(deed_id: str = "deed", **said: int) -> None:
        cloud.database.write_now(
            lambda work: second_person.use(
                work,
                user,
                request_id,
                kind="refund",
                about="order",
                facts=said or facts,
                deed_id=deed_id,
                at=now,
            )
        )

    ask()
    ask()
    with pytest.raises(SecondPersonDisagrees):
        use()
    decision = f"/v1/office/requests/{request_id}/decision"
    assert code_of(one.post(decision, {"decision": "agree"}, 409)) == "approval_of_oneself"
    assert code_of(helper.sign_in().post(decision, {"decision": "agree"}, 403)) == "office_duty_missing"
    assert [row["facts"] for row in two.get("/v1/office/requests")["requests"]] == [facts]
    assert two.post(decision, {"decision": "agree"})["state"] == "agreed"
    assert two.post(decision, {"decision": "agree"})["state"] == "agreed"
    assert code_of(two.post(decision, {"decision": "refuse"}, 409)) == "request_decided"
    with pytest.raises(SecondPersonDisagrees):
        use(amount_fen=500_001)
    use()
    use()
    with pytest.raises(SecondPersonDisagrees):
        use("another deed")


def test_what_nobody_decided_in_three_days_is_over(cloud: Cloud):
    asking, two = cloud.office("finance"), cloud.office("finance")
    user = OfficeUser(asking.id, "王芳", ("finance",), frozenset({Duty.FINANCE}))
    request_id, now = asking.new_id(), cloud.clock.now()
    cloud.database.write_now(
        lambda work: second_person.ask(
            work, user, request_id, kind="export", about="x", facts={}, why="", duty=Duty.FINANCE, at=now
        )
    )
    cloud.town.clock.pass_seconds(3 * 24 * 3600)
    later = cloud.office("finance")
    assert later.get("/v1/office/requests")["requests"] == []
    decision = f"/v1/office/requests/{request_id}/decision"
    assert code_of(later.post(decision, {"decision": "agree"}, 409)) == "request_decided"
    two.get("/v1/office/me", 401)
