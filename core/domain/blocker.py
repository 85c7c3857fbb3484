"""What stands in the way of closing a shift, each with enough to open it."""

from dataclasses import dataclass
from enum import StrEnum

from core.domain.money import ZERO, Money


class BlockerKind(StrEnum):
    """What is still under way."""

    OPEN_BILL = "open_bill"
    HELD_BILL = "held_bill"
    UNCLEAR_PAYMENT = "unclear_payment"
    PENDING_REFUND = "pending_refund"
    UNPAID_FILL = "unpaid_fill"
    RUNNING_FILL = "running_fill"
    OPEN_PREPAY = "open_prepay"
    PREPAY_OVERRUN = "prepay_overrun"
    WAITING_PAPER = "waiting_paper"
    UNSENT = "unsent"


# These are put to the person who closes: settled, or carried over to the next shift with a note. The rest goes on by itself.
ASKS_A_PERSON = frozenset(
    {
        BlockerKind.OPEN_BILL,
        BlockerKind.HELD_BILL,
        BlockerKind.UNCLEAR_PAYMENT,
        BlockerKind.PENDING_REFUND,
        BlockerKind.UNPAID_FILL,
        BlockerKind.OPEN_PREPAY,
        BlockerKind.PREPAY_OVERRUN,
    }
)


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing. `subject` is its id, `label` what a person knows it by: a plate, a pump's number, a count; `owner` whose."""

    kind: BlockerKind
    subject: str = ""
    label: str = ""
    amount: Money = ZERO
    owner: str = ""

    @property
    def asks_a_person(self) -> bool:
        """Whether closing waits for somebody's decision about it."""
        return self.kind in ASKS_A_PERSON
