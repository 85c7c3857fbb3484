"""The simulated providers as processes: their keys, their ready file, their end, and the text message house."""

import json
import os
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from cloud_api.clock import SystemClock
from cloud_api.simulated.keys import make_keys, sms_customer, write_settings
from cloud_api.simulated.sms import TextMessageHouse
from tests.cloud_api.simulated.outside_world import SECONDS_TO_WAIT, LoopThread, plain_http

ROOT = Path(__file__).parents[3]


def test_keys_that_are_there_stay(tmp_path: Path):
    make_keys(tmp_path)
    first = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    make_keys(tmp_path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == first


def test_private_keys_are_for_their_owner_alone(tmp_path: Path):
    make_keys(tmp_path)
    secret = [file for file in tmp_path.iterdir() if "public" not in file.name]
    assert {file.stat().st_mode & 0o777 for file in secret} == {0o600}


def test_settings_name_every_file_of_the_folder(tmp_path: Path):
    make_keys(tmp_path)
    settings = tomllib.loads(write_settings(tmp_path, wechat_port=1, alipay_port=2, sms_port=3).read_text())
    assert settings["wechat"]["base_url"] == "http://127.0.0.1:1"
    files = [value for table in settings.values() for name, value in table.items() if name.endswith("_file")]
    assert len(files) == 9
    assert all((tmp_path / file).is_file() for file in files)


@pytest.mark.parametrize("name", ["wechat_pay", "alipay", "sms"])
def test_process_says_where_it_listens_and_ends_well(tmp_path: Path, name: str):
    make_keys(tmp_path)
    ready = tmp_path / "ready.json"
    module = f"cloud_api.simulated.{name}"
    command = [sys.executable, "-m", module, "--keys", str(tmp_path), "--ready-file", str(ready)]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ}, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        said = process.stdout.readline().decode()
        facts = json.loads(ready.read_text())
        assert said == f"ready {json.dumps(facts)}\n"
        assert facts["port"] == facts["control_port"] > 0
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS_TO_WAIT) == 0


@contextmanager
def message_house(keys: Path) -> Iterator[httpx.Client]:
    loop = LoopThread()
    house = TextMessageHouse(keys, SystemClock(), state=keys / "sms.json")
    with (
        loop.serving(house) as url,
        httpx.Client(base_url=url, verify=plain_http(), timeout=SECONDS_TO_WAIT) as client,
    ):
        yield client
    loop.close()


def test_text_messages_are_taken_from_whoever_knows_the_key_and_kept(tmp_path: Path):
    make_keys(tmp_path)
    key = {"X-Api-Key": sms_customer(tmp_path).key}
    message = {"phone": "13800138000", "text": "验证码 123456"}
    with message_house(tmp_path) as client:
        assert client.post("/send", json=message, headers={"X-Api-Key": "wrong"}).status_code == 401
        assert client.post("/send", json=message | {"phone": "110"}, headers=key).status_code == 422
        assert client.post("/send", json=message, headers=key).status_code == 200
        client.post("/control/next", json={"behaviour": "system_error"})
        assert client.post("/send", json=message, headers=key).status_code == 500
    with message_house(tmp_path) as client:
        kept = client.get("/control/messages").json()["messages"]
    assert [(one["phone"], one["text"]) for one in kept] == [("13800138000", "验证码 123456")]
