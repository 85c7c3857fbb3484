"""A program that works a station's print queue until it is empty, as a till does: `printing_program URL PORT`. It may be killed."""

import sys

from core.devices.links.tcp_link import TcpLink
from core.devices.printers.escpos_printer import EscposPrinter
from core.devices.printers.profile import profile_of
from core.persistence.database import Database
from core.persistence.unit_of_work import UnitsOfWork
from core.services.receipts.desk import ReceiptDesk
from core.station.clock import SystemClock
from core.station.identity import new_id
from core.wording.formats import STATION_ZONE


def main(url: str, port: str) -> None:
    """Print what waits."""
    database = Database.open(url)
    work = UnitsOfWork(database, "program", SystemClock(), new_id, lambda _recorded: None, STATION_ZONE)
    printer = EscposPrinter(TcpLink("127.0.0.1", int(port), 1.0), profile_of(80), settle_seconds=0.01)
    ReceiptDesk(work, printer, "站", "").work_queue()
    database.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
