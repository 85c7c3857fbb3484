"""Routes of signing in to the head office, of one's own account there, and of requests that a second person decides."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Header, Path, Request, Response

from cloud_api.access import OfficeUser, SignedInOffice, held_to_stations
from cloud_api.database import Work
from cloud_api.offices import schemas, second_person, totp
from cloud_api.offices.second_person import RequestRow
from cloud_api.offices.sign_in import OfficeSignIn
from cloud_api.offices.two_people import DUTIES, Deed
from cloud_api.schemas import KeyId
from core.domain.refusals.offices import OfficeDutyMissing

router = APIRouter(tags=["head office"])


def _sign_in(request: Request) -> OfficeSignIn:
    return cast(OfficeSignIn, request.app.state.office_sign_in)


Service = Annotated[OfficeSignIn, Depends(_sign_in)]
SessionId = Annotated[KeyId, Path()]
RequestId = Annotated[KeyId, Path()]


@router.post("/v1/office/sign-in", summary="Sign in with password and authenticator")
async def sign_in(
    asked: schemas.SignInAsked, request: Request, response: Response, service: Service
) -> schemas.SignedIn:
    response.headers["Cache-Control"] = "no-store"
    token, user, ends_at = await service.sign_in(
        asked.login,
        asked.password.get_secret_value(),
        asked.code,
        address=request.client.host if request.client else "",
        agent=request.headers.get("user-agent", ""),
    )
    return schemas.SignedIn(token=token, ends_at=ends_at, user=_given(user))


@router.delete("/v1/office/sign-in", status_code=204, summary="Sign out")
@held_to_stations
async def sign_out(user: SignedInOffice, service: Service) -> Response:
    await service.sign_out(user)
    return Response(status_code=204)


@router.post("/v1/office/enrolments", status_code=201, summary="Choose a password, get an authenticator")
async def enrol(asked: schemas.EnrolmentAsked, response: Response, service: Service) -> schemas.Enrolled:
    response.headers["Cache-Control"] = "no-store"
    login, secret, codes = await service.enrol(asked.enrolment_code, asked.password.get_secret_value())
    return schemas.Enrolled(
        login=login, totp_secret=secret, totp_uri=totp.uri(secret, login), recovery_codes=codes
    )


@router.get("/v1/office/me", summary="Who is signed in")
@held_to_stations
async def me(user: SignedInOffice) -> schemas.OfficeUserGiven:
    return _given(user)


@router.put("/v1/office/me/password", status_code=204, summary="Another password; ends the other sessions")
@held_to_stations
async def change_password(asked: schemas.PasswordAsked, user: SignedInOffice, service: Service) -> Response:
    await service.change_password(
        user, asked.password.get_secret_value(), asked.new_password.get_secret_value()
    )
    return Response(status_code=204)


@router.post("/v1/office/me/recovery-codes", status_code=201, summary="New recovery codes")
@held_to_stations
async def new_recovery_codes(
    asked: schemas.PasswordSaid, user: SignedInOffice, response: Response, service: Service
) -> schemas.RecoveryCodes:
    response.headers["Cache-Control"] = "no-store"
    codes = await service.new_recovery_codes(user, asked.password.get_secret_value())
    return schemas.RecoveryCodes(recovery_codes=codes)


@router.get("/v1/office/me/sessions", summary="Where one is signed in")
@held_to_stations
async def own_sessions(user: SignedInOffice, service: Service) -> schemas.Sessions:
    return schemas.Sessions(
        sessions=[
            schemas.Session(
                id=row.id,
                address=row.address,
                agent=row.agent,
                created_at=row.created_at,
                seen_at=row.seen_at,
                ends_at=row.ends_at,
                is_this=row.id == user.session_id,
            )
            for row in await service.sessions(user)
        ]
    )


@router.delete("/v1/office/me/sessions/{session_id}", status_code=204, summary="End one of one's sessions")
@held_to_stations
async def end_session(session_id: SessionId, user: SignedInOffice, service: Service) -> Response:
    await service.end_session(user, session_id)
    return Response(status_code=204)


@router.get("/v1/office/requests", summary="What waits for a second person")
async def requests(user: SignedInOffice, request: Request) -> schemas.Requests:
    state = request.app.state
    rows = await state.database.read(lambda c: second_person.waiting(c, user, state.clock.now()))
    return schemas.Requests(requests=[_request_given(row) for row in rows])


@router.post("/v1/office/requests", status_code=201, summary="Ask for a second person; the key is its id")
async def ask(
    asked: schemas.RequestAsked,
    key: Annotated[KeyId, Header(alias="Idempotency-Key")],
    user: SignedInOffice,
    request: Request,
) -> schemas.RequestGiven:
    """`kind`, `about` and `particulars` are those of the refusal `second_person_needed`. Then the deed is asked for anew,
    with this id in the header `Agreement`."""
    state, duty = request.app.state, DUTIES[asked.kind]
    if duty not in user.duties:
        raise OfficeDutyMissing(duty)
    row = await state.database.write(
        lambda work: second_person.ask(
            work,
            user,
            key,
            kind=asked.kind,
            about=asked.about,
            facts=asked.particulars,
            why=asked.why,
            duty=duty,
            at=state.clock.now(),
        )
    )
    return _request_given(row)


@router.post("/v1/office/requests/{request_id}/decision", summary="Agree to it, or refuse")
async def decide(
    request_id: RequestId, asked: schemas.Decision, user: SignedInOffice, request: Request
) -> schemas.RequestGiven:
    state = request.app.state
    agrees = asked.decision == "agree"

    def decide(work: Work) -> tuple[RequestRow, str | None]:
        row = second_person.decide(work, user, request_id, agrees=agrees, at=state.clock.now())
        is_enrolment = agrees and row.kind == Deed.ENROLLED_ANEW
        return row, second_person.secret_part(work.connection, row) if is_enrolment else None

    return _request_given(*await state.database.write(decide))


def _given(user: OfficeUser) -> schemas.OfficeUserGiven:
    return schemas.OfficeUserGiven(
        id=user.id,
        name=user.name,
        roles=list(user.roles),
        duties=sorted(user.duties),
        stations=None if user.stations is None else sorted(user.stations),
    )


def _request_given(row: RequestRow, enrolment_part: str | None = None) -> schemas.RequestGiven:
    return schemas.RequestGiven.from_row(row).model_copy(update={"enrolment_part": enrolment_part})
