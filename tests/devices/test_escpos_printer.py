"""The receipt printer against a simulated one in a process of its own, and against printers that misbehave."""

import json
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.devices.links.tcp_link import TcpLink
from core.devices.printers.encoder import drawer
from core.devices.printers.escpos_printer import EscposPrinter
from core.devices.printers.profile import profile_of
from core.domain.faults import Fault, PrinterCoverOpen, PrinterOffline, PrinterOutOfPaper
from core.domain.receipt import Receipt, Text
from tests.devices.receipts import COUNTER_SALE

A_LINE = Receipt((Text("一行"),))


class SimulatedPrinter:
    """The other end of the cable."""

    def __init__(self, folder: Path) -> None:
        ready = json.loads((folder / "ready.json").read_text())
        self.folder, self.port, self._control = folder, ready["port"], ready["control_port"]

    def control(self, path: str, body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._control}/control/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            return json.load(answer)

    def pulses_come_to(self, number: int) -> None:
        """A drawer is kicked and not waited for: the printer may be a moment behind."""
        between = threading.Event()
        for _turn in range(300):
            if self.control("drawer")["pulses"] >= number:
                break
            between.wait(0.01)
        assert self.control("drawer")["pulses"] == number


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedPrinter]:
    folder = tmp_path_factory.mktemp("printer")
    ready = folder / "ready.json"
    command = [sys.executable, "-m", "core.simulated.receipt_printer", "--port", "0", "--dir", str(folder)]
    process = subprocess.Popen([*command, "--ready-file", str(ready)], stdout=subprocess.DEVNULL)
    try:
        between = threading.Event()
        for _turn in range(300):
            if ready.exists():
                break
            between.wait(0.05)
        yield SimulatedPrinter(folder)
    finally:
        process.terminate()
        process.wait(10)


def a_printer(port: int, *, raster: bool = False) -> EscposPrinter:
    return EscposPrinter(
        TcpLink("127.0.0.1", port, 1.0),
        profile_of(80, raster=raster),
        timeout_seconds=1.0,
        settle_seconds=0.01,
    )


def test_a_receipt_comes_out_as_it_was_meant(paper: SimulatedPrinter):
    before = paper.control("drawer")["pulses"]
    a_printer(paper.port).print(COUNTER_SALE)
    printed = paper.control("jobs")[-1]
    assert printed["state"] == "printed"
    assert printed["ended_by"] == "cut"
    assert not any(line["overflow"] for line in printed["lines"])
    assert "应付            ￥236.00" in printed["text"]
    assert "25.61 升 × ￥7.81/升" in printed["text"]
    assert paper.control("drawer")["pulses"] == before + 1


def test_the_drawer_opens_without_a_receipt(paper: SimulatedPrinter):
    jobs, pulses = len(paper.control("jobs")), paper.control("drawer")["pulses"]
    a_printer(paper.port).open_drawer()
    paper.pulses_come_to(pulses + 1)
    assert len([job for job in paper.control("jobs") if job["text"].strip()]) <= jobs


@pytest.mark.parametrize(
    ("kind", "fault"),
    [("paper_out", PrinterOutOfPaper), ("cover_open", PrinterCoverOpen), ("offline", PrinterOffline)],
)
def test_a_printer_that_cannot_print_says_why(paper: SimulatedPrinter, kind: str, fault: type[Fault]):
    printer, jobs = a_printer(paper.port), len(paper.control("jobs"))
    paper.control("fault", {"kind": kind})
    try:
        with pytest.raises(fault) as told:
            printer.print(A_LINE)
        status = printer.status()
        assert (status.ready, status.fault) == (False, told.value.code)
    finally:
        paper.control("fault", {"kind": "none"})
    assert len(paper.control("jobs")) == jobs
    assert printer.status().ready
    printer.print(A_LINE)


def test_a_roll_that_is_nearly_empty_still_prints(paper: SimulatedPrinter):
    printer = a_printer(paper.port)
    paper.control("fault", {"kind": "paper_near_end"})
    try:
        status = printer.status()
        assert (status.ready, status.paper_near_end) == (True, True)
        printer.print(A_LINE)
    finally:
        paper.control("fault", {"kind": "none"})


def test_a_rare_character_is_drawn(paper: SimulatedPrinter):
    a_printer(paper.port).print(Receipt((Text("䶮先生"),)))
    files = paper.control("jobs")[-1]["files"]
    assert b"\x1dv0" in (paper.folder / next(name for name in files if name.endswith(".bin"))).read_bytes()


