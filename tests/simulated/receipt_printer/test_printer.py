"""The printer on its sockets: jobs, faults, real-time answers, the drawer, the pictures."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from PIL import Image

from core.simulated.receipt_printer.__main__ import main
from core.simulated.receipt_printer.printer import Printer
from core.simulated.receipt_printer.server import PrinterServer

ROOT = Path(__file__).parents[3]
RECEIPT = (
    b"\x1b@\x1ba\x01\x1c&"
    + "城西加油站".encode("gb18030")
    + b"\x1c.\n\x1ba\x00total 200.00\n\x1bp\x00\x19\xfa\x1bd\x03\x1dV\x00"
)


def until(condition, seconds=10.0):
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not (found := condition()):
        assert time.monotonic() < deadline, "it never came to be"
        pause.wait(0.02)
    return found


def control(port, path, asked=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        if asked is None:
            connection.request("GET", f"/control/{path}")
        else:
            connection.request("POST", f"/control/{path}", json.dumps(asked))
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def send(port, data):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as link:
        link.sendall(data)


@pytest.fixture
def server(tmp_path):
    server = PrinterServer(Printer(tmp_path / "jobs", 576))
    server.start()
    yield server
    server.stop()


def jobs(server):
    return control(server.control_port, "jobs")[1]


def test_a_job_ends_at_the_cut_and_is_kept_as_bytes_words_and_picture(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as link:
        link.sendall(RECEIPT + b"next")
        job = until(lambda: jobs(server))[0]
    folder = server.printer.folder
    assert (folder / "job-0001.bin").read_bytes() == RECEIPT
    told = json.loads((folder / "job-0001.json").read_text(encoding="utf-8"))
    assert [line["text"] for line in told["lines"]] == ["城西加油站", "total 200.00"]
    assert (told["ended_by"], told["errors"], told["drawer_pulses"]) == ("cut", [], 1)
    assert (job["number"], job["state"], job["files"][2]) == (1, "printed", "job-0001.png")
    with Image.open(folder / "job-0001.png") as picture:
        assert picture.width > 576
        assert picture.convert("L").point(lambda dot: dot < 60).getbbox() is not None


def test_what_comes_before_the_connection_closes_is_a_job(server):
    send(server.port, RECEIPT[:-3])
    job = until(lambda: jobs(server))[0]
    assert (job["ended_by"], job["cut"]) == ("close", False)


def test_two_receipts_on_one_connection_are_two_jobs_with_their_own_offsets(server):
    send(server.port, RECEIPT + b"ab\x1bZ\n\x1dV\x01")
    first, second = until(lambda: len(jobs(server)) == 2 and jobs(server))
    assert first["errors"] == []
    assert second["errors"] == [{"offset": 2, "message": "unknown command ESC Z"}]


def test_a_pulse_alone_opens_the_drawer_and_prints_nothing(server):
    send(server.port, b"\x1b@\x1bp\x00\x19\xfa")
    until(lambda: control(server.control_port, "drawer")[1] == {"pulses": 1, "open": True})
    assert jobs(server) == []
    assert control(server.control_port, "drawer/close", {})[0] == 200
    assert control(server.control_port, "drawer")[1] == {"pulses": 1, "open": False}


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        ("none", [0x12, 0x12, 0x12, 0x12]),
        ("paper_near_end", [0x12, 0x12, 0x12, 0x1E]),
        ("paper_out", [0x1A, 0x32, 0x12, 0x72]),
        ("cover_open", [0x1A, 0x16, 0x12, 0x12]),
        ("offline", [0x1A, 0x12, 0x12, 0x12]),
    ],
)
def test_the_four_real_time_answers(server, kind, answers):
    control(server.control_port, "fault", {"kind": kind})
    assert control(server.control_port, "fault")[1] == {"kind": kind}
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as link:
        for number, answer in enumerate(answers, start=1):
            link.sendall(b"\x10\x04" + bytes([number]))
            assert link.recv(1) == bytes([answer])


def test_a_status_request_is_answered_in_the_middle_of_a_job(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as link:
        link.sendall(RECEIPT[:30] + b"\x10\x04\x01")
        assert link.recv(1) == b"\x12"
        link.sendall(RECEIPT[30:])
    until(lambda: jobs(server))
    assert (server.printer.folder / "job-0001.bin").read_bytes() == RECEIPT


@pytest.mark.parametrize("kind", ["paper_out", "cover_open", "offline"])
def test_a_job_is_held_until_the_fault_is_cleared(server, kind):
    control(server.control_port, "fault", {"kind": kind})
    send(server.port, RECEIPT)
    until(lambda: jobs(server))
    assert [job["state"] for job in jobs(server)] == ["held"]
    assert list(server.printer.folder.iterdir()) == []
    assert control(server.control_port, "drawer")[1]["pulses"] == 0
    control(server.control_port, "fault", {"kind": "none"})
    assert [job["state"] for job in jobs(server)] == ["printed"]
    assert (server.printer.folder / "job-0001.bin").read_bytes() == RECEIPT
    assert control(server.control_port, "drawer")[1]["pulses"] == 1


def test_an_unknown_fault_or_path_is_said(server):
    assert control(server.control_port, "fault", {"kind": "fire"})[0] == 400
    assert control(server.control_port, "coffee", {})[0] == 404
    assert control(server.control_port, "coffee")[0] == 404


def test_the_decoder_is_a_command_too(tmp_path, capsys):
    good, bad = tmp_path / "good.bin", tmp_path / "bad.bin"
    good.write_bytes(RECEIPT)
    bad.write_bytes(b"\x1bZ\n")
    assert main(["decode", str(good), "--png", str(tmp_path / "x.png"), "--width", "58"]) == 0
    assert json.loads(capsys.readouterr().out)["columns"] == 32
    with Image.open(tmp_path / "x.png") as picture:
        assert 384 < picture.width < 576
    assert main(["decode", str(bad)]) == 1


def test_as_a_process_it_prints_and_ends_cleanly(tmp_path):
    ready_file = tmp_path / "ready.json"
    command = [sys.executable, "-m", "core.simulated.receipt_printer"]
    command += ["--dir", str(tmp_path / "jobs"), "--ready-file", str(ready_file)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as child:
        try:
            until(ready_file.exists)
            ready = json.loads(ready_file.read_text(encoding="utf-8"))
            send(ready["port"], RECEIPT)
            until((tmp_path / "jobs" / "job-0001.bin").exists)
            child.send_signal(signal.SIGTERM)
            assert child.wait(10) == 0
        finally:
            child.kill()
