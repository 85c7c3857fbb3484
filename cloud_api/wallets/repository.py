"""Rows of top-ups and their rules, of refunds of balances, and of registered names."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from cloud_api.wallets.tables import (
    balance_refunds,
    bonus_rules,
    bonus_uses,
    prepaid_holders,
    refund_items,
    top_ups,
)
from core.domain.money import Money
from core.domain.top_up import BonusRule

PENDING, PAID, CLOSED = "pending", "paid", "closed"
REVIEW, AGREED, REFUSED, DONE = "review", "agreed", "refused", "done"
WAITING, BY_HAND, DROPPED = "waiting", "by_hand", "dropped"


@dataclass(frozen=True, slots=True)
class TopUpRow:
    id: str
    driver_id: str
    entity: str
    amount_fen: int
    bonus_fen: int
    rule_id: str | None
    state: str
    at: datetime
    pay_before: datetime
    paid_at: datetime | None = None
    payment_id: str | None = None
    provider: str | None = None
    payments_to_close: bool = False


@dataclass(frozen=True, slots=True)
class RefundRow:
    id: str
    driver_id: str
    why: str
    top_up_id: str | None
    amount_fen: int
    bonus_gone_fen: int
    state: str
    at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None
    note: str = ""
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ItemRow:
    id: str
    refund_id: str
    source: str
    source_id: str
    entity: str
    payment_id: str | None
    amount_fen: int
    bonus_gone_fen: int
    state: str
    reference: str | None = None
    ended_at: datetime | None = None


# --- rules ---


def add_rule(connection: Connection, rule: BonusRule, entity: str) -> None:
    connection.execute(
        insert(bonus_rules).values(
            id=rule.id,
            title=rule.title,
            entity=entity,
            starts_at=rule.starts_at,
            ends_at=rule.ends_at,
            threshold_fen=rule.threshold.fen,
            bonus_fen=rule.bonus.fen,
            percent=rule.percent,
            cap_fen=None if rule.cap is None else rule.cap.fen,
            once=rule.once,
        )
    )


def rules(
    connection: Connection, entity: str | None, ending_after: datetime
) -> Sequence[tuple[str, BonusRule]]:
    """Rules that have not ended and were not stopped, each with its entity; of all entities where none is named."""
    query = (
        select(bonus_rules)
        .where(bonus_rules.c.ends_at > ending_after, bonus_rules.c.stopped_at.is_(None))
        .order_by(bonus_rules.c.threshold_fen, bonus_rules.c.id)
    )
    if entity is not None:
        query = query.where(bonus_rules.c.entity == entity)
    return [
        (
            row.entity,
            BonusRule(
                id=row.id,
                title=row.title,
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                threshold=Money(row.threshold_fen),
                bonus=Money(row.bonus_fen),
                percent=row.percent,
                cap=None if row.cap_fen is None else Money(row.cap_fen),
                once=row.once,
            ),
        )
        for row in connection.execute(query)
    ]


def stop_rule(connection: Connection, rule_id: str, now: datetime) -> bool:
    stopped = connection.execute(
        update(bonus_rules)
        .where(bonus_rules.c.id == rule_id, bonus_rules.c.stopped_at.is_(None))
        .values(stopped_at=now)
    )
    return stopped.rowcount == 1


def rules_used(connection: Connection, driver_id: str) -> set[str]:
    return set(
        connection.execute(select(bonus_uses.c.rule_id).where(bonus_uses.c.driver_id == driver_id)).scalars()
    )


def use_rule(connection: Connection, rule_id: str, driver_id: str, top_up_id: str) -> bool:
    """False where this person has it already."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    used = connection.execute(
        dialect.insert(bonus_uses)
        .values(rule_id=rule_id, driver_id=driver_id, top_up_id=top_up_id)
        .on_conflict_do_nothing()
        .returning(bonus_uses.c.rule_id)
    )
    return used.first() is not None


def free_rule(connection: Connection, top_up_id: str) -> None:
    connection.execute(delete(bonus_uses).where(bonus_uses.c.top_up_id == top_up_id))


# --- top-ups ---


def add_top_up(connection: Connection, row: TopUpRow) -> None:
    connection.execute(insert(top_ups).values(_values(row)))


