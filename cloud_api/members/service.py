"""Rules of members at a counter: a code proves them, a phone or a plate only names them, a text message confirms them."""

import hashlib
import hmac
import math
import secrets
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Protocol

from sqlalchemy import Connection

from cloud_api.clock import Clock
from cloud_api.coupons import repository as coupons
from cloud_api.coupons.repository import CouponRow
from cloud_api.database import Database, Work
from cloud_api.drivers import repository as drivers
from cloud_api.drivers.repository import PersonRow
from cloud_api.identifiers import is_id
from cloud_api.members import repository
from cloud_api.members.codes import MemberCodes
from cloud_api.members.repository import CodeRow, ConfirmationRow
from cloud_api.points.repository import UseRow
from cloud_api.points.service import Points, Standing
from cloud_api.settings import Settings
from cloud_api.wallets.service import balance_of
from core.domain.faults import SmsUnreachable
from core.domain.plate import plate_of
from core.domain.refusals.cloud import IdempotencyKeyReused, SignInCodeExpired, SignInCodeWrong, TooManyTries
from core.domain.refusals.members import MemberCodeExpired, MemberNotFound, MemberNotProven
from core.domain.refusals.typed import PlateUnfit
from core.domain.scan import CodeKind, cleaned, what_is
from core.wording.catalogue import _

_MOST_COUPONS = 100
_MOST_TRIES = 5
_DAY = timedelta(days=1)
# A counter mistypes now and then; whoever fails so often is finding out who is a member.
_MOST_MISSES = 40
_MISSES_WITHIN = timedelta(minutes=10)


