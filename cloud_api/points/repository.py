"""Rows of levels, uses of points, and bills and refunds as far as points go."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from cloud_api.points.tables import point_levels, point_refunds, point_rules, point_sales, point_uses
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.points_earning import PointsBonus

HELD, REDEEMED, RELEASED, OVERDUE = "held", "redeemed", "released", "overdue"


@dataclass(frozen=True, slots=True)
class LevelRow:
    code: str
    title: str
    from_points: int
    per_yuan: int
    per_litre: int
    period_days: int = 365
    benefits: str = ""


@dataclass(frozen=True, slots=True)
class UseRow:
    id: str
    driver_id: str
    station_id: str
    sale_id: str
    points: int
    worth_fen: int
    state: str
    expires_at: datetime
    spent: int = 0


@dataclass(frozen=True, slots=True)
class SaleRow:
    station_id: str
    sale_id: str
    driver_id: str
    at: datetime
    total_fen: int
    earned: int
    reversed: int = 0
    returned: int = 0


def levels(connection: Connection) -> Sequence[LevelRow]:
    """The lowest first."""
    rows = connection.execute(
        select(*(point_levels.c[field.name] for field in fields(LevelRow))).order_by(
            point_levels.c.from_points
        )
    )
    return [LevelRow(*row) for row in rows]


def put_level(connection: Connection, row: LevelRow) -> None:
    """Writes a level, or changes it."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    values = {field.name: getattr(row, field.name) for field in fields(row)}
    changed = {name: value for name, value in values.items() if name != "code"}
    connection.execute(
        dialect.insert(point_levels)
        .values(values)
        .on_conflict_do_update(index_elements=["code"], set_=changed)
    )


def add_rule(connection: Connection, rule: PointsBonus) -> None:
    conditions = {
        "grades": list(rule.grades),
        "levels": list(rule.levels),
        "stations": list(rule.stations),
        "weekdays": list(rule.weekdays),
        "days": list(rule.days),
        "least_fen": rule.least.fen,
        "least_ml": rule.least_volume.millilitres,
    }
    connection.execute(
        insert(point_rules).values(
            id=rule.id,
            title=rule.title,
            starts_at=rule.starts_at,
            ends_at=rule.ends_at,
            percent=rule.percent,
            extra=rule.extra,
            conditions={name: value for name, value in conditions.items() if value},
        )
    )


def rules(connection: Connection, ending_after: datetime) -> list[PointsBonus]:
    """Rules that have not ended by then and were not stopped."""
    rows = connection.execute(
        select(point_rules)
        .where(point_rules.c.ends_at > ending_after, point_rules.c.stopped_at.is_(None))
        .order_by(point_rules.c.id)
    )
    return [
        PointsBonus(
            id=row.id,
            title=row.title,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            percent=row.percent,
            extra=row.extra,
            grades=tuple(row.conditions.get("grades", ())),
            levels=tuple(row.conditions.get("levels", ())),
            stations=tuple(row.conditions.get("stations", ())),
            weekdays=tuple(row.conditions.get("weekdays", ())),
            days=tuple(row.conditions.get("days", ())),
            least=Money(row.conditions.get("least_fen", 0)),
            least_volume=Litres(row.conditions.get("least_ml", 0)),
        )
        for row in rows
    ]


def stop_rule(connection: Connection, rule_id: str, now: datetime) -> bool:
    stopped = connection.execute(
        update(point_rules)
        .where(point_rules.c.id == rule_id, point_rules.c.stopped_at.is_(None))
        .values(stopped_at=now)
    )
    return stopped.rowcount == 1


def earned_since(connection: Connection, driver_id: str, since: datetime) -> int:
    """What bills since then have earned and nobody took back."""
    return int(
        connection.execute(
            select(func.coalesce(func.sum(point_sales.c.earned - point_sales.c.reversed), 0)).where(
                point_sales.c.driver_id == driver_id, point_sales.c.at > since
            )
        ).scalar_one()
    )


def use(connection: Connection, use_id: str) -> UseRow | None:
    row = connection.execute(
        select(*(point_uses.c[field.name] for field in fields(UseRow)))
        .where(point_uses.c.id == use_id)
        .with_for_update()
    ).one_or_none()
    return UseRow(*row) if row else None


def add_use(connection: Connection, row: UseRow, now: datetime) -> None:
    connection.execute(insert(point_uses).values(**_values(row), created_at=now))


def change_use(connection: Connection, use_id: str, **values: Any) -> None:
    connection.execute(update(point_uses).where(point_uses.c.id == use_id).values(**values))


def overdue_uses(connection: Connection, now: datetime) -> Sequence[str]:
    return (
        connection.execute(
            select(point_uses.c.id)
            .where(point_uses.c.state == HELD, point_uses.c.expires_at <= now)
            .limit(100)
        )
        .scalars()
        .all()
    )


def spent_on(connection: Connection, station_id: str, sale_id: str) -> Sequence[UseRow]:
    """The redeemed uses of a bill."""
    rows = connection.execute(
        select(*(point_uses.c[field.name] for field in fields(UseRow))).where(
            point_uses.c.station_id == station_id,
            point_uses.c.sale_id == sale_id,
            point_uses.c.state == REDEEMED,
        )
    )
    return [UseRow(*row) for row in rows]


def sale(connection: Connection, station_id: str, sale_id: str) -> SaleRow | None:
    row = connection.execute(
        select(*(point_sales.c[field.name] for field in fields(SaleRow)))
        .where(point_sales.c.station_id == station_id, point_sales.c.sale_id == sale_id)
        .with_for_update()
    ).one_or_none()
    return SaleRow(*row) if row else None


def add_sale(connection: Connection, row: SaleRow) -> None:
    connection.execute(insert(point_sales).values(**_values(row)))


def change_sale(connection: Connection, row: SaleRow, **values: Any) -> None:
    connection.execute(
        update(point_sales)
        .where(point_sales.c.station_id == row.station_id, point_sales.c.sale_id == row.sale_id)
        .values(**values)
    )


def add_refund(connection: Connection, station_id: str, refund_id: str, sale_id: str, total_fen: int) -> None:
    """Once for the same refund."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    values = {"station_id": station_id, "refund_id": refund_id, "sale_id": sale_id, "total_fen": total_fen}
    connection.execute(dialect.insert(point_refunds).values(values).on_conflict_do_nothing())


def refunded(connection: Connection, station_id: str, sale_id: str) -> tuple[int, int]:
    """How many refunds a bill has, and how much they gave back."""
    count, total = connection.execute(
        select(func.count(), func.coalesce(func.sum(point_refunds.c.total_fen), 0)).where(
            point_refunds.c.station_id == station_id, point_refunds.c.sale_id == sale_id
        )
    ).one()
    return int(count), int(total)


def _values(row: UseRow | SaleRow) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in fields(row)}
