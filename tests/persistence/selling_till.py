"""python -m tests.persistence.selling_till FOLDER: open a new station's till, sell, and say which libraries came with it."""

import sys
from pathlib import Path

from benchmarks.shop import CASHIER, barcode, lay_out
from core.domain.money import Money
from core.persistence.database import Database
from core.persistence.unit_of_work import UnitsOfWork
from core.services.clock import ClockDesk
from core.station.build import open_station
from core.station.clock import SystemClock
from core.station.identity import new_id
from core.station.settings import read_settings
from core.wording.formats import STATION_ZONE

_HEAVY = ("sqlalchemy", "alembic", "psycopg", "asyncio")


def main(folder: Path) -> None:
    """Sell, and look at the clock as every till does beside it."""
    settings = read_settings(lay_out(folder, pumps=1))
    station = open_station(settings, "pos_app", may_own_pumps=True)
    station.start()
    [cashier] = [person.id for person in station.staff.people() if person.name == CASHIER]
    station.shifts.open(Money(50_000), cashier)
    sale = station.sales.add_goods(station.sales.open(cashier).id, barcode(1), 1, cashier)
    station.payments.take_cash(sale.id, Money(5_000), cashier)
    station.stop()
    database = Database.open(settings.database_url)
    clock = SystemClock()
    ClockDesk(
        UnitsOfWork(database, "pos_app", clock, new_id, lambda _recorded: None, STATION_ZONE), clock
    ).check()
    database.close()
    used = sum(name in sys.modules for name in ("core.persistence.transaction", "sqlite3"))
    sys.stdout.write(f"{used}\n{[name for name in _HEAVY if name in sys.modules]}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
