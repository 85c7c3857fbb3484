"""Users, roles and groups of the head office, kept by whoever has the duty of administration."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from cloud_api.access import OfficeUser, hash_of
from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.identifiers import new_id
from cloud_api.offices import groups, journal, passwords, repository, second_person, sessions, totp
from cloud_api.offices.groups import GroupRow
from cloud_api.offices.journal import JournalLine
from cloud_api.offices.repository import RoleRow, UserRow
from cloud_api.offices.rights import Rights, check_somebody_administers, decides
from cloud_api.offices.sign_in import plain_code, recovery_codes
from cloud_api.offices.two_people import Agreement, Deed
from core.domain.office import BUILT_IN_ROLES
from core.domain.refusals.offices import (
    OfficeLoginUnfit,
    OfficeRoleBuiltIn,
    OfficeUserNotFound,
    StationGroupInUse,
    StationGroupNotFound,
)
from core.domain.refusals.people import RoleHasPeople, RoleUnfit, RoleUnknown

_LOGIN = re.compile(r"[a-z0-9][a-z0-9.\-]{2,39}")
_ENROLMENT = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What is told once, to whoever keeps the cloud by command."""

    user_id: str
    password: str
    totp_secret: str
    recovery_codes: list[str]


class Offices:
    """Who works at the head office, and what they may."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def users(self) -> list[UserRow]:
        return await self._database.read(repository.users)

    async def put_user(
        self,
        by: OfficeUser,
        user_id: str,
        *,
        login: str,
        name: str,
        role_ids: Sequence[str],
        group_ids: Sequence[str],
        is_active: bool,
        agreement: Agreement,
    ) -> UserRow:
        """Adds a user, who can sign in once enrolled, or changes one; the login stays.

        Raises OfficeLoginUnfit, RoleUnknown, StationGroupNotFound, NobodyLeftToManage, SecondPersonNeeded,
        SecondPersonDisagrees.
        """

        def put(work: Work) -> UserRow:
            now, rights = self._clock.now(), Rights(work)
            before = repository.users(work.connection, user_id)
            self._put(
                work,
                user_id,
                login=login,
                name=name,
                role_ids=role_ids,
                group_ids=group_ids,
                is_active=is_active,
            )
            if not is_active:
                sessions.end_all(work.connection, user_id)
            rights.settle(by, agreement, user_id, now)
            details = {"roles": sorted(role_ids), "groups": sorted(group_ids), "is_active": is_active}
            journal.note(
                work, by, "office.user_changed" if before else "office.user_added", user_id, details, at=now
            )
            return repository.users(work.connection, user_id)[0]

        return await self._database.write(put)

    async def new_enrolment(self, by: OfficeUser, user_id: str, agreement: Agreement) -> tuple[str, bool]:
        """A code with which the person, and nobody else, chooses a password and gets an authenticator secret, and
        whether it is all of it: where two must agree the second part is whoever agreed's to hand on.

        The old ones, and all sessions, end now. Raises OfficeUserNotFound, NobodyLeftToManage, and of
        somebody who has a second factor or decides with others SecondPersonNeeded, SecondPersonDisagrees.
        """
        code, now = secrets.token_urlsafe(18), self._clock.now()

        def enrol(work: Work) -> bool:
            # As it will be when this is done: a role may be given a deciding duty at this very moment.
            repository.lock_roles(work.connection)
            known = repository.users(work.connection, user_id)
            if not known:
                raise OfficeUserNotFound
            second_part = ""
            if known[0].is_enrolled or decides(known[0]):
                agreed = agreement.needed(work, by, Deed.ENROLLED_ANEW, user_id, {}, deed_id=new_id(now))
                second_part = second_person.secret_part(work.connection, agreed)
            repository.put_enrolment(work.connection, user_id, hash_of(code + second_part), now + _ENROLMENT)
            sessions.end_all(work.connection, user_id)
            check_somebody_administers(work.connection)
            journal.note(work, by, "office.enrolment_made", user_id, at=now)
            return not second_part

        return code, await self._database.write(enrol)

    async def end_sessions(self, by: OfficeUser, user_id: str) -> None:
        def end(work: Work) -> None:
            if not repository.users(work.connection, user_id):
                raise OfficeUserNotFound
            sessions.end_all(work.connection, user_id)
            journal.note(work, by, "office.sessions_ended", user_id, at=self._clock.now())

        await self._database.write(end)

    def add_enrolled(
        self,
        work: Work,
        user_id: str,
        *,
        login: str,
        name: str,
        role_ids: Sequence[str],
        group_ids: Sequence[str] = (),
    ) -> Enrolled:
        """By command on the server: somebody who can sign in at once. Raises as put_user does."""
        password, secret, codes = secrets.token_urlsafe(18), totp.new_secret(), recovery_codes()
        if repository.users(work.connection, user_id):
            raise OfficeLoginUnfit(login)
        self._put(work, user_id, login=login, name=name, role_ids=role_ids, group_ids=group_ids)
        repository.enrol(work.connection, user_id, passwords.hash_of(password), secret)
        repository.put_recovery_codes(work.connection, user_id, [plain_code(code) for code in codes])
        details = {"roles": sorted(role_ids), "by": "command"}
        journal.note(work, None, "office.user_added", user_id, details, at=self._clock.now())
        return Enrolled(user_id, password, secret, codes)

    def suspend(self, work: Work, login: str) -> str:
        """By command on the server: the way where of two people each would have to agree to being suspended. Their id.

        Raises OfficeUserNotFound.
        """
        known = [user for user in repository.users(work.connection) if user.login == login]
        if not known:
            raise OfficeUserNotFound
        user = known[0]
        repository.change_user(
            work.connection,
            user.id,
            name=user.name,
            is_active=False,
            role_ids=user.roles,
            group_ids=user.groups,
        )
        sessions.end_all(work.connection, user.id)
        details = {"is_active": False, "by": "command"}
        journal.note(work, None, "office.user_changed", user.id, details, at=self._clock.now())
        return user.id

    async def roles(self) -> list[RoleRow]:
        return await self._database.read(repository.roles)

    async def put_role(self, by: OfficeUser, role: RoleRow, agreement: Agreement) -> RoleRow:
        """Raises OfficeRoleBuiltIn, RoleUnfit, NobodyLeftToManage, SecondPersonNeeded, SecondPersonDisagrees."""

        def put(work: Work) -> RoleRow:
            now, rights = self._clock.now(), Rights(work)
            if role.id in BUILT_IN_ROLES:
                raise OfficeRoleBuiltIn
            if not role.title or any(
                one.title == role.title and one.id != role.id for one in repository.roles(work.connection)
            ):
                raise RoleUnfit(role.title)
            repository.put_role(work.connection, role)
            rights.settle(by, agreement, role.id, now)
            details = {"title": role.title, "duties": list(role.duties)}
            journal.note(work, by, "office.role_changed", role.id, details, at=now)
            return role

        return await self._database.write(put)

    async def remove_role(self, by: OfficeUser, role_id: str) -> None:
        """Raises OfficeRoleBuiltIn, RoleHasPeople, RoleUnknown."""

        def remove(work: Work) -> None:
            if role_id in BUILT_IN_ROLES:
                raise OfficeRoleBuiltIn
            people = repository.people_of_role(work.connection, role_id)
            if people:
                raise RoleHasPeople(people)
            if not repository.remove_role(work.connection, role_id):
                raise RoleUnknown(role_id)
            journal.note(work, by, "office.role_removed", role_id, at=self._clock.now())

        await self._database.write(remove)

    async def groups(self) -> list[GroupRow]:
        return await self._database.read(groups.all_groups)

    async def put_group(self, by: OfficeUser, group: GroupRow) -> GroupRow:
        """Raises StationNotFound."""

        def put(work: Work) -> GroupRow:
            groups.put(work.connection, group, self._clock.now())
            details = {"title": group.title, "stations": list(group.stations)}
            journal.note(work, by, "office.group_changed", group.id, details, at=self._clock.now())
            return group

        return await self._database.write(put)

    async def remove_group(self, by: OfficeUser, group_id: str) -> None:
        """Raises StationGroupInUse, StationGroupNotFound."""

        def remove(work: Work) -> None:
            people = groups.people_of(work.connection, group_id)
            if people:
                raise StationGroupInUse(people)
            if not groups.remove(work.connection, group_id):
                raise StationGroupNotFound
            journal.note(work, by, "office.group_removed", group_id, at=self._clock.now())

        await self._database.write(remove)

    async def journal(
        self, before: str | None, user_id: str | None, about: str | None
    ) -> Sequence[JournalLine]:
        return await self._database.read(
            lambda c: journal.lines(c, before=before, user_id=user_id, about=about)
        )

    def _put(
        self,
        work: Work,
        user_id: str,
        *,
        login: str,
        name: str,
        role_ids: Sequence[str],
        group_ids: Sequence[str],
        is_active: bool = True,
    ) -> None:
        connection = work.connection
        known = {role.id for role in repository.roles(connection)}
        for role_id in role_ids:
            if role_id not in known:
                raise RoleUnknown(role_id)
        if not set(group_ids) <= {group.id for group in groups.all_groups(connection)}:
            raise StationGroupNotFound
        there = repository.users(connection, user_id)
        if there and there[0].login != login:
            raise OfficeLoginUnfit(login)
        if not there and (
            not _LOGIN.fullmatch(login)
            or not repository.add_user(connection, user_id, login, name, self._clock.now())
        ):
            raise OfficeLoginUnfit(login)
        repository.change_user(
            connection, user_id, name=name, is_active=is_active, role_ids=role_ids, group_ids=group_ids
        )
