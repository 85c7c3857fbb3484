"""A whole station with a pole display and a scanner on real terminals, and a printer on a network socket."""

import os
import threading
import tty
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from core.domain.money import Money
from core.simulated.pole_display import Pole
from core.simulated.receipt_printer.printer import FaultKind, Printer
from core.simulated.receipt_printer.server import PrinterServer
from core.station.build import open_station
from core.station.settings import read_settings
from tests.services.small_station import WATER, lay_out

PATIENCE_TURNS = 1_000


class Ear:
    """Hears the scanner."""

    def __init__(self) -> None:
        self.codes: list[str] = []
        self.up = False

    def scanned(self, text: str) -> None:
        self.codes.append(text)

    def line(self, up: bool, why: str) -> None:
        assert up or why
        self.up = up


def eventually(seen: Callable[[], bool]) -> None:
    between = threading.Event()
    for _turn in range(PATIENCE_TURNS):
        if seen():
            return
        between.wait(0.01)
    raise AssertionError("it did not come")


def test_a_sale_is_shown_printed_and_opens_the_drawer(  # noqa: PLR0915 - one sale from the scanner to the paper
    tmp_path: Path,
) -> None:
    lay_out(f"sqlite:///{tmp_path / 'station.db'}")
    printer = Printer(tmp_path / "paper", 384)
    server = PrinterServer(printer)
    server.start()
    pole_end, pole_port = _cable()
    scanner_end, scanner_port = _cable()
    pole = Pole("led8")
    reading = threading.Thread(target=_read, args=(pole_end, pole), daemon=True)
    reading.start()
    file = tmp_path / "station.toml"
    file.write_text(
        f"[printer]\nkind = 'network'\naddress = '127.0.0.1:{server.port}'\nwidth = 58\n"
        f"[pole_display]\nkind = 'led8'\naddress = '{os.ttyname(pole_port)}'\nbaud = 2400\n"
        f"[scanner]\nkind = 'serial'\naddress = '{os.ttyname(scanner_port)}'\n",
        encoding="utf-8",
    )
    station = open_station(read_settings(file), "till", may_own_pumps=True)
    station.start()
    ear = Ear()
    station.scanner.start(ear)
    try:
        eventually(lambda: ear.up)
        os.write(scanner_end, WATER.encode() + b"\r\n")
        eventually(lambda: ear.codes == [WATER])
        cashier = station.staff.people()[0].id
        station.shifts.open(Money(50_000), cashier)
        bill = station.sales.open(cashier)
        station.sales.add_goods(bill.id, ear.codes[0], 2, cashier)
        eventually(lambda: (pole.digits, pole.lamp) == ("30.00", 2))
        printer.set_fault(FaultKind.PAPER_OUT)
        station.payments.take_cash(bill.id, Money(5_000), cashier)
        eventually(lambda: (pole.digits, pole.lamp) == ("20.00", 4))
        eventually(lambda: printer.pulses == 1)
        eventually(lambda: station.health.state.papers_waiting == 1)
        assert station.health.state.printer == "printer_out_of_paper"
        printer.set_fault(FaultKind.NONE)
        eventually(lambda: len(printer.jobs()) == 1)
        assert "副本" not in str(printer.jobs()[0]["text"])
        eventually(lambda: not station.receipts.waiting())
        assert printer.pulses == 1
    finally:
        station.scanner.stop()
        station.stop()
        server.stop()
        for end in (pole_port, scanner_port):
            os.close(end)
        reading.join(5)
        for end in (pole_end, scanner_end):
            os.close(end)


def _cable() -> tuple[int, int]:
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    return ours, theirs


def _read(ours: int, pole: Pole) -> None:
    with suppress(OSError):  # the end of the cable
        while received := os.read(ours, 4_096):
            pole.take(received)
