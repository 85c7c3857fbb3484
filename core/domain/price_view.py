"""What a station wants of its price changes, and how its prices stand: all that a screen asks for at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from core.domain.guide_price import GuidePrice
from core.domain.ids import NozzleId, PriceChangeId
from core.domain.price import PriceBoard, PriceChange, UnitPrice
from core.domain.price_paper import PriceCheck
from core.domain.price_switch import PriceBlock, PriceSwitch
from core.domain.price_window import PriceWindow, WorkCalendar
from core.domain.product import FuelGrade
from core.domain.pump import Nozzle


@dataclass(frozen=True, slots=True)
class PriceRules:
    """What a station wants of its price changes.

    `take_back_after`: a release that nobody came to, and that was not paid for, is taken back so long after the moment;
    None lets it hold the old price. Without a calendar nobody is reminded of the windows.
    """

    second_person: bool = False
    take_back_after: timedelta | None = timedelta(minutes=3)
    calendar: WorkCalendar | None = None
    known_window: date = date(2026, 1, 20)


@dataclass(frozen=True, slots=True)
class PriceView:
    """The price board as the manager sees it. A nozzle's price is the one its pump confirmed last."""

    grades: tuple[FuelGrade, ...]
    board: PriceBoard
    changes: tuple[PriceChange, ...]
    nozzles: tuple[tuple[Nozzle, UnitPrice | None], ...]
    switches: Mapping[PriceChangeId, tuple[PriceSwitch, ...]] = field(default_factory=dict)
    blocks: Mapping[NozzleId, PriceBlock] = field(default_factory=dict)
    guides: tuple[GuidePrice, ...] = ()
    checks: Mapping[str, tuple[PriceCheck, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WindowReminder:
    """Where today stands between two days on which the state sets guide prices.

    `keyed`: the guide prices of the last window are written down.
    """

    today: date
    window: PriceWindow
    keyed: bool

    @property
    def is_due(self) -> bool:
        """The manager has something to look up: today is such a day, or the last one was never seen to."""
        return not self.keyed
