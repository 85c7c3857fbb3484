"""Builds printer, displays and scanner from station.toml."""

import hashlib
import platform
from dataclasses import replace
from pathlib import Path

from core.devices.displays.dialects import dialect_of
from core.devices.displays.price_pole import RowPricePole
from core.devices.displays.serial_display import SerialPoleDisplay
from core.devices.links.file_link import FileLink
from core.devices.links.link import ByteLink
from core.devices.links.serial_link import SerialLink
from core.devices.links.spooler_link import SpoolerLink
from core.devices.links.tcp_link import TcpLink
from core.devices.links.usb_link import UsbLink
from core.devices.printers.escpos_printer import EscposPrinter
from core.devices.printers.profile import profile_of
from core.devices.scanners.serial_scanner import SerialScanner
from core.domain.ids import GradeCode
from core.ports.printer import Printer
from core.ports.scanner import Scanner
from core.services.receipts.letterhead import Letterhead
from core.station.absent import AbsentPrinter, AbsentScanner
from core.station.device_settings import (
    PoleDisplaySettings,
    PricePoleSettings,
    PrinterSettings,
    ScannerSettings,
)
from core.station.settings import Settings

_RAW_PORT = 9100
# A printer that does not know a question is to cost a customer no more than this.
_ANSWER_SECONDS = 1.0
# So long does the end of the program wait for a scanner that says nothing.
_LISTEN_SECONDS = 0.25


def queue_of(printer: PrinterSettings) -> str:
    """The name of the printer's queue, the same at every start; empty where there is no printer.

    Programs that share a network printer share its queue. What hangs on this machine is this machine's.
    """
    if not printer.is_set:
        return ""
    name = f"{printer.kind}:{printer.address}"
    return (name if printer.kind == "network" else f"{name}@{platform.node()}")[:120]


def lease_of(queue: str) -> str:
    """What a program holds while it works the queue."""
    return f"queue_{hashlib.blake2s(queue.encode(), digest_size=16).hexdigest()}"


def letterhead(settings: Settings) -> Letterhead:
    """What stands on every paper."""
    station, receipt = settings.station, settings.receipt
    return Letterhead(
        station.name,
        station.address,
        receipt.phone,
        receipt.invoice_url,
        logo=bool(settings.printer.logo),
    )


def open_printer(settings: PrinterSettings, folder: Path) -> Printer:
    """The printer; nothing is connected until something is printed."""
    if not settings.is_set:
        return AbsentPrinter()
    profile = replace(
        profile_of(settings.width, raster=settings.raster),
        qr_as_picture=settings.qr == "picture",
        drawer_pin=settings.drawer_pin,
        drawer_high_is_open={"high": True, "low": False}.get(settings.drawer_sensor),
        logo=folder / settings.logo if settings.logo else None,
    )
    return EscposPrinter(_link(settings), profile)


def open_pole_display(settings: PoleDisplaySettings) -> SerialPoleDisplay | None:
    """The customers' display, to be started; None where there is none."""
    if settings.kind == "none":
        return None
    link = SerialLink(settings.address, settings.baud)
    return SerialPoleDisplay(link, dialect_of(settings.kind, chinese=settings.chinese))


def open_price_pole(settings: PricePoleSettings) -> RowPricePole | None:
    """The sign at the road; None where there is none, or where it hangs behind the pump controller."""
    if settings.kind == "none":
        return None
    rows = [GradeCode(grade) for grade in settings.rows]
    if settings.kind == "serial":
        return RowPricePole(SerialLink(settings.address, settings.baud), rows)
    host, port = _host_and_port(settings.address)
    return RowPricePole(TcpLink(host, port), rows)


def open_scanner(settings: ScannerSettings) -> Scanner:
    """The scanner with a cable of its own; whoever wants to hear it starts it."""
    if settings.kind == "keyboard":
        return AbsentScanner()
    return SerialScanner(SerialLink(settings.address, settings.baud, answer_seconds=_LISTEN_SECONDS))


def _link(settings: PrinterSettings) -> ByteLink:
    address = settings.address
    match settings.kind:
        case "serial":
            return SerialLink(address, settings.baud, flow=settings.flow, answer_seconds=_ANSWER_SECONDS)
        case "usb":
            return UsbLink(address, answer_seconds=_ANSWER_SECONDS)
        case "spooler":
            return SpoolerLink(address)
        case "file":
            return FileLink(address, answer_seconds=_ANSWER_SECONDS)
    host, port = _host_and_port(address)
    return TcpLink(host, port, answer_seconds=_ANSWER_SECONDS)


def _host_and_port(address: str) -> tuple[str, int]:
    host, colon, port = address.rpartition(":")
    if not colon or port.endswith("]"):  # a name alone, or an IPv6 address in its brackets
        host, port = address, str(_RAW_PORT)
    return host.strip("[]"), int(port)
