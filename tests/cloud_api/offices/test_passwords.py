"""Passwords and authenticator codes, as pure functions."""

from datetime import UTC, datetime

import pytest

from cloud_api.offices import passwords, totp
from core.domain.refusals.offices import OfficePasswordCommon, OfficePasswordUnfit
from tests.cloud_api.conftest import Cloud, code_of
from tests.cloud_api.offices.office import person

# RFC 6238 appendix B: the secret "12345678901234567890", the last six of its eight digits.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
    ],
)
def test_codes_are_those_of_the_standard(second, code):
    assert totp.code_at(SECRET, totp.step_at(datetime.fromtimestamp(second, UTC))) == code


def test_a_code_holds_a_step_before_and_after_its_own_and_no_longer():
    now = datetime(2026, 11, 23, 5, tzinfo=UTC)
    step = totp.step_at(now)
    fits = [
        around for around in range(-3, 4) if totp.step_of(SECRET, totp.code_at(SECRET, step + around), now)
    ]
    assert fits == [-1, 0, 1]
    assert totp.step_of(SECRET, "", now) is None
    assert totp.step_of(SECRET, "１２３４５６", now) is None


def test_an_authenticator_is_told_everything_it_needs():
    assert totp.uri(SECRET, "wang.fang") == (
        f"otpauth://totp/Youzhan:wang.fang?secret={SECRET}&issuer=Youzhan&algorithm=SHA1&digits=6&period=30"
    )


def test_a_password_is_kept_with_its_costs_and_found_again_whatever_they_are_by_then(monkeypatch):
    kept = passwords.hash_of("正确的 battery staple")
    assert "battery" not in kept
    monkeypatch.setattr(passwords, "_COST_BITS", 9)
    assert passwords.is_right("正确的 battery staple", kept)
    assert not passwords.is_right("正确的 battery stapler", kept)


@pytest.mark.parametrize("password", ["short", "a" * 20, "my name is wang.fang", "x" * 129, "ababababababab"])
def test_an_unfit_password_is_refused(password):
    with pytest.raises(OfficePasswordUnfit):
        passwords.check(password, "wang.fang")


def test_a_long_plain_sentence_is_a_password():
    passwords.check("每天早上七点给油站开门的人", "wang.fang")


@pytest.mark.parametrize(
    "password",
    [
        "qwerty123456",
        "1qaz2wsx3edc",
        "Administrator",
        "passwordpassword",
        "Dragon@20261123!",
        "!!superman!!1987",
        "Youzhan-2026-11",
        "加油站加油站密码123456",
        "wangfang 19870501",
        "王芳王芳王芳王芳 abc12",
        "yunnan-oil-1998 x",
    ],
)
def test_what_a_stranger_would_try_first_is_refused(password):
    with pytest.raises(OfficePasswordCommon):
        passwords.check(password, "wf", ("王芳", "wang", "fang", "yunnan", "oil"))


@pytest.mark.parametrize(
    "password",
    ["给云南油站管账的人在这里", "correct horse battery staple", "kX9#mQ2vLp8t", "a much longer password"],
)
def test_such_words_among_enough_of_ones_own_are_a_password(password):
    passwords.check(password, "wf", ("王芳", "云南"))


def test_a_person_is_told_when_they_choose_their_own_name_or_the_houses(cloud: Cloud):
    wang = person(cloud, "wang.fang")
    me = wang.sign_in()
    asked = {"password": wang.password, "new_password": "Wang & Fang 2026!"}
    assert code_of(me.put("/v1/office/me/password", asked, 422)) == "office_password_common"
