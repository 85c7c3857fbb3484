"""One packet as asked: who asks, and its fields read with the error codes the controller answers them with."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeGuard

from core.simulated.pts_controller import errors
from core.simulated.pts_controller.errors import PacketRefused
from core.simulated.pts_controller.forecourt import Forecourt
from core.simulated.pts_controller.pump import HIGHEST_TRANSACTION, Pump
from core.simulated.pts_controller.site import HIGHEST_PUMP, User

_MOMENT = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d")

Reply = tuple[str, object] | None
"""The answer's type and data; None for the plain confirmation."""


@dataclass(frozen=True, slots=True)
class Request:
    forecourt: Forecourt
    user: User
    type: str
    data: Mapping[str, object]

    def pump(self) -> Pump:
        number = self.data.get("Pump")
        if not _is_whole(number):
            raise PacketRefused(errors.NO_PUMP_NUMBER)
        if not 1 <= number <= HIGHEST_PUMP:
            raise PacketRefused(errors.PUMP_NUMBER_OUT_OF_RANGE)
        pump = self.forecourt.pumps.get(number)
        if pump is None:
            raise PacketRefused(errors.PUMP_NOT_CONFIGURED)
        return pump

    def transaction(self, least: int) -> int | None:
        number = self.data.get("Transaction")
        if number is None:
            return None
        if not _is_whole(number):
            raise PacketRefused(errors.NO_PUMP_TRANSACTION_NUMBER)
        if not least <= number <= HIGHEST_TRANSACTION:
            raise PacketRefused(errors.PUMP_TRANSACTION_NUMBER_OUT_OF_RANGE)
        return number

    def moment(self, name: str) -> datetime:
        text = self.data.get(name)
        if text is None:
            raise PacketRefused(errors.NO_DATETIME)
        if not isinstance(text, str) or _MOMENT.fullmatch(text) is None:
            raise PacketRefused(errors.DATETIME_INCORRECT_FORMAT)
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            raise PacketRefused(errors.DATETIME_INCORRECT_FORMAT) from None

    def flag(self, name: str) -> bool:
        value = self.data.get(name, False)
        if not isinstance(value, bool):
            raise PacketRefused(errors.NOT_ENOUGH_DATA)
        return value

    def whole(self, name: str) -> int | None:
        value = self.data.get(name)
        return value if _is_whole(value) else None

    def rows(self, name: str) -> list[Mapping[str, object]]:
        value = self.data.get(name)
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise PacketRefused(errors.NOT_ENOUGH_DATA)
        return value


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
