"""Audits a station's SQLite file with plain SQL: whole, without gaps, and every kept sum the same as counted again."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.wording.formats import STATION_ZONE

_HOUR = 3_600_000_000


class BooksBroken(AssertionError):
    """The file is damaged, or something in it is half."""


@dataclass(frozen=True, slots=True)
class Books:
    """What a file holds for certain."""

    sales: frozenset[tuple[str, str, int]]  # each completed sale: its id, its number, what was paid in fen
    events: int
    stocked: frozenset[tuple[str, int]]  # each goods' pieces on the shelf and sold, together


def read_books(file: Path) -> Books:
    """Audit the file as the till would open it. Raises BooksBroken."""
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        return audited(connection)
    except sqlite3.DatabaseError as error:
        raise BooksBroken(str(error)) from error
    finally:
        connection.close()


def audited(connection: sqlite3.Connection) -> Books:
    """Every rule of the books. Raises BooksBroken, or sqlite3.DatabaseError for a file that cannot be read."""
    for trouble in _troubles(connection):
        raise BooksBroken(trouble)
    (events,) = connection.execute("SELECT count(*) FROM events").fetchone()
    return Books(
        frozenset(connection.execute(_COMPLETED)), events, frozenset(connection.execute(_SHELF_AND_SOLD))
    )


_COMPLETED = (
    "SELECT s.id, s.number, coalesce(sum(p.amount), 0) FROM sales s"
    " LEFT JOIN payments p ON p.sale = s.id AND p.state = 'captured'"
    " WHERE s.state = 'completed' GROUP BY s.id"
)

_SHELF_AND_SOLD = (
    "SELECT g.id, g.stock + coalesce((SELECT sum(l.quantity) FROM sale_lines l JOIN sales s ON s.id = l.sale"
    " WHERE l.goods = g.id AND s.state = 'completed'), 0)"
    " - coalesce((SELECT sum(r.quantity) FROM refund_lines r JOIN sale_lines l ON l.sale = r.sale AND l.id = r.line"
    " WHERE l.goods = g.id), 0) FROM goods g"
)

# Each finds what must not be; the first column says which row.
_NEVER = {
    "a sale whose money is not its lines'": (
        "SELECT s.number FROM sales s WHERE s.state = 'completed' AND"
        " coalesce((SELECT sum(gross - discount) FROM sale_lines l WHERE l.sale = s.id), -1) - s.rounding <>"
        " coalesce((SELECT sum(amount) FROM payments p WHERE p.sale = s.id AND p.state = 'captured'), 0)"
    ),
    "an open sale with a number": "SELECT id FROM sales WHERE state <> 'completed' AND number <> ''",
    "a completed sale without its moment": (
        "SELECT number FROM sales WHERE state = 'completed' AND completed_at IS NULL"
    ),
    "a paid fill that is not on its completed bill": (
        "SELECT f.id FROM fills f WHERE f.state = 'paid' AND NOT EXISTS (SELECT 1 FROM sale_lines l"
        " JOIN sales s ON s.id = l.sale WHERE l.fill = f.id AND s.id = f.sale AND s.state = 'completed')"
    ),
    "a completed bill's fill that is not paid": (
        "SELECT f.id FROM sale_lines l JOIN sales s ON s.id = l.sale JOIN fills f ON f.id = l.fill"
        " WHERE s.state = 'completed' AND f.state <> 'paid' AND NOT EXISTS"
        " (SELECT 1 FROM refunds r WHERE r.sale = s.id AND r.reinstate LIKE '%' || f.id || '%')"
    ),
    "a completed sale that is not told once to the cloud": (
        "SELECT s.number FROM sales s LEFT JOIN outbox o"
        " ON o.kind = 'sale_completed' AND json_extract(o.body, '$.sale_id') = s.id"
        " WHERE s.state = 'completed' GROUP BY s.id HAVING count(o.id) <> 1"
    ),
    "a completed sale that is not once in the event log": (
        "SELECT s.number FROM sales s LEFT JOIN events e"
        " ON e.kind = 'SaleCompleted' AND json_extract(e.body, '$.sale') = s.id"
        " WHERE s.state = 'completed' GROUP BY s.id HAVING count(e.number) <> 1"
    ),
    "an event of a sale that is not completed": (
        "SELECT e.number FROM events e LEFT JOIN sales s ON s.id = json_extract(e.body, '$.sale')"
        " WHERE e.kind = 'SaleCompleted' AND s.state IS NOT 'completed'"
    ),
    "a gap in the event log": "SELECT count(*) FROM events HAVING count(*) <> coalesce(max(number), 0)",
    "a gap in the numbers of a day": (
        "SELECT n.day FROM sale_numbers n WHERE n.last <>"
        " (SELECT count(DISTINCT number) FROM sales s WHERE s.number LIKE n.day || '-%') OR n.last <>"
        " (SELECT max(CAST(substr(number, 10) AS INTEGER)) FROM sales s WHERE s.number LIKE n.day || '-%')"
    ),
    "a closed shift that expects other cash than was taken": (
        "SELECT h.number FROM shifts h WHERE h.state = 'closed' AND h.expected_cash <> h.opening_float +"
        " coalesce((SELECT sum(p.amount) FROM payments p JOIN sales s ON s.id = p.sale"
        " WHERE s.shift = h.id AND s.state = 'completed' AND p.state = 'captured' AND p.tender = 'cash'), 0) -"
        " coalesce((SELECT sum(g.amount) FROM refund_legs g WHERE g.shift = h.id AND"
        " ((g.tender = 'cash' AND g.state = 'done') OR g.state = 'to_cash')), 0) +"
        " coalesce((SELECT sum(CASE WHEN kind IN ('paid_out', 'safe_drop') THEN -amount ELSE amount END)"
        " FROM cash_movements m WHERE m.shift = h.id), 0)"
    ),
    "a refund whose money is not its lines'": (
        "SELECT r.number FROM refunds r WHERE"
        " (SELECT sum(amount) FROM refund_lines l WHERE l.refund = r.id) <>"
        " (SELECT sum(amount) FROM refund_legs g WHERE g.refund = r.id)"
    ),
    "a line of which other has gone back than was written down": (
        "SELECT k.line FROM refunded_lines k WHERE (k.quantity, k.amount) <>"
        " (SELECT sum(quantity), sum(amount) FROM refund_lines l WHERE l.sale = k.sale AND l.line = k.line)"
    ),
    "a payment of which other has gone back than was written down": (
        "SELECT k.payment FROM refunded_payments k WHERE k.given_back <>"
        " (SELECT sum(amount) FROM refund_legs g WHERE g.of = k.payment)"
    ),
    "a settled refund that is not told once to the cloud": (
        "SELECT r.number FROM refunds r LEFT JOIN outbox o"
        " ON o.kind = 'refund_completed' AND json_extract(o.body, '$.refund_id') = r.id GROUP BY r.id"
        " HAVING count(DISTINCT o.id) <> NOT EXISTS"
        " (SELECT 1 FROM refund_legs g WHERE g.refund = r.id AND g.state NOT IN ('done', 'to_cash'))"
    ),
    "a gap in the refunds' numbers of a day": (
        "SELECT n.day FROM refund_numbers n WHERE n.last <>"
        " (SELECT count(DISTINCT number) FROM refunds r WHERE r.number LIKE 'T' || n.day || '-%')"
    ),
}

# What each kept sum is, counted again from the bills; the order of columns is the table's own.
_COUNTED_AGAIN = {
    "SELECT shift, hour, sales, gross, discount, goods_pieces, goods_net FROM sale_sums": (
        "SELECT s.shift, hour_of(s.completed_at), count(DISTINCT s.id), sum(l.gross), sum(l.discount),"
        " sum(CASE WHEN l.fill IS NULL THEN l.quantity ELSE 0 END),"
        " sum(CASE WHEN l.fill IS NULL THEN l.gross - l.discount ELSE 0 END)"
        " FROM sales s JOIN sale_lines l ON l.sale = s.id WHERE s.state = 'completed' GROUP BY 1, 2"
    ),
    "SELECT shift, hour, tender, payments, amount FROM tender_sums": (
        "SELECT s.shift, hour_of(s.completed_at), p.tender, count(*), sum(p.amount)"
        " FROM sales s JOIN payments p ON p.sale = s.id AND p.state = 'captured'"
        " WHERE s.state = 'completed' GROUP BY 1, 2, 3"
    ),
    "SELECT shift, hour, grade, price, fills, volume, gross, net FROM fuel_sums": (
        "SELECT s.shift, hour_of(s.completed_at), l.grade, l.fuel_price, count(*), sum(l.volume), sum(l.gross),"
        " sum(l.gross - l.discount) FROM sales s JOIN sale_lines l ON l.sale = s.id AND l.fill IS NOT NULL"
        " WHERE s.state = 'completed' GROUP BY 1, 2, 3, 4"
    ),
}


def _troubles(connection: sqlite3.Connection) -> Iterator[str]:
    for check in ("integrity_check", "foreign_key_check"):
        found = connection.execute(f"PRAGMA {check}").fetchall()
        if found not in ([], [("ok",)]):
            yield f"{check}: {found[:3]}"
    connection.create_function("hour_of", 1, _hour_of, deterministic=True)
    for what, query in _NEVER.items():
        row = connection.execute(query).fetchone()
        if row is not None:
            yield f"{what}: {row[0]}"
    for kept, counted in _COUNTED_AGAIN.items():
        difference = set(connection.execute(kept)) ^ set(connection.execute(counted))
        if difference:
            yield f"kept sums are not what is counted again: {kept}: {sorted(difference)[:2]}"


def _hour_of(moment: int) -> int:
    local = datetime.fromtimestamp(moment // 1_000_000, UTC).astimezone(STATION_ZONE)
    begun = local.replace(minute=0, second=0, microsecond=0)
    return int(begun.timestamp()) * 1_000_000
