"""A whole durable sale (sale, lines, payment, kept sums, events, outbox) against raw sqlite3 writing the same rows."""

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure, percentile
from core.domain.ids import GoodsId, NozzleNumber, PumpNumber, SaleId, StaffId, StationId
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.product import G92, FuelGrade, Goods
from core.domain.pump import EndedFill, Nozzle, Pump
from core.domain.staff import Role
from core.persistence.database import Database
from core.persistence.totals import SqlTotals
from core.persistence.unit_of_work import UnitsOfWork
from core.persistence.upgrade import upgrade
from core.services.forecourt import ForecourtDesk
from core.services.opening import OpeningDesk, PlannedPerson, StationPlan
from core.services.payments.desk import PaymentDesk
from core.services.sales.desk import SaleDesk
from core.services.shifts.desk import ShiftDesk
from core.simulated.coupon_desk import MemoryCouponDesk
from core.simulated.payment_gateway import MemoryPaymentGateway
from core.station.clock import SystemClock
from core.station.identity import new_id
from core.wording.formats import STATION_ZONE

_SALES = 400
_BLOCK = 40
_WATER = "6901234500018"
_HOW = (
    "{sales} sales of a fill and goods for cash, in blocks of {block} alternating with raw sqlite3 writing exactly the rows "
    "that the completing transaction of one sale inserted or changed (a copy of the file with its indexes and without its guarding triggers, WAL, "
    "synchronous=FULL, prepared statements, one transaction a sale); rates by the median time of a sale; one run"
)

# Columns that must be new besides the primary keys.
_UNIQUE = {("events", "id"), ("outbox", "id")}


@dataclass(frozen=True, slots=True)
class Change:
    """One row that a sale inserts or updates."""

    table: str
    row: tuple[Any, ...]
    inserted: bool


