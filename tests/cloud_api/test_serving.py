"""The program as it is started: its commands, its settings, its restart after a sudden death."""

import json
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from cloud_api.__main__ import main
from cloud_api.clock import SystemClock
from cloud_api.database import Database
from cloud_api.ledger import book
from cloud_api.ledger.book import Kind
from cloud_api.settings import Settings, SettingsUnfit, load
from cloud_api.simulated.wechat_pay import WechatPay
from tests.cloud_api.conftest import Cloud, Switchboard, Town, running_cloud, wait_until
from tests.cloud_api.simulated.outside_world import SECONDS_TO_WAIT, Control

_ROOT = Path(__file__).parent.parent.parent


def _settings_file(town: Town, folder: Path) -> Path:
    wechat, sms = town.wechat_settings, town.sms_settings
    lines = ["[cloud]", "chores_seconds = 0.05", "[wechat]"]
    names: tuple[str, ...] = (
        "base_url",
        "mchid",
        "appid",
        "serial_no",
        "private_key_file",
        "api_v3_key_file",
    )
    names = (*names, "public_key_id", "public_key_file")
    lines += [f"{name} = {json.dumps(str(getattr(wechat, name)))}" for name in names]
    lines += ["[sms]", f'base_url = "{sms.base_url}"', f'key = "{sms.key}"']
    file = folder / "cloud.toml"
    file.write_text("\n".join(lines))
    return file


@contextmanager
def _process(town: Town, folder: Path, url: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    ready = folder / "ready.json"
    ready.unlink(missing_ok=True)
    command = [sys.executable, "-m", "cloud_api", "serve", "--port", "0", "--database", url]
    command += ["--settings", str(_settings_file(town, folder)), "--ready-file", str(ready)]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(command, cwd=_ROOT, stdout=log, stderr=log)
    try:
        wait_until(lambda: ready.exists() or process.poll() is not None, "the cloud to start")
        yield process, f"http://127.0.0.1:{json.loads(ready.read_text())['port']}"
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(SECONDS_TO_WAIT)


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(list(arguments)) == 0
    return capsys.readouterr().out.splitlines()


@pytest.fixture
def town_of_today(town: Town) -> Iterator[Town]:
    """The town by the real clock, as a program of its own has no other."""
    now = SystemClock()
    wechat = WechatPay(town.keys, now, retry_scale=0.004, refund_seconds=0.0)
    with town.loop.serving(wechat) as url:
        today = Town(town.loop, cast(Any, now), town.keys, town.sms, Control(url))
        yield today
        today.wechat.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def url_to_kill_over(request: pytest.FixtureRequest, sqlite_url: str) -> str:
    return sqlite_url if request.param == "sqlite" else str(request.getfixturevalue("postgres"))


@contextmanager
def _killed_cloud(town: Town, folder: Path, url: str) -> Iterator[Cloud]:
    """A cloud that is shot at the end of the with block."""
    with _process(town, folder, url) as (process, address):
        beside = Database(url)
        with httpx.Client(base_url=address, timeout=SECONDS_TO_WAIT) as client:
            yield Cloud(town, address, Settings(database=url), client, beside)
        beside.close()
        process.kill()
        assert process.wait(SECONDS_TO_WAIT) == -signal.SIGKILL


def test_a_cloud_that_is_shot_gives_the_money_back_after_its_restart(
    town_of_today: Town, tmp_path: Path, url_to_kill_over: str
) -> None:
    town = town_of_today
    with _killed_cloud(town, tmp_path, url_to_kill_over) as cloud:
        driver, station = cloud.driver(), cloud.station()
        unpaid = driver.order(station)["id"]
        order_id = driver.order(station)["id"]
        payment_id = driver.pay(town.wechat, order_id)
        station.claim(order_id)
        town.wechat.next("system_error", count=1000, path_contains="/refund/")
        done = station.complete(order_id, amount_fen=15000)
        station.tell(done)
        assert driver.look(order_id)["settlement"]["refund_state"] == "pending"
    town.wechat.clear()
    with (
        _process(town, tmp_path, url_to_kill_over) as (process, address),
        httpx.Client(base_url=address, timeout=SECONDS_TO_WAIT) as client,
    ):
        driver.client = station.client = client
        assert station.tell(done)["accepted"] == [done["id"]]
        wait_until(lambda: driver.look(order_id)["settlement"]["refund_state"] == "refunded", "the money")
        assert town.wechat.payment(payment_id)["refunded_fen"] == 5000
        assert driver.look(unpaid)["state"] == "pending_payment"
        assert [message["number"] for message in station.mailbox()] == [1]
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS_TO_WAIT) == 0


