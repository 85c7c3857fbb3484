"""Routes of abuse: a driver's own case and appeal, and what the head office looks at and answers."""

from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Depends, Path, Query, Request

from cloud_api.abuse import schemas
from cloud_api.abuse.repository import CaseRow
from cloud_api.abuse.service import WAITING, Abuse
from cloud_api.access import SignedInDriver, SupportUser, held_to_stations
from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.offices import journal
from cloud_api.schemas import KeyId
from core.wording import abuse as wording

router = APIRouter()


def _abuse(request: Request) -> Abuse:
    return cast(Abuse, request.app.state.abuse)


Service = Annotated[Abuse, Depends(_abuse)]
CouponId = Annotated[KeyId, Path()]


@router.get("/v1/coupons/{coupon_id}/case", tags=["coupons"], summary="What was done about a coupon, and why")
async def own_case(coupon_id: CouponId, driver: SignedInDriver, abuse: Service) -> schemas.OwnCase:
    return _own(await abuse.case_of_coupon(driver.id, coupon_id))


@router.post("/v1/coupons/{coupon_id}/appeal", tags=["coupons"], summary="Object to it")
async def appeal(
    coupon_id: CouponId, asked: schemas.AppealAsked, driver: SignedInDriver, abuse: Service
) -> schemas.OwnCase:
    return _own(await abuse.appeal(driver.id, coupon_id, asked.words))


@router.get("/v1/office/abuse", tags=["office"], summary="Cases, newest first; those that wait by default")
async def cases(
    _user: SupportUser,
    abuse: Service,
    state: Literal["waiting", "noted", "open", "appealed", "upheld", "lifted", "all"] = "waiting",
    about: Literal["driver", "staff"] | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: KeyId | None = None,
) -> schemas.Cases:
    states = WAITING if state == "waiting" else () if state == "all" else (state,)
    return schemas.Cases(cases=[_case(row) for row in await abuse.cases(states, about, limit, before)])


@router.post("/v1/office/abuse/{case_id}/answer", tags=["office"], summary="Somebody has looked")
async def answer(
    case_id: Annotated[KeyId, Path()],
    asked: schemas.AnswerAsked,
    user: SupportUser,
    abuse: Service,
    request: Request,
) -> schemas.Case:
    database = cast(Database, request.app.state.database)
    clock = cast(Clock, request.app.state.clock)

    def answered(work: Work) -> CaseRow:
        row = abuse.answer(work, case_id, user.id, lift=asked.lift, words=asked.words)
        journal.note(work, user, "abuse.answered", case_id, {"lift": asked.lift}, at=clock.now())
        return row

    return _case(await database.write(answered))


@router.get("/v1/office/abuse/staff", tags=["office"], summary="What stations' staff did on a day")
@held_to_stations
async def staff(
    user: SupportUser,
    abuse: Service,
    day: Annotated[str, Query(pattern=r"^\d{4}-\d{2}-\d{2}$")],
    station_id: KeyId | None = None,
) -> schemas.StaffDays:
    found = await abuse.staff_on(station_id, day)
    return schemas.StaffDays(
        day=day,
        deeds=[
            schemas.StaffDay(
                station_id=row.station_id,
                staff=row.staff,
                what=row.what,
                whom=row.whom,
                count=row.count,
                amount_fen=row.amount_fen,
            )
            for row in found
            if user.may_see(row.station_id)
        ],
    )


def _own(row: CaseRow) -> schemas.OwnCase:
    return schemas.OwnCase.model_validate(
        {
            "case_id": row.id,
            "action": row.action,
            "score": row.score,
            "reasons": _reasons(row),
            "state": row.state,
            "appeal": row.appeal,
            "answer": row.answer,
        }
    )


def _case(row: CaseRow) -> schemas.Case:
    return schemas.Case.model_validate(
        {
            "id": row.id,
            "at": row.at,
            "about": row.about,
            "subject": row.subject,
            "station_id": row.station_id,
            "deed": row.deed,
            "score": row.score,
            "action": row.action,
            "reasons": _reasons(row),
            "campaign_id": row.campaign_id,
            "coupon_id": row.coupon_id,
            "state": row.state,
            "appeal": row.appeal,
            "appealed_at": row.appealed_at,
            "answer": row.answer,
            "answered_by": row.answered_by,
            "answered_at": row.answered_at,
        }
    )


def _reasons(row: CaseRow) -> list[dict[str, Any]]:
    return [
        {**reason, "words": wording.reason(reason["rule"], reason["found"], reason["most"])}
        for reason in row.reasons
    ]
