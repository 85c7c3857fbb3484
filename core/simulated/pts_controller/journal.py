"""Every finished fill and every pump's state, in one SQLite file that survives being killed, or in memory."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from core.simulated.pts_controller.pump import Customer, Fill, Nozzle, Order, Pump, State, Step

STORED_TRANSACTIONS = 1_000
"""How far back the controller's own requests look; the ledger of the truth keeps everything."""

_TABLES = """
CREATE TABLE IF NOT EXISTS fills (
    number INTEGER PRIMARY KEY, pump INTEGER NOT NULL, nozzle INTEGER NOT NULL, grade_id INTEGER NOT NULL,
    transaction_number INTEGER NOT NULL, volume_ml INTEGER NOT NULL, amount_fen INTEGER NOT NULL,
    price_li INTEGER NOT NULL, started_at TEXT NOT NULL, ended_at TEXT NOT NULL, closed INTEGER NOT NULL,
    totaliser_before_ml INTEGER NOT NULL, totaliser_after_ml INTEGER NOT NULL, totaliser_after_fen INTEGER NOT NULL,
    rate_ml_a_minute INTEGER NOT NULL, offline INTEGER NOT NULL, user_id INTEGER NOT NULL, login TEXT NOT NULL,
    tag TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, content TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Record:
    """A finished fill as the pump counted it."""

    number: int
    """Position in the ledger; 0 before it is written."""
    pump: int
    nozzle: int
    grade_id: int
    transaction_number: int
    volume_ml: int
    amount_fen: int
    price_li: int
    started_at: datetime
    ended_at: datetime
    closed: bool
    totaliser_before_ml: int
    totaliser_after_ml: int
    totaliser_after_fen: int
    rate_ml_a_minute: int
    offline: bool
    user_id: int
    login: str
    tag: str


_COLUMNS = tuple(Record.__dataclass_fields__)
_NAMES = ",".join(_COLUMNS)
_INSERT = f"INSERT INTO fills ({_NAMES}) VALUES ({','.join('?' * len(_COLUMNS))})"  # noqa: S608 -- our own names
_SELECT = f"SELECT {_NAMES} FROM fills"  # noqa: S608 -- our own names


class Journal:
    def __init__(self, path: Path | None) -> None:
        self._connection = sqlite3.connect(
            path if path is not None else ":memory:", isolation_level=None, check_same_thread=False
        )
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.executescript(_TABLES)

    def close(self) -> None:
        self._connection.close()

    def add(self, record: Record, pump: Pump, settings: dict[str, object]) -> None:
        """Write a finished fill together with the state that it left, or neither."""
        values = [_plain(getattr(record, name)) for name in _COLUMNS]
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            self._connection.execute(_INSERT, [None, *values[1:]])
            self._keep([pump], settings)
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def keep(self, pumps: Iterable[Pump], settings: dict[str, object], closed: Pump | None = None) -> None:
        """Write the pumps' state down; with closed, also that this pump's last fill is closed."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            if closed is not None:
                self._connection.execute("UPDATE fills SET closed=1 WHERE pump=? AND closed=0", (closed.id,))
            self._keep(pumps, settings)
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def _keep(self, pumps: Iterable[Pump], settings: dict[str, object]) -> None:
        rows = [(f"pump {pump.id}", json.dumps(_pump_to_plain(pump))) for pump in pumps]
        rows.append(("settings", json.dumps(settings)))
        self._connection.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?)", rows)

    def restore(self, pump: Pump) -> None:
        """Bring the pump back to what was last written down of it, if anything was."""
        content = self._content(f"pump {pump.id}")
        if content is not None:
            _restore_pump(pump, content)

    def settings(self) -> dict[str, Any] | None:
        return self._content("settings")

    def _content(self, name: str) -> dict[str, Any] | None:
        row = self._connection.execute("SELECT content FROM kept WHERE name=?", (name,)).fetchone()
        if row is None:
            return None
        content: dict[str, Any] = json.loads(row[0])
        return content

    def ledger(self) -> list[Record]:
        return self._select("ORDER BY number")

    def last(self, pump: int) -> Record | None:
        """The last fill of a pump that moved fuel and is closed."""
        found = self._select(
            "WHERE pump=? AND closed=1 AND volume_ml>0 ORDER BY number DESC LIMIT 1", (pump,)
        )
        return found[0] if found else None

    def find(self, pump: int, transaction: int) -> Record | None:
        """A finished and closed transaction among the last ones stored; a later one hides an earlier of that number."""
        stored = [r for r in self.stored() if r.pump == pump and r.transaction_number == transaction]
        return stored[-1] if stored else None

    def stored(self) -> list[Record]:
        """The finished transactions that the controller still answers for, oldest first; no fuel, no transaction."""
        found = self._select(
            f"WHERE closed=1 AND volume_ml>0 ORDER BY number DESC LIMIT {STORED_TRANSACTIONS}"
        )
        return found[::-1]

    def _select(self, clause: str, values: tuple[object, ...] = ()) -> list[Record]:
        rows = self._connection.execute(f"{_SELECT} {clause}", values)
        return [_record(dict(zip(_COLUMNS, row, strict=True))) for row in rows]


def _record(row: dict[str, Any]) -> Record:
    row["started_at"] = datetime.fromisoformat(row["started_at"])
    row["ended_at"] = datetime.fromisoformat(row["ended_at"])
    row["closed"] = bool(row["closed"])
    row["offline"] = bool(row["offline"])
    return Record(**row)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _pump_to_plain(pump: Pump) -> dict[str, Any]:
    plain = asdict(pump)
    # Neither an answer under way nor a broken line outlives the process.
    del plain["answers"], plain["online"]
    if plain["fill"] is not None:
        for name in ("started_at", "ended_at"):
            plain["fill"][name] = _plain(plain["fill"][name])
    return plain


def _restore_pump(pump: Pump, plain: dict[str, Any]) -> None:
    pump.nozzles = [Nozzle(**nozzle) for nozzle in plain["nozzles"]]
    pump.next_transaction = plain["next_transaction"]
    pump.state = State(plain["state"])
    pump.nozzle_up = plain["nozzle_up"]
    pump.user = plain["user"]
    pump.request = plain["request"]
    if plain["order"] is not None:
        order = plain["order"]
        order["nozzles"] = tuple(order["nozzles"])
        order["prices_li"] = tuple(order["prices_li"])
        pump.order = Order(**order)
    if plain["fill"] is not None:
        fill = plain["fill"]
        for name in ("started_at", "ended_at"):
            fill[name] = datetime.fromisoformat(fill[name]) if fill[name] else None
        pump.fill = Fill(**fill)
    if plain["customer"] is not None:
        pump.customer = Customer(**plain["customer"])
        pump.customer.step = Step(pump.customer.step)
