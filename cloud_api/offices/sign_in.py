"""Signing in to the head office: a password and an authenticator's code, a lock against guessing, and sessions that end."""

import asyncio
import re
import secrets
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import Connection

from cloud_api.access import OfficeUser, hash_of, new_office_token
from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.identifiers import new_id
from cloud_api.offices import groups, guesses, journal, passwords, repository, sessions, totp
from cloud_api.offices.repository import SecretsRow
from cloud_api.offices.sessions import SessionRow
from core.domain.refusals.cloud import NotFound
from core.domain.refusals.offices import OfficeEnrolmentOver, OfficeSignInWrong

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
_FREE_TRIES = 5
_FREE_TRIES_OF_AN_ADDRESS = 30
# How exact the idle time is kept: one write a minute is enough.
_SEEN_AGAIN_AFTER = timedelta(minutes=1)
_RECOVERY_CODES = 10
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_HASHES_AT_ONCE = 2


class OfficeSignIn:
    """Knows who signs in, and who a token belongs to."""

    def __init__(self, database: Database, clock: Clock, site_url: str = "") -> None:
        self._database = database
        self._clock = clock
        # The house's name as everybody knows it: of www.yunnan-oil.cn yunnan, oil and all of it.
        host = urlsplit(site_url).hostname or ""
        self._house = (*host.split("."), *re.split(r"[.\-]", host))
        # Each takes 32 MB and a core for a fifth of a second; a crowd of guessers must not take all of them.
        self._hashing = asyncio.Semaphore(_HASHES_AT_ONCE)

    async def sign_in(
        self, login: str, password: str, code: str, *, address: str, agent: str
    ) -> tuple[str, OfficeUser, datetime]:
        """A new token, its user and its last moment. Raises OfficeSignInWrong, TooManyTries."""
        login = login.strip().lower()
        await self._database.write(lambda work: self._count_try(work, login, address))
        kept = await self._database.read(lambda c: repository.secrets_of(c, login=login))
        is_right = await self._is_right(password, kept.password_hash if kept else None)
        token = new_office_token()
        entered = None
        if kept is not None:
            # Written also where it is wrong: the journal tells who was guessed at.
            entered = await self._database.write(
                lambda work: self._enter(
                    work, kept, code if is_right else None, login=login, token=token, where=(address, agent)
                )
            )
        if entered is None:
            raise OfficeSignInWrong
        user, ends_at = entered
        return token, user, ends_at

    async def user_of(self, token_hash: str) -> OfficeUser | None:
        now = self._clock.now()
        found = await self._database.read(lambda c: self._user_of(c, token_hash, now))
        if found is None:
            return None
        user, seen_at = found
        if now - seen_at >= _SEEN_AGAIN_AFTER:
            await self._database.write(lambda work: sessions.see(work.connection, user.session_id, now))
        return user

    async def sign_out(self, user: OfficeUser) -> None:
        await self.end_session(user, user.session_id)

    async def sessions(self, user: OfficeUser) -> list[SessionRow]:
        now = self._clock.now()
        return await self._database.read(lambda c: sessions.of_user(c, user.id, now, now - IDLE))

    async def end_session(self, user: OfficeUser, session_id: str) -> None:
        """Raises NotFound."""

        def end(work: Work) -> None:
            if not sessions.end(work.connection, user.id, session_id):
                raise NotFound
            journal.note(work, user, "office.session_ended", session_id, at=self._clock.now())

        await self._database.write(end)

    async def change_password(self, user: OfficeUser, old: str, new: str) -> None:
        """Ends every other session. Raises OfficeSignInWrong, OfficePasswordUnfit, OfficePasswordCommon, TooManyTries."""
        kept = await self._own_secrets(user, old)
        row = await self._database.read(lambda c: repository.users(c, user.id)[0])
        self._check(new, row.login, row.name)
        hashed = await self._hash_of(new)

        def change(work: Work) -> None:
            repository.put_password(work.connection, kept.id, hashed)
            sessions.end_all(work.connection, user.id, except_session=user.session_id)
            journal.note(work, user, "office.password_changed", user.id, at=self._clock.now())

        await self._database.write(change)

    async def new_recovery_codes(self, user: OfficeUser, password: str) -> list[str]:
        """The old ones are worth nothing from now on. Raises OfficeSignInWrong, TooManyTries."""
        await self._own_secrets(user, password)
        codes = recovery_codes()

        def put(work: Work) -> None:
            repository.put_recovery_codes(work.connection, user.id, [plain_code(code) for code in codes])
            journal.note(work, user, "office.recovery_codes_made", user.id, at=self._clock.now())

        await self._database.write(put)
        return codes

    async def enrol(self, enrolment_code: str, password: str) -> tuple[str, str, list[str]]:
        """The person chooses a password and learns, this once, login, authenticator secret and recovery codes.

        Raises OfficeEnrolmentOver, OfficePasswordUnfit, OfficePasswordCommon.
        """
        code_hash, now = hash_of(enrolment_code.strip()), self._clock.now()
        found = await self._database.read(lambda c: repository.user_of_enrolment(c, code_hash, now))
        if found is None:
            raise OfficeEnrolmentOver
        user_id, login, name = found
        self._check(password, login, name)
        hashed, secret, codes = await self._hash_of(password), totp.new_secret(), recovery_codes()

        def write(work: Work) -> None:
            if not repository.enrol(work.connection, user_id, hashed, secret, code_hash):
                raise OfficeEnrolmentOver
            repository.put_recovery_codes(work.connection, user_id, [plain_code(code) for code in codes])
            journal.note(work, None, "office.enrolled", user_id, at=now)

        await self._database.write(write)
        return login, secret, codes

    def _check(self, password: str, login: str, name: str) -> None:
        """Raises OfficePasswordUnfit, OfficePasswordCommon."""
        passwords.check(password, login, (*re.split(r"[.\-]", login), *name.split(), name, *self._house))

    async def _own_secrets(self, user: OfficeUser, password: str) -> SecretsRow:
        """Of somebody signed in, who says the password once more."""
        now = self._clock.now()
        await self._database.write(
            lambda work: guesses.count_try(work.connection, f"user:{user.id}", _FREE_TRIES, now)
        )
        kept = await self._database.read(lambda c: repository.secrets_of(c, user_id=user.id))
        is_right = await self._is_right(password, kept.password_hash if kept else None)
        if kept is None or not is_right:
            raise OfficeSignInWrong
        await self._database.write(lambda work: guesses.forget(work.connection, f"user:{user.id}"))
        return kept

    async def _is_right(self, password: str, kept: str | None) -> bool:
        async with self._hashing:
            is_right = await asyncio.to_thread(passwords.is_right, password, kept or passwords.NOBODYS)
        return is_right and kept is not None

    async def _hash_of(self, password: str) -> str:
        async with self._hashing:
            return await asyncio.to_thread(passwords.hash_of, password)

    def _count_try(self, work: Work, login: str, address: str) -> None:
        now = self._clock.now()
        guesses.count_try(work.connection, f"address:{address}", _FREE_TRIES_OF_AN_ADDRESS, now)
        guesses.count_try(work.connection, f"login:{login}", _FREE_TRIES, now)

    def _enter(
        self,
        work: Work,
        kept: SecretsRow,
        code: str | None,
        *,
        login: str,
        token: str,
        where: tuple[str, str],
    ) -> tuple[OfficeUser, datetime] | None:
        (address, agent), now = where, self._clock.now()
        by = None if code is None else self._second_factor(work.connection, kept, code, now)
        if by is None:
            journal.note(work, None, "office.sign_in_refused", kept.id, {"address": address}, at=now)
            return None
        for whose in (f"login:{login}", f"user:{kept.id}"):
            guesses.forget(work.connection, whose)
        guesses.give_back(work.connection, f"address:{address}")
        guesses.forget_old(work.connection, now)
        sessions.forget_ended(work.connection, now, now - IDLE)
        row = SessionRow(new_id(now), kept.id, address, agent[:200], now, now, now + LONGEST)
        sessions.add(work.connection, hash_of(token), row)
        user = _user(work.connection, kept.id, row.id)
        journal.note(work, user, "office.signed_in", row.id, {"address": address, "by": by}, at=now)
        return user, row.ends_at

    def _second_factor(
        self, connection: Connection, kept: SecretsRow, code: str, now: datetime
    ) -> str | None:
        plain = plain_code(code)
        if kept.totp_secret is None or not plain.isascii():
            return None
        step = totp.step_of(kept.totp_secret, plain, now)
        if step is not None:
            return "totp" if repository.use_step(connection, kept.id, step) else None
        return "recovery code" if repository.use_recovery_code(connection, kept.id, plain) else None

    def _user_of(
        self, connection: Connection, token_hash: str, now: datetime
    ) -> tuple[OfficeUser, datetime] | None:
        session = sessions.of_token(connection, token_hash, now, now - IDLE)
        if session is None or repository.secrets_of(connection, user_id=session.user_id) is None:
            return None
        return _user(connection, session.user_id, session.id), session.seen_at


def recovery_codes() -> list[str]:
    """Each signs in once, where the authenticator is lost; some 79 random bits."""
    return [
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
        for _ in range(_RECOVERY_CODES)
    ]


def plain_code(code: str) -> str:
    return code.replace("-", "").replace(" ", "").upper()


def _user(connection: Connection, user_id: str, session_id: str) -> OfficeUser:
    row = repository.users(connection, user_id)[0]
    stations = groups.stations_in(connection, row.groups) if row.groups else None
    return OfficeUser(row.id, row.name, row.roles, row.duties, stations, session_id)
