"""Signing in to the head office: two factors, no enumeration, a lock against guessing, sessions that end."""

import functools
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from cloud_api.__main__ import main
from cloud_api.database import Database, Work
from cloud_api.offices import guesses, sessions
from core.domain.refusals.cloud import TooManyTries
from tests.cloud_api.conftest import Cloud, at_once, code_of
from tests.cloud_api.offices.office import person


def test_a_password_and_a_code_sign_in_and_each_code_does_so_once(cloud: Cloud):
    wang = person(cloud, "wang.fang")
    code = wang.code()
    signed_in = wang.try_to_sign_in(code=code)
    assert signed_in.status_code == 200
    assert signed_in.headers["Cache-Control"] == "no-store"
    assert signed_in.json()["token"].startswith("yzo_")
    assert signed_in.json()["user"]["duties"] == ["administration"]
    again = wang.try_to_sign_in(code=code)
    assert (again.status_code, code_of(again.json())) == (403, "office_sign_in_wrong")


def test_two_at_once_with_one_code_are_one(cloud: Cloud):
    wang = person(cloud, "wang.fang")
    code = wang.code()
    answers = at_once([lambda: wang.try_to_sign_in(code=code)] * 2)
    assert sorted(answer.status_code for answer in answers) == [200, 403]


def test_nothing_tells_which_of_the_three_was_wrong(cloud: Cloud):
    wang = person(cloud, "wang.fang")
    refused = [
        wang.try_to_sign_in(password="not the password at all"),
        wang.try_to_sign_in(code="000000"),
        wang.try_to_sign_in(login="nobody"),
        wang.try_to_sign_in(code="六"),
    ]
    assert len({answer.text for answer in refused}) == 1
    assert {answer.status_code for answer in refused} == {403}


@pytest.mark.parametrize("login", ["wang.fang", "nobody"])
def test_guessing_is_held_up_whether_the_login_is_known_or_not(cloud: Cloud, login: str):
    wang = person(cloud, "wang.fang")
    wrong = {"login": login, "password": "guessed too often", "code": "123456"}
    answers = [wang.try_to_sign_in(**wrong).status_code for _ in range(5)]
    assert answers == [403] * 5
    held_up = wang.try_to_sign_in(login=login)
    assert held_up.status_code == 429
    assert 0 < int(held_up.headers["Retry-After"]) <= 60
    cloud.town.clock.pass_seconds(61)
    assert wang.try_to_sign_in(**wrong).status_code == 403
    assert int(wang.try_to_sign_in(**wrong).headers["Retry-After"]) > 60


def test_an_address_is_held_up_for_wrong_tries_and_not_for_right_ones(sqlite_url: str):
    database, now = Database(sqlite_url), datetime(2026, 11, 23, tzinfo=UTC)

    def sign_in(work: Work, *, is_right: bool) -> None:
        guesses.count_try(work.connection, "address:here", 3, now)
        if is_right:
            guesses.give_back(work.connection, "address:here")

    for is_right in (True, True, True, True, False, False):
        database.write_now(functools.partial(sign_in, is_right=is_right))
    database.write_now(functools.partial(sign_in, is_right=False))
    with pytest.raises(TooManyTries):
        database.write_now(functools.partial(sign_in, is_right=True))
    database.close()


def test_a_recovery_code_signs_in_once_and_new_ones_replace_them_all(cloud: Cloud):
    wang = person(cloud, "wang.fang")
    first, second, *_others = wang.recovery_codes
    assert wang.try_to_sign_in(code=first.lower()).status_code == 200
    assert wang.try_to_sign_in(code=first).status_code == 403
    me = wang.sign_in()
    new = me.post("/v1/office/me/recovery-codes", {"password": wang.password}, 201)["recovery_codes"]
    assert wang.try_to_sign_in(code=second).status_code == 403
    assert wang.try_to_sign_in(code=new[0]).status_code == 200


def test_a_session_ends_when_nothing_is_heard_of_it_and_at_the_end_of_the_day(cloud: Cloud):
    wang = person(cloud, "wang.fang")
    idle, busy = wang.sign_in(), wang.sign_in()
    for _ in range(2):
        cloud.town.clock.pass_seconds(20 * 60)
        busy.get("/v1/office/me")
    assert code_of(idle.get("/v1/office/me", 401)) == "not_signed_in"
    own = next(one["id"] for one in busy.get("/v1/office/me/sessions")["sessions"] if one["is_this"])
    cloud.town.clock.pass_seconds(12 * 3600)
    cloud.database.write_now(lambda work: sessions.see(work.connection, own, cloud.clock.now()))
    busy.get("/v1/office/me", 401)


def test_sessions_are_listed_and_ended(cloud: Cloud):
    wang = person(cloud, "wang.fang")
    here, there = wang.sign_in(), wang.sign_in()
    listed = here.get("/v1/office/me/sessions")["sessions"]
    other = next(one["id"] for one in listed if not one["is_this"])
    here.delete(f"/v1/office/me/sessions/{other}")
    there.get("/v1/office/me", 401)
    assert code_of(here.delete(f"/v1/office/me/sessions/{other}", 404)) == "not_found"
    here.delete("/v1/office/sign-in")
    here.get("/v1/office/me", 401)


def test_another_password_ends_the_other_sessions(cloud: Cloud):
    wang = person(cloud, "wang.fang")
    here, there = wang.sign_in(), wang.sign_in()
    asked = {"password": wang.password, "new_password": "a much longer password"}
    assert code_of(here.put("/v1/office/me/password", {**asked, "new_password": "short"}, 422)) == (
        "office_password_unfit"
    )
    here.put("/v1/office/me/password", asked, 204)
    here.get("/v1/office/me")
    there.get("/v1/office/me", 401)
    assert wang.try_to_sign_in().status_code == 403
    assert wang.try_to_sign_in(password="a much longer password").status_code == 200


def test_tokens_of_drivers_and_of_the_office_open_each_their_own_doors(cloud: Cloud):
    driver, office = cloud.driver(), cloud.office("support")
    driver.get("/v1/office/me", 401)
    office.get("/v1/me", 401)
    assert office.get("/v1/office/me")["duties"] == ["support"]
    assert code_of(office.get("/v1/office/users", 403)) == "office_duty_missing"


def test_the_first_user_comes_by_command_and_no_secret_of_theirs_is_in_the_database(
    cloud: Cloud, capsys: pytest.CaptureFixture[str]
):
    command = ["office", "add", "--database", cloud.settings.database, "--login", "li.min", "--name", "李敏"]
    assert main(command) == 0
    told = dict(line.split(" ", 1) for line in capsys.readouterr().out.splitlines())
    assert told["totp-uri"].startswith("otpauth://totp/Youzhan:li.min?secret=")
    assert main(command) == 1
    assert "li.min" in capsys.readouterr().err
    with cloud.database.writing_engine.connect() as connection:
        row = "".join(str(one) for one in connection.execute(text("SELECT * FROM office_users")).one())
    assert not any(secret in row for secret in (told["password"], told["totp-secret"], "李敏"))
