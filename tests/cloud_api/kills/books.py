"""What must hold whenever everything has come to rest, however often the cloud died before."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text

from cloud_api.ledger import checking

_UNDER_WAY = {
    "payments": "SELECT id, state FROM payments WHERE state = 'pending'",
    "refunds": "SELECT id, state FROM payment_refunds WHERE state = 'pending'",
    "orders": "SELECT id, state, refund_state FROM orders"
    " WHERE state NOT IN ('completed', 'cancelled') OR refund_state = 'pending' OR payments_to_close",
    "balance refunds": "SELECT id, state FROM wallet_refunds WHERE state = 'agreed'",
    "coupons": "SELECT id, holder FROM coupons WHERE state = 'held'",
    "points": "SELECT id, state FROM point_uses WHERE state = 'held'",
    "invoices": "SELECT id, state FROM invoices WHERE state IN ('waiting', 'sent', 'reversing')",
}
_NEVER = {
    "a campaign lost coupons": "SELECT c.id, c.stock, c.remaining, (SELECT count(*) FROM coupons k WHERE k.campaign_id = c.id)"
    " FROM campaigns c WHERE c.remaining < 0"
    " OR c.remaining + (SELECT count(*) FROM coupons k WHERE k.campaign_id = c.id AND k.state <> 'void') <> c.stock",
    "a coupon was used twice": "SELECT coupon_id, count(*) FROM orders WHERE state = 'completed' AND coupon_id IS NOT NULL"
    " GROUP BY coupon_id HAVING count(*) > 1",
    "an order was completed with another's coupon": "SELECT o.id FROM orders o JOIN coupons c ON c.id = o.coupon_id"
    " WHERE o.state = 'completed' AND (c.state <> 'redeemed' OR c.holder <> o.id)",
    "a cancelled order keeps its coupon": "SELECT o.id FROM orders o JOIN coupons c ON c.id = o.coupon_id"
    " WHERE o.state = 'cancelled' AND c.holder = o.id",
    "an order does not add up": "SELECT id FROM orders WHERE state = 'completed' AND (owed_fen + refund_fen <> paid_fen"
    " OR used_fen - used_discount_fen <> owed_fen) OR state = 'cancelled' AND refund_fen <> paid_fen",
    "a station's numbers have holes": "SELECT s.id, s.mailbox_latest FROM stations s WHERE s.mailbox_latest"
    " <> (SELECT count(*) FROM mailbox m WHERE m.station_id = s.id)",
    "an order's line is told twice": "SELECT order_id, what, count(*) FROM order_timeline"
    " GROUP BY order_id, what HAVING count(*) > 1",
}


def under_way(connection: Connection) -> list[str]:
    return [
        f"{name}: {tuple(row)}"
        for name, question in _UNDER_WAY.items()
        for row in connection.execute(text(question))
    ]


def wrong(connection: Connection, gateways: Mapping[str, Mapping[str, Any]]) -> list[str]:
    found = [f"ledger: {one}" for one in checking.faults(connection)]
    found += [
        f"{name}: {tuple(row)}"
        for name, question in _NEVER.items()
        for row in connection.execute(text(question))
    ]
    found += _stored(connection)
    return found + _at_gateways(connection, gateways)


def _at_gateways(connection: Connection, gateways: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What each of them kept of every payment is what our books say that we kept."""
    ours: dict[tuple[str, str], int] = {}
    back: Counter[str] = Counter()
    for row in connection.execute(
        text("SELECT payment_id, amount_fen FROM payment_refunds WHERE state = 'refunded'")
    ):
        back[row.payment_id] += row.amount_fen
    for row in connection.execute(
        text("SELECT id, provider, amount_fen, paid_at, refunded_fen FROM payments")
    ):
        if row.provider in gateways:
            ours[row.provider, row.id] = (row.amount_fen if row.paid_at else 0) - back[row.id]
        if row.refunded_fen != back[row.id]:
            return [f"payment {row.id} says {row.refunded_fen} went back, its refunds {back[row.id]}"]
    theirs = {
        (provider, one["payment_id"]): one["charged_fen"] - one["refunded_fen"]
        for provider, ledger in gateways.items()
        for one in ledger["payments"]
    }
    return [
        f"{key}: {ours.get(key)} fen by our books, {theirs.get(key)} by theirs"
        for key in ours.keys() | theirs.keys()
        if ours.get(key, 0) != theirs.get(key, 0) or (key in theirs and key not in ours)
    ]


def _stored(connection: Connection) -> list[str]:
    """The same between the payments from balances and what the ledger charged."""
    rows = connection.execute(
        text(
            "SELECT p.id, p.state, p.amount_fen, p.refunded_fen, c.state AS charge, c.principal_fen + c.bonus_fen AS charged,"
            " c.refunded_fen AS back FROM payments p LEFT JOIN stored_charges c ON c.payment_id = p.id"
            " WHERE p.provider IN ('wallet', 'recharge_card')"
        )
    )
    return [
        f"stored payment {tuple(row)}"
        for row in rows
        if (row.state == "captured") != (row.charge == "charged")
        or (row.charge == "charged" and (row.charged, row.back) != (row.amount_fen, row.refunded_fen))
    ]