def test_the_keepers_commands_print_what_was_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = ("--database", f"sqlite:///{tmp_path / 'cloud.db'}")
    place = ("--name", "昆明北站", "--address", "北京路1号", "--lat", "25.05", "--lng", "102.72")
    station, code = _run(capsys, "station", "add", *place, *database)
    assert code.startswith("pairing-code ")
    [again] = _run(capsys, "station", "pair", station.split()[1], *database)
    assert again != code
    terms = ("--kind", "amount_off", "--off-fen", "1500", "--threshold-fen", "10000", "--stock", "3")
    [campaign] = _run(capsys, "campaign", "add", "--title", "满100减15", *terms, *database)
    campaign_id = campaign.removeprefix("campaign ")
    assert len(_run(capsys, "coupon", "issue", "--campaign", campaign_id, "--count", "2", *database)) == 2
    [given] = _run(capsys, "coupon", "give", "--campaign", campaign_id, "--phone", "13812345678", *database)
    assert given.startswith("YZ")
    assert main(["coupon", "issue", "--campaign", campaign_id, "--count", "1", *database]) == 1
    assert "领完" in capsys.readouterr().err
    assert main(["station", "pair", "0" * 32, *database]) == 1
    assert main(["campaign", "add", "--title", "x", "--stock", "3", *database]) == 2
    assert "--off-fen" in capsys.readouterr().err


