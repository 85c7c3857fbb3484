"""A driver's routes: campaigns, claims, gifts among friends, codes, the birthday."""

from datetime import date
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Path, Request

from cloud_api.abuse.circumstances import PresentCircumstances
from cloud_api.access import PerhapsDriver, SignedInDriver
from cloud_api.campaigns import schemas
from cloud_api.campaigns.limits import Claimer
from cloud_api.campaigns.service import Campaigns
from cloud_api.coupons.endpoints import coupon_given, terms_given
from cloud_api.coupons.repository import CouponRow
from cloud_api.coupons.schemas import Coupon
from cloud_api.coupons.service import Coupons
from cloud_api.parameters import IdempotencyKey
from cloud_api.schemas import KeyId
from core.domain.refusals.cloud import MalformedRequest

router = APIRouter()


def _campaigns(request: Request) -> Campaigns:
    return cast(Campaigns, request.app.state.campaigns)


def _coupons(request: Request) -> Coupons:
    return cast(Coupons, request.app.state.coupons)


def _claimer(driver: SignedInDriver, circumstances: PresentCircumstances) -> Claimer:
    return Claimer(driver.id, driver.phone, circumstances=circumstances)


PresentClaimer = Annotated[Claimer, Depends(_claimer)]
Service = Annotated[Campaigns, Depends(_campaigns)]
Owned = Annotated[Coupons, Depends(_coupons)]
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{32}$")]


@router.get("/v1/campaigns", tags=["coupons"], summary="Coupons that can be claimed now")
async def campaigns(driver: PerhapsDriver, campaigns: Service) -> schemas.Campaigns:
    found = await campaigns.running(driver.id if driver else None)
    return schemas.Campaigns(
        campaigns=[
            schemas.Campaign(
                id=row.id,
                title=row.title,
                terms=terms_given(row.terms),
                remaining=row.remaining,
                claimed=claimed,
                claim_until=row.claim_until,
                points_price=row.points_price,
                days=row.days,
            )
            for row, claimed in found
        ]
    )


@router.post(
    "/v1/campaigns/{campaign_id}/claims", status_code=201, tags=["coupons"], summary="Claim a coupon"
)
async def claim(
    campaign_id: Annotated[KeyId, Path()],
    key: IdempotencyKey,
    claimer: PresentClaimer,
    campaigns: Service,
    coupons: Owned,
) -> Coupon:
    return _given(await campaigns.claim(campaign_id, claimer, key), coupons)


@router.post(
    "/v1/campaigns/{campaign_id}/shares", status_code=201, tags=["coupons"], summary="A gift for friends"
)
async def share(
    campaign_id: Annotated[KeyId, Path()], driver: SignedInDriver, campaigns: Service
) -> schemas.Share:
    token, row = await campaigns.share(campaign_id, driver.id)
    return schemas.Share(token=token, friends=row.friends_left, expires_at=row.expires_at)


@router.post(
    "/v1/campaign-shares/{token}/claims", status_code=201, tags=["coupons"], summary="Take a friend's gift"
)
async def claim_shared(
    token: Token,
    key: IdempotencyKey,
    claimer: PresentClaimer,
    campaigns: Service,
    coupons: Owned,
) -> Coupon:
    return _given(await campaigns.claim_shared(token, claimer, key), coupons)


@router.post("/v1/coupons/codes", status_code=201, tags=["coupons"], summary="Keep the coupon of a code")
async def bind_code(
    asked: schemas.CodeAsked,
    claimer: PresentClaimer,
    campaigns: Service,
    coupons: Owned,
) -> Coupon:
    return _given(await campaigns.bind_code(claimer, asked.code), coupons)


@router.put("/v1/driver/birthday", tags=["coupons"], summary="Tell one's birthday, once")
async def tell_birthday(
    asked: schemas.BirthdayAsked, driver: SignedInDriver, campaigns: Service
) -> schemas.Birthday:
    try:
        # A leap year has every birthday that there is.
        date(2024, asked.month, asked.day)
    except ValueError as error:
        raise MalformedRequest(({"field": "day", "why": "no such day"},)) from error
    month_day = f"{asked.month:02d}-{asked.day:02d}"
    await campaigns.tell_birthday(driver.id, month_day)
    return schemas.Birthday(month_day=month_day)


def _given(row: CouponRow, coupons: Coupons) -> Coupon:
    return coupon_given(row, coupons.shown_state(row))
