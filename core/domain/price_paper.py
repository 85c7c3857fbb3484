"""The price change slip (调价单): what was planned, by whom, what each nozzle did, and what a person looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from core.domain.ids import StaffId
from core.domain.price import PriceChange
from core.domain.price_switch import PriceSwitch
from core.domain.refusals.pumps import PriceChangeClosed


class CheckPoint(StrEnum):
    """What only a person's eye can confirm."""

    POLE = "pole"  # the pole at the road shows the new prices
    BOARDS = "boards"  # so do the price tags at the pumps and the board in the shop


@dataclass(frozen=True, slots=True)
class PriceCheck:
    """One point of the list, ticked off by a person."""

    together: str
    point: CheckPoint
    by: StaffId
    at: datetime


@dataclass(frozen=True, slots=True)
class PricePaper:
    """All that the slip says; figures and names only. A name is empty where nobody did it."""

    together: str
    station: str
    changes: tuple[PriceChange, ...]
    switches: tuple[PriceSwitch, ...]
    maker: str
    approver: str
    checks: tuple[tuple[PriceCheck, str], ...]
    printed_at: datetime

    @classmethod
    def of(  # noqa: PLR0917 - what was read of one go
        cls,
        changes: Sequence[PriceChange],
        switches: Sequence[PriceSwitch],
        checks: Sequence[PriceCheck],
        names: Mapping[StaffId, str],
        station: str,
        printed_at: datetime,
    ) -> Self:
        """The slip of prices that were planned at one go. Raises PriceChangeClosed where there are none."""
        if not changes:
            raise PriceChangeClosed("", "unknown")
        first = changes[0]
        return cls(
            first.together,
            station,
            tuple(changes),
            tuple(switches),
            names.get(first.scheduled_by, ""),
            names.get(first.approved_by, "") if first.approved_by else "",
            tuple((check, names.get(check.by, "")) for check in checks),
            printed_at,
        )
