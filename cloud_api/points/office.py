"""Routes of the head office to the rules of points and to levels."""

from typing import Annotated

from fastapi import APIRouter, Header, Path

from cloud_api.access import OperationsUser
from cloud_api.database import Work
from cloud_api.drivers import repository as drivers
from cloud_api.identifiers import new_id
from cloud_api.offices.desk import FinanceDesk, OperationsDesk
from cloud_api.offices.two_people import Agreed, Deed
from cloud_api.parameters import TheDatabase
from cloud_api.points import schemas
from cloud_api.points.endpoints import PointsService, level_given, rule_given
from cloud_api.points.repository import LevelRow
from cloud_api.schemas import KeyId
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.points_earning import PointsBonus
from core.domain.refusals.cloud import NotFound

router = APIRouter(prefix="/v1/office", tags=["office"])


LevelCode = Annotated[str, Path(min_length=1, max_length=16, pattern=r"^[a-z0-9_]+$")]


@router.get("/points/rules", summary="Rules of points that hold now or will")
async def rules(_user: OperationsUser, points: PointsService, database: TheDatabase) -> schemas.Rules:
    return schemas.Rules(rules=[rule_given(rule) for rule in await database.read(points.rules)])


@router.post("/points/rules", status_code=201, summary="A new rule of points")
async def add_rule(
    asked: schemas.RuleAsked, desk: OperationsDesk, points: PointsService
) -> schemas.RuleGiven:
    rule = PointsBonus(
        id=new_id(desk.now()),
        title=asked.title,
        starts_at=asked.starts_at,
        ends_at=asked.ends_at,
        percent=asked.percent,
        extra=asked.extra,
        grades=tuple(asked.grades),
        levels=tuple(asked.levels),
        stations=tuple(asked.stations),
        weekdays=tuple(asked.weekdays),
        days=tuple(asked.days),
        least=Money(asked.least_fen),
        least_volume=Litres(asked.least_ml),
    )

    def add(work: Work) -> None:
        points.add_rule(work, rule)
        desk.note(work, "points.rule_added", rule.id, **asked.model_dump(mode="json"))

    await desk.database.write(add)
    return rule_given(rule)


@router.delete("/points/rules/{rule_id}", status_code=204, summary="From now on it gives nothing")
async def stop_rule(rule_id: Annotated[KeyId, Path()], desk: OperationsDesk, points: PointsService) -> None:
    def stop(work: Work) -> None:
        points.stop_rule(work, rule_id)
        desk.note(work, "points.rule_stopped", rule_id)

    await desk.database.write(stop)


@router.get("/points/levels", summary="The levels, the lowest first")
async def levels(_user: OperationsUser, points: PointsService, database: TheDatabase) -> schemas.Levels:
    return schemas.Levels(levels=[level_given(level) for level in await database.read(points.levels)])


@router.put("/points/levels/{code}", summary="Write a level")
async def put_level(
    code: LevelCode, asked: schemas.LevelAsked, desk: OperationsDesk, points: PointsService
) -> schemas.Level:
    """It holds from the next look on: a level follows from what was earned within its period."""
    level = LevelRow(
        code,
        asked.title,
        asked.from_points,
        asked.hundredths_per_yuan,
        asked.hundredths_per_litre,
        asked.period_days,
        "\n".join(asked.benefits),
    )

    def put(work: Work) -> None:
        points.put_level(work, level)
        desk.note(work, "points.level_written", code, **asked.model_dump(mode="json"))

    await desk.database.write(put)
    return level_given(level)


@router.post(
    "/drivers/{driver_id}/points",
    status_code=204,
    summary="Give points for nothing; the key is the gift's id",
)
async def give(  # noqa: PLR0917 - FastAPI hands each over by name
    driver_id: Annotated[KeyId, Path()],
    asked: schemas.PointsGift,
    key: Annotated[KeyId, Header(alias="Idempotency-Key")],
    desk: FinanceDesk,
    points: PointsService,
    agreement: Agreed,
) -> None:
    def given(work: Work) -> None:
        if not drivers.people(work.connection, ids=[driver_id]):
            raise NotFound
        if asked.points > agreement.alone_points:
            particulars = {"points": asked.points}
            agreement.needed(work, desk.user, Deed.POINTS_GIVEN, driver_id, particulars, deed_id=key)
        if points.give(work, key, driver_id, asked.points):
            desk.note(work, "points.given", driver_id, points=asked.points, why=asked.why)

    await desk.database.write(given)
