"""What the books say: both databases, the pumps' ledger, the gateways' ledgers, read as an auditor would, with plain SQL."""

import sqlite3
from pathlib import Path
from typing import Any

from demo.processes import Program
from demo.world import World

Row = dict[str, Any]


def _rows(file: Path, query: str, *parameters: object) -> list[Row]:
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)
    connection.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in connection.execute(query, parameters)]
    finally:
        connection.close()


def _station(world: World, query: str, *parameters: object) -> list[Row]:
    return _rows(world.folder / "station.db", query, *parameters)


def station_rows(world: World, query: str, *parameters: object) -> list[Row]:
    """Plain SQL on the station's file, as an auditor reads it."""
    return _station(world, query, *parameters)


def cloud_rows(world: World, query: str, *parameters: object) -> list[Row]:
    """Plain SQL on the cloud's file."""
    return _cloud(world, query, *parameters)


def _cloud(world: World, query: str, *parameters: object) -> list[Row]:
    return _rows(world.folder / "cloud.db", query, *parameters)


def station(world: World) -> Row:
    """How large the station is, and how many members the cloud knows."""
    rows = _station(
        world,
        "SELECT (SELECT count(*) FROM pumps) AS pumps, (SELECT count(*) FROM nozzles) AS nozzles,"
        " (SELECT count(*) FROM staff) AS staff, (SELECT count(*) FROM goods) AS goods",
    )
    members = _cloud(world, "SELECT count(*) AS members FROM drivers")
    return rows[0] | members[0]


def staff_id(world: World, name: str) -> str:
    """The id of a person."""
    return str(_station(world, "SELECT id FROM staff WHERE name = ?", name)[0]["id"])


def pump_states(world: World) -> dict[int, Row]:
    """Each pump's last reading in the station's books."""
    rows = _station(world, "SELECT pump, state, volume AS volume_ml, amount AS amount_fen FROM readings")
    return {row["pump"]: row for row in rows}


_FILLS = (
    'SELECT id, pump, nozzle, grade, "transaction", volume AS volume_ml, price AS price_li, amount AS amount_fen, state,'
    ' sale, "order" FROM fills'
)


def fills(world: World) -> list[Row]:
    """All booked fills, oldest first."""
    return _station(world, _FILLS + " ORDER BY id")


def last_fill(world: World, pump: int) -> Row | None:
    """The pump's newest fill."""
    found = _station(world, _FILLS + " WHERE pump = ? ORDER BY id DESC LIMIT 1", pump)
    return found[0] if found else None


def sale_of_fill(world: World, fill: str) -> Row | None:
    """The completed sale that paid for the fill."""
    found = _station(
        world,
        "SELECT s.id, s.number,"
        " (SELECT sum(gross - discount) FROM sale_lines WHERE sale = s.id) AS total_fen,"
        " (SELECT sum(discount) FROM sale_lines WHERE sale = s.id) AS discount_fen,"
        " (SELECT sum(amount) FROM payments WHERE sale = s.id AND state = 'captured') AS paid_fen,"
        " (SELECT sum(change) FROM payments WHERE sale = s.id AND state = 'captured') AS change_fen,"
        " (SELECT group_concat(tender) FROM payments WHERE sale = s.id AND state = 'captured') AS tenders"
        " FROM sales s JOIN fills f ON f.sale = s.id WHERE f.id = ? AND s.state = 'completed'",
        fill,
    )
    return found[0] if found else None


def station_order(world: World, order: str) -> Row:
    """The online order in the station's books; an empty state until it arrived."""
    found = _station(
        world,
        "SELECT id, state, pump, ordered AS ordered_fen, paid AS paid_fen, discount AS discount_fen, plate, reason"
        " FROM orders WHERE id = ?",
        order,
    )
    return found[0] if found else {"id": order, "state": ""}


_ORDERS = (
    "SELECT id, code, state, pump, nozzle, grade, price_li, amount_fen, discount_fen, paid_fen, plate, provider,"
    " fill_volume_ml, fill_amount_fen, used_fen, used_discount_fen, owed_fen, refund_fen, refund_state FROM orders"
)


def only_order(world: World, state: str) -> Row | None:
    """The one order of the cloud, once it is in this state."""
    found = _cloud(world, _ORDERS)
    return found[0] if len(found) == 1 and found[0]["state"] == state else None


def cloud_order(world: World, order: str) -> Row:
    """The order in the cloud's books."""
    return _cloud(world, _ORDERS + " WHERE id = ?", order)[0]


def placed_at(world: World, order: str) -> str:
    """When the cloud put the paid order into the station's mailbox, UTC, to the millisecond."""
    found = _cloud(
        world,
        "SELECT json_extract(envelope, '$.at') AS at FROM mailbox"
        " WHERE kind = 'order_placed' AND json_extract(envelope, '$.body.order_id') = ?",
        order,
    )
    return str(found[0]["at"])


def settled_order(world: World, order: str) -> Row | None:
    """The order with its settlement, once it is completed and its money is back."""
    row = cloud_order(world, order)
    if row["state"] != "completed" or row["refund_state"] not in {"none", "refunded"}:
        return None
    row["settlement"] = {
        "used_fen": row["used_fen"],
        "discount_fen": row["used_discount_fen"],
        "owed_fen": row["owed_fen"],
        "refund_fen": row["refund_fen"],
    }
    return row


