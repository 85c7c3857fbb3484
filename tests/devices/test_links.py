"""Cables: a real pseudo terminal for the serial one, files and pipes for the file one, and what cannot be plugged in here."""

import os
import sys
import tty
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.devices.links.file_link import FileLink
from core.devices.links.link import AnswerMissing, HungUp, NotReached
from core.devices.links.serial_link import SerialLink
from core.devices.links.spooler_link import SpoolerLink
from core.devices.links.usb_link import UsbLink
from core.devices.printers.escpos_printer import EscposPrinter
from core.devices.printers.profile import profile_of
from core.domain.faults import PrinterOffline, PrinterOutOfPaper
from core.domain.receipt import Receipt, Text
from core.simulated.receipt_printer.printer import FaultKind, Printer
from core.simulated.receipt_printer.serial_front import SerialFront
from tests.devices.receipts import COUNTER_SALE
from tests.waiting import eventually

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals and pipes")
A_LINE = Receipt((Text("一行"),))


@pytest.fixture
def terminal() -> Iterator[tuple[int, str]]:
    """Our end of a serial cable, and the name of the other."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    yield ours, os.ttyname(theirs)
    for end in (ours, theirs):
        os.close(end)


def test_bytes_go_through_a_serial_cable_both_ways(terminal: tuple[int, str]):
    ours, name = terminal
    link = SerialLink(name, 9600, timeout_seconds=1.0)
    link.open()
    link.write(b"\x10\x04\x01")
    assert os.read(ours, 16) == b"\x10\x04\x01"
    os.write(ours, b"\x12\x16")
    heard = link.read()
    while len(heard) < 2:
        heard += link.read()
    assert heard == b"\x12\x16"
    link.close()
    link.close()


def test_a_serial_device_that_says_nothing_is_waited_for_no_longer_than_it_may_be(terminal: tuple[int, str]):
    link = SerialLink(terminal[1], answer_seconds=0.05)
    link.open()
    with pytest.raises(AnswerMissing) as silent:
        link.read()
    assert not isinstance(silent.value, HungUp)
    link.close()


def test_a_serial_device_that_takes_no_more_is_told(terminal: tuple[int, str]):
    link = SerialLink(terminal[1], timeout_seconds=0.2)
    link.open()
    with pytest.raises(AnswerMissing):
        link.write(b"x" * 200_000)  # nobody reads our end
    link.close()


def test_a_serial_port_that_is_not_there_or_taken_is_not_reached(terminal: tuple[int, str]):
    with pytest.raises(NotReached):
        SerialLink("/dev/there-is-no-such-port").open()
    first, second = SerialLink(terminal[1]), SerialLink(terminal[1])
    first.open()
    with pytest.raises(NotReached):
        second.open()
    first.close()
    with pytest.raises(NotReached):
        first.write(b"x")


def test_a_serial_cable_that_is_pulled_out_hangs_up():
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    link = SerialLink(os.ttyname(theirs), answer_seconds=1.0, timeout_seconds=1.0)
    link.open()
    os.close(theirs)
    os.close(ours)
    with pytest.raises(HungUp):
        link.read()
    with pytest.raises(HungUp):
        link.write(b"x")
    link.close()


def test_a_printer_on_a_serial_cable_prints_says_how_it_is_and_opens_the_drawer(tmp_path: Path):
    simulated = Printer(tmp_path, 576)
    front = SerialFront(simulated)
    front.start()
    try:
        link = SerialLink(front.device, 9600, answer_seconds=0.5)
        printer = EscposPrinter(link, profile_of(80), settle_seconds=0.01)
        printer.print(COUNTER_SALE)
        assert "浦东北路加油站" in str(simulated.jobs()[-1]["text"])
        assert simulated.jobs()[-1]["errors"] == []
        assert printer.status().ready
        printer.open_drawer()
        eventually(lambda: simulated.pulses == 2, "the drawer is kicked")
        simulated.set_fault(FaultKind.PAPER_OUT)
        with pytest.raises(PrinterOutOfPaper):
            printer.print(A_LINE)
    finally:
        front.stop()


def test_a_device_file_takes_the_bytes_and_is_never_made(tmp_path: Path):
    device = tmp_path / "lp0"
    printer = EscposPrinter(FileLink(str(device)), profile_of(58), settle_seconds=0.01)
    with pytest.raises(PrinterOffline) as offline:
        printer.print(A_LINE)
    assert not offline.value.begun
    assert not device.exists()
    assert printer.status().fault == "printer_offline"
    device.touch()
    printer.print(A_LINE)
    printer.print(A_LINE)
    assert device.read_bytes().count("一行".encode("gbk")) == 2
    assert b"\x10\x04" not in device.read_bytes()  # who cannot answer is not asked
    status = printer.status()
    assert (status.ready, status.known, status.drawer_open) == (True, False, None)


def test_a_device_that_takes_half_is_begun(tmp_path: Path):
    pipe = tmp_path / "lp0"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    link = FileLink(str(pipe), timeout_seconds=0.2)
    printer = EscposPrinter(link, profile_of(80, raster=True), timeout_seconds=0.2, settle_seconds=0.01)
    with pytest.raises(PrinterOffline) as half:  # a pipe holds 64 KiB, this picture is larger
        printer.print(Receipt(tuple(Text(f"{number}") for number in range(60))))
    assert half.value.begun
    os.close(reader)
    with pytest.raises(PrinterOffline) as none:  # nobody at the other end
        printer.print(A_LINE)
    assert not none.value.begun


def test_a_terminal_as_a_device_file_answers(terminal: tuple[int, str]):
    ours, name = terminal
    link = FileLink(name, answer_seconds=0.2)
    link.open()
    assert link.two_way
    link.write(b"?")
    assert os.read(ours, 4) == b"?"
    with pytest.raises(AnswerMissing):
        link.read()
    os.write(ours, b"\x12")
    assert link.read() == b"\x12"
    link.close()


class PluggedIn:
    """What pyusb shows of a printer with these endpoints."""

    def __init__(self, *endpoints: int) -> None:
        self.face = [SimpleNamespace(bEndpointAddress=each) for each in endpoints]
        self.written: list[tuple[int, bytes]] = []
        self.answers: list[bytes] = []
        self.failure: OSError | None = None
        self.detached: list[int] = []

    def get_active_configuration(self) -> list[object]:
        class Face(list[SimpleNamespace]):
            bInterfaceClass = 7  # noqa: N815 - as the device itself calls it
            bInterfaceNumber = 0  # noqa: N815 - as above

        return [Face(self.face)]

    def is_kernel_driver_active(self, _interface: int) -> bool:
        return not self.detached

    def detach_kernel_driver(self, interface: int) -> None:
        self.detached.append(interface)

    def write(self, endpoint: int, sent: bytes, _timeout: int) -> None:
        if self.failure is not None:
            raise self.failure
        self.written.append((endpoint, sent))

    def read(self, endpoint: int, _most: int, _timeout: int) -> bytes:
        if self.failure is not None:
            raise self.failure
        return self.answers.pop(0) if endpoint & 0x80 and self.answers else b""

    def finalize(self) -> None:
        """What pyusb does when its handle goes."""


def test_a_usb_printer_is_spoken_to_where_it_listens():
    device = PluggedIn(0x03, 0x81)
    link = UsbLink(
        "0416:5011", find=lambda vendor, product: device if (vendor, product) == (0x416, 0x5011) else None
    )
    link.open()
    device.answers = [b"\x12"]
    link.write(b"words")
    assert device.written == [(0x03, b"words")]
    assert link.read() == b"\x12"
    assert device.detached == [0]
    with pytest.raises(AnswerMissing):
        link.read()
    device.failure = OSError(19, "No such device")
    with pytest.raises(HungUp):
        link.write(b"more")
    device.failure = OSError(110, "Operation timed out")
    with pytest.raises(AnswerMissing):
        link.write(b"more")
    link.close()


def test_a_usb_printer_that_is_not_plugged_in_or_not_ours_is_offline():
    assert (
        EscposPrinter(UsbLink("04b8:0e15", find=lambda *_ids: None), profile_of(80)).status().fault
        == "printer_offline"
    )

    def refusing(*_ids: int) -> None:
        raise PermissionError(13, "Access denied")

    with pytest.raises(NotReached, match="Access denied"):
        UsbLink("04b8:0e15", find=refusing).open()


def test_a_windows_printer_elsewhere_than_on_windows_is_offline():
    printer = EscposPrinter(SpoolerLink("POS-80"), profile_of(80), timeout_seconds=0.1)
    assert printer.status().fault == "printer_offline"
    with pytest.raises(PrinterOffline) as offline:
        printer.print(A_LINE)
    assert not offline.value.begun
