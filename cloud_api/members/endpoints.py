"""Routes of the code on a driver's phone, and of members and points at a counter."""

from typing import Annotated, cast

import segno
from fastapi import APIRouter, Depends, Path, Request, Response

from cloud_api.access import SignedInDriver, SignedInStation
from cloud_api.coupons.endpoints import terms_given
from cloud_api.members import schemas
from cloud_api.members.service import Member, Members
from cloud_api.points.repository import UseRow
from cloud_api.points.service import Points
from cloud_api.schemas import KeyId
from cloud_api.settings import Settings
from core.domain.masking import masked_phone

router = APIRouter()


def _members(request: Request) -> Members:
    return cast(Members, request.app.state.members)


def _points(request: Request) -> Points:
    return cast(Points, request.app.state.points)


Service = Annotated[Members, Depends(_members)]
PointsService = Annotated[Points, Depends(_points)]
MemberId = Annotated[KeyId, Path()]
ConfirmationId = Annotated[KeyId, Path()]
UseId = Annotated[KeyId, Path()]


@router.get("/v1/me/code", tags=["drivers"], summary="A code to show at a counter, for a minute")
async def my_code(
    driver: SignedInDriver, members: Service, request: Request, response: Response
) -> schemas.MyCode:
    """It names the member, and pays from the balance once."""
    own = await members.my_code(driver.id)
    response.headers["Cache-Control"] = "no-store"
    return schemas.MyCode(
        code=own.code,
        expires_at=own.expires_at,
        lives_seconds=request.app.state.settings.member_code_seconds,
        qr_png=segno.make_qr(own.code, error="m").png_data_uri(scale=8, border=2),
        balance_fen=own.balance_fen,
        points=own.standing.points,
        level_title=own.standing.level.title,
    )


@router.post("/v1/station/members/find", tags=["station"], summary="Who this is")
async def find(
    asked: schemas.FindAsked, station: SignedInStation, members: Service, request: Request
) -> schemas.Found:
    member, choices = await members.find(station.id, asked.text)
    return schemas.Found(
        member=None if member is None else _given(member, request.app.state.settings),
        choices=[
            schemas.MemberChoice(
                member_id=person.id, name=person.name, phone_masked=masked_phone(person.phone)
            )
            for person in choices
        ],
    )


@router.post(
    "/v1/station/members/{member_id}/confirmations",
    status_code=202,
    tags=["station"],
    summary="Ask the member by text message",
)
async def send_confirmation(
    member_id: MemberId,
    asked: schemas.ConfirmationAsked,
    station: SignedInStation,
    members: Service,
    request: Request,
) -> schemas.ConfirmationSent:
    await members.send_confirmation(station.id, station.name, member_id, asked.confirmation_id, asked.sale_id)
    settings: Settings = request.app.state.settings
    return schemas.ConfirmationSent(
        resend_after_seconds=settings.sign_in_resend_seconds,
        expires_after_seconds=settings.sign_in_code_seconds,
    )


@router.post(
    "/v1/station/members/{member_id}/confirmations/{confirmation_id}",
    tags=["station"],
    summary="The code that the member was sent",
)
async def confirm(
    member_id: MemberId,
    confirmation_id: ConfirmationId,
    asked: schemas.Confirmed,
    station: SignedInStation,
    members: Service,
) -> schemas.SpendingCode:
    code, row = await members.confirm(station.id, member_id, confirmation_id, asked.code)
    return schemas.SpendingCode(spending_code=code, expires_at=row.expires_at)


@router.post("/v1/station/points/uses", tags=["station"], summary="Set points aside for a bill")
async def hold_points(
    asked: schemas.PointsHoldAsked, station: SignedInStation, members: Service
) -> schemas.PointsUse:
    row = await members.hold_points(
        station.id, asked.use_id, sale_id=asked.sale_id, member_id=asked.member_id, points=asked.points
    )
    return _use_given(row)


@router.post("/v1/station/points/uses/{use_id}/redeem", tags=["station"], summary="The bill is paid")
async def redeem_points(
    use_id: UseId, asked: schemas.PointsRedeemAsked, station: SignedInStation, points: PointsService
) -> schemas.PointsUse:
    return _use_given(await points.redeem(station.id, use_id, asked.sale_id, asked.points))


@router.post("/v1/station/points/uses/{use_id}/release", tags=["station"], summary="Take points off a bill")
async def release_points(use_id: UseId, station: SignedInStation, points: PointsService) -> schemas.PointsUse:
    return _use_given(await points.release(station.id, use_id))


def _use_given(row: UseRow) -> schemas.PointsUse:
    state = "released" if row.state == "overdue" else row.state
    return schemas.PointsUse(use_id=row.id, state=state, points=row.points, worth_fen=row.worth_fen)


def _given(member: Member, settings: Settings) -> schemas.Member:
    return schemas.Member(
        member_id=member.person.id,
        name=member.person.name,
        phone_masked=masked_phone(member.person.phone),
        level=member.standing.level.code,
        level_title=member.standing.level.title,
        plates=list(member.plates),
        balance_fen=member.balance_fen,
        points=member.standing.points,
        points_rule=schemas.PointsRule(
            points_per_yuan_off=settings.points_per_yuan_off, most_percent=settings.points_most_percent
        ),
        earning_rule=schemas.EarningRule(
            hundredths_per_yuan=member.standing.level.per_yuan,
            hundredths_per_litre=member.standing.level.per_litre,
        ),
        coupons=[
            schemas.MemberCoupon(code=row.code, title=row.title, terms=terms_given(row.terms))
            for row in member.coupons
        ],
        proven=member.is_proven,
    )
