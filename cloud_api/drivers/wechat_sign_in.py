"""Signing in through the mini program: a WeChat account stands for a driver, whose phone WeChat vouches for."""

from cloud_api.access import Driver, new_driver_token
from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.drivers import repository
from cloud_api.drivers.service import Drivers, phone_of
from cloud_api.drivers.wechat import WechatPerson, WechatPlatform
from cloud_api.identifiers import new_id
from core.domain.refusals.persons import WechatPhoneNeeded


class WechatSignIn:
    """Exchanges WeChat's codes for a session of ours."""

    def __init__(self, database: Database, clock: Clock, drivers: Drivers, platform: WechatPlatform) -> None:
        self._database = database
        self._clock = clock
        self._drivers = drivers
        self._platform = platform

    async def sign_in(
        self, code: str, phone_code: str | None, *, device_id: str | None, agent: str | None
    ) -> tuple[str, Driver]:
        """A new token. An account that is nobody's yet needs the phone too, and joins the driver who has that phone.

        Raises WechatPhoneNeeded, WechatCodeUnfit, WechatAccountBlocked, WechatNotOffered, WechatUnreachable, PhoneUnfit.
        """
        person = await self._platform.person_of(code)
        known = await self._database.read(lambda c: repository.driver_of_openid(c, person.openid))
        phone = None
        if known is None:
            if not phone_code:
                raise WechatPhoneNeeded
            phone = phone_of(await self._platform.phone_of(phone_code))
        token = new_driver_token()
        return token, await self._database.write(
            lambda work: self._enter(work, person, phone, token, (device_id, agent))
        )

    async def bind(self, driver: Driver, code: str) -> None:
        """The driver who is signed in shows a WeChat account: from now on it is theirs. Raises as sign_in does."""
        person = await self._platform.person_of(code)
        await self._database.write(
            lambda work: repository.bind_openid(work.connection, driver.id, person.openid, person.unionid)
        )

    async def close(self) -> None:
        await self._platform.close()

    def _enter(
        self,
        work: Work,
        person: WechatPerson,
        phone: str | None,
        token: str,
        where: tuple[str | None, str | None],
    ) -> Driver:
        row = repository.driver_of_openid(work.connection, person.openid)
        if row is None:
            if phone is None:
                # Erased, or bound to somebody else, in the blink between.
                raise WechatPhoneNeeded
            now = self._clock.now()
            row = repository.driver_signing_in(work.connection, phone, new_id(now), now)
        repository.bind_openid(work.connection, row.id, person.openid, person.unionid)
        self._drivers.open_session(work, row.id, token, *where)
        return Driver(row.id, row.phone)
