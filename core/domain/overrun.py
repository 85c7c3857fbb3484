"""What a pump delivered beyond a prepay: paid on a bill, or waived; never both, and on one bill at most."""

from collections.abc import Callable, Iterable

from core.domain.ids import StaffId
from core.domain.prepay import Prepay
from core.domain.refusals.prepays import OverrunOnBill
from core.domain.sale import Sale


def refuse_on_a_bill(owing: Prepay, bills: Iterable[Sale], name_of: Callable[[StaffId], str]) -> None:
    """Refuse with OverrunOnBill where one of these open bills has what is owed for this prepay."""
    for bill in bills:
        if any(line.overrun == owing.id for line in bill.lines):
            raise OverrunOnBill(owing.number, name_of(bill.cashier))
