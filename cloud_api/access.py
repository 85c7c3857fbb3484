"""Who is asking: a signed-in driver, an enrolled station or a user of the head office, by the hash of the token they bring."""

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Annotated, TypeVar, cast

from fastapi import Depends
from fastapi.requests import HTTPConnection
from fastapi.security import HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials

from core.domain.office import Duty
from core.domain.refusals.offices import OfficeDutyMissing, OfficeStationsLimited
from core.domain.refusals.people import NotSignedIn

_DRIVER_MARK = "yzd_"
_STATION_MARK = "yzs_"
_OFFICE_MARK = "yzo_"
# Only so that the OpenAPI document says how to sign in; the answer to a missing token is ours.
_driver_scheme = HTTPBearer(
    auto_error=False, scheme_name="driver token", description="From POST /v1/sign-in."
)
_station_scheme = HTTPBearer(
    auto_error=False, scheme_name="station token", description="From POST /v1/station-enrolments."
)
_office_scheme = HTTPBearer(
    auto_error=False, scheme_name="office token", description="From POST /v1/office/sign-in."
)


_Endpoint = TypeVar("_Endpoint", bound=Callable[..., object])
_HELD: set[object] = set()


@dataclass(frozen=True, slots=True)
class Driver:
    """The driver who asks. The phone is in full here and must be masked before it leaves."""

    id: str
    phone: str


@dataclass(frozen=True, slots=True)
class Station:
    """The station that asks."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class OfficeUser:
    """The user of the head office who asks. `stations` are those they are limited to; None is no limit."""

    id: str
    name: str
    roles: tuple[str, ...]
    duties: frozenset[Duty]
    stations: frozenset[str] | None = None
    session_id: str = ""

    def may_see(self, station_id: str) -> bool:
        return self.stations is None or station_id in self.stations

    def may_see_all(self, station_ids: Collection[str]) -> bool:
        """Of what is about these stations; what names none is about the whole house."""
        return self.stations is None or (bool(station_ids) and self.stations.issuperset(station_ids))


async def _no_office(_token_hash: str) -> OfficeUser | None:
    return None


@dataclass(frozen=True, slots=True)
class Access:
    """Finds who a token's hash belongs to; kept at app.state.access."""

    driver_of: Callable[[str], Awaitable[Driver | None]]
    station_of: Callable[[str], Awaitable[Station | None]]
    office_user_of: Callable[[str], Awaitable[OfficeUser | None]] = _no_office


def new_driver_token() -> str:
    return _DRIVER_MARK + secrets.token_urlsafe(32)


def new_station_token() -> str:
    return _STATION_MARK + secrets.token_urlsafe(32)


def new_office_token() -> str:
    return _OFFICE_MARK + secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is stored of a token. It has 256 random bits, so one plain round is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


async def driver_of_token(connection: HTTPConnection, token: str) -> Driver:
    """The driver of this token. Raises NotSignedIn."""
    found = await _access(connection).driver_of(hash_of(token)) if token.startswith(_DRIVER_MARK) else None
    if found is None:
        raise NotSignedIn
    return found


async def station_of_token(connection: HTTPConnection, token: str) -> Station:
    """The station of this token. Raises NotSignedIn."""
    found = await _access(connection).station_of(hash_of(token)) if token.startswith(_STATION_MARK) else None
    if found is None:
        raise NotSignedIn
    return found


def bearer_token(connection: HTTPConnection) -> str:
    """The token of the Authorization header; empty where there is none."""
    return token_in(connection.headers.get("authorization", ""))


def token_in(authorization: str) -> str:
    """The token in such a header; empty where there is none."""
    scheme, _space, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def driver(
    connection: HTTPConnection,
    _shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_driver_scheme)] = None,
) -> Driver:
    return await driver_of_token(connection, bearer_token(connection))


async def station(
    connection: HTTPConnection,
    _shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_station_scheme)] = None,
) -> Station:
    return await station_of_token(connection, bearer_token(connection))


async def office_user(
    connection: HTTPConnection,
    _shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_office_scheme)] = None,
) -> OfficeUser:
    token = bearer_token(connection)
    found = (
        await _access(connection).office_user_of(hash_of(token)) if token.startswith(_OFFICE_MARK) else None
    )
    if found is None:
        raise NotSignedIn
    if found.stations is not None and not _is_held_to_stations(connection):
        raise OfficeStationsLimited
    return found


def held_to_stations(endpoint: _Endpoint) -> _Endpoint:
    """Marks a route of the head office that shows and does nothing of a station that its user may not see.

    Users who are limited to groups of stations are let into no route without this mark, so that one forgotten is closed.
    """
    _HELD.add(endpoint)
    return endpoint


def _is_held_to_stations(connection: HTTPConnection) -> bool:
    return connection.scope.get("endpoint") in _HELD


def office_user_with(duty: Duty) -> Callable[[OfficeUser], Awaitable[OfficeUser]]:
    """A dependency: the user of the head office who asks and has this duty.

    Raises NotSignedIn, OfficeStationsLimited, OfficeDutyMissing.
    """

    async def with_duty(user: Annotated[OfficeUser, Depends(office_user)]) -> OfficeUser:
        if duty not in user.duties:
            raise OfficeDutyMissing(duty)
        return user

    return with_duty


async def driver_if_any(connection: HTTPConnection) -> Driver | None:
    """For public pages that say more to somebody signed in."""
    token = bearer_token(connection)
    return await _access(connection).driver_of(hash_of(token)) if token.startswith(_DRIVER_MARK) else None


SignedInDriver = Annotated[Driver, Depends(driver)]
SignedInStation = Annotated[Station, Depends(station)]
SignedInOffice = Annotated[OfficeUser, Depends(office_user)]
OperationsUser = Annotated[OfficeUser, Depends(office_user_with(Duty.OPERATIONS))]
FinanceUser = Annotated[OfficeUser, Depends(office_user_with(Duty.FINANCE))]
SupportUser = Annotated[OfficeUser, Depends(office_user_with(Duty.SUPPORT))]
AdministrationUser = Annotated[OfficeUser, Depends(office_user_with(Duty.ADMINISTRATION))]
PerhapsDriver = Annotated[Driver | None, Depends(driver_if_any)]


def _access(connection: HTTPConnection) -> Access:
    return cast(Access, connection.app.state.access)
