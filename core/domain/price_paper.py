"""The price change slip (调价单): what was planned, by whom, what each nozzle did, and what a person looked at."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.ids import StaffId
from core.domain.price import PriceChange
from core.domain.price_switch import PriceSwitch


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
