"""What happened to prices, goods and offers."""

from dataclasses import dataclass

from core.domain.events.event import Event


@dataclass(frozen=True, slots=True)
class GoodsChanged(Event):
    """Goods were added or changed."""

    goods: str
    name: str


@dataclass(frozen=True, slots=True)
class OffersChanged(Event):
    """An offer, a floor or the rules for bills changed; `what` says which."""

    what: str


@dataclass(frozen=True, slots=True)
class PriceScheduled(Event):
    """The manager planned a price change."""

    change: str
    grade: str
    price_li: int
    due_at: str


@dataclass(frozen=True, slots=True)
class PriceWithdrawn(Event):
    """A planned price change was taken back."""

    change: str


@dataclass(frozen=True, slots=True)
class NozzlePriceApplied(Event):
    """One nozzle confirmed a new price."""

    change: str
    nozzle: str
    price_li: int


@dataclass(frozen=True, slots=True)
class PriceApplied(Event):
    """Every nozzle has the new price; the board shows it."""

    change: str
    grade: str
    price_li: int
