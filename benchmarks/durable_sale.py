"""A whole durable sale (sale, lines, payment, kept sums, events, outbox) against raw sqlite3 writing the same rows."""

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure, percentile
from core.domain.coupon import CouponKind, CouponTerms
from core.domain.ids import GoodsId, NozzleNumber, PumpNumber, SaleId, StaffId, StationId
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.product import G92, FuelGrade, Goods
from core.domain.pump import EndedFill, Nozzle, Pump
from core.domain.staff import Role
from core.persistence.database import LONGEST_LOG, Database
from core.persistence.unit_of_work import UnitsOfWork
from core.persistence.upgrade import upgrade
from core.services.forecourt.desk import ForecourtDesk
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
# For so long after a change in their folder the files themselves are looked at (core.persistence.failures.OpenFiles): a look
# at the log costs a sale one block more on the disk, and a till is past that two seconds after its start.
_SETTLED_SECONDS = 2.1
_WATER = "6901234500018"
_HOW = (
    "{sales} sales of a fill and goods with a coupon for cash, in blocks of {block} alternating with raw sqlite3 writing exactly the rows "
    "that the completing transaction of one sale inserts or changes, from the state that they are in before it (a copy of the file with its indexes and without its guarding triggers, WAL, "
    "synchronous=FULL, both logs emptied between blocks, prepared statements, one transaction a sale); rates by the median time of a sale; the till has been open for two seconds; one run"
)

# A statement, its values, and the places of values that must be new each time.
_Prepared = tuple[str, tuple[Any, ...], frozenset[int]]


@dataclass(frozen=True, slots=True)
class Change:
    """One row that completing a sale writes: as it is afterwards, and as it was `before` where it was there.

    `own` rows belong to this one bill; the others (a sum, a shelf, a counter) are shared by all.
    """

    table: str
    row: tuple[Any, ...]
    before: tuple[Any, ...] | None
    own: bool