def test_receipts_of_several_threads_come_out_one_after_the_other(paper: SimulatedPrinter):
    printer, jobs = a_printer(paper.port), len(paper.control("jobs"))
    threads = [
        threading.Thread(target=printer.print, args=(Receipt((Text(f"第{number}张"),)),))
        for number in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    texts = [job["text"].strip() for job in paper.control("jobs")[jobs:]]
    assert sorted(texts) == [f"第{number}张" for number in range(4)]


def test_the_drawer_opens_without_paper(paper: SimulatedPrinter):
    printer, pulses = a_printer(paper.port), paper.control("drawer")["pulses"]
    for kind in ("paper_out", "cover_open"):
        paper.control("fault", {"kind": kind})
        try:
            printer.open_drawer()
            pulses += 1
            paper.pulses_come_to(pulses)
        finally:
            paper.control("fault", {"kind": "none"})
    assert paper.control("drawer")["pulses"] == pulses  # none was kept for later


@pytest.mark.parametrize(("level", "opened", "shut"), [(True, True, False), (False, False, True)])
def test_a_drawer_that_is_watched_tells_whether_it_is_open(
    paper: SimulatedPrinter, level: bool, opened: bool, shut: bool
):
    printer = EscposPrinter(
        TcpLink("127.0.0.1", paper.port, 1.0),
        replace(profile_of(80), drawer_high_is_open=level),
        settle_seconds=0.01,
    )
    before = paper.control("drawer")["pulses"]
    printer.open_drawer()
    paper.pulses_come_to(before + 1)
    assert printer.status().drawer_open is opened
    paper.control("drawer/close", {})
    assert printer.status().drawer_open is shut
    assert a_printer(paper.port).status().drawer_open is None  # nobody said how its switch is wired


def test_the_drawer_hangs_on_the_pin_that_was_set(paper: SimulatedPrinter):
    on_pin_5 = EscposPrinter(
        TcpLink("127.0.0.1", paper.port, 1.0), replace(profile_of(80), drawer_pin=5), settle_seconds=0.01
    )
    before = paper.control("drawer")["pulses"]
    on_pin_5.open_drawer()
    paper.pulses_come_to(before + 1)
    assert drawer(replace(profile_of(80), drawer_pin=5))[2:3] == b"\x01"


LONG = Receipt(tuple(Text(f"第{number}行 一路平安一路平安") for number in range(400)))


def test_a_job_that_the_printer_takes_half_of_is_told_as_begun(paper: SimulatedPrinter):
    printer = a_printer(paper.port)
    printer.print(A_LINE)  # it is known from now on as one that does not hang up
    paper.control("break", {"kind": "cut", "after": 300})
    with pytest.raises(PrinterOffline) as broken_off:
        printer.print(LONG)
    assert broken_off.value.begun
    printer.print(A_LINE)


def test_a_printer_that_stops_taking_a_job_says_why(paper: SimulatedPrinter):
    printer = a_printer(paper.port)
    paper.control("break", {"kind": "stall", "after": 300})
    try:
        with pytest.raises(PrinterOutOfPaper) as stuck:
            printer.print(LONG)
        assert stuck.value.begun
        with pytest.raises(PrinterOutOfPaper) as before:
            printer.print(A_LINE)
        assert not before.value.begun
    finally:
        paper.control("fault", {"kind": "none"})
    printer.print(A_LINE)


def test_a_printer_that_is_switched_off_is_offline():
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    printer = a_printer(port)
    assert printer.status().fault == "printer_offline"
    with pytest.raises(PrinterOffline):
        printer.print(A_LINE)


@contextmanager
def answering(*answers: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """A printer that gives these answers, one for each DLE EOT, and then hangs up."""
    heard: list[bytes] = []

    def serve(server: socket.socket) -> None:
        waiting = list(answers)
        caller, _address = server.accept()
        with caller:
            while received := caller.recv(4096):
                heard.append(received)
                if b"\x10\x04" in received[-3:]:
                    if not waiting:
                        return
                    caller.sendall(waiting.pop(0))

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        yield server.getsockname()[1], heard
        thread.join(10)


def test_a_printer_that_gives_no_answer_is_offline():
    with answering() as (port, _heard):
        assert a_printer(port).status().fault == "printer_offline"


def test_a_device_that_answers_something_else_is_no_printer():
    with answering(b"\xff") as (port, _heard), pytest.raises(PrinterOffline):
        a_printer(port).print(A_LINE)


def test_paper_that_ends_in_the_middle_of_the_receipt_is_told():
    well = [b"\x12", b"\x12", b"\x12"]
    with answering(*well, b"\x1a", b"\x32", b"\x7e") as (port, heard), pytest.raises(PrinterOutOfPaper):
        a_printer(port).print(A_LINE)
    assert "一行".encode("gbk") in b"".join(heard)
