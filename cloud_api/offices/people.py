"""Routes with which customer support looks at people: masked, and revealed only with a reason that is written down."""

import re
from datetime import timedelta
from typing import Annotated, Literal, cast

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field
from sqlalchemy import Connection, func, select

from cloud_api.access import OfficeUser, SupportUser, held_to_stations
from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.drivers import consents, repository
from cloud_api.drivers.repository import PersonRow
from cloud_api.drivers.service import phone_of
from cloud_api.drivers.tables import drivers
from cloud_api.identifiers import is_id
from cloud_api.offices import journal
from cloud_api.offices.tables import office_journal
from cloud_api.schemas import Asked, Given, KeyId, PlainText
from core.domain.masking import masked_name, masked_phone, masked_plate
from core.domain.plate import plate_of
from core.domain.refusals.cloud import TooManyTries
from core.domain.refusals.members import MemberNotFound
from core.domain.refusals.typed import ReasonMissing
from core.protocol.field_types import Moment

router = APIRouter(prefix="/v1/office/people", tags=["head office"])

_REVEALED = "people.revealed"
_MOST_A_DAY = 50
_DAY = timedelta(days=1)
_PHONE = re.compile(r"[\d\s+\-]{11,20}")
PersonId = Annotated[KeyId, Path()]


class FindAsked(Asked):
    text: Annotated[PlainText, Field(min_length=1, max_length=40, description="A phone, a plate or an id.")]


class PersonFound(Given):
    id: str
    phone_masked: str = Field(examples=["138****5678"])
    name_masked: str = Field(examples=["张**"])


class PeopleFound(Given):
    people: list[PersonFound]


class PersonSeen(PersonFound):
    plates_masked: list[str]
    known_since: Moment
    consents: list[str] = Field(description="What they agree to now.")
    erased_at: Moment | None


class RevelationAsked(Asked):
    what: Literal["phone", "name", "plates"]
    reason: Annotated[PlainText, Field(max_length=200, examples=["退款需要回电"])]


class Revelation(Given):
    told: list[str]


class PeopleDesk:
    """Looks people up for customer support. Every look leaves a line in the journal."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def find(self, user: OfficeUser, text: str) -> list[PersonRow]:
        """Raises PhoneUnfit, PlateUnfit."""

        def find(work: Work) -> list[PersonRow]:
            found = _named(work.connection, text)
            details = {"found": [person.id for person in found]}
            journal.note(work, user, "people.looked_up", "people", details, at=self._clock.now())
            return found

        return await self._database.write(find)

    async def see(self, user: OfficeUser, person_id: str) -> PersonSeen:
        """Raises MemberNotFound."""

        def see(work: Work) -> PersonSeen:
            seen = _seen(work.connection, person_id)
            journal.note(work, user, "people.seen", person_id, at=self._clock.now())
            return seen

        return await self._database.write(see)

    async def reveal(self, user: OfficeUser, person_id: str, what: str, reason: str) -> list[str]:
        """Raises ReasonMissing, MemberNotFound, TooManyTries."""
        if len(reason.strip()) < 2:
            raise ReasonMissing

        def reveal(work: Work) -> list[str]:
            now = self._clock.now()
            revealed = select(func.count()).select_from(office_journal)
            count = work.connection.execute(
                revealed.where(
                    office_journal.c.user_id == user.id,
                    office_journal.c.what == _REVEALED,
                    office_journal.c.at > now - _DAY,
                )
            ).scalar_one()
            if count >= _MOST_A_DAY:
                raise TooManyTries(int(_DAY.total_seconds()))
            people = repository.people(work.connection, ids=[person_id])
            if not people:
                raise MemberNotFound(person_id)
            journal.note(work, user, _REVEALED, person_id, {"what": what, "reason": reason}, at=now)
            if what == "plates":
                return [car.plate for car in repository.vehicles_of(work.connection, person_id)]
            return [people[0].phone if what == "phone" else people[0].name]

        return await self._database.write(reveal)


def _desk(request: Request) -> PeopleDesk:
    return cast(PeopleDesk, request.app.state.people_desk)


Service = Annotated[PeopleDesk, Depends(_desk)]


@router.post("/find", summary="Who has this phone, plate or id; masked")
@held_to_stations
async def find(asked: FindAsked, user: SupportUser, desk: Service) -> PeopleFound:
    return PeopleFound(people=[_found(person) for person in await desk.find(user, asked.text)])


@router.get("/{person_id}", summary="What there is of a person; masked")
@held_to_stations
async def see(person_id: PersonId, user: SupportUser, desk: Service) -> PersonSeen:
    return await desk.see(user, person_id)


@router.post("/{person_id}/revelations", status_code=201, summary="Phone, name or plates in full")
@held_to_stations
async def reveal(person_id: PersonId, asked: RevelationAsked, user: SupportUser, desk: Service) -> Revelation:
    return Revelation(told=await desk.reveal(user, person_id, asked.what, asked.reason))


def _named(connection: Connection, text: str) -> list[PersonRow]:
    if is_id(text):
        return repository.people(connection, ids=[text])
    if _PHONE.fullmatch(text):
        return repository.people(connection, phone=phone_of(text))
    return repository.people(connection, plate=plate_of(text))


def _seen(connection: Connection, person_id: str) -> PersonSeen:
    row = connection.execute(
        select(drivers.c.phone, drivers.c.name, drivers.c.created_at, drivers.c.erased_at).where(
            drivers.c.id == person_id
        )
    ).one_or_none()
    if row is None:
        raise MemberNotFound(person_id)
    agreed = {one.purpose for one in consents.of_driver(connection, person_id) if one.withdrawn_at is None}
    return PersonSeen(
        id=person_id,
        phone_masked=masked_phone(row.phone or ""),
        name_masked=masked_name(row.name or ""),
        plates_masked=[masked_plate(car.plate) for car in repository.vehicles_of(connection, person_id)],
        known_since=row.created_at,
        consents=sorted(agreed),
        erased_at=row.erased_at,
    )


def _found(person: PersonRow) -> PersonFound:
    return PersonFound(
        id=person.id, phone_masked=masked_phone(person.phone), name_masked=masked_name(person.name)
    )