def measure() -> Iterator[Figure]:
    """Sales a second and their ratio to raw; p99 of a sale in milliseconds."""
    with tempfile.TemporaryDirectory(prefix="durable-sale-") as folder:
        shop = _Shop(Path(folder) / "station.db")
        changes = shop.changes_of_one_sale()
        raw = _Raw(Path(folder) / "raw.db", shop.file, changes)
        ours: list[float] = []
        bare: list[float] = []
        for _ in range(_SALES // _BLOCK):
            ours += [shop.sell() for _ in range(_BLOCK)]
            bare += [raw.write() for _ in range(_BLOCK)]
        shop.close()
        raw.close()
    ours_median, bare_median = percentile(ours, 50), percentile(bare, 50)
    how = _HOW.format(sales=_SALES, block=_BLOCK) + f"; {len(changes)} rows a sale"
    against = f"raw sqlite3, {1 / bare_median:.0f}/s"
    yield Figure(
        "durable_sale", round(1 / ours_median), "sales/s", against, round(bare_median / ours_median, 3), how
    )
    yield Figure(
        "durable_sale_p99",
        round(percentile(ours, 99) * 1_000, 3),
        "ms",
        f"raw sqlite3, {percentile(bare, 99) * 1_000:.3f} ms",
        round(percentile(bare, 99) / percentile(ours, 99), 3),
        how,
    )


class _Shop:
    """The till's own services on a fresh file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        url = f"sqlite:///{file}"
        upgrade(url)
        clock = SystemClock()
        self._database = Database.open(url)
        work = UnitsOfWork(self._database, "bench", clock, new_id, lambda _recorded: None, STATION_ZONE)
        pump = PumpNumber(1)
        OpeningDesk(work, clock, new_id).lay_out(
            StationPlan(
                (FuelGrade(G92, 1),),
                (Pump(pump, (Nozzle(pump, NozzleNumber(1), G92),)),),
                ((G92, UnitPrice(7_810)),),
                (Goods(GoodsId(new_id()), _WATER, "玻璃水 2L", Money(1_500), 1_000_000),),
                (PlannedPerson("李敏", Role.CASHIER, "2580"),),
            )
        )
        with work.reading() as look:
            self._cashier: StaffId = look.staff.active()[0].id
        ShiftDesk(work, clock, new_id).open(Money(50_000), self._cashier)
        self._sales = SaleDesk(work, clock, new_id, MemoryCouponDesk(), StationId(""))
        self._payments = PaymentDesk(work, clock, new_id, MemoryPaymentGateway())
        self._forecourt = ForecourtDesk(work, clock, new_id)
        self._clock = clock
        self._transaction = 0

    def sell(self) -> float:
        """Ring up a fill and goods; the seconds that the completing transaction took."""
        bill = self._ring_up()
        began = time.perf_counter()
        self._payments.take_cash(bill, Money(30_000), self._cashier)
        return time.perf_counter() - began

    def changes_of_one_sale(self) -> list[Change]:
        """The rows that completing one sale inserts or changes."""
        self.sell()
        bill = self._ring_up()
        before = _snapshot(self.file)
        self._payments.take_cash(bill, Money(30_000), self._cashier)
        after = _snapshot(self.file)
        return [
            Change(table, row, inserted=key not in before[table])
            for table, rows in after.items()
            for key, row in rows.items()
            if before[table].get(key) != row
        ]

    def close(self) -> None:
        self._database.close()

    def _ring_up(self) -> SaleId:
        self._transaction += 1
        now = self._clock.now()
        fill = self._forecourt.record_ended(
            EndedFill(
                PumpNumber(1),
                NozzleNumber(1),
                self._transaction,
                Litres(25_610),
                UnitPrice(7_810),
                Money(20_000),
                now,
                now,
            )
        )
        bill = self._sales.open(self._cashier)
        self._sales.add_fill(bill.id, fill.id, self._cashier)
        self._sales.add_goods(bill.id, _WATER, 1, self._cashier)
        return bill.id


class _Raw:
    """Nothing but sqlite3 and the rows."""

    def __init__(self, file: Path, like: Path, changes: list[Change]) -> None:
        source = sqlite3.connect(like)
        self._connection = sqlite3.connect(file, isolation_level=None, cached_statements=256)
        with source:
            source.backup(self._connection)
        source.close()
        for (trigger,) in self._connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            self._connection.execute(f'DROP TRIGGER "{trigger}"')
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._writes = [self._prepared(change) for change in changes]
        self._count = 0

    def write(self) -> float:
        """One transaction with one sale's rows, inserted under fresh keys or updated; the seconds that it took."""
        self._count += 1
        rows = [(statement, self._values(row, fresh)) for statement, row, fresh in self._writes]
        began = time.perf_counter()
        self._connection.execute("BEGIN IMMEDIATE")
        for statement, row in rows:
            self._connection.execute(statement, row)
        self._connection.execute("COMMIT")
        return time.perf_counter() - began

    def close(self) -> None:
        self._connection.close()

    def _prepared(self, change: Change) -> tuple[str, tuple[Any, ...], frozenset[int]]:
        """The statement, its values, and the places of values that must be new each time."""
        columns = self._connection.execute(f'PRAGMA table_info("{change.table}")').fetchall()
        names = [column[1] for column in columns]
        keys = [index for index, column in enumerate(columns) if column[5]]
        if change.inserted:
            unique = {
                index for index, name in enumerate(names) if index in keys or (change.table, name) in _UNIQUE
            }
            marks = ", ".join("?" for _ in names)
            return f'INSERT INTO "{change.table}" VALUES ({marks})', change.row, frozenset(unique)
        others = [index for index in range(len(names)) if index not in keys]
        assignments = ", ".join(f'"{names[index]}" = ?' for index in others)
        found = " AND ".join(f'"{names[index]}" = ?' for index in keys)
        values = tuple(change.row[index] for index in (*others, *keys))
        return f'UPDATE "{change.table}" SET {assignments} WHERE {found}', values, frozenset()

    def _values(self, row: tuple[Any, ...], fresh: frozenset[int]) -> tuple[Any, ...]:
        return tuple(self._new(value) if index in fresh else value for index, value in enumerate(row))

    def _new(self, value: object) -> object:
        if isinstance(value, int):
            return 1_000_000 + value + self._count * 100
        return f"{value}{self._count:06d}"[-32:]


def _snapshot(file: Path) -> dict[str, dict[tuple[Any, ...], tuple[Any, ...]]]:
    """Every table's rows by their keys."""
    copy = file.with_suffix(".look")
    for suffix in ("", "-wal", "-shm"):
        beside = file.with_name(file.name + suffix)
        if beside.exists():
            shutil.copy(beside, copy.with_name(copy.name + suffix))
    connection = sqlite3.connect(copy)
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {}
    for table in tables:
        if not table.startswith("sqlite_"):
            columns = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
            keys = [index for index, column in enumerate(columns) if column[5]]
            rows = connection.execute(f'SELECT * FROM "{table}"').fetchall()
            found[table] = {tuple(row[index] for index in keys): row for row in rows}
    connection.close()
    return found
