"""Bells over a real NATS server: heard by the other worker, by no other cloud, and again after the server came back."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cloud_api.operation.broker import BrokerBells
from dev.places import VENV_PROGRAMS
from tests.conftest import ExpectLog
from tests.waiting import eventually


def _answers(port: int) -> bool:
    with socket.socket() as tried:
        tried.settimeout(1)
        return tried.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def _server(port: int, folder: Path) -> Iterator[None]:
    with (folder / "nats.log").open("a") as log:
        command = [str(VENV_PROGRAMS / "nats-server"), "-a", "127.0.0.1", "-p", str(port)]
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            eventually(lambda: _answers(port), "the broker to answer")
            yield
        finally:
            process.kill()
            process.wait()


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def test_bells_ring_in_the_other_worker_alone_and_again_when_the_broker_is_back(
    port: int, tmp_path: Path, expected_log: ExpectLog
) -> None:
    expected_log(r"WARNING cloud_api.operation.broker.*silent until the broker answers")
    heard: dict[str, list[str]] = {"own": [], "other": [], "stranger": []}
    address = f"nats://127.0.0.1:{port}"
    clouds = {"own": "kunming", "other": "kunming", "stranger": "chengdu"}
    # They are there before the server is, as after a power cut.
    bells = {name: BrokerBells(address, cloud, heard[name].append) for name, cloud in clouds.items()}
    try:
        bells["own"].ring("nobody hears it")
        with _server(port, tmp_path):
            assert all(one.listens(20) for one in bells.values())
            bells["own"].ring("mailbox of 1")
            eventually(lambda: heard["other"], "the other worker to hear it")
        eventually(lambda: not bells["other"].listens(0), "the broker to be missed")
        bells["own"].ring("nobody hears this either")
        with _server(port, tmp_path):
            assert all(one.listens(20) for one in bells.values())
            bells["other"].ring("chores")
            eventually(lambda: heard["own"], "the first worker to hear it")
    finally:
        for one in bells.values():
            one.close()
    assert heard == {"own": ["chores"], "other": ["mailbox of 1"], "stranger": []}
