"""What must hold at every moment, and what must be true once everything has come to rest. Reads the books, changes nothing."""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cloud_api.ledger import book, lots

if TYPE_CHECKING:
    from tests.simulation.station import Place
    from tests.simulation.town import Town

_ENDS = {"completed": "completed", "declined": "cancelled", "withdrawn": "cancelled"}


def rows(file: Path, query: str, *values: Any) -> list[Any]:
    """As they are on the disk at this moment."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as books:
        books.row_factory = sqlite3.Row
        return books.execute(query, values).fetchall()


def always(town: "Town") -> list[str]:
    """Money, coupons and numbers, at any step."""
    wrong = [*_ledger(town), *_coupons(town), *_mailboxes(town), *_orders_whole(town)]
    for place in town.places:
        wrong += [f"{place.name}: {each}" for each in _station_books(place)]
    return wrong


def at_rest(town: "Town") -> list[str]:
    """Everybody agrees, and nothing is under way any more."""
    wrong = [*_orders_ended(town), *_money(town)]
    for place in town.places:
        wrong += [
            f"{place.name}: {each}"
            for each in (
                *_nothing_waits(town, place),
                *_orders_agree(town, place),
                *_sales_arrived(town, place),
                *_prices_agree(town, place),
                *_facts_agree(town, place),
            )
        ]
    return wrong


# --- at every moment -----------------------------------------------------------------------------------------------------


def _ledger(town: "Town") -> list[str]:
    running = town.cloud.running
    if running is None:
        return []
    faults = running.database.read_now(book.faults)
    off = running.database.read_now(lots.off_their_accounts)
    return [f"ledger: {each}" for each in (*faults, *off)]


def _coupons(town: "Town") -> list[str]:
    file = town.cloud.file
    wrong = [
        f"campaign {row['id']}: {row['remaining']} of {row['stock']} left"
        for row in rows(
            file, "SELECT id, remaining, stock FROM campaigns WHERE remaining < 0 OR remaining > stock"
        )
    ]
    used = Counter(
        row["coupon_id"]
        for row in rows(
            file, "SELECT coupon_id FROM orders WHERE coupon_id IS NOT NULL AND state = 'completed'"
        )
    )
    wrong += [f"coupon {each} completed {times} orders" for each, times in used.items() if times > 1]
    by_order = rows(
        file,
        "SELECT o.id FROM orders o JOIN coupons c ON c.id = o.coupon_id"
        " WHERE o.state = 'completed' AND (c.state <> 'redeemed' OR c.holder <> o.id)",
    )
    return wrong + [f"order {row['id']} was completed with a coupon that is not its own" for row in by_order]


def _mailboxes(town: "Town") -> list[str]:
    if town.cloud.restored:
        return []  # numbers go on behind what the stations had already
    return [
        f"mailbox of {row['id']}: {row['count']} messages up to {row['mailbox_latest']}"
        for row in rows(
            town.cloud.file,
            "SELECT s.id, s.mailbox_latest, count(m.number) AS count, coalesce(max(m.number), 0) AS most"
            " FROM stations s LEFT JOIN mailbox m ON m.station_id = s.id GROUP BY s.id",
        )
        if not row["mailbox_latest"] == row["count"] == row["most"]
    ]


def _orders_whole(town: "Town") -> list[str]:
    wrong = []
    for row in rows(town.cloud.file, "SELECT * FROM orders"):
        if row["state"] == "completed":
            if row["fill_id"] is None:
                wrong.append(f"order {row['id']} is completed without a fill")
            parts = (row["owed_fen"] + row["refund_fen"], row["used_fen"] - row["used_discount_fen"])
            if parts != (row["paid_fen"], row["owed_fen"]):
                wrong.append(
                    f"order {row['id']}: paid {row['paid_fen']}, used {row['used_fen']},"
                    f" discount {row['used_discount_fen']}, back {row['refund_fen']}, owed {row['owed_fen']}"
                )
        if row["state"] == "cancelled" and row["refund_fen"] != row["paid_fen"]:
            wrong.append(f"order {row['id']} is cancelled: paid {row['paid_fen']}, back {row['refund_fen']}")
    return wrong


def _station_books(place: "Place") -> list[str]:
    twice = rows(
        place.file,
        'SELECT "order" AS o, count(*) AS n FROM fills WHERE "order" IS NOT NULL AND amount > 0 GROUP BY 1 HAVING n > 1',
    )
    return [f"order {row['o']} was filled {row['n']} times" for row in twice]


# --- at rest -------------------------------------------------------------------------------------------------------------


def _orders_ended(town: "Town") -> list[str]:
    return [
        f"order {row['id']} stands {row['state']}, refund {row['refund_state']}"
        for row in rows(
            town.cloud.file,
            "SELECT id, state, refund_state FROM orders"
            " WHERE state NOT IN ('completed', 'cancelled') OR refund_state = 'pending'",
        )
    ]


def _money(town: "Town") -> list[str]:
    """What the gateway kept of each payment is what our books say we kept."""
    kept: Counter[str] = Counter()
    for row in rows(
        town.cloud.file,
        "SELECT p.id, p.amount_fen, p.paid_at, p.state, coalesce(sum(r.amount_fen), 0) AS back FROM payments p"
        " LEFT JOIN payment_refunds r ON r.payment_id = p.id AND r.state = 'refunded' GROUP BY p.id",
    ):
        if row["paid_at"] is not None and row["state"] != "cancelled":
            kept[row["id"]] = row["amount_fen"] - row["back"]
    known = {row["id"] for row in rows(town.cloud.file, "SELECT id FROM payments")}
    return [
        f"payment {each}: the gateway kept {account.kept_fen}, our books {kept[each]}"
        for each, account in town.gateway.payments.items()
        if account.kept_fen != kept[each] and (each in known or not town.cloud.restored)
    ]


def _nothing_waits(town: "Town", place: "Place") -> list[str]:
    """An order that was placed after the copy was made is known to nobody but the gateway, the station, and a person."""
    wrong = [
        f"message {row['kind']} {row['id']} is {row['state']} {row['refusal']}"
        for row in rows(
            place.file, "SELECT id, kind, state, refusal FROM outbox WHERE state IN ('waiting', 'set_aside')"
        )
        if not (town.cloud.restored and row["refusal"].startswith("order_not_found"))
    ]
    return wrong + [
        f"order {row['id']} stands {row['state']}"
        for row in rows(place.file, "SELECT id, state FROM orders")
        if row["state"] not in _ENDS
    ]


def _orders_agree(town: "Town", place: "Place") -> list[str]:
    ours = {row["id"]: row["state"] for row in rows(place.file, "SELECT id, state FROM orders")}
    theirs = {
        row["id"]: row
        for row in rows(
            town.cloud.file,
            "SELECT id, state, paid_at, fill_id, fill_amount_fen FROM orders WHERE station_id = ?",
            place.id,
        )
    }
    fills = {row["id"]: row["amount"] for row in rows(place.file, "SELECT id, amount FROM fills")}
    wrong = []
    for order, state in ours.items():
        row = theirs.get(order)
        if row is None and town.cloud.restored:
            continue
        if row is None:
            wrong.append(f"order {order} is {state} here and unknown in the cloud")
        elif row["state"] != _ENDS.get(state):
            wrong.append(f"order {order} is {state} here and {row['state']} in the cloud")
        elif row["fill_id"] is not None and fills.get(row["fill_id"]) != row["fill_amount_fen"]:
            wrong.append(f"order {order}: the cloud knows another fill")
    missing = [each for each, row in theirs.items() if row["paid_at"] is not None and each not in ours]
    return wrong + [f"order {each} never came here" for each in missing]


def _sales_arrived(town: "Town", place: "Place") -> list[str]:
    ours = {
        row["id"]: row["total"]
        for row in rows(
            place.file,
            "SELECT s.id, sum(l.gross - l.discount) - s.rounding AS total FROM sales s"
            " JOIN sale_lines l ON l.sale = s.id WHERE s.state = 'completed' GROUP BY s.id",
        )
    }
    theirs = {
        row["id"]: row["total"]
        for row in rows(
            town.cloud.file,
            "SELECT id, json_extract(body, '$.total_fen') AS total FROM station_reports"
            " WHERE station_id = ? AND kind = 'sale_completed'",
            place.id,
        )
    }
    return [
        f"sale {each}: {ours.get(each)} here, {theirs.get(each)} in the cloud"
        for each in {**ours, **theirs}
        if ours.get(each) != theirs.get(each)
    ]


def _prices_agree(town: "Town", place: "Place") -> list[str]:
    ours = {row["grade"]: row["price"] for row in rows(place.file, "SELECT grade, price FROM board")}
    theirs = {
        row["grade"]: row["price_li"]
        for row in rows(town.cloud.file, "SELECT grade, price_li FROM prices WHERE station_id = ?", place.id)
    }
    return [] if ours == theirs else [f"prices are {ours} here and {theirs} in the cloud"]


def _facts_agree(town: "Town", place: "Place") -> list[str]:
    [row] = rows(town.cloud.file, "SELECT count(*) AS n FROM nozzles WHERE station_id = ?", place.id)
    return [] if row["n"] == 3 else [f"{row['n']} nozzles in the directory"]
