"""Routes of a driver's coupons and a counter's holds."""

from typing import Annotated, Literal, cast

from fastapi import APIRouter, Depends, Path, Query, Request

from cloud_api.access import SignedInDriver, SignedInStation
from cloud_api.coupons import schemas
from cloud_api.coupons.campaigns import terms_fields
from cloud_api.coupons.repository import CouponRow
from cloud_api.coupons.service import Coupons, ShownState
from cloud_api.schemas import KeyId
from core.domain.coupon import CouponTerms

router = APIRouter()


def _coupons(request: Request) -> Coupons:
    return cast(Coupons, request.app.state.coupons)


Service = Annotated[Coupons, Depends(_coupons)]
HoldId = Annotated[KeyId, Path()]


@router.get("/v1/coupons", tags=["coupons"], summary="The driver's coupons")
async def coupons_of(
    driver: SignedInDriver,
    coupons: Service,
    state: Annotated[
        Literal["usable", "available", "held", "redeemed", "expired"] | None,
        Query(description="usable: available and valid right now"),
    ] = None,
) -> schemas.Coupons:
    only = ShownState(state) if state is not None and state != "usable" else None
    rows = await coupons.coupons_of(driver.id, only, usable=state == "usable")
    return schemas.Coupons(coupons=[coupon_given(row, coupons.shown_state(row)) for row in rows])


@router.post(
    "/v1/station/coupons/holds",
    status_code=201,
    tags=["station link"],
    summary="Set a coupon aside for a bill",
)
async def hold(asked: schemas.HoldAsked, station: SignedInStation, coupons: Service) -> schemas.Held:
    held = await coupons.hold_at_counter(station.id, asked.hold_id, asked.code, asked.sale_id)
    return schemas.Held(
        hold_id=held.hold_id,
        coupon_id=held.coupon.id,
        code=held.coupon.code,
        title=held.coupon.title,
        terms=terms_given(held.coupon.terms),
        expires_at=held.expires_at,
    )


@router.post("/v1/station/coupons/holds/{hold_id}/redeem", tags=["station link"], summary="The bill is paid")
async def redeem(
    hold_id: HoldId, asked: schemas.RedeemAsked, station: SignedInStation, coupons: Service
) -> schemas.HoldState:
    await coupons.redeem_at_counter(station.id, hold_id, asked.sale_id, asked.discount_fen)
    return schemas.HoldState(hold_id=hold_id, state="redeemed")


@router.post(
    "/v1/station/coupons/holds/{hold_id}/release", tags=["station link"], summary="Give the coupon back"
)
async def release(hold_id: HoldId, station: SignedInStation, coupons: Service) -> schemas.HoldState:
    await coupons.release_at_counter(station.id, hold_id)
    return schemas.HoldState(hold_id=hold_id, state="released")


def terms_given(terms: CouponTerms) -> schemas.Terms:
    return schemas.Terms.model_validate(terms_fields(terms))


def coupon_given(row: CouponRow, state: ShownState) -> schemas.Coupon:
    """A coupon as its owner sees it. Whoever knows only the four states of before sees a review as a hold."""
    plain = {ShownState.REVIEW: ShownState.HELD, ShownState.VOID: ShownState.EXPIRED}.get(state, state)
    return schemas.Coupon.model_validate(
        {
            "id": row.id,
            "code": row.code,
            "title": row.title,
            "terms": terms_given(row.terms),
            "state": plain.value,
            "under_review": state is ShownState.REVIEW,
            "valid_from": row.terms.valid_from,
            "valid_until": row.terms.valid_until,
        }
    )
