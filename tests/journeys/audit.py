"""Compares the books of everybody: pumps with station, gateways with cloud and station, station with itself."""

from collections import Counter, defaultdict
from typing import Any

from tests.journeys.outside import Outside, eventually
from tests.journeys.real_station import RealStation, read

Rows = list[dict[str, Any]]
_ELECTRONIC = "('wechat', 'alipay', 'unionpay', 'wallet', 'recharge_card')"


def books_agree(station: RealStation) -> None:
    """Everything is told, and every litre and every fen is where it belongs, once."""
    outside = station.outside
    eventually(station.is_all_sent, "everything is sent")
    eventually(lambda: not _refunds_under_way(outside, station), "every refund has arrived")
    _fills_agree(station)
    _electronic_money_agrees(outside, station)
    _sales_agree(station)
    _messages_agree(outside, station)


def _refunds_under_way(outside: Outside, station: RealStation) -> Rows:
    return _cloud(
        outside,
        "SELECT r.id FROM payment_refunds r JOIN payments p ON p.id = r.payment_id LEFT JOIN orders o ON o.id = p.order_id"
        " WHERE r.state <> 'refunded' AND (p.station_id = ?1 OR o.station_id = ?1)"
        " UNION ALL SELECT id FROM orders WHERE station_id = ?1 AND refund_state = 'pending'",
        station.id,
    )


def _fills_agree(station: RealStation) -> None:
    truth = Counter((r["pump"], r["transaction"], r["volume_ml"], r["amount_fen"]) for r in station.ledger())
    booked = Counter(
        (r["pump"], r["transaction"], r["volume"], r["amount"]) for r in station.rows("SELECT * FROM fills")
    )
    assert booked == truth, "the station's fills are not the pumps'"
    eventually(
        lambda: all(row["closed"] for row in station.ledger()), "every fill is closed at the controller"
    )


def _electronic_money_agrees(outside: Outside, station: RealStation) -> None:
    ledger = {**outside.ledger(), **_stored_value(outside)}

    def kept(payment: str) -> int:
        row = ledger.get(payment)
        return row["charged_fen"] - row["refunded_fen"] if row else 0

    by_sale: dict[str, int] = defaultdict(int)
    for row in _cloud(outside, "SELECT id, sale_id FROM payments WHERE station_id = ?", station.id):
        by_sale[row["sale_id"]] += kept(row["id"])
    taken: dict[str, int] = defaultdict(int)
    returned: dict[str, int] = defaultdict(int)
    for leg in station.rows("SELECT * FROM refund_legs WHERE state = 'done'"):
        returned[leg["of"]] += leg["amount"]
    for row in station.rows(f"SELECT * FROM payments WHERE tender IN {_ELECTRONIC}"):  # noqa: S608 - our own words
        assert row["state"] != "pending", f"payment {row['id']} is unclear still"
        expected = row["amount"] - returned[row["id"]] if row["state"] == "captured" else 0
        assert kept(row["id"]) == expected, f"the gateway keeps {kept(row['id'])} of {dict(row)}"
        taken[row["sale"]] += expected
    assert {k: v for k, v in by_sale.items() if v} == {k: v for k, v in taken.items() if v}
    for order in _cloud(outside, "SELECT * FROM orders WHERE station_id = ?", station.id):
        attempts = _cloud(outside, "SELECT id FROM payments WHERE order_id = ?", order["id"])
        owed = order["owed_fen"] if order["state"] == "completed" else 0
        if order["state"] in {"completed", "cancelled"}:
            assert sum(kept(row["id"]) for row in attempts) == (owed or 0), f"order {order['id']}"


def _stored_value(outside: Outside) -> dict[str, dict[str, Any]]:
    """What wallets and cards paid, as the cloud's ledger knows it."""
    assert outside.ledger_faults() == []
    rows = _cloud(
        outside,
        "SELECT payment_id, principal_fen + bonus_fen AS charged_fen, refunded_fen FROM stored_charges",
    )
    return {row["payment_id"]: row for row in rows}


def _sales_agree(station: RealStation) -> None:
    for sale in station.rows("SELECT id, number, rounding FROM sales WHERE state = 'completed'"):
        (lines,) = station.rows(
            "SELECT sum(gross - discount) AS fen FROM sale_lines WHERE sale = ?", sale["id"]
        )
        (paid,) = station.rows(
            "SELECT coalesce(sum(amount), 0) AS fen FROM payments WHERE sale = ? AND state = 'captured'",
            sale["id"],
        )
        assert lines["fen"] - sale["rounding"] == paid["fen"], f"sale {sale['number']}"
    numbers = [row["number"] for row in station.rows("SELECT number FROM sales WHERE state = 'completed'")]
    assert len(set(numbers)) == len(numbers)
    twice = station.rows(
        "SELECT l.fill FROM sale_lines l JOIN sales s ON s.id = l.sale"
        " WHERE s.state = 'completed' AND l.fill IS NOT NULL GROUP BY l.fill HAVING count(*) > 1"
    )
    assert not twice, "a fill was sold twice"


def _messages_agree(outside: Outside, station: RealStation) -> None:
    sent = [row["id"] for row in station.rows("SELECT id FROM outbox WHERE state = 'sent' ORDER BY position")]
    taken = [
        row["id"]
        for row in _cloud(
            outside,
            "SELECT id FROM station_messages WHERE station_id = ? AND refusal IS NULL ORDER BY rowid",
            station.id,
        )
    ]
    assert taken == sent, "messages did not arrive all, once and in order"
    assert not station.rows("SELECT id, kind, refusal FROM outbox WHERE state = 'set_aside'")


def _cloud(outside: Outside, query: str, *values: object) -> Rows:
    return read(outside.cloud_file, query, *values)