def top_up(connection: Connection, top_up_id: str, *, lock: bool = False) -> TopUpRow | None:
    query = select(*_columns(top_ups, TopUpRow)).where(top_ups.c.id == top_up_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else TopUpRow(*row)


def change_top_up(connection: Connection, top_up_id: str, **values: Any) -> None:
    connection.execute(update(top_ups).where(top_ups.c.id == top_up_id).values(**values))


def top_ups_of(connection: Connection, driver_id: str, limit: int) -> list[TopUpRow]:
    rows = connection.execute(
        select(*_columns(top_ups, TopUpRow))
        .where(top_ups.c.driver_id == driver_id)
        .order_by(top_ups.c.at.desc(), top_ups.c.id.desc())
        .limit(limit)
    )
    return [TopUpRow(*row) for row in rows]


def pending_fen(connection: Connection, driver_id: str) -> int:
    """What top-ups that wait to be paid would bring."""
    return int(
        connection.execute(
            select(func.coalesce(func.sum(top_ups.c.amount_fen), 0)).where(
                top_ups.c.driver_id == driver_id, top_ups.c.state == PENDING
            )
        ).scalar_one()
    )


def top_ups_to_close(connection: Connection, now: datetime) -> Sequence[str]:
    """Those whose time to be paid is over."""
    return (
        connection.execute(
            select(top_ups.c.id).where(top_ups.c.state == PENDING, top_ups.c.pay_before <= now).limit(100)
        )
        .scalars()
        .all()
    )


def payments_to_close(connection: Connection) -> Sequence[str]:
    return (
        connection.execute(select(top_ups.c.id).where(top_ups.c.payments_to_close.is_(True)).limit(100))
        .scalars()
        .all()
    )


# --- registered names ---


def is_named(connection: Connection, driver_id: str) -> bool:
    query = select(prepaid_holders.c.driver_id).where(prepaid_holders.c.driver_id == driver_id)
    return connection.execute(query).first() is not None


def register(connection: Connection, driver_id: str, now: datetime, by: str) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(
        dialect.insert(prepaid_holders)
        .values(driver_id=driver_id, registered_at=now, registered_by=by)
        .on_conflict_do_nothing()
    )


# --- refunds of balances ---


def add_refund(connection: Connection, row: RefundRow, items: Sequence[ItemRow]) -> None:
    connection.execute(insert(balance_refunds).values(_values(row)))
    connection.execute(insert(refund_items), [_values(item) for item in items])


def refund(connection: Connection, refund_id: str, *, lock: bool = False) -> RefundRow | None:
    query = select(*_columns(balance_refunds, RefundRow)).where(balance_refunds.c.id == refund_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else RefundRow(*row)


def change_refund(connection: Connection, refund_id: str, **values: Any) -> None:
    connection.execute(update(balance_refunds).where(balance_refunds.c.id == refund_id).values(**values))


def refunds_of(connection: Connection, driver_id: str, limit: int) -> list[RefundRow]:
    rows = connection.execute(
        select(*_columns(balance_refunds, RefundRow))
        .where(balance_refunds.c.driver_id == driver_id)
        .order_by(balance_refunds.c.at.desc(), balance_refunds.c.id.desc())
        .limit(limit)
    )
    return [RefundRow(*row) for row in rows]


def refunds_in(connection: Connection, states: Sequence[str], limit: int) -> list[RefundRow]:
    """The oldest first."""
    rows = connection.execute(
        select(*_columns(balance_refunds, RefundRow))
        .where(balance_refunds.c.state.in_(states))
        .order_by(balance_refunds.c.at, balance_refunds.c.id)
        .limit(limit)
    )
    return [RefundRow(*row) for row in rows]


def refunds_since(connection: Connection, driver_id: str, since: datetime) -> int:
    return int(
        connection.execute(
            select(func.count()).where(
                balance_refunds.c.driver_id == driver_id,
                balance_refunds.c.at > since,
                balance_refunds.c.state != REFUSED,
            )
        ).scalar_one()
    )


def items_of(connection: Connection, refund_id: str) -> list[ItemRow]:
    rows = connection.execute(
        select(*_columns(refund_items, ItemRow))
        .where(refund_items.c.refund_id == refund_id)
        .order_by(refund_items.c.id)
    )
    return [ItemRow(*row) for row in rows]


def item(connection: Connection, item_id: str) -> ItemRow | None:
    row = connection.execute(
        select(*_columns(refund_items, ItemRow)).where(refund_items.c.id == item_id).with_for_update()
    ).one_or_none()
    return None if row is None else ItemRow(*row)


def items_waiting(connection: Connection) -> list[ItemRow]:
    """Of refunds that were agreed to, those that a provider has to be asked for."""
    rows = connection.execute(
        select(*_columns(refund_items, ItemRow)).where(refund_items.c.state == WAITING).limit(50)
    )
    return [ItemRow(*row) for row in rows]


def change_item(connection: Connection, item_id: str, **values: Any) -> None:
    connection.execute(update(refund_items).where(refund_items.c.id == item_id).values(**values))


def drop_items(connection: Connection, refund_id: str, now: datetime) -> None:
    connection.execute(
        update(refund_items).where(refund_items.c.refund_id == refund_id).values(state=DROPPED, ended_at=now)
    )


def _columns(table: Any, row: type) -> list[Any]:
    return [table.c[field.name] for field in fields(row)]


def _values(row: TopUpRow | RefundRow | ItemRow) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in fields(row)}
