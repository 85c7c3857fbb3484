"""Routes of signing in and of a driver's cars."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Path, Request, Response

from cloud_api.access import SignedInDriver, bearer_token, hash_of
from cloud_api.drivers import schemas
from cloud_api.drivers.repository import VehicleRow, session_id_of
from cloud_api.drivers.service import Drivers
from cloud_api.schemas import KeyId
from core.domain.masking import masked_phone

router = APIRouter(tags=["drivers"])


def _drivers(request: Request) -> Drivers:
    return cast(Drivers, request.app.state.drivers)


Service = Annotated[Drivers, Depends(_drivers)]
Plate = Annotated[str, Path(max_length=40, examples=["云A12345"])]


@router.post("/v1/sign-in/codes", status_code=202, summary="Send a sign-in code to a phone")
async def send_code(asked: schemas.CodeAsked, request: Request, drivers: Service) -> schemas.CodeSent:
    await drivers.send_code(
        asked.phone,
        request.client.host if request.client else "",
        request.headers.get("x-device-id", "")[:100],
    )
    settings = request.app.state.settings
    return schemas.CodeSent(
        resend_after_seconds=settings.sign_in_resend_seconds,
        expires_after_seconds=settings.sign_in_code_seconds,
    )


@router.post("/v1/sign-in", summary="Sign in with the code")
async def sign_in(asked: schemas.SignInAsked, request: Request, drivers: Service) -> schemas.SignedIn:
    token, driver = await drivers.sign_in(
        asked.phone, asked.code, asked.device_id, request.headers.get("user-agent")
    )
    return schemas.SignedIn(
        token=token, driver=schemas.DriverGiven(id=driver.id, phone=masked_phone(driver.phone))
    )


@router.delete("/v1/sign-in", status_code=204, summary="Sign out: the token ends")
async def sign_out(request: Request, _driver: SignedInDriver, drivers: Service) -> Response:
    await drivers.sign_out(bearer_token(request))
    return Response(status_code=204)


@router.get("/v1/me/sessions", summary="Where the driver is signed in")
async def sessions(request: Request, driver: SignedInDriver, drivers: Service) -> schemas.Sessions:
    this = session_id_of(hash_of(bearer_token(request)))
    return schemas.Sessions(
        sessions=[
            schemas.Session(
                id=row.id,
                agent=row.agent,
                created_at=row.created_at,
                expires_at=row.expires_at,
                is_this=row.id == this,
            )
            for row in await drivers.sessions(driver)
        ]
    )


@router.delete("/v1/me/sessions", status_code=204, summary="Sign out everywhere else")
async def end_other_sessions(request: Request, driver: SignedInDriver, drivers: Service) -> Response:
    await drivers.end_other_sessions(driver, bearer_token(request))
    return Response(status_code=204)


@router.delete("/v1/me/sessions/{session_id}", status_code=204, summary="Sign out there")
async def end_session(
    session_id: Annotated[KeyId, Path()], driver: SignedInDriver, drivers: Service
) -> Response:
    await drivers.end_session(driver, session_id)
    return Response(status_code=204)


@router.get("/v1/me", summary="Who is signed in")
async def me(driver: SignedInDriver) -> schemas.Me:
    return schemas.Me(driver=schemas.DriverGiven(id=driver.id, phone=masked_phone(driver.phone)))


@router.get("/v1/vehicles", summary="The driver's cars")
async def vehicles(driver: SignedInDriver, drivers: Service) -> schemas.Vehicles:
    return schemas.Vehicles(vehicles=[_given(vehicle) for vehicle in await drivers.vehicles(driver)])


@router.put("/v1/vehicles/{plate}", summary="Add a car, or change what is known of it")
async def keep_vehicle(
    plate: Plate, asked: schemas.VehicleAsked, driver: SignedInDriver, drivers: Service
) -> schemas.Vehicle:
    return _given(await drivers.keep_vehicle(driver, plate, asked.car, asked.usual_grade))


@router.delete("/v1/vehicles/{plate}", status_code=204, summary="Remove a car")
async def remove_vehicle(plate: Plate, driver: SignedInDriver, drivers: Service) -> Response:
    await drivers.remove_vehicle(driver, plate)
    return Response(status_code=204)


def _given(vehicle: VehicleRow) -> schemas.Vehicle:
    return schemas.Vehicle(plate=vehicle.plate, car=vehicle.car, usual_grade=vehicle.usual_grade)