def coupon_state(world: World, code: str) -> str:
    """How a coupon stands in the cloud."""
    return str(_cloud(world, "SELECT state FROM coupons WHERE code = ?", code)[0]["state"])


def nozzle_price(world: World, nozzle: str) -> int | None:
    """The price that a nozzle confirmed last, in li."""
    found = _station(world, "SELECT price FROM nozzle_prices WHERE nozzle = ?", nozzle)
    return found[0]["price"] if found else None


def board(world: World) -> dict[str, int]:
    """The price board, in li."""
    return {row["grade"]: row["price"] for row in _station(world, "SELECT grade, price FROM board")}


def cash_taken(world: World) -> int:
    """Cash of completed sales, change given back already taken off, in fen."""
    found = _station(
        world,
        "SELECT coalesce(sum(amount), 0) AS fen FROM payments WHERE tender = 'cash' AND state = 'captured'",
    )
    return int(found[0]["fen"])


def other_tenders(world: World) -> dict[str, int]:
    """What came in by everything but cash, in fen."""
    found = _station(
        world, "SELECT tender, sum(amount) AS fen FROM tender_sums WHERE tender <> 'cash' GROUP BY tender"
    )
    return {row["tender"]: int(row["fen"]) for row in found}


def closed_shift(world: World) -> Row | None:
    """The closed shift."""
    found = _station(
        world,
        "SELECT number, opening_float AS float_fen, expected_cash AS expected_fen, counted_cash AS counted_fen"
        " FROM shifts WHERE state = 'closed'",
    )
    return found[0] if found else None


def unsent(world: World) -> int:
    """Messages that wait for the cloud."""
    return int(_station(world, "SELECT count(*) AS n FROM outbox WHERE state = 'waiting'")[0]["n"])


def receipts(world: World) -> int:
    """Receipts that left the printer."""
    return sum(1 for job in world.printer_control("/control/jobs") if job.get("state") != "held")


def unprinted(world: World) -> int:
    """Papers that wait for the printer."""
    query = "SELECT count(*) AS n FROM print_jobs WHERE state IN ('waiting', 'printing', 'posted')"
    return int(_station(world, query)[0]["n"])


def drawer_openings(world: World) -> int:
    """How often the drawer was kicked."""
    return int(world.printer_control("/control/drawer")["pulses"])


def gateway_paid(world: World, gateway: Program) -> int:
    """What payers were charged at a gateway, in fen."""
    return sum(payment["charged_fen"] for payment in world.ledger(gateway)["payments"])


def gateway_refunded(world: World, gateway: Program) -> int:
    """What a gateway gave back, in fen."""
    return sum(payment["refunded_fen"] for payment in world.ledger(gateway)["payments"])


def compare(world: World) -> Row:
    """Every fill of the pumps against the station's; every fen at the gateways against cloud and station.

    Raises AssertionError naming the first difference.
    """
    truth = {
        (row["pump"], row["transaction"]): (row["volume_ml"], row["amount_fen"])
        for row in world.controller("/control/ledger")
    }
    booked_rows = fills(world)
    booked = {(row["pump"], row["transaction"]): (row["volume_ml"], row["amount_fen"]) for row in booked_rows}
    _same("fills", truth, booked)
    _same("no fill twice", len(booked_rows), len(booked))
    charged = sum(gateway_paid(world, gateway) for gateway in (world.wechat, world.alipay))
    returned = sum(gateway_refunded(world, gateway) for gateway in (world.wechat, world.alipay))
    orders = _cloud(world, _ORDERS + " WHERE state = 'completed'")
    codes = _station(
        world,
        "SELECT coalesce(sum(amount), 0) AS fen FROM payments WHERE tender <> 'cash' AND state = 'captured'",
    )[0]["fen"]
    _same("electronic money", charged - returned, codes + sum(row["owed_fen"] for row in orders))
    sold = _station(
        world,
        "SELECT coalesce(sum(l.gross - l.discount), 0) AS fen FROM sale_lines l JOIN sales s ON s.id = l.sale"
        " WHERE s.state = 'completed'",
    )[0]["fen"]
    taken = _station(world, "SELECT coalesce(sum(amount), 0) AS fen FROM payments WHERE state = 'captured'")[
        0
    ]["fen"]
    _same("sales and payments", sold, taken)
    numbers = [
        row["number"]
        for row in _station(world, "SELECT number FROM sales WHERE number <> '' ORDER BY number")
    ]
    _same("sale numbers", len(set(numbers)), len(numbers))
    return {
        "fills": len(booked),
        "volume_ml": sum(volume for volume, _amount in booked.values()),
        "fills_fen": sum(amount for _volume, amount in booked.values()),
        "charged_fen": charged,
        "returned_fen": returned,
        "sales_fen": sold,
        "sale_numbers": numbers,
    }


def _same(what: str, one: object, other: object) -> None:
    if one != other:
        raise AssertionError(f"{what}: {one} is not {other}")
