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


@dataclass(frozen=True, slots=True)
class PriceProposed(Event):
    """A price was written down that a second person has to agree to before its moment."""

    change: str
    grade: str
    price_li: int
    due_at: str
    guide_li: int = 0  # the guide price that it is above, 0 where it is not


@dataclass(frozen=True, slots=True)
class PriceApproved(Event):
    """A second person agreed to a proposed price; `maker` had written it down."""

    change: str
    grade: str
    price_li: int
    maker: str


@dataclass(frozen=True, slots=True)
class PriceExpired(Event):
    """Nobody agreed to a proposed price in time: it does not come."""

    change: str
    grade: str
    price_li: int


@dataclass(frozen=True, slots=True)
class PriceComing(Event):
    """A planned price comes within the half hour: tills say so ahead."""

    change: str
    grade: str
    price_li: int
    due_at: str


@dataclass(frozen=True, slots=True)
class PriceOvertaken(Event):
    """A later change of the grade came before this one had reached every nozzle."""

    change: str
    grade: str
    price_li: int


@dataclass(frozen=True, slots=True)
class NozzleNotSwitched(Event):
    """A nozzle did not take the price that it should have: nothing is released on it."""

    nozzle: str
    price_li: int
    why: str
    change: str = ""


@dataclass(frozen=True, slots=True)
class NozzleTriedAgain(Event):
    """Somebody has a blocked nozzle asked once more to take its price."""

    nozzle: str


@dataclass(frozen=True, slots=True)
class GuidePriceSet(Event):
    """The manager keyed the highest price that the province allows."""

    grade: str
    price_li: int
    since: str


@dataclass(frozen=True, slots=True)
class PriceChecked(Event):
    """Somebody ticked off a point of a price change's list: the pole, the board at the pumps."""

    together: str
    point: str


@dataclass(frozen=True, slots=True)
class PoleShows(Event):
    """The pole at the road took the board's prices; `board` is ``D0 7450 G92 7950``, in li."""

    board: str


@dataclass(frozen=True, slots=True)
class PoleSilent(Event):
    """The pole did not take the prices: a person has to look at it, and it is told again and again."""