def test_the_keepers_commands_for_members_and_cards(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = ("--database", f"sqlite:///{tmp_path / 'cloud.db'}")
    phone = ("--phone", "13812345678")
    has = ("--fen", "10000", "--bonus-fen", "500", "--points", "120")
    [member] = _run(
        capsys, "member", "add", *phone, "--name", "张女士", "--plate", "云A12345", *has, *database
    )
    assert member == _run(capsys, "member", "add", *phone, "--name", "张丽", *database)[0]
    _run(capsys, "wallet", "top-up", *phone, "--fen", "5000", *database)
    _run(capsys, "points", "give", *phone, "--points", "80", *database)
    batch = ("--title", "店庆卡", "--face-fen", "10000", "--count", "2")
    cards = [line.split() for line in _run(capsys, "card", "make", *batch, *database)]
    assert all(number.startswith("88") and code.startswith("YC") for number, code in cards)
    number = cards[0][0]
    for what in ("activate", "freeze", "thaw"):
        assert _run(capsys, "card", what, number, *database)[0].startswith(number)
    books = Database(database[1])
    member_id = member.split()[1]
    held = [
        books.read_now(lambda c, kind=kind: book.balance(c, kind, member_id))  # type: ignore[misc]
        for kind in (Kind.WALLET_PRINCIPAL, Kind.WALLET_BONUS, Kind.POINTS)
    ]
    assert held == [15_000, 500, 200]
    assert books.read_now(book.faults) == []
    books.close()
    assert main(["card", "freeze", "8800000000000000", *database]) == 1
    assert "充值卡" in capsys.readouterr().err
    for unfit in (
        ["card", "make", "--title", "x", "--face-fen", "100001", "--count", "1"],
        ["wallet", "top-up", *phone, "--fen", "0"],
        ["points", "give", *phone, "--points", "0"],
    ):
        assert main([*unfit, *database]) == 2
        assert "--" in capsys.readouterr().err


def test_settings_come_from_arguments_then_environment_then_file(tmp_path: Path) -> None:
    file = tmp_path / "cloud.toml"
    file.write_text(
        '[cloud]\nport = 1\nhost = "::1"\ndatabase = "sqlite:///file.db"\n[sms]\nbase_url = "https://u"\nkey = "k"\n'
    )
    environment = {"YOUZHAN_CLOUD_PORT": "2", "YOUZHAN_CLOUD_DATABASE": "sqlite:///environment.db"}
    settings = load({"settings": file, "database": "sqlite:///argument.db"}, environment)
    assert (settings.database, settings.port, settings.host) == ("sqlite:///argument.db", 2, "::1")
    assert settings.sms is not None
    assert settings.wechat is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "No database"),
        ("[cloud]\nport = 'many'", "port"),
        ("[cloud]\ncolour = 'red'", "colour"),
        ("[sms]\nkey = 'k'", "base_url"),
        ("[sms]\nkey = 'k'\nbase_url = 'b'\ncolour = 'red'", "colour"),
        (
            (
                "[alipay]\ngateway_url = 'https://g.example'\napp_id = 'a'\nprivate_key_file = 'gone.pem'\n"
                "alipay_public_key_file = 'gone.pem'"
            ),
            "gone.pem",
        ),
        ("[sms]\nkey = 'k'\nbase_url = 'http://sms.example'", "must begin with https://"),
        ("[sms]\nkey = 'k'\nbase_url = 'http://127.0.0.1.example'", "must begin with https://"),
        ("[sms]\nkey = 'change-me'\nbase_url = 'https://sms.example'", "CHANGE-ME"),
        ("[cloud]\nmetrics_token = 'CHANGE-ME-TOO'", "metrics_token"),
        ("[cloud]\ndatabase = 'postgresql://youzhan:CHANGE-ME@database/youzhan'", "database"),
        ("cloud = 3", "cloud"),
        ("[cloud", "TOML"),
    ],
)
def test_an_unfit_settings_file_is_refused_with_the_reason(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "cloud.toml"
    file.write_text(text)
    with pytest.raises(SettingsUnfit, match=why):
        load({"settings": file}, {})


def test_the_example_of_the_installation_starts_nothing_before_its_secrets_are_ones_own() -> None:
    example = (_ROOT / "installers" / "cloud" / "cloud.env.example").read_text("utf-8")
    lines = [line.split("=", 1) for line in example.splitlines() if line.startswith("YOUZHAN_CLOUD_")]
    environment = dict(lines) | {"YOUZHAN_CLOUD_SETTINGS": ""}
    with pytest.raises(SettingsUnfit, match="CHANGE-ME"):
        load({}, environment)
    own = {name: value.replace("CHANGE-ME", "of-our-own") for name, value in environment.items()}
    assert load({}, {**own, "YOUZHAN_CLOUD_KEYS_FILE": ""}).documents == "closed"


@pytest.mark.usefixtures("logging_put_back")
def test_what_cannot_be_opened_is_said_in_both_languages_instead_of_a_trace(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "not.db").write_bytes(b"no database at all" * 100)
    with closing(sqlite3.connect(tmp_path / "stations.db")) as foreign:
        foreign.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        foreign.execute("INSERT INTO alembic_version VALUES ('of_somebody_else')")
        foreign.commit()
    for url in (
        f"sqlite:///{tmp_path}/not.db",
        f"sqlite:///{tmp_path}/stations.db",
        "mysql://user@host/name",
        "nonsense",
    ):
        assert main(["serve", "--port", "0", "--database", url]) == 2
        said = capsys.readouterr().err
        assert "数据库打不开" in said
        assert "cannot be opened" in said


@pytest.mark.usefixtures("logging_put_back")
def test_a_port_in_use_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["serve", "--port", port, "--database", f"sqlite:///{tmp_path}/cloud.db"]) == 2
    said = capsys.readouterr().err
    assert port in said
    assert "--port" in said


def test_the_document_describes_every_route_with_its_errors(cloud: Cloud) -> None:
    document = cloud.get("/openapi.json")
    routes = [(path, way) for path, ways in document["paths"].items() for way in ways]
    assert len(routes) > 25
    for path, way in routes:
        assert document["paths"][path][way]["summary"], path
        assert "4XX" in document["paths"][path][way]["responses"], path


def test_the_drivers_page_is_served_at_the_root(
    town: Town, switchboard: Switchboard, sqlite_url: str, tmp_path: Path
) -> None:
    (tmp_path / "h5" / "assets").mkdir(parents=True)
    (tmp_path / "h5" / "index.html").write_text("<title>油站</title>")
    (tmp_path / "h5" / "assets" / "app.js").write_text("1")
    with running_cloud(town, switchboard, sqlite_url, tmp_path / "h5") as cloud:
        assert "油站" in cloud.client.get("/").text
        assert cloud.client.get("/assets/app.js").text == "1"
        for missing in ("/nothing.js", "/v1/nothing", "/%2e%2e/cloud.db"):
            answer = cloud.client.get(missing)
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_a_body_that_is_far_too_large_is_refused(cloud: Cloud) -> None:
    answer = cloud.client.post("/v1/sign-in/codes", content=b"x" * (5 * 1024 * 1024))
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "request_too_large")
