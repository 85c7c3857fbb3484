"""Requests and answers of the head office."""

from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr

from cloud_api.offices.two_people import Deed
from cloud_api.schemas import Asked, Given, KeyId, PlainText
from core.domain.office import Duty
from core.protocol.field_types import Moment

Secret = Annotated[SecretStr, Field(min_length=1, max_length=200)]
ShortWord = Annotated[PlainText, Field(min_length=1, max_length=40)]
RoleId = Annotated[str, Field(pattern=r"^([a-z]{3,20}|[0-9a-f]{32})$", examples=["finance"])]
StationIds = Annotated[tuple[KeyId, ...], Field(max_length=5_000)]


class SignInAsked(Asked):
    login: Annotated[PlainText, Field(min_length=1, max_length=40, examples=["wang.fang"])]
    password: Secret
    code: Annotated[
        PlainText,
        Field(
            min_length=1,
            max_length=30,
            examples=["402915"],
            description="From the authenticator, or a recovery code.",
        ),
    ]


class OfficeUserGiven(Given):
    id: str
    name: str
    roles: list[str]
    duties: list[Duty]
    stations: list[str] | None = Field(description="Those they are limited to; null is no limit.")


class SignedIn(Given):
    token: str
    ends_at: Moment
    user: OfficeUserGiven


class EnrolmentAsked(Asked):
    enrolment_code: Annotated[PlainText, Field(min_length=1, max_length=60)]
    password: Secret


class Enrolled(Given):
    login: str
    totp_secret: str = Field(description="Told this once.")
    totp_uri: str
    recovery_codes: list[str]


class PasswordAsked(Asked):
    password: Secret
    new_password: Secret


class PasswordSaid(Asked):
    password: Secret


class RecoveryCodes(Given):
    recovery_codes: list[str]


class Session(Given):
    id: str
    address: str
    agent: str
    created_at: Moment
    seen_at: Moment
    ends_at: Moment
    is_this: bool


class Sessions(Given):
    sessions: list[Session]


class UserAsked(Asked):
    login: Annotated[PlainText, Field(min_length=3, max_length=40)]
    name: ShortWord
    roles: Annotated[list[RoleId], Field(max_length=20)]
    groups: Annotated[tuple[KeyId, ...], Field(max_length=100)] = ()
    is_active: bool = True


class User(Given):
    id: str
    login: str
    name: str
    is_active: bool
    is_enrolled: bool
    created_at: Moment
    roles: list[str]
    duties: list[Duty]
    groups: list[str]


class Users(Given):
    users: list[User]


class EnrolmentCode(Given):
    enrolment_code: str = Field(description="Told this once; for the person alone.")
    is_whole: bool = Field(
        description="Else the person gets the rest from whoever agreed, and types both as one word."
    )


class RoleAsked(Asked):
    title: ShortWord
    duties: Annotated[list[Duty], Field(min_length=1, max_length=4)]


class Role(Given):
    id: str
    title: str
    duties: list[Duty]
    is_built_in: bool


class Roles(Given):
    roles: list[Role]


class GroupAsked(Asked):
    title: Annotated[PlainText, Field(min_length=1, max_length=60)]
    stations: StationIds = ()


class Group(Given):
    id: str
    title: str
    stations: list[str]


class Groups(Given):
    groups: list[Group]


class JournalEntry(Given):
    id: str
    at: Moment
    user_id: str | None = Field(description="Nobody: by command on the server, or before signing in.")
    user_name: str | None
    what: str
    about: str
    details: dict[str, Any]


class JournalPage(Given):
    lines: list[JournalEntry]


class RequestAsked(Asked):
    kind: Deed
    about: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:\-]+$")]
    particulars: Annotated[
        dict[
            Annotated[str, Field(max_length=20, pattern=r"^[a-z_]+$")],
            Annotated[int, Field(strict=True, ge=0, le=10**12)] | Annotated[PlainText, Field(max_length=200)],
        ],
        Field(max_length=4),
    ]
    why: Annotated[PlainText, Field(min_length=2, max_length=200)]


class RequestGiven(Given):
    id: str
    kind: str
    about: str
    facts: dict[str, Any]
    why: str
    duty: Duty
    state: str
    asked_by: str
    asked_at: Moment
    expires_at: Moment
    decided_by: str | None
    decided_at: Moment | None
    enrolment_part: str | None = Field(
        default=None,
        description="Told to whoever agrees to an enrolment, for the person alone: the rest of their code.",
    )


class Requests(Given):
    requests: list[RequestGiven]


class Decision(Asked):
    decision: Literal["agree", "refuse"]
