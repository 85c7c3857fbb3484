"""An order's tenders: which may pay together, and in what order money goes back to where it came from; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.domain.money import ZERO, Money
from core.domain.refusals.payments import PartsUnfit


class Tender(StrEnum):
    """With what an online order is paid."""

    WALLET = "wallet"
    CARD = "card"
    POINTS = "points"
    ONLINE = "online"


# Money from outside goes back first and points last, so that nobody turns points or bonus into money by part fills.
_BACK_FIRST = (Tender.ONLINE, Tender.CARD, Tender.WALLET, Tender.POINTS)


@dataclass(frozen=True, slots=True)
class Part:
    """What one tender pays of an order, and how much of that has gone back."""

    tender: Tender
    amount: Money
    returned: Money = ZERO

    @property
    def kept(self) -> Money:
        return self.amount - self.returned


def online_part(to_pay: Money, stored: Sequence[Part], points_most_percent: int) -> Money:
    """What is left for a provider beside the stored parts. Raises PartsUnfit (which part, and the most it may be)."""
    left = to_pay
    seen: set[Tender] = set()
    for part in stored:
        most = left
        if part.tender is Tender.POINTS:
            most = min(left, to_pay.part(points_most_percent, 100))
        if part.tender is Tender.ONLINE or part.tender in seen:
            most = ZERO
        if not ZERO < part.amount <= most:
            raise PartsUnfit(part.tender, part.amount.fen, most.fen)
        seen.add(part.tender)
        left -= part.amount
    return left


def back_to(parts: Sequence[Part], left_over: Money) -> list[Money]:
    """How much of what is left over goes back to each part, in the parts' order.

    Raises ValueError for more than the parts have kept.
    """
    back = [ZERO for _ in parts]
    for tender in _BACK_FIRST:
        for index, part in enumerate(parts):
            if part.tender is tender:
                back[index] = min(part.kept, left_over)
                left_over -= back[index]
    if left_over != ZERO:
        raise ValueError(f"{left_over} more than the parts have kept")
    return back


def points_back(points: int, amount: Money, returned: Money) -> int:
    """Of the points that paid an amount, how many are back once so much of it is: whole at the end, never one too many."""
    return points * returned.fen // amount.fen
