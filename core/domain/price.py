"""UnitPrice in whole li (0.001 yuan) per litre, the price board, and a scheduled PriceChange with its states."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from core.domain.ids import GradeCode, NozzleId, PriceChangeId, StaffId
from core.domain.litres import Litres
from core.domain.money import Money, half_up
from core.domain.refusals.prices import PriceChangeOwn
from core.domain.refusals.pumps import (
    PriceChangeClosed,
    PriceChangeInThePast,
    PriceChangeTwice,
    PriceOutOfRange,
)

# A guard against a slip of the finger (78.1 for 7.81), not against the market.
LOWEST_LI = 1_000
HIGHEST_LI = 20_000
# A price for "at once" that nobody agreed to for so long is about another day.
AGREEMENT_LASTS = timedelta(hours=2)


@dataclass(frozen=True, slots=True, order=True)
class UnitPrice:
    """Li (0.001 yuan) per litre."""

    li: int

    def __post_init__(self) -> None:
        if type(self.li) is not int or self.li < 0:
            raise ValueError(f"a price is a whole number of li, not {self.li!r}")

    def amount_for(self, volume: Litres) -> Money:
        """Price times volume, rounded half up to a whole fen.

        For quotes and checks only: what a fill costs is what the pump says.
        """
        # li/L x mL = 1e-6 yuan; a fen is 1e-2 yuan.
        return Money(half_up(self.li * volume.millilitres, 10_000))

    def amount_covering(self, volume: Litres) -> Money:
        """The least whole fen for which that volume can be had: what a customer pays who asks for litres beforehand."""
        return Money(-(-self.li * volume.millilitres // 10_000))

    def volume_for(self, amount: Money) -> Litres:
        """The volume that an amount buys, rounded half up to 0.01 L as a pump shows it."""
        if self.li == 0:
            return Litres(0)
        return Litres(half_up(amount.fen * 1_000, self.li) * 10)

    @property
    def smallest_payment(self) -> Money:
        """What 0.01 L costs, rounded up: the most by which a pump's amount may differ from litres times price."""
        return Money(-(-self.li // 1_000))


class PriceChangeState(StrEnum):
    """scheduled -> applying -> applied; scheduled -> withdrawn; a later change of the grade supersedes an open one.

    Where two people have to want it: proposed -> scheduled, withdrawn or, when its moment comes first, expired.
    """

    PROPOSED = "proposed"
    SCHEDULED = "scheduled"
    APPLYING = "applying"
    APPLIED = "applied"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"


OPEN_CHANGES = (PriceChangeState.PROPOSED, PriceChangeState.SCHEDULED, PriceChangeState.APPLYING)


@dataclass(frozen=True, slots=True)
class PriceChange:
    """One grade's new price from a moment on, switched nozzle by nozzle while the pump is idle.

    `together` is the same for grades that were changed at one go: one paper, one agreement.
    """

    id: PriceChangeId
    grade: GradeCode
    price: UnitPrice
    due_at: datetime
    scheduled_by: StaffId
    scheduled_at: datetime
    state: PriceChangeState = PriceChangeState.SCHEDULED
    applied_nozzles: frozenset[NozzleId] = field(default_factory=frozenset)
    applied_at: datetime | None = None
    together: str = ""
    before: UnitPrice | None = None  # the board's price when the change began
    at_once: bool = False
    approved_by: StaffId | None = None
    approved_at: datetime | None = None
    over: UnitPrice | None = None  # the guide price that it is above

    @property
    def lapses_at(self) -> datetime:
        """When a proposal that nobody agreed to is over."""
        return self.due_at + AGREEMENT_LASTS if self.at_once else self.due_at

    def agreed(self, by: StaffId, at: datetime) -> "PriceChange":
        """The proposal after a second person agreed. Raises PriceChangeClosed, PriceChangeOwn."""
        if self.state is not PriceChangeState.PROPOSED or at >= self.lapses_at:
            raise PriceChangeClosed(self.id, self.state)
        if by == self.scheduled_by:
            raise PriceChangeOwn
        due_at = max(self.due_at, at) if self.at_once else self.due_at
        return replace(self, state=PriceChangeState.SCHEDULED, approved_by=by, approved_at=at, due_at=due_at)

    def expired(self) -> "PriceChange":
        """The proposal to which nobody agreed in time."""
        if self.state is not PriceChangeState.PROPOSED:
            raise PriceChangeClosed(self.id, self.state)
        return replace(self, state=PriceChangeState.EXPIRED)

    def applying(self, before: UnitPrice | None = None) -> "PriceChange":
        """The change once its moment has come."""
        if self.state is PriceChangeState.APPLYING:
            return self
        if self.state is not PriceChangeState.SCHEDULED:
            raise PriceChangeClosed(self.id, self.state)
        return replace(self, state=PriceChangeState.APPLYING, before=before)

    def with_nozzle(self, nozzle: NozzleId) -> "PriceChange":
        """The change after one more nozzle has confirmed the new price."""
        return replace(self, applied_nozzles=self.applied_nozzles | {nozzle})

    def applied(self, at: datetime) -> "PriceChange":
        """The change after every nozzle that can sell has it."""
        if self.state is not PriceChangeState.APPLYING:
            raise PriceChangeClosed(self.id, self.state)
        return replace(self, state=PriceChangeState.APPLIED, applied_at=at)

    def superseded(self) -> "PriceChange":
        """The change overtaken by a later one of its grade before every nozzle had it."""
        if self.state not in (PriceChangeState.SCHEDULED, PriceChangeState.APPLYING):
            raise PriceChangeClosed(self.id, self.state)
        return replace(self, state=PriceChangeState.SUPERSEDED)

    def withdrawn(self) -> "PriceChange":
        """The change taken back before its moment. Raises PriceChangeClosed once it has begun."""
        if self.state not in (PriceChangeState.PROPOSED, PriceChangeState.SCHEDULED):
            raise PriceChangeClosed(self.id, self.state)
        return replace(self, state=PriceChangeState.WITHDRAWN)


def in_charge(due: Sequence[PriceChange]) -> dict[GradeCode, PriceChange]:
    """Of the changes whose moment has come, the one of each grade that counts.

    The later moment is the law. A change that has begun is overtaken by any that comes due after it did, also when the
    clock was set back in between: what was written down later then has the earlier moment.
    """
    rank = {PriceChangeState.APPLYING: 0, PriceChangeState.SCHEDULED: 1}
    ordered = sorted(due, key=lambda each: (rank[each.state], each.due_at, each.scheduled_at, each.id))
    return {change.grade: change for change in ordered}


@dataclass(frozen=True, slots=True)
class PriceBoard:
    """What each grade costs now."""

    prices: Mapping[GradeCode, UnitPrice]

    def of(self, grade: GradeCode) -> UnitPrice | None:
        """The grade's price, or None where the board does not know the grade."""
        return self.prices.get(grade)


def check_new_change(
    grade: GradeCode, price: UnitPrice, due_at: datetime, now: datetime, others: tuple[PriceChange, ...]
) -> None:
    """Refuse a change in the past, a slip of the finger, or two changes of one grade at one moment."""
    if not LOWEST_LI <= price.li <= HIGHEST_LI:
        raise PriceOutOfRange(price.li, LOWEST_LI, HIGHEST_LI)
    if due_at < now:
        raise PriceChangeInThePast(due_at)
    for other in others:
        if other.grade == grade and other.due_at == due_at and other.state in _STANDING:
            raise PriceChangeTwice(grade, due_at)


_STANDING = frozenset(PriceChangeState) - {PriceChangeState.WITHDRAWN, PriceChangeState.EXPIRED}
