"""What was counted at the end of a shift: cash by denomination, every other tender by its total."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.domain.money import ZERO, Money, total
from core.domain.payment import Tender
from core.domain.refusals.typed import AmountUnfit

# Notes and coins of the renminbi that a drawer meets, in fen. The one-fen coins are out of use and rounding rules exist for them.
DENOMINATIONS = (10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10)
MOST_PIECES = 99_999


@dataclass(frozen=True, slots=True)
class Count:
    """A blind count. `pieces` by denomination in fen; `loose` is cash that fits none of them.

    A total is below zero where more of a tender went back to customers than came in.
    """

    pieces: tuple[tuple[int, int], ...] = ()
    totals: tuple[tuple[Tender, Money], ...] = ()
    loose: Money = ZERO

    def __post_init__(self) -> None:
        for denomination, number in self.pieces:
            if denomination not in DENOMINATIONS or not 0 <= number <= MOST_PIECES:
                raise AmountUnfit(denomination * number)
        if self.loose < ZERO:
            raise AmountUnfit(self.loose.fen)

    @property
    def cash(self) -> Money:
        """All the cash that was counted."""
        return total(Money(denomination * number) for denomination, number in self.pieces) + self.loose

    def of(self, tender: Tender) -> Money:
        """What was counted of that tender; nothing where nobody wrote a figure."""
        return self.cash if tender is Tender.CASH else dict(self.totals).get(tender, ZERO)


NOTHING_COUNTED = Count()


@dataclass(frozen=True, slots=True)
class Variance:
    """One tender: what the books say and what was counted."""

    tender: Tender
    expected: Money
    counted: Money

    @property
    def difference(self) -> Money:
        """Counted less expected: a surplus is positive."""
        return self.counted - self.expected


def variances(count: Count, expected: Mapping[Tender, Money]) -> tuple[Variance, ...]:
    """Every tender that the books or the count know, cash first; each difference is a fact to be kept."""
    known = {Tender.CASH, *expected, *(tender for tender, _amount in count.totals)}
    return tuple(
        Variance(tender, expected.get(tender, ZERO), count.of(tender)) for tender in Tender if tender in known
    )


def cash_count(amount: Money) -> Count:
    """A count of which only the sum is known."""
    return Count(loose=amount)
