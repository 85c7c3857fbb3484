"""The program that prints is killed again and again: every receipt comes out, and only one of each looks like the original."""

import re
import subprocess
import sys
import threading
from pathlib import Path
from random import Random

from core.domain.money import Money
from core.simulated.receipt_printer.printer import Printer
from core.simulated.receipt_printer.server import PrinterServer
from tests.services.small_station import SmallStation

SALES = 6
LIVES = 5


def test_a_program_that_is_killed_while_printing_loses_no_receipt_and_doubles_none_unmarked(
    tmp_path: Path,
) -> None:
    station = SmallStation(tmp_path / "station.db")
    station.open_shift()
    sales = [
        station.payments.take_cash(station.a_bill(pieces=1).id, Money(2_000), station.cashier)
        for _turn in range(SALES)
    ]
    url = station.url
    station.close()
    printer = Printer(tmp_path / "paper", 576)
    server = PrinterServer(printer)
    server.start()
    random = Random(20261122)
    killed = 0
    for life in range(LIVES + 1):
        already = _printed(printer)
        program = subprocess.Popen(
            [sys.executable, "-m", "tests.services.printing_program", url, str(server.port)]
        )
        try:
            _until_more_is_printed(printer, already + 1, program)
            # Somewhere between the printer's having a job and the books' knowing of it, or in the next job.
            program.wait(random.uniform(0.0, 0.1) if life < LIVES else 30)
        except subprocess.TimeoutExpired:
            killed += 1
        else:
            if program.returncode == 0:
                break
        finally:
            program.kill()
            program.wait(10)
    server.stop()
    assert killed >= 2
    papers = [str(job["text"]) for job in printer.jobs()]
    for sale in sales:
        mine = [text for text in papers if sale.number in text]
        originals = [text for text in mine if "副本" not in text]
        assert mine, f"{sale.number} never came out"
        assert len(originals) <= 1
        marks = [int(mark) for text in mine for mark in re.findall(r"副本 (\d+)", text)]
        assert len(marks) == len(set(marks))
    numbers = [re.search(r"\d{8}-\d{4}", text).group() for text in papers]  # type: ignore[union-attr]
    assert numbers == sorted(numbers)


def _printed(printer: Printer) -> int:
    return len(list(printer.folder.glob("job-*.bin")))


def _until_more_is_printed(printer: Printer, wanted: int, program: "subprocess.Popen[bytes]") -> None:
    between = threading.Event()
    for _turn in range(2_000):
        if _printed(printer) >= wanted or program.poll() is not None:
            return
        between.wait(0.005)
    raise AssertionError("nothing is printed any more")
