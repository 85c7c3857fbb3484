"""Routes of a driver's points: how many, since when and until when, and what earns more."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request

from cloud_api.access import SignedInDriver
from cloud_api.parameters import Limit, LineBefore, TheDatabase
from cloud_api.points import schemas
from cloud_api.points.repository import LevelRow
from cloud_api.points.service import Points
from core.domain.points_earning import PointsBonus

router = APIRouter(tags=["points"])


def _points(request: Request) -> Points:
    return cast(Points, request.app.state.points)


PointsService = Annotated[Points, Depends(_points)]


@router.get("/v1/me/points", summary="The driver's points, level, and what ends when")
async def points(driver: SignedInDriver, points: PointsService, database: TheDatabase) -> schemas.Points:
    seen = await database.read(lambda c: points.overview(c, driver.id))
    return schemas.Points(
        points=seen.standing.points,
        owed=seen.owed,
        level=level_given(seen.standing.level),
        next_level=None if seen.next_level is None else level_given(seen.next_level),
        missing_for_next=seen.missing_for_next,
        ending=[schemas.Ending(points=left, ends_at=ends_at) for left, ends_at in seen.ending],
        rules=[rule_given(rule) for rule in seen.rules],
    )


@router.get("/v1/me/points/statement", summary="Every movement of the driver's points, newest first")
async def statement(
    driver: SignedInDriver,
    points: PointsService,
    database: TheDatabase,
    limit: Limit = 50,
    before: LineBefore = None,
) -> schemas.Statement:
    rows = await database.read(lambda c: points.statement(c, driver.id, limit, before))
    return schemas.Statement(
        entries=[
            schemas.PointsEntry(
                number=row.number,
                at=row.at,
                what=row.kind,
                points=row.amount,
                balance=row.balance_after,
                about=row.about,
            )
            for row in rows
        ],
        next_before=rows[-1].number if len(rows) == limit else None,
    )


def level_given(level: LevelRow) -> schemas.Level:
    return schemas.Level(
        code=level.code,
        title=level.title,
        from_points=level.from_points,
        period_days=level.period_days,
        hundredths_per_yuan=level.per_yuan,
        hundredths_per_litre=level.per_litre,
        benefits=level.benefits.splitlines(),
    )


def rule_given(rule: PointsBonus) -> schemas.RuleGiven:
    return schemas.RuleGiven(
        id=rule.id,
        title=rule.title,
        starts_at=rule.starts_at,
        ends_at=rule.ends_at,
        percent=rule.percent,
        extra=rule.extra,
        grades=list(rule.grades),
        levels=list(rule.levels),
        stations=list(rule.stations),
        weekdays=list(rule.weekdays),
        days=list(rule.days),
        least_fen=rule.least.fen,
        least_ml=rule.least_volume.millilitres,
    )
