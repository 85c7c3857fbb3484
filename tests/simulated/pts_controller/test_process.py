"""The controller as a process of its own: real time, being killed, being asked to end."""

import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def until(condition, seconds=10.0):
    """Ask again and again until it is so."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not (found := condition()):
        assert time.monotonic() < deadline, "it never came to be"
        pause.wait(0.02)
    return found


@pytest.fixture
def launch(tmp_path):
    children: list[subprocess.Popen[bytes]] = []

    def begin(*arguments):
        ready = tmp_path / f"ready-{len(children)}.json"
        child = subprocess.Popen(
            [sys.executable, "-m", "core.simulated.pts_controller", "--ready-file", ready, *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        children.append(child)
        until(ready.exists)
        return child, json.loads(ready.read_text(encoding="utf-8"))

    yield begin
    for child in children:
        child.kill()
        child.communicate()


def test_a_fill_goes_on_while_nobody_polls_and_the_end_is_clean(launch, make_client, control_at):
    child, ready = launch("--pace", "200", "--auth", "basic", "--user", "till", "--password", "s3")
    client = make_client(ready["port"], "till", "s3", basic=True)
    control_at(ready["control_port"], "pumps/1/serve", {"nozzle": 1})
    client.authorise()
    rows = until(lambda: control_at(ready["control_port"], "ledger", None))
    assert (rows[0]["volume_ml"], rows[0]["amount_fen"], rows[0]["closed"]) == (25_610, 20_000, False)
    assert client.state()[0] == "PumpEndOfTransactionStatus"
    child.send_signal(signal.SIGTERM)
    out, _ = child.communicate(timeout=10)
    assert child.returncode == 0
    assert out.decode().startswith("ready {")


def test_killed_in_mid_fill_it_comes_back_with_every_sale(launch, make_client, control_at, tmp_path):
    arguments = ("--pace", "300", "--auth", "basic", "--state", tmp_path / "state")
    child, ready = launch(*arguments)
    client = make_client(ready["port"], basic=True)
    number = 0
    for pump in (1, 2):
        number = client.authorise(pump)
        control_at(ready["control_port"], f"pumps/{pump}/serve", {"nozzle": 1})
    until(lambda: len(control_at(ready["control_port"], "ledger", None)) == 2)
    client.ask("PumpCloseTransaction", Pump=1, Transaction=number)
    client.ask("SetFuelGradesPrices", FuelGradesPrices=[{"FuelGradeId": 4, "Price": 7.2}])
    control_at(ready["control_port"], "pace", {"factor": 1})
    client.authorise(5, Type="Volume", Dose=30)
    control_at(ready["control_port"], "pumps/5/serve", {"nozzle": 1})
    before = control_at(ready["control_port"], "ledger", None)
    child.kill()
    child.wait()

    _, ready = launch(*arguments)
    client = make_client(ready["port"], basic=True)
    assert control_at(ready["control_port"], "ledger", None)[:2] == before
    assert client.state(1)[1]["LastAmount"] == 200
    kind, data = client.state(2)
    assert (kind, data["Amount"]) == ("PumpEndOfTransactionStatus", 200)
    rows = until(lambda: control_at(ready["control_port"], "ledger", None)[2:])
    assert (rows[0]["pump"], rows[0]["volume_ml"], rows[0]["price_li"]) == (5, 30_000, 7_200)