class TextMessages(Protocol):
    """Hands a text message over to whoever delivers it. Raises SmsUnreachable."""

    async def send(self, phone: str, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Member:
    """A driver as a counter sees one."""

    person: PersonRow
    plates: tuple[str, ...]
    balance_fen: int
    standing: Standing
    coupons: tuple[CouponRow, ...]
    is_proven: bool


@dataclass(frozen=True, slots=True)
class OwnCode:
    """What a driver's own phone shows."""

    code: str
    expires_at: datetime
    balance_fen: int
    standing: Standing


class _Entered(Enum):
    RIGHT = auto()
    WRONG = auto()
    GONE = auto()


class Members:
    """Who stands at a counter, and what they have."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        settings: Settings,
        *,
        codes: MemberCodes,
        points: Points,
        messages: TextMessages,
    ) -> None:
        self._database, self._clock, self._settings = database, clock, settings
        self._codes, self._points, self._messages = codes, points, messages
        # Who looks for members in vain, kept by this process alone: it only has to make trying out too slow.
        self._misses: dict[str, deque[datetime]] = {}

    async def my_code(self, driver_id: str) -> OwnCode:
        """A fresh code for the driver's own phone."""
        lives = timedelta(seconds=self._settings.member_code_seconds)

        def issue(work: Work) -> OwnCode:
            code, row = self._codes.issue(work.connection, driver_id, lives)
            balance_fen = balance_of(work.connection, driver_id).fen
            return OwnCode(
                code, row.expires_at, balance_fen, self._points.standing(work.connection, driver_id)
            )

        return await self._database.write(issue)

    # --- who it is ---

    async def find(self, station_id: str, text: str) -> tuple[Member | None, list[PersonRow]]:
        """The member of a code, phone, plate or id; or those among whom to choose, where several share a plate.

        Raises MemberNotFound, MemberCodeExpired, TooManyTries (this station tries numbers out).
        """
        misses, now = self._misses.setdefault(station_id, deque(maxlen=_MOST_MISSES)), self._clock.now()
        if len(misses) == _MOST_MISSES and now - misses[0] < _MISSES_WITHIN:
            raise TooManyTries(math.ceil((misses[0] + _MISSES_WITHIN - now).total_seconds()))
        try:
            return await self._database.write(lambda work: self._find(work, station_id, text))
        except (MemberNotFound, MemberCodeExpired):
            misses.append(now)
            raise

    def _find(self, work: Work, station_id: str, text: str) -> tuple[Member | None, list[PersonRow]]:
        connection, kind, now = work.connection, what_is(text), self._clock.now()
        if kind is CodeKind.MEMBER:
            driver_id = self._codes.driver_of(connection, text, station_id)
            if driver_id is None:
                raise MemberCodeExpired
            repository.forget_proofs_before(connection, now - _DAY)
            repository.prove(connection, station_id, driver_id, "", now + self._proof_lives)
            people = drivers.people(connection, ids=[driver_id])
        else:
            people = self._named(connection, kind, text)
        if not people:
            raise MemberNotFound(text)
        if len(people) > 1:
            return None, people
        return self._seen(connection, station_id, people[0], now), []

    @staticmethod
    def _named(connection: Connection, kind: CodeKind, text: str) -> list[PersonRow]:
        if is_id(text.strip()):
            return drivers.people(connection, ids=[text.strip()])
        if kind is CodeKind.PHONE:
            return drivers.people(connection, phone=cleaned(text))
        try:
            return drivers.people(connection, plate=plate_of(text))
        except PlateUnfit:
            return []

    def _seen(self, connection: Connection, station_id: str, person: PersonRow, now: datetime) -> Member:
        owned = coupons.coupons_of(connection, person.id, _MOST_COUPONS)
        usable = [
            row
            for row in owned
            if row.is_free(now)
            and row.terms.valid_from <= now < row.terms.valid_until
            and (not row.terms.stations or station_id in row.terms.stations)
        ]
        return Member(
            person,
            tuple(vehicle.plate for vehicle in drivers.vehicles_of(connection, person.id)),
            balance_of(connection, person.id).fen,
            self._points.standing(connection, person.id),
            tuple(sorted(usable, key=lambda row: (row.terms.valid_until, row.id))),
            repository.is_proven(connection, station_id, person.id, now),
        )

    @property
    def _proof_lives(self) -> timedelta:
        return timedelta(seconds=self._settings.member_proof_seconds)

    # --- confirmation by text message ---

    async def send_confirmation(
        self, station_id: str, station_name: str, member_id: str, confirmation_id: str, sale_id: str
    ) -> None:
        """Sends the member a code with which this one bill may be paid. Raises MemberNotFound, TooManyTries, SmsUnreachable."""
        code = f"{secrets.randbelow(1_000_000):06d}"
        phone = await self._database.write(
            lambda work: self._note_confirmation(
                work, station_id, member_id, confirmation_id=confirmation_id, sale_id=sale_id, code=code
            )
        )
        if phone is None:
            return
        text = _(
            "[Youzhan] {code} confirms paying with your balance or points at {station}, valid for {minutes} minutes."
            " Tell it to the cashier only if you stand there."
        )
        minutes = self._settings.sign_in_code_seconds // 60
        try:
            await self._messages.send(phone, text.format(code=code, station=station_name, minutes=minutes))
        except SmsUnreachable:
            # It did not go out: asking again at once must be possible.
            await self._database.write(
                lambda work: repository.remove_confirmation(work.connection, confirmation_id)
            )
            raise

    def _note_confirmation(
        self, work: Work, station_id: str, member_id: str, *, confirmation_id: str, sale_id: str, code: str
    ) -> str | None:
        """The phone to send to; None where this confirmation was sent already."""
        connection, now, settings = work.connection, self._clock.now(), self._settings
        known = repository.confirmation(connection, confirmation_id)
        if known is not None:
            if (known.station_id, known.sale_id, known.driver_id) != (station_id, sale_id, member_id):
                raise IdempotencyKeyReused
            return None
        people = drivers.people(connection, ids=[member_id])
        if not people:
            raise MemberNotFound(member_id)
        count, latest = repository.sent_since(connection, member_id, now - _DAY)
        resend = timedelta(seconds=settings.sign_in_resend_seconds)
        if latest is not None and now < latest + resend:
            raise TooManyTries(max(1, round((latest + resend - now).total_seconds())))
        if count >= settings.sign_in_codes_a_day:
            raise TooManyTries(round(_DAY.total_seconds()))
        salt, until = secrets.token_hex(16), now + timedelta(seconds=settings.sign_in_code_seconds)
        row = ConfirmationRow(
            confirmation_id, station_id, sale_id, member_id, salt, _code_hash(salt, code), 0, now, until
        )
        repository.add_confirmation(connection, row)
        return people[0].phone

    async def confirm(
        self, station_id: str, member_id: str, confirmation_id: str, code: str
    ) -> tuple[str, CodeRow]:
        """What pays from the member's balance for that one bill. Raises SignInCodeWrong, SignInCodeExpired."""
        # A wrong try must be counted, so the refusal is raised only after the commit.
        entered, left, spending = await self._database.write(
            lambda work: self._confirm(work, station_id, member_id, confirmation_id, cleaned(code))
        )
        if entered is _Entered.WRONG:
            raise SignInCodeWrong(left)
        if entered is _Entered.GONE or spending is None:
            raise SignInCodeExpired
        return spending

    def _confirm(
        self, work: Work, station_id: str, member_id: str, confirmation_id: str, code: str
    ) -> tuple[_Entered, int, tuple[str, CodeRow] | None]:
        connection, now = work.connection, self._clock.now()
        sent = repository.confirmation(connection, confirmation_id)
        if sent is None or (sent.station_id, sent.driver_id) != (station_id, member_id):
            return _Entered.GONE, 0, None
        if now >= sent.expires_at or sent.tries >= _MOST_TRIES:
            return _Entered.GONE, 0, None
        if not hmac.compare_digest(sent.code_hash, _code_hash(sent.salt, code)):
            repository.count_try(connection, confirmation_id)
            return _Entered.WRONG, _MOST_TRIES - sent.tries - 1, None
        repository.confirm(connection, confirmation_id, now)
        repository.prove(connection, station_id, member_id, sent.sale_id, now + self._proof_lives)
        spending = self._codes.issue(
            connection, member_id, sent.expires_at - now, station_id=station_id, sale_id=sent.sale_id
        )
        return _Entered.RIGHT, 0, spending

    # --- points ---

    async def hold_points(
        self, station_id: str, use_id: str, *, sale_id: str, member_id: str, points: int
    ) -> UseRow:
        """Sets points aside for a bill of a member who is proven. Raises MemberNotProven, PointsNotEnough, PointsHoldGone."""

        def hold(work: Work) -> UseRow:
            connection, now = work.connection, self._clock.now()
            is_new = self._points.known_use(connection, use_id) is None
            if is_new and not repository.is_proven(connection, station_id, member_id, now, sale_id):
                raise MemberNotProven
            return self._points.hold(
                work, use_id, station_id=station_id, sale_id=sale_id, driver_id=member_id, points=points
            )

        return await self._database.write(hold)


def _code_hash(salt: str, code: str) -> str:
    # Slow enough that a stolen table does not give away the codes within their five minutes.
    return hashlib.pbkdf2_hmac("sha256", code.encode(), bytes.fromhex(salt), 5_000).hex()
