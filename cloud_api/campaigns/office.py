"""The head office's routes of campaigns and coupons."""

from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Path, Query, Request

from cloud_api.access import OfficeUser, OperationsUser, held_to_stations, office_user
from cloud_api.campaigns import schemas
from cloud_api.campaigns.keeping import CampaignKeeping, result_fields
from cloud_api.coupons.campaigns import CampaignRow, terms_of
from cloud_api.coupons.endpoints import terms_given
from cloud_api.coupons.repository import CouponRow
from cloud_api.offices.two_people import Agreed
from cloud_api.schemas import Asked, KeyId, PlainText
from core.domain.campaign import CampaignPlan, LimitKey, Occasion, Way
from core.domain.money import Money
from core.domain.office import Duty
from core.domain.plate import plate_of
from core.domain.refusals.cloud import MalformedRequest
from core.domain.refusals.offices import OfficeDutyMissing

router = APIRouter()


class VoidAsked(Asked):
    why: schemas.Words


def _keeping(request: Request) -> CampaignKeeping:
    return cast(CampaignKeeping, request.app.state.campaign_keeping)


async def _looking(user: Annotated[OfficeUser, Depends(office_user)]) -> OfficeUser:
    """Who keeps campaigns may look, and who helps people with them. Raises OfficeDutyMissing."""
    if not {Duty.OPERATIONS, Duty.SUPPORT} & user.duties:
        raise OfficeDutyMissing(Duty.OPERATIONS)
    return user


Keeping = Annotated[CampaignKeeping, Depends(_keeping)]
Looking = Annotated[OfficeUser, Depends(_looking)]
CampaignId = Annotated[KeyId, Path()]
Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("/v1/office/campaigns", tags=["office"], summary="All campaigns, newest first")
@held_to_stations
async def campaigns(
    user: Looking, keeping: Keeping, limit: Limit = 50, before: KeyId | None = None
) -> schemas.KeptCampaigns:
    found = await keeping.all(user, limit, before)
    return schemas.KeptCampaigns(campaigns=[_kept(row) for row in found])


@router.post("/v1/office/campaigns", status_code=201, tags=["office"], summary="A new campaign")
@held_to_stations
async def add(asked: schemas.PlanAsked, user: OperationsUser, keeping: Keeping) -> schemas.KeptCampaign:
    return _kept(await keeping.add(user, _plan(asked)))


@router.get("/v1/office/campaigns/{campaign_id}", tags=["office"], summary="A campaign")
@held_to_stations
async def one(campaign_id: CampaignId, user: Looking, keeping: Keeping) -> schemas.KeptCampaign:
    return _kept(await keeping.one(user, campaign_id))


@router.get("/v1/office/campaigns/{campaign_id}/versions", tags=["office"], summary="What it promised when")
@held_to_stations
async def versions(campaign_id: CampaignId, user: Looking, keeping: Keeping) -> schemas.Versions:
    found = await keeping.versions(user, campaign_id)
    return schemas.Versions(
        versions=[
            schemas.Version(
                version=row.version,
                title=row.title,
                terms=terms_given(terms_of(row.terms)),
                days=row.days,
                at=row.at,
                by=row.by,
            )
            for row in found
        ]
    )


@router.post(
    "/v1/office/campaigns/{campaign_id}/versions",
    status_code=201,
    tags=["office"],
    summary="Other terms from now on; coupons that are out keep theirs",
)
@held_to_stations
async def change(
    campaign_id: CampaignId, asked: schemas.PlanAsked, user: OperationsUser, keeping: Keeping
) -> schemas.KeptCampaign:
    return _kept(await keeping.change(user, campaign_id, _plan(asked)))


@router.put("/v1/office/campaigns/{campaign_id}/pause", tags=["office"], summary="Give nothing out for now")
@held_to_stations
async def pause(
    campaign_id: CampaignId, asked: schemas.PauseAsked, user: OperationsUser, keeping: Keeping
) -> schemas.KeptCampaign:
    return _kept(await keeping.pause(user, campaign_id, paused=asked.paused))


@router.post("/v1/office/campaigns/{campaign_id}/stock", tags=["office"], summary="More pieces, more budget")
@held_to_stations
async def add_stock(
    campaign_id: CampaignId,
    asked: schemas.StockAsked,
    user: OperationsUser,
    keeping: Keeping,
    agreement: Agreed,
) -> schemas.KeptCampaign:
    return _kept(await keeping.add_stock(user, campaign_id, asked.pieces, asked.budget_fen, agreement))


