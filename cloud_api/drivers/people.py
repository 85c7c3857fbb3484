"""What the cloud does with drivers as persons, joined: WeChat sign-in, copies, erasure."""

from cloud_api.clock import Clock
from cloud_api.database import Database
from cloud_api.drivers.copies import Copies
from cloud_api.drivers.erasing import Erasing
from cloud_api.drivers.service import Drivers
from cloud_api.drivers.wechat import WechatPlatform
from cloud_api.drivers.wechat_sign_in import WechatSignIn
from cloud_api.settings import Settings


class People:
    """Kept at app.state.people."""

    def __init__(self, database: Database, clock: Clock, settings: Settings, drivers: Drivers) -> None:
        self.database, self.clock = database, clock
        platform = WechatPlatform(settings.wechat_sign_in, clock)
        self.wechat = WechatSignIn(database, clock, drivers, platform)
        self.copies = Copies(database, clock)
        self.erasing = Erasing(database, clock, drivers)

    async def close(self) -> None:
        await self.wechat.close()
