"""What each nozzle did about a price change, which nozzles are blocked, and what the manager keyed and ticked off."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from core.domain.guide_price import GuidePrice
from core.domain.ids import NozzleId, PriceChangeId
from core.domain.price import PriceChange
from core.domain.price_paper import PriceCheck
from core.domain.price_switch import PriceBlock, PriceSwitch


class PriceSwitches(Protocol):
    """Nozzle by nozzle."""

    def switches(self, change: PriceChangeId) -> Sequence[PriceSwitch]:
        """The change's nozzles, in the order of their names."""
        ...

    def unsettled(self) -> Sequence[PriceSwitch]:
        """Every nozzle that has still to take a price, blocked ones too; at most one of each nozzle."""
        ...

    def switched_after(self, nozzle: NozzleId, since: datetime) -> PriceSwitch | None:
        """The nozzle's first confirmed switch after that moment, or None."""
        ...

    def save_switch(self, switch: PriceSwitch) -> None:
        """Insert or update."""
        ...

    def blocks(self) -> Mapping[NozzleId, PriceBlock]:
        """Nozzles on which nothing is released."""
        ...

    def save_block(self, block: PriceBlock) -> None:
        """Insert or update."""
        ...

    def unblock(self, nozzle: NozzleId) -> None:
        """The nozzle has its price, or no part in it any more; one that was not blocked is no error."""
        ...


class PricePapers(Protocol):
    """Guide prices and the list that goes with a change."""

    def guides(self) -> Sequence[GuidePrice]:
        """Every one that was ever keyed, oldest first."""
        ...

    def add_guide(self, guide: GuidePrice) -> None:
        """Write it down."""
        ...

    def together(self, together: str) -> Sequence[PriceChange]:
        """The changes that were planned at one go, by grade."""
        ...

    def changes_between(self, since: datetime, until: datetime) -> Sequence[PriceChange]:
        """Changes whose moment lies in this time, oldest first; `until` itself is outside."""
        ...

    def checks(self, together: str) -> Sequence[PriceCheck]:
        """What was ticked off, oldest first."""
        ...

    def add_check(self, check: PriceCheck) -> None:
        """Once for each point; the first stays."""
        ...
