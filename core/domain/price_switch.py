"""PriceSwitch: one nozzle's part of a price change, from waiting to confirmed, and the block of one that will not take it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from core.domain.ids import NozzleId, NozzleNumber, PriceChangeId, nozzle_id
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.pump import Pump
from core.domain.refusals.prices import NozzleBlocked, NozzleTakesPrice

TRIES = 3
"""So often a pump whose answer is lost is asked before its nozzle is blocked."""


class SwitchState(StrEnum):
    """waiting -> asked -> confirmed or blocked; blocked -> asked, when somebody has it tried again."""

    WAITING = "waiting"
    ASKED = "asked"
    CONFIRMED = "confirmed"
    BLOCKED = "blocked"
    OVERTAKEN = "overtaken"


UNDER_WAY = (SwitchState.WAITING, SwitchState.ASKED)
UNSETTLED = (*UNDER_WAY, SwitchState.BLOCKED)


class BlockWhy(StrEnum):
    """Why a nozzle does not have the price that it should have."""

    REFUSED = "refused"
    OTHER_PRICE = "other_price"  # it says that it took it, and shows another one
    SILENT = "silent"
    OFFLINE = "offline"  # it takes the price by itself when it is back


@dataclass(frozen=True, slots=True)
class PriceSwitch:
    """What one nozzle was asked and answered; written down before it is asked."""

    change: PriceChangeId
    nozzle: NozzleId
    price: UnitPrice
    state: SwitchState = SwitchState.WAITING
    before: UnitPrice | None = None  # what the nozzle last confirmed
    asked_at: datetime | None = None
    tries: int = 0
    counter: Litres | None = (
        None  # its counter between the last litre at the old price and the first at the new
    )
    counted: Money | None = None
    ended_at: datetime | None = None
    why: BlockWhy | None = None
    told: str = ""  # the controller's own words

    def asked(
        self, at: datetime, before: UnitPrice | None, counter: Litres | None, counted: Money | None
    ) -> "PriceSwitch":
        """About to be asked. One that took the price while nobody heard it keeps the counter of the first time."""
        if self.asked_at is not None and before == self.price:
            return replace(self, state=SwitchState.ASKED, tries=self.tries + 1, why=None, told="")
        return replace(
            self,
            state=SwitchState.ASKED,
            asked_at=at,
            before=before,
            counter=counter,
            counted=counted,
            tries=self.tries + 1,
            why=None,
            told="",
        )

    def confirmed(self, at: datetime) -> "PriceSwitch":
        """The pump shows the new price."""
        return replace(self, state=SwitchState.CONFIRMED, ended_at=at, why=None, told="")

    def blocked(self, at: datetime, why: BlockWhy, told: str = "") -> "PriceSwitch":
        """The pump does not have it and nothing is to be released at the old one."""
        return replace(self, state=SwitchState.BLOCKED, ended_at=at, why=why, told=told[:200])

    def overtaken(self) -> "PriceSwitch":
        """A later change came before this one reached the nozzle."""
        return replace(self, state=SwitchState.OVERTAKEN)


@dataclass(frozen=True, slots=True)
class PriceBlock:
    """A nozzle on which nothing is released, as it does not have the price that it should have."""

    nozzle: NozzleId
    wanted: UnitPrice
    why: BlockWhy
    since: datetime
    told: str = ""
    inside: UnitPrice | None = None  # what the pump shows, where it tells
    again: bool = False  # somebody wants it tried once more


def check_nozzle(
    pump: Pump,
    nozzle: NozzleNumber | None,
    blocks: Mapping[NozzleId, PriceBlock],
    switching: frozenset[NozzleId] = frozenset(),
) -> None:
    """Refuse leave for a nozzle that may not sell: NozzleBlocked, or NozzleTakesPrice in the moment of its switch.

    A release that names no nozzle could be filled from any.
    """
    meant = [hose for hose in pump.nozzles if nozzle is None or hose.number == nozzle]
    for hose in meant:
        block = blocks.get(nozzle_id(pump.number, hose.number))
        if block is not None:
            raise NozzleBlocked(pump.number, hose.number, block.why)
    for hose in meant:
        if hose.id in switching:
            raise NozzleTakesPrice(pump.number, hose.number)
