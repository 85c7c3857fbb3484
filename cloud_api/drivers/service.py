"""Rules of signing in and of a driver's cars."""

import hashlib
import hmac
import re
import secrets
import unicodedata
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Protocol

from cloud_api.access import Driver, hash_of, new_driver_token
from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.drivers import repository
from cloud_api.drivers.repository import CodeRow, SessionRow, VehicleRow
from cloud_api.identifiers import new_id
from cloud_api.settings import Settings
from core.domain.faults import SmsUnreachable
from core.domain.plate import plate_of
from core.domain.refusals.cloud import (
    NotFound,
    SignInCodeExpired,
    SignInCodeWrong,
    TooManyTries,
    TooManyVehicles,
    VehicleNotFound,
)
from core.domain.refusals.persons import PlateOfTooMany
from core.domain.refusals.typed import PhoneUnfit
from core.wording.catalogue import _

_MOST_TRIES = 5
_MOST_VEHICLES = 20
# A family, or a small company's drivers.
_MOST_DRIVERS_OF_A_CAR = 8
_PHONE = re.compile(r"1[3-9]\d{9}")
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


class TextMessages(Protocol):
    """Hands a text message over to whoever delivers it. Raises SmsUnreachable."""

    async def send(self, phone: str, text: str) -> None: ...


class _Entered(Enum):
    RIGHT = auto()
    WRONG = auto()
    GONE = auto()