def measure() -> Iterator[Figure]:
    """Sales a second and their ratio to raw; p99 of a sale in milliseconds."""
    with tempfile.TemporaryDirectory(prefix="durable-sale-") as folder:
        shop = _Shop(Path(folder) / "station.db")
        changes = shop.changes_of_one_sale()
        raw = _Raw(Path(folder) / "raw.db", shop.file, changes)
        shop.complete(shop.ring_up())
        time.sleep(_SETTLED_SECONDS)
        ours: list[float] = []
        bare: list[float] = []
        for _ in range(_SALES // _BLOCK):
            bills = [shop.ring_up() for _ in range(_BLOCK)]
            shop.empty_log()
            ours += [shop.complete(bill) for bill in bills]
            raw.ring_up(_BLOCK)
            raw.empty_log()
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
        self._coupons = MemoryCouponDesk()
        self._terms = CouponTerms(
            CouponKind.AMOUNT_OFF,
            clock.now() - timedelta(days=1),
            clock.now() + timedelta(days=1),
            off=Money(800),
            threshold=Money(10_000),
        )
        self._sales = SaleDesk(work, clock, new_id, self._coupons, StationId(""))
        self._payments = PaymentDesk(work, clock, new_id, MemoryPaymentGateway())
        self._forecourt = ForecourtDesk(work, clock, new_id)
        self._clock = clock
        self._transaction = 0

    def complete(self, bill: SaleId) -> float:
        """Take the cash; the seconds that the completing transaction took."""
        began = time.perf_counter()
        self._payments.take_cash(bill, Money(30_000), self._cashier)
        return time.perf_counter() - began

    def changes_of_one_sale(self) -> list[Change]:
        """The rows that completing one sale inserts or changes."""
        self.complete(self.ring_up())
        nothing = _snapshot(self.file)
        bill = self.ring_up()
        before = _snapshot(self.file)
        self.complete(bill)
        after = _snapshot(self.file)
        return [
            Change(table, row, before[table].get(key), own=key not in nothing[table])
            for table, rows in after.items()
            for key, row in rows.items()
            if before[table].get(key) != row
        ]

    def empty_log(self) -> None:
        """As the station's chore does every ten seconds, beside the sales."""
        self._database.empty_log()

    def close(self) -> None:
        self._database.close()

    def ring_up(self) -> SaleId:
        """A bill with a fill, goods and a coupon that nobody has paid yet."""
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
        code = _coupon_code(self._transaction)
        self._coupons.issue(code, "店庆满100减8", self._terms)
        self._sales.apply_coupon(bill.id, code, self._cashier)
        return bill.id


def _coupon_code(number: int) -> str:
    letters = "23456789AB"
    return "YZ" + "".join(letters[int(digit)] for digit in f"{number:010d}")


class _Raw:
    """Nothing but sqlite3 and the rows: what is there before a sale completes, and what completing it writes."""

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
        self._connection.execute(f"PRAGMA wal_autocheckpoint={LONGEST_LOG}")
        self._before = [self._insert(each, each.before) for each in changes if each.own and each.before]
        self._writes = [
            self._update(each) if each.before else self._insert(each, each.row) for each in changes
        ]
        self._rung_up = self._written = 0

    def ring_up(self, bills: int) -> None:
        """The rows of so many bills as they are before they are paid; not measured."""
        for _ in range(bills):
            self._rung_up += 1
            self._connection.execute("BEGIN IMMEDIATE")
            for statement, row, fresh in self._before:
                self._connection.execute(statement, _values(row, fresh, self._rung_up))
            self._connection.execute("COMMIT")

    def write(self) -> float:
        """One transaction with one sale's rows, inserted under fresh keys or updated; the seconds that it took."""
        self._written += 1
        rows = [(statement, _values(row, fresh, self._written)) for statement, row, fresh in self._writes]
        began = time.perf_counter()
        self._connection.execute("BEGIN IMMEDIATE")
        for statement, row in rows:
            self._connection.execute(statement, row)
        self._connection.execute("COMMIT")
        return time.perf_counter() - began

    def empty_log(self) -> None:
        """As at the till."""
        self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def close(self) -> None:
        self._connection.close()

    def _insert(self, change: Change, row: tuple[Any, ...]) -> _Prepared:
        names, _keys, unique = self._columns(change.table)
        marks = ", ".join("?" for _ in names)
        return f'INSERT INTO "{change.table}" VALUES ({marks})', row, unique

    def _update(self, change: Change) -> _Prepared:
        names, keys, unique = self._columns(change.table)
        others = [place for place in range(len(names)) if place not in keys]
        assignments = ", ".join(f'"{names[place]}" = ?' for place in others)
        found = " AND ".join(f'"{names[place]}" = ?' for place in keys)
        places = (*others, *keys)
        values = tuple(change.row[place] for place in places)
        fresh = frozenset(at for at, place in enumerate(places) if place in unique) if change.own else ()
        return f'UPDATE "{change.table}" SET {assignments} WHERE {found}', values, frozenset(fresh)

    def _columns(self, table: str) -> tuple[list[str], list[int], frozenset[int]]:
        """The table's columns, the places of its key, and of all that no two rows may have alike."""
        columns = self._connection.execute(f'PRAGMA table_info("{table}")').fetchall()
        names = [column[1] for column in columns]
        keys = [place for place, column in enumerate(columns) if column[5]]
        unique = set(keys)
        for index in self._connection.execute(f'PRAGMA index_list("{table}")').fetchall():
            if index[2]:
                inside = self._connection.execute(f'PRAGMA index_info("{index[1]}")').fetchall()
                unique |= {names.index(column[2]) for column in inside}
        return names, keys, frozenset(unique)


def _values(row: tuple[Any, ...], fresh: frozenset[int], number: int) -> tuple[Any, ...]:
    return tuple(
        _new(value, number) if place in fresh and value is not None else value
        for place, value in enumerate(row)
    )


def _new(value: object, number: int) -> object:
    if isinstance(value, int):
        return 1_000_000 + value + number * 100
    return f"{value}{number:06d}"[-32:]


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
