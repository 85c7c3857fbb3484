"""Paying a balance back: principal returns to where it came from, top-up by top-up; bonus falls away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.domain.money import Money

_SMALL = Money(20_000)


class Why(StrEnum):
    """Who has caused it: the law reckons the two differently."""

    # The person wants it: what was spent counts at the undiscounted price, so what is left of the money paid in goes back.
    OWN_WISH = "own_wish"
    # The house cannot or will not serve any more: what was spent counts at the discounted price.
    OF_THE_HOUSE = "of_the_house"


@dataclass(frozen=True, slots=True)
class TopUpLeft:
    """One top-up and what is left of it, in money paid and in bonus given."""

    id: str
    at: datetime
    paid: Money
    bonus: Money
    paid_left: Money
    bonus_left: Money

    @property
    def is_untouched(self) -> bool:
        return (self.paid_left, self.bonus_left) == (self.paid, self.bonus)


@dataclass(frozen=True, slots=True)
class LotRefund:
    """What goes back for one top-up; `from_bonus` of it was bonus that counts as money here, the rest of the bonus falls away."""

    top_up: TopUpLeft
    back: Money
    from_bonus: Money
    bonus_gone: Money


@dataclass(frozen=True, slots=True)
class RefundLimits:
    """What is paid back without a look of the finance office: small sums, seldom, and what was bought just now and not used."""

    cooling_off: timedelta = timedelta(days=7)
    most_unseen: Money = _SMALL
    most_unseen_a_month: int = 1


def refund_of(top_up: TopUpLeft, why: Why) -> LotRefund:
    """What goes back for a top-up. Never less than what is left of the money, never more than was paid.

    Of the house: paid x (1 - used / (paid + bonus)), rounded up to the fen in favour of the person.
    """
    back = top_up.paid_left.fen
    whole = top_up.paid.fen + top_up.bonus.fen
    if why is Why.OF_THE_HOUSE and whole:
        left = top_up.paid_left.fen + top_up.bonus_left.fen
        back = max(back, -(-top_up.paid.fen * left // whole))
    from_bonus = back - top_up.paid_left.fen
    return LotRefund(top_up, Money(back), Money(from_bonus), Money(top_up.bonus_left.fen - from_bonus))


def refunds_of(top_ups: Sequence[TopUpLeft], why: Why) -> list[LotRefund]:
    """Of several top-ups, the oldest first; those of which nothing goes back are left out."""
    refunds = [refund_of(one, why) for one in sorted(top_ups, key=lambda one: (one.at, one.id))]
    return [one for one in refunds if one.back.fen > 0]


def needs_a_look(
    refunds: Sequence[LotRefund],
    at: datetime,
    *,
    earlier_in_a_month: int,
    all_online: bool,
    limits: RefundLimits,
) -> bool:
    """Whether the finance office must agree first.

    Not where everything was topped up within the cooling-off time and not touched: that is the person's right. What did not
    come through a payment provider has to be paid out by hand, and is always looked at.
    """
    if not all_online:
        return True
    if all(one.top_up.is_untouched and at - one.top_up.at <= limits.cooling_off for one in refunds):
        return False
    total = sum(one.back.fen for one in refunds)
    return total > limits.most_unseen.fen or earlier_in_a_month >= limits.most_unseen_a_month
