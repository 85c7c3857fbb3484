"""Signing in through the mini program, against a platform that speaks WeChat's own wire."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from cloud_api.app import create_app
from cloud_api.drivers import repository
from cloud_api.settings import Settings, WechatSignInSettings
from cloud_api.simulated.wechat_session import WechatSession
from tests.cloud_api.conftest import Cloud, Someone, Switchboard, Town, a_phone, code_of
from tests.cloud_api.simulated.outside_world import SECONDS_TO_WAIT, plain_http


@dataclass
class MiniProgram:
    """A cloud with a mini program, and WeChat's side of it."""

    cloud: Cloud
    wechat: httpx.Client

    def visitor(self, openid: str, phone: str = "") -> dict[str, str]:
        visitor = {"openid": openid, "unionid": f"u-{openid}", "phone": phone}
        codes: dict[str, str] = self.wechat.post("/control/visitors", json=visitor).json()
        return codes

    def sign_in(self, codes: dict[str, str], status: int = 200) -> Any:
        return self.cloud.post("/v1/sign-in/wechat", codes, status)

    def goes_wrong(self, path: str, errcode: int, count: int = 1) -> None:
        self.wechat.post("/control/errors", json={"path": path, "errcode": errcode, "count": count})

    def calls(self, path: str) -> int:
        calls: list[str] = self.wechat.get("/control/calls").json()["calls"]
        return sum(path in call for call in calls)


@pytest.fixture(scope="module")
def everybody(
    running_town: Town,
    switchboard: Switchboard,
    migrated_file: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[MiniProgram]:
    """One cloud for all of them: everybody here is another visitor."""
    folder = tmp_path_factory.mktemp("mini-program")
    (folder / "secret.txt").write_text("the mini program's secret\n")
    (folder / "cloud.db").write_bytes(migrated_file.read_bytes())
    platform = WechatSession("wx0123456789abcdef", "the mini program's secret", running_town.clock)
    door = switchboard.new_door()
    with running_town.loop.serving(platform) as url:
        mini = WechatSignInSettings(url, "wx0123456789abcdef", folder / "secret.txt")
        settings = Settings(
            database=f"sqlite:///{folder / 'cloud.db'}",
            site_url=f"{switchboard.url}/{door}",
            h5_dir=Path("/nowhere"),
            wechat_sign_in=mini,
        )
        app = create_app(settings, running_town.clock)
        with (
            switchboard.open(running_town.loop, door, app),
            httpx.Client(base_url=settings.site_url, timeout=SECONDS_TO_WAIT, verify=plain_http()) as client,
            httpx.Client(base_url=url, timeout=SECONDS_TO_WAIT, verify=plain_http()) as wechat,
        ):
            cloud = Cloud(running_town, settings.site_url, settings, client, app.state.database)
            yield MiniProgram(cloud, wechat)


@pytest.fixture
def mini(everybody: MiniProgram) -> Iterator[MiniProgram]:
    yield everybody
    everybody.wechat.post("/control/clear")


def test_a_new_visitor_signs_in_with_the_phone_that_wechat_vouches_for(mini: MiniProgram):
    phone = a_phone()
    codes = mini.visitor("o-new", phone)
    signed_in = mini.sign_in(codes)
    assert signed_in["driver"]["phone"] == f"138****{phone[-4:]}"
    me = Someone(mini.cloud.client, mini.cloud.clock, signed_in["token"], signed_in["driver"]["id"])
    assert me.get("/v1/me")["driver"]["id"] == me.id
    openid = mini.cloud.database.read_now(lambda c: repository.openid_of(c, me.id))
    assert openid == "o-new"
    again = mini.sign_in({"code": mini.visitor("o-new")["code"]})
    assert again["driver"]["id"] == me.id


def test_somebody_who_has_signed_in_by_phone_before_is_the_same_driver(mini: MiniProgram):
    driver = mini.cloud.driver()
    phone = mini.cloud.database.read_now(lambda c: repository.phone_of(c, driver.id))
    assert mini.sign_in(mini.visitor("o-known", phone))["driver"]["id"] == driver.id


def test_a_new_visitor_without_a_phone_is_told_to_let_it_be_read(mini: MiniProgram):
    refused = mini.sign_in({"code": mini.visitor("o-shy")["code"]}, 409)
    assert code_of(refused) == "wechat_phone_needed"


def test_a_wechat_account_shown_by_somebody_signed_in_is_theirs_from_then_on(mini: MiniProgram):
    first, second = mini.cloud.driver(), mini.cloud.driver()
    for driver in (first, second):
        driver.put("/v1/me/wechat", {"code": mini.visitor("o-shared")["code"]}, 204)
    assert mini.sign_in({"code": mini.visitor("o-shared")["code"]})["driver"]["id"] == second.id
    assert mini.cloud.database.read_now(lambda c: repository.openid_of(c, first.id)) is None


@pytest.mark.parametrize(
    ("path", "errcode", "status", "code"),
    [
        ("jscode2session", 40029, 403, "wechat_code_unfit"),
        ("jscode2session", 40226, 403, "wechat_account_blocked"),
        ("jscode2session", 45011, 503, "wechat_unreachable"),
        ("jscode2session", -1, 503, "wechat_unreachable"),
        ("jscode2session", 0, 503, "wechat_unreachable"),
        ("stable_token", -1, 503, "wechat_unreachable"),
        ("getuserphonenumber", 40029, 403, "wechat_code_unfit"),
    ],
)
def test_what_wechat_refuses_is_told_and_nobody_is_signed_in(
    mini: MiniProgram, path: str, errcode: int, status: int, code: str
):
    # Another day: the token of before is over, so that it is asked for.
    mini.cloud.town.clock.pass_seconds(3 * 3600)
    codes = mini.visitor("o-refused", a_phone())
    mini.goes_wrong(path, errcode)
    assert code_of(mini.sign_in(codes, status)) == code


def test_a_code_works_once_and_for_five_minutes(mini: MiniProgram):
    codes = mini.visitor("o-late", a_phone())
    mini.sign_in(codes)
    assert code_of(mini.sign_in(codes, 403)) == "wechat_code_unfit"
    late = mini.visitor("o-late")
    mini.cloud.town.clock.pass_seconds(300)
    assert code_of(mini.sign_in({"code": late["code"]}, 403)) == "wechat_code_unfit"


def test_the_token_is_fetched_once_and_again_when_it_was_taken_back(mini: MiniProgram):
    mini.cloud.town.clock.pass_seconds(3 * 3600)
    for name in ("o-1", "o-2", "o-3"):
        mini.sign_in(mini.visitor(name, a_phone()))
    assert mini.calls("stable_token") == 1
    mini.wechat.post("/control/end-token")
    mini.sign_in(mini.visitor("o-4", a_phone()))
    assert (mini.calls("stable_token"), mini.calls("getuserphonenumber")) == (2, 5)


def test_a_wrong_secret_shows_itself_nowhere(mini: MiniProgram, caplog: pytest.LogCaptureFixture):
    file = mini.cloud.settings.wechat_sign_in
    assert file is not None
    before = file.secret_file.read_text()
    file.secret_file.write_text("another secret")
    try:
        refused = mini.sign_in({"code": mini.visitor("o-x")["code"]}, 503)
    finally:
        file.secret_file.write_text(before)
    assert "secret" not in str(refused) + caplog.text


def test_a_cloud_without_a_mini_program_says_so(cloud: Cloud):
    assert code_of(cloud.post("/v1/sign-in/wechat", {"code": "x"}, 404)) == "wechat_not_offered"
