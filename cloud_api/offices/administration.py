"""Routes of whoever administers the head office: users, roles, groups of stations, and the journal."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from cloud_api.access import AdministrationUser, SignedInOffice
from cloud_api.offices import schemas
from cloud_api.offices.groups import GroupRow
from cloud_api.offices.repository import RoleRow, UserRow
from cloud_api.offices.service import Offices
from cloud_api.offices.two_people import Agreed
from cloud_api.schemas import KeyId
from core.domain.office import BUILT_IN_ROLES
from core.wording.offices import role_title

router = APIRouter(prefix="/v1/office", tags=["head office"])


def _offices(request: Request) -> Offices:
    return cast(Offices, request.app.state.offices)


Service = Annotated[Offices, Depends(_offices)]
UserId = Annotated[KeyId, Path()]
GroupId = Annotated[KeyId, Path()]
RoleId = Annotated[schemas.RoleId, Path()]
About = Annotated[str, Query(max_length=64, pattern=r"^[A-Za-z0-9_.:\-]*$")]


@router.get("/users", summary="Everybody who may sign in here")
async def users(_user: AdministrationUser, offices: Service) -> schemas.Users:
    return schemas.Users(users=[_user_given(row) for row in await offices.users()])


@router.put("/users/{user_id}", summary="Add a user, or change one")
async def put_user(
    user_id: UserId,
    asked: schemas.UserAsked,
    user: AdministrationUser,
    offices: Service,
    agreement: Agreed,
) -> schemas.User:
    row = await offices.put_user(
        user,
        user_id,
        login=asked.login,
        name=asked.name,
        role_ids=asked.roles,
        group_ids=asked.groups,
        is_active=asked.is_active,
        agreement=agreement,
    )
    return _user_given(row)


@router.post("/users/{user_id}/enrolments", status_code=201, summary="A code to enrol, or to enrol anew")
async def new_enrolment(
    user_id: UserId, user: AdministrationUser, response: Response, offices: Service, agreement: Agreed
) -> schemas.EnrolmentCode:
    response.headers["Cache-Control"] = "no-store"
    code, is_whole = await offices.new_enrolment(user, user_id, agreement)
    return schemas.EnrolmentCode(enrolment_code=code, is_whole=is_whole)


@router.delete("/users/{user_id}/sessions", status_code=204, summary="Sign a user out everywhere")
async def end_sessions(user_id: UserId, user: AdministrationUser, offices: Service) -> Response:
    await offices.end_sessions(user, user_id)
    return Response(status_code=204)


@router.get("/roles", summary="Roles and their duties")
async def roles(_user: SignedInOffice, offices: Service) -> schemas.Roles:
    return schemas.Roles(roles=[_role_given(row) for row in await offices.roles()])


@router.put("/roles/{role_id}", summary="Add a role, or change one")
async def put_role(
    role_id: RoleId, asked: schemas.RoleAsked, user: AdministrationUser, offices: Service, agreement: Agreed
) -> schemas.Role:
    duties = tuple(sorted(set(asked.duties)))
    return _role_given(await offices.put_role(user, RoleRow(role_id, asked.title, duties), agreement))


@router.delete("/roles/{role_id}", status_code=204, summary="Remove a role that nobody has")
async def remove_role(role_id: RoleId, user: AdministrationUser, offices: Service) -> Response:
    await offices.remove_role(user, role_id)
    return Response(status_code=204)


@router.get("/groups", summary="Groups of stations")
async def groups(_user: SignedInOffice, offices: Service) -> schemas.Groups:
    return schemas.Groups(groups=[schemas.Group.from_row(row) for row in await offices.groups()])


@router.put("/groups/{group_id}", summary="Add a group, or say which stations are in it")
async def put_group(
    group_id: GroupId, asked: schemas.GroupAsked, user: AdministrationUser, offices: Service
) -> schemas.Group:
    stations = tuple(sorted(set(asked.stations)))
    return schemas.Group.from_row(await offices.put_group(user, GroupRow(group_id, asked.title, stations)))


@router.delete("/groups/{group_id}", status_code=204, summary="Remove a group that limits nobody")
async def remove_group(group_id: GroupId, user: AdministrationUser, offices: Service) -> Response:
    await offices.remove_group(user, group_id)
    return Response(status_code=204)


@router.get("/journal", summary="Who did what; the newest first")
async def journal(
    _user: AdministrationUser,
    offices: Service,
    before: Annotated[KeyId | None, Query()] = None,
    user_id: Annotated[KeyId | None, Query()] = None,
    about: About | None = None,
) -> schemas.JournalPage:
    return schemas.JournalPage(
        lines=[schemas.JournalEntry.from_row(line) for line in await offices.journal(before, user_id, about)]
    )


def _user_given(row: UserRow) -> schemas.User:
    return schemas.User(
        id=row.id,
        login=row.login,
        name=row.name,
        is_active=row.is_active,
        is_enrolled=row.is_enrolled,
        created_at=row.created_at,
        roles=list(row.roles),
        duties=sorted(row.duties),
        groups=list(row.groups),
    )


def _role_given(row: RoleRow) -> schemas.Role:
    return schemas.Role(
        id=row.id,
        title=role_title(row.id, row.title),
        duties=list(row.duties),
        is_built_in=row.id in BUILT_IN_ROLES,
    )
