"""Routes of a driver as a person: signing in through WeChat, consents, copies of everything, erasure."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Path, Request, Response

from cloud_api.access import SignedInDriver
from cloud_api.drivers import consents, person_schemas
from cloud_api.drivers import schemas as driver_schemas
from cloud_api.drivers.copies import CopyRow
from cloud_api.drivers.people import People
from cloud_api.schemas import KeyId
from core.domain.masking import masked_phone

router = APIRouter(tags=["drivers"])


def _people(request: Request) -> People:
    return cast(People, request.app.state.people)


Service = Annotated[People, Depends(_people)]
Purpose = Annotated[str, Path(max_length=24, examples=["marketing"])]
CopyId = Annotated[KeyId, Path()]


@router.post("/v1/sign-in/wechat", summary="Sign in through the mini program")
async def sign_in_by_wechat(
    asked: person_schemas.WechatSignInAsked, request: Request, people: Service
) -> driver_schemas.SignedIn:
    token, driver = await people.wechat.sign_in(
        asked.code,
        asked.phone_code,
        device_id=asked.device_id,
        agent=request.headers.get("user-agent"),
    )
    given = driver_schemas.DriverGiven(id=driver.id, phone=masked_phone(driver.phone))
    return driver_schemas.SignedIn(token=token, driver=given)


@router.put("/v1/me/wechat", status_code=204, summary="This WeChat account is mine")
async def bind_wechat(
    asked: person_schemas.WechatBinding, driver: SignedInDriver, people: Service
) -> Response:
    await people.wechat.bind(driver, asked.code)
    return Response(status_code=204)


@router.get("/v1/me/consents", summary="What the driver agreed to, the newest first")
async def own_consents(driver: SignedInDriver, people: Service) -> person_schemas.Consents:
    rows = await people.database.read(lambda c: consents.of_driver(c, driver.id))
    return person_schemas.Consents(
        consents=[
            person_schemas.Consent(
                purpose=row.purpose,
                version=row.version,
                given_at=row.given_at,
                withdrawn_at=row.withdrawn_at,
            )
            for row in rows
        ]
    )


@router.put("/v1/me/consents/{purpose}", status_code=204, summary="Agree to a text")
async def give_consent(
    purpose: Purpose, asked: person_schemas.ConsentAsked, driver: SignedInDriver, people: Service
) -> Response:
    now = people.clock.now()
    await people.database.write(lambda work: consents.give(work, driver.id, purpose, asked.version, now))
    return Response(status_code=204)


@router.delete("/v1/me/consents/{purpose}", status_code=204, summary="Agree no longer")
async def withdraw_consent(purpose: Purpose, driver: SignedInDriver, people: Service) -> Response:
    now = people.clock.now()
    await people.database.write(lambda work: consents.withdraw(work, driver.id, purpose, now))
    return Response(status_code=204)


@router.put("/v1/me/copies/{copy_id}", status_code=202, summary="Ask for a copy of everything we hold")
async def ask_for_copy(copy_id: CopyId, driver: SignedInDriver, people: Service) -> person_schemas.Copy:
    return _copy_given(await people.copies.ask(driver.id, copy_id))


@router.get("/v1/me/copies", summary="Copies that were asked for")
async def own_copies(driver: SignedInDriver, people: Service) -> person_schemas.Copies:
    rows = await people.copies.copies(driver.id)
    return person_schemas.Copies(copies=[_copy_given(row) for row in rows])


@router.get(
    "/v1/me/copies/{copy_id}/file",
    summary="The copy, a zip",
    response_class=Response,
    responses={200: {"content": {"application/zip": {}}}},
)
async def copy_file(copy_id: CopyId, driver: SignedInDriver, people: Service) -> Response:
    return Response(
        await people.copies.file(driver.id, copy_id),
        media_type="application/zip",
        headers={
            "Content-Disposition": 'attachment; filename="youzhan-data.zip"',
            "Cache-Control": "no-store",
        },
    )


@router.post("/v1/me/erasure", status_code=204, summary="Erase everything that is of me")
async def erase(asked: person_schemas.ErasureAsked, driver: SignedInDriver, people: Service) -> Response:
    await people.erasing.erase(driver, asked.code)
    return Response(status_code=204)


def _copy_given(row: CopyRow) -> person_schemas.Copy:
    return person_schemas.Copy(id=row.id, state=row.state, asked_at=row.asked_at, expires_at=row.expires_at)