class Drivers:
    """Drivers sign in by phone and a code, and keep their cars here."""

    def __init__(self, database: Database, clock: Clock, settings: Settings, messages: TextMessages) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._messages = messages

    async def driver_of(self, token_hash: str) -> Driver | None:
        now = self._clock.now()
        row = await self._database.read(lambda c: repository.driver_of_token(c, token_hash, now))
        return Driver(row.id, row.phone) if row else None

    async def send_code(self, phone: str, address: str, device_id: str = "") -> None:
        """Sends a new sign-in code. Raises PhoneUnfit, TooManyTries, SmsUnreachable.

        Whether the phone is a driver's makes no difference here: whoever asks learns nothing of it.
        """
        phone = phone_of(phone)
        code = f"{secrets.randbelow(1_000_000):06d}"
        await self._database.write(lambda work: self._note_code(work, phone, code, address, device_id))
        text = _(
            "[Youzhan] Your code is {code}, valid for {minutes} minutes. Nobody from us will ever ask for it."
        )
        try:
            await self._messages.send(
                phone, text.format(code=code, minutes=self._settings.sign_in_code_seconds // 60)
            )
        except SmsUnreachable:
            # It did not go out: asking again at once must be possible (the day's count stays).
            await self._database.write(lambda work: repository.remove_code(work.connection, phone))
            raise

    async def sign_in(
        self, phone: str, code: str, device_id: str | None, agent: str | None = None
    ) -> tuple[str, Driver]:
        """A new token for who knows the code. Raises PhoneUnfit, SignInCodeWrong, SignInCodeExpired."""
        phone = phone_of(phone)
        token = new_driver_token()
        # A wrong try must be counted, so the refusal is raised only after the commit.
        entered, left, driver = await self._database.write(
            lambda work: self._enter(work, phone, code.strip(), token, (device_id, agent))
        )
        _refuse_unless_right(entered, left)
        assert driver is not None
        return token, driver

    async def prove(self, phone: str, code: str) -> None:
        """Somebody signed in says once more who they are. Raises SignInCodeWrong, SignInCodeExpired."""
        entered, left = await self._database.write(lambda work: self.check_code(work, phone, code.strip()))
        _refuse_unless_right(entered, left)

    async def sign_out(self, token: str) -> None:
        await self._database.write(lambda work: repository.remove_token(work.connection, hash_of(token)))

    async def vehicles(self, driver: Driver) -> list[VehicleRow]:
        return await self._database.read(lambda c: repository.vehicles_of(c, driver.id))

    async def keep_vehicle(
        self, driver: Driver, plate: str, car: str | None, usual_grade: str | None
    ) -> VehicleRow:
        """Adds or changes a car; what is not said stays. Raises PlateUnfit, TooManyVehicles."""
        plate = plate_of(plate)
        return await self._database.write(lambda work: self._keep(work, driver, plate, car, usual_grade))

    async def remove_vehicle(self, driver: Driver, plate: str) -> None:
        """Raises PlateUnfit, VehicleNotFound."""
        plate = plate_of(plate)
        if not await self._database.write(
            lambda work: repository.remove_vehicle(work.connection, driver.id, plate)
        ):
            raise VehicleNotFound(plate)

    def _note_code(self, work: Work, phone: str, code: str, address: str, device_id: str) -> None:
        now, settings = self._clock.now(), self._settings
        last = repository.code_of(work.connection, phone)
        resend = timedelta(seconds=settings.sign_in_resend_seconds)
        if last is not None and now < last.sent_at + resend:
            raise TooManyTries(_seconds_until(last.sent_at + resend, now))
        repository.forget_sends_before(work.connection, now - 2 * _DAY)
        self._check_sends(work, settings.sign_in_codes_a_day, _DAY, phone=phone)
        self._check_sends(work, settings.sign_in_codes_an_hour_from_one_address, _HOUR, address=address)
        if device_id:
            # A phone has one or two numbers; who asks for many is no phone.
            self._check_sends(work, settings.sign_in_codes_a_day, _DAY, device=device_id)
        repository.count_send(
            work.connection, new_id(now), now, phone=phone, address=address, device=device_id or None
        )
        salt = secrets.token_hex(16)
        until = now + timedelta(seconds=settings.sign_in_code_seconds)
        repository.replace_code(work.connection, phone, CodeRow(salt, _code_hash(salt, code), 0, now, until))

    def _check_sends(self, work: Work, most: int, within: timedelta, **of: str) -> None:
        now = self._clock.now()
        count, first = repository.sends_since(work.connection, now - within, **of)
        if count >= most and first is not None:
            raise TooManyTries(_seconds_until(first + within, now))

    def _enter(
        self, work: Work, phone: str, code: str, token: str, where: tuple[str | None, str | None]
    ) -> tuple[_Entered, int, Driver | None]:
        entered, left = self.check_code(work, phone, code)
        if entered is not _Entered.RIGHT:
            return entered, left, None
        now = self._clock.now()
        row = repository.driver_signing_in(work.connection, phone, new_id(now), now)
        self.open_session(work, row.id, token, *where)
        return _Entered.RIGHT, 0, Driver(row.id, row.phone)

    def check_code(self, work: Work, phone: str, code: str) -> tuple[_Entered, int]:
        """Whether this is the code that the phone was sent, and how many tries are left; a right one is used up."""
        sent = repository.code_of(work.connection, phone)
        if sent is None or self._clock.now() >= sent.expires_at or sent.tries >= _MOST_TRIES:
            return _Entered.GONE, 0
        if not hmac.compare_digest(sent.code_hash, _code_hash(sent.salt, code)):
            repository.count_try(work.connection, phone)
            return _Entered.WRONG, _MOST_TRIES - sent.tries - 1
        repository.remove_code(work.connection, phone)
        return _Entered.RIGHT, 0

    def open_session(
        self, work: Work, driver_id: str, token: str, device_id: str | None, agent: str | None
    ) -> None:
        now = self._clock.now()
        until = now + timedelta(days=self._settings.sign_in_days)
        repository.forget_sessions_before(work.connection, driver_id, now)
        repository.add_token(
            work.connection,
            hash_of(token),
            driver_id,
            device_id=device_id,
            now=now,
            until=until,
            agent=(agent or "")[:200] or None,
        )

    async def sessions(self, driver: Driver) -> list[SessionRow]:
        now = self._clock.now()
        return await self._database.read(lambda c: repository.sessions_of(c, driver.id, now))

    async def end_session(self, driver: Driver, session_id: str) -> None:
        """Raises NotFound."""
        if not await self._database.write(
            lambda work: repository.end_session(work.connection, driver.id, session_id)
        ):
            raise NotFound

    async def end_other_sessions(self, driver: Driver, token: str) -> None:
        await self._database.write(
            lambda work: repository.end_sessions(work.connection, driver.id, except_hash=hash_of(token))
        )

    def _keep(
        self, work: Work, driver: Driver, plate: str, car: str | None, usual_grade: str | None
    ) -> VehicleRow:
        kept = {vehicle.plate: vehicle for vehicle in repository.vehicles_of(work.connection, driver.id)}
        before = kept.get(plate, VehicleRow(plate, "", None))
        if plate not in kept and len(kept) >= _MOST_VEHICLES:
            raise TooManyVehicles(_MOST_VEHICLES)
        if plate not in kept and repository.drivers_with(work.connection, plate) >= _MOST_DRIVERS_OF_A_CAR:
            raise PlateOfTooMany(plate, _MOST_DRIVERS_OF_A_CAR)
        vehicle = VehicleRow(
            plate,
            before.car if car is None else car,
            before.usual_grade if usual_grade is None else usual_grade,
        )
        repository.put_vehicle(work.connection, driver.id, vehicle, self._clock.now())
        return vehicle


def phone_of(text: str) -> str:
    """A mobile number in its one spelling. Raises PhoneUnfit."""
    phone = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).removeprefix("+86")
    if not _PHONE.fullmatch(phone) or not phone.isascii():
        raise PhoneUnfit
    return phone


def _refuse_unless_right(entered: _Entered, left: int) -> None:
    if entered is _Entered.GONE or (entered is _Entered.WRONG and left == 0):
        raise SignInCodeExpired
    if entered is _Entered.WRONG:
        raise SignInCodeWrong(left)


def _code_hash(salt: str, code: str) -> str:
    # Slow enough that a stolen table does not give away the codes within their five minutes.
    return hashlib.pbkdf2_hmac("sha256", code.encode(), bytes.fromhex(salt), 5_000).hex()


def _seconds_until(moment: datetime, now: datetime) -> int:
    return max(1, -int(-(moment - now).total_seconds() // 1))
