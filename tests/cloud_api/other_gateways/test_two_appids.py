"""A house with a mini program and an official account: each page pays by its own appid, for the openid of just that one."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from cloud_api.drivers import repository as drivers
from cloud_api.settings import OfficialAccountSettings
from tests.cloud_api.conftest import Switchboard, Town, code_of, wait_until
from tests.cloud_api.other_gateways.day import Day, Keys, begin
from tests.cloud_api.other_gateways.line import Answer, Asked, serving
from tests.cloud_api.other_gateways.wechat_books import APPID, OFFICIAL_APPID

_SECRET = "the official account's secret"


@dataclass
class SilentSignIn:
    """WeChat's oauth2/access_token: tells an openid for a code, once."""

    openids: dict[str, str] = field(default_factory=dict)

    def answer(self, asked: Asked) -> Answer:
        parts = urlsplit(asked.target)
        query = dict(parse_qsl(parts.query))
        openid = self.openids.pop(query.pop("code"), None)
        expected = {"appid": OFFICIAL_APPID, "secret": _SECRET, "grant_type": "authorization_code"}
        if parts.path != "/sns/oauth2/access_token" or query != expected:
            told: dict[str, Any] = {"errcode": 40125, "errmsg": "invalid appsecret"}
        elif openid is None:
            told = {"errcode": 40163, "errmsg": "code been used"}
        else:
            told = {"access_token": "a", "expires_in": 7200, "openid": openid, "scope": "snsapi_base"}
        return Answer(body=json.dumps(told).encode(), headers={"Content-Type": "text/plain"})


@pytest.fixture
def sign_in() -> SilentSignIn:
    return SilentSignIn({"code-1": "o-page", "code-2": "o-page"})


@pytest.fixture
def day(
    open_: ExitStack,
    town: Town,
    switchboard: Switchboard,
    keys: Keys,
    sqlite_url: str,
    sign_in: SilentSignIn,
    quiet: None,
) -> Iterator[Day]:
    (keys.folder / "official.txt").write_text(_SECRET + "\n")
    url = open_.enter_context(serving(sign_in))
    official = OfficialAccountSettings(url, OFFICIAL_APPID, keys.folder / "official.txt")
    day = begin(open_, town, switchboard, keys, sqlite_url, 11, official)
    day.wechat.weather.calm = True
    day.wechat.openids = {"o-page": OFFICIAL_APPID, "o-mini": APPID}
    day.cloud.database.write_now(
        lambda work: drivers.bind_openid(work.connection, day.driver.id, "o-mini", None)
    )
    day.order()
    yield day
    assert day.wechat.offences == []


def _start(day: Day, channel: str, status: int = 201, key: str = "", **more: str) -> Any:
    asked = {"provider": "wechat", "channel": channel, **more}
    path = f"/v1/orders/{day.orders[-1]}/payments"
    return day.driver.post(path, asked, status, key=key or day.driver.new_id())


def test_a_page_inside_wechat_pays_by_the_official_account(day: Day) -> None:
    key = day.driver.new_id()
    started = _start(day, "jsapi", key=key, payer_code="code-1")
    assert started["mini_program"]["appId"] == OFFICIAL_APPID
    assert day.wechat.orders[key].asked["payer"] == {"openid": "o-page"}
    # Asked again, with the code that is used by now or a fresh one: the same page of the same payment.
    assert _start(day, "jsapi", key=key, payer_code="code-1") == started
    assert _start(day, "jsapi", key=key, payer_code="code-2") == started
    assert day.wechat.pay(key)
    day.gateways_tell()
    wait_until(lambda: day.driver.look(day.orders[-1])["state"] == "reserved", "the payment to be heard of")


def test_the_mini_program_and_pages_elsewhere_pay_as_they_did(day: Day) -> None:
    key = day.driver.new_id()
    assert _start(day, "mini_program", key=key)["mini_program"]["appId"] == APPID
    assert day.wechat.orders[key].asked["payer"] == {"openid": "o-mini"}
    for channel in ("h5", "qr"):
        key = day.driver.new_id()
        assert _start(day, channel, key=key)["pay_url"]
        assert day.wechat.orders[key].asked["appid"] == APPID


def test_the_mini_programs_openid_is_nobodys_at_the_official_account(day: Day) -> None:
    assert code_of(_start(day, "jsapi", 409)) == "payer_not_known"
    assert code_of(_start(day, "jsapi", 403, payer_code="made-up")) == "wechat_code_unfit"
    assert not day.wechat.orders


def test_a_top_up_is_paid_by_the_official_account_too(day: Day) -> None:
    top_up = day.driver.post("/v1/wallet/top-ups", {"amount_fen": 10000}, 201, key=day.driver.new_id())
    key = day.driver.new_id()
    asked = {"provider": "wechat", "channel": "jsapi", "payer_code": "code-1"}
    started = day.driver.post(f"/v1/wallet/top-ups/{top_up['id']}/payments", asked, 201, key=key)
    assert started["mini_program"]["appId"] == OFFICIAL_APPID