@router.post(
    "/v1/office/campaigns/{campaign_id}/batches",
    status_code=201,
    tags=["office"],
    summary="Codes to print or send, told this once",
)
@held_to_stations
async def make_batch(
    campaign_id: CampaignId, asked: schemas.BatchAsked, user: OperationsUser, keeping: Keeping
) -> schemas.MadeBatch:
    batch, codes = await keeping.make_batch(user, campaign_id, asked.count)
    return schemas.MadeBatch(id=batch.id, count=batch.count, made_by=batch.made_by, at=batch.at, codes=codes)


@router.get("/v1/office/campaigns/{campaign_id}/batches", tags=["office"], summary="Batches of codes")
@held_to_stations
async def batches(campaign_id: CampaignId, user: Looking, keeping: Keeping) -> schemas.Batches:
    found = await keeping.batches(user, campaign_id)
    return schemas.Batches(
        batches=[schemas.Batch(id=row.id, count=row.count, made_by=row.made_by, at=row.at) for row in found]
    )


@router.post(
    "/v1/office/campaigns/{campaign_id}/gifts", status_code=201, tags=["office"], summary="A gift to a driver"
)
@held_to_stations
async def give(
    campaign_id: CampaignId, asked: schemas.GiftAsked, user: OperationsUser, keeping: Keeping
) -> schemas.KeptCoupon:
    return _coupon(await keeping.give(user, campaign_id, asked.driver_id, asked.occasion))


@router.get("/v1/office/campaigns/{campaign_id}/result", tags=["office"], summary="What it cost and brought")
@held_to_stations
async def result(campaign_id: CampaignId, user: Looking, keeping: Keeping) -> schemas.Result:
    _row, found = await keeping.result(user, campaign_id)
    return schemas.Result(**result_fields(found))


@router.get("/v1/office/coupons", tags=["office"], summary="A driver's coupons, or the one of a code")
@held_to_stations
async def coupons(
    user: Looking,
    keeping: Keeping,
    driver_id: KeyId | None = None,
    code: Annotated[PlainText | None, Query(max_length=40)] = None,
) -> schemas.KeptCoupons:
    if (driver_id is None) == (code is None):
        raise MalformedRequest(({"field": "driver_id", "why": "a driver or a code"},))
    return schemas.KeptCoupons(coupons=[_coupon(row) for row in await keeping.coupons(user, driver_id, code)])


@router.post("/v1/office/coupons/{coupon_id}/void", tags=["office"], summary="Take a coupon back")
@held_to_stations
async def void(
    coupon_id: Annotated[KeyId, Path()], asked: VoidAsked, user: OperationsUser, keeping: Keeping
) -> schemas.KeptCoupon:
    return _coupon(await keeping.void(user, coupon_id, asked.why))


def _plan(asked: schemas.PlanAsked) -> CampaignPlan:
    terms: dict[str, Any] = asked.terms.model_dump(mode="json")
    terms["plates"] = [plate_of(plate) for plate in asked.terms.plates]
    return CampaignPlan(
        asked.title,
        terms_of(terms),
        asked.stock,
        way=Way(asked.way),
        occasion=None if asked.occasion is None else Occasion(asked.occasion),
        away_days=asked.away_days,
        days=asked.days,
        points_price=asked.points_price,
        budget=None if asked.budget_fen is None else Money(asked.budget_fen),
        limits={LimitKey(key): most for key, most in asked.limits.items()},
        friends=asked.friends,
        margin_li=asked.margin_li,
        baseline_days=asked.baseline_days,
    )


def _kept(row: CampaignRow) -> schemas.KeptCampaign:
    return schemas.KeptCampaign(
        id=row.id,
        title=row.title,
        terms=terms_given(row.terms),
        version=row.version,
        way=row.way.value,
        occasion=None if row.occasion is None else row.occasion.value,
        away_days=row.away_days,
        days=row.days,
        points_price=row.points_price,
        stock=row.stock,
        remaining=row.remaining,
        budget_fen=row.budget_fen,
        budget_left_fen=row.budget_left_fen,
        limits={key.value: most for key, most in row.limits.items()},
        friends=row.friends,
        margin_li=row.margin_li,
        baseline_days=row.baseline_days,
        paused=row.paused,
        claim_from=row.claim_from,
        claim_until=row.claim_until,
    )


def _coupon(row: CouponRow) -> schemas.KeptCoupon:
    # A code is as good as the coupon: whoever only looks sees how it ends.
    return schemas.KeptCoupon(
        id=row.id,
        campaign_id=row.campaign_id,
        version=row.version,
        driver_id=row.driver_id,
        code=f"****{row.code[-4:]}" if row.code else "",
        title=row.title,
        state=row.state,
        holder=row.holder,
        terms=terms_given(row.terms),
    )
