"""python -m core.simulated.receipt_printer: listen as a network printer, or decode a file of ESC/POS bytes."""

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path

from core.simulated.receipt_printer.decoder import PAPER_58_DOTS, PAPER_80_DOTS, read_receipt
from core.simulated.receipt_printer.paper import Paper
from core.simulated.receipt_printer.printer import Printer
from core.simulated.receipt_printer.report import plain_receipt
from core.simulated.receipt_printer.server import PrinterServer

_DOTS = {"80": PAPER_80_DOTS, "58": PAPER_58_DOTS}


def main(arguments: list[str] | None = None) -> int:
    words = sys.argv[1:] if arguments is None else arguments
    if words[:1] == ["decode"]:
        return _decode(_decode_parser().parse_args(words[1:]))
    return _listen(_listen_parser().parse_args(words))


def _decode(given: argparse.Namespace) -> int:
    """Print the receipt as JSON; the exit code is 1 where the bytes have errors or run over the paper's edge."""
    receipt = read_receipt(given.file.read_bytes(), _DOTS[given.width])
    plain = plain_receipt(receipt)
    print(json.dumps(plain, ensure_ascii=False, indent=1))
    if given.png is not None:
        Paper(given.font).draw(receipt).save(given.png)
    return 1 if plain["errors"] or plain["overflow"] else 0


def _listen(given: argparse.Namespace) -> int:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    printer = Printer(given.dir, _DOTS[given.width], given.font)
    server = PrinterServer(printer, given.host, given.port, given.control_port)
    server.start()
    serial = None
    if given.serial:
        # There are no pseudo terminals on Windows.
        from core.simulated.receipt_printer.serial_front import SerialFront

        serial = SerialFront(printer)
        serial.start()
    ready = {
        "port": server.port,
        "control_port": server.control_port,
        "dir": str(given.dir),
        "pid": os.getpid(),
    } | ({"serial": serial.device} if serial is not None else {})
    if given.ready_file is not None:
        part = given.ready_file.with_name(given.ready_file.name + ".part")
        part.write_text(json.dumps(ready), encoding="utf-8")
        part.replace(given.ready_file)
    print("ready " + json.dumps(ready), flush=True)
    stop.wait()
    if serial is not None:
        serial.stop()
    server.stop()
    return 0


def _listen_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core.simulated.receipt_printer", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="ESC/POS port; 0 takes a free one")
    parser.add_argument(
        "--control-port", type=int, default=0, help="control port on loopback; 0 takes a free one"
    )
    parser.add_argument(
        "--serial", action="store_true", help="hang on a serial cable too (a pseudo terminal)"
    )
    parser.add_argument("--dir", type=Path, required=True, help="where the jobs are kept")
    parser.add_argument("--width", choices=sorted(_DOTS), default="80", help="paper in millimetres")
    parser.add_argument("--font", type=Path, help="the regular font to draw with")
    parser.add_argument("--ready-file", type=Path)
    return parser


def _decode_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core.simulated.receipt_printer decode")
    parser.add_argument("file", type=Path)
    parser.add_argument("--png", type=Path, help="draw it as paper, too")
    parser.add_argument("--width", choices=sorted(_DOTS), default="80", help="paper in millimetres")
    parser.add_argument("--font", type=Path, help="the regular font to draw with")
    return parser


if __name__ == "__main__":
    sys.exit(main())
