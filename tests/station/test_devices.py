"""Printer, display and scanner are built as station.toml says; nothing is connected until it is needed."""

from pathlib import Path

import pytest

from core.domain.faults import PrinterNotSet
from core.domain.receipt import Receipt, Text
from core.ports.printer import PrinterState, PrinterStatus
from core.station.devices import (
    lease_of,
    letterhead,
    open_pole_display,
    open_printer,
    open_scanner,
    queue_of,
)
from core.station.settings import Settings, SettingsUnfit, read_settings


def settings(folder: Path, text: str) -> Settings:
    file = folder / "station.toml"
    file.write_text(text, encoding="utf-8")
    return read_settings(file)


def test_a_station_without_a_printer_is_calm(tmp_path: Path) -> None:
    chosen = settings(tmp_path, "")
    printer = open_printer(chosen.printer, tmp_path)
    status = printer.status()
    assert (status.state, status.fault) == (PrinterState.NOT_SET, "")
    assert queue_of(chosen.printer) == ""
    for asked in (printer.open_drawer, lambda: printer.print(Receipt((Text("x"),)))):
        with pytest.raises(PrinterNotSet):
            asked()
    assert open_pole_display(chosen.pole_display) is None
    open_scanner(chosen.scanner).stop()


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("network", "192.0.2.1"),
        ("network", "printer:9100"),
        ("network", "[fd00::1]:9100"),
        ("serial", "/dev/there-is-none"),
        ("usb", "04b8:0e15"),
        ("spooler", "POS-80 Series"),
        ("file", "/dev/there-is-none"),
    ],
)
def test_every_kind_of_printer_is_built_and_has_a_queue(tmp_path: Path, kind: str, address: str) -> None:
    chosen = settings(tmp_path, f"[printer]\nkind = '{kind}'\naddress = '{address}'\nwidth = 58\n")
    open_printer(chosen.printer, tmp_path)
    queue = queue_of(chosen.printer)
    assert queue.startswith(f"{kind}:{address}")
    assert ("@" in queue) is (kind != "network")
    assert len(lease_of(queue)) <= 40
    assert lease_of(queue) != lease_of(queue + "x")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[printer]\nkind = 'bluetooth'", "spooler"),
        ("[printer]\nkind = 'network'", "192.168.1.50:9100"),
        ("[printer]\nkind = 'network'\naddress = 'http://printer/'", "192.168.1.50:9100"),
        ("[printer]\nkind = 'usb'\naddress = 'EPSON'", "04b8:0e15"),
        ("[printer]\nkind = 'serial'", "/dev/ttyUSB0"),
        ("[printer]\ndrawer_pin = 3", "2, 5"),
        ("[printer]\ndrawer_sensor = 'open'", "'high'"),
        ("[pole_display]\nkind = 'led8'", "address"),
        ("[scanner]\nkind = 'serial'", "address"),
        ("[scanner]\nkind = 'camera'", "'keyboard', 'serial'"),
    ],
)
def test_a_device_that_cannot_be_is_named(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(SettingsUnfit) as refused:
        settings(tmp_path, text)
    assert all(why in sentence for sentence in str(refused.value).splitlines())


def test_the_letterhead_is_as_the_station_says(tmp_path: Path) -> None:
    chosen = settings(
        tmp_path,
        "[station]\nname = '北站'\naddress = '北京路'\n[receipt]\nphone = '021-1'\ninvoice_url = 'https://x/{number}'\n"
        "[printer]\nlogo = 'logo.png'\n",
    )
    head = letterhead(chosen)
    assert (head.name, head.address, head.phone, head.logo) == ("北站", "北京路", "021-1", True)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (PrinterStatus(ready=True), PrinterState.READY),
        (PrinterStatus(ready=True, known=False), PrinterState.SILENT),
        (PrinterStatus(ready=True, paper_near_end=True), PrinterState.PAPER_LOW),
        (PrinterStatus(ready=False, fault="printer_out_of_paper"), PrinterState.OUT_OF_PAPER),
        (PrinterStatus(ready=False, fault="printer_cover_open"), PrinterState.COVER_OPEN),
        (PrinterStatus(ready=False, fault="printer_offline"), PrinterState.OFFLINE),
        (PrinterStatus(ready=False, is_set=False), PrinterState.NOT_SET),
    ],
)
def test_how_a_printer_is_in_one_word(status: PrinterStatus, state: PrinterState) -> None:
    assert status.state is state
