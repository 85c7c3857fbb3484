"""What a cashier does in a day, deed by deed: the one list that power cuts, I/O faults and kills all work through.

A new way to sell is added here, as a function with its weight in DEEDS, and every campaign tries it.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Protocol

from core.domain.count import cash_count
from core.domain.fill import Fill
from core.domain.ids import StaffId
from core.domain.money import ZERO, Money
from core.domain.offer import RoundTo
from core.domain.payment import PaymentState, Tender
from core.domain.refund import LegState, Refund, RefundReason, SoldBill, Wanted
from core.domain.refusals.refusal import Refusal
from core.domain.refusals.shifts import ShiftHasOpenWork
from core.domain.sale import Sale
from core.domain.shift import Shift
from core.services.payments.desk import PaymentDesk
from core.services.refunds.desk import RefundDesk
from core.services.sales.desk import SaleDesk
from core.services.shifts.desk import ShiftDesk

FLOAT = Money(50_000)


class Desks(Protocol):
    """What a station has, the real one and the small one of the tests alike."""

    @property
    def sales(self) -> SaleDesk: ...
    @property
    def payments(self) -> PaymentDesk: ...
    @property
    def shifts(self) -> ShiftDesk: ...
    @property
    def refunds(self) -> RefundDesk: ...


@dataclass(frozen=True, slots=True)
class Counter:
    """A cashier at a till: what is in front of her, whichever station stands behind it."""

    desks: Desks
    cashier: StaffId
    manager: StaffId
    chance: Random
    barcodes: Sequence[str]
    a_fill: Callable[[], Fill | None]  # a customer fills, if a pump is free for him
    payer_code: Callable[[], str]

    @property
    def sales(self) -> SaleDesk:
        """Bills."""
        return self.desks.sales

    @property
    def payments(self) -> PaymentDesk:
        """Money for them."""
        return self.desks.payments

    @property
    def shifts(self) -> ShiftDesk:
        """Shifts."""
        return self.desks.shifts

    @property
    def refunds(self) -> RefundDesk:
        """Money back."""
        return self.desks.refunds

    def a_bill(self, *, fills: int = 0, goods: int = 0) -> Sale:
        """A bill with so many fills, as far as customers come, and so many kinds of goods on it."""
        bill = self.sales.open(self.cashier)
        for _ in range(fills):
            fill = self.a_fill()
            if fill is not None:
                bill = self.sales.add_fill(bill.id, fill.id, self.cashier)
        for _ in range(goods):
            bill = self._one_more(bill)
        return bill if bill.lines else self._one_more(bill)

    def cash_for(self, bill: Sale) -> Sale:
        """Cash, exact or with change."""
        given = bill.due + Money(self.chance.choice((0, 0, 100, 5_000)))
        return self.payments.take_cash(bill.id, given, self.cashier)

    def finish(self, bill: Sale) -> Sale:
        """Whatever is due is paid in cash; what a discount brought to zero is only finished."""
        return self.cash_for(bill) if bill.due > ZERO else self.payments.finish_free(bill.id, self.cashier)

    def _one_more(self, bill: Sale) -> Sale:
        pieces = self.chance.randrange(1, 4)
        return self.sales.add_goods(bill.id, self.chance.choice(self.barcodes), pieces, self.cashier)


def _goods_for_cash(counter: Counter) -> None:
    counter.cash_for(counter.a_bill(goods=counter.chance.randrange(1, 3)))


def _fuel_for_cash(counter: Counter) -> None:
    counter.cash_for(counter.a_bill(fills=1))


def _fuel_and_goods_by_code(counter: Counter) -> None:
    bill = counter.a_bill(fills=1, goods=1)
    counter.payments.take_code(bill.id, counter.payer_code(), counter.cashier)


def _two_fills_in_one_bill(counter: Counter) -> None:
    counter.cash_for(counter.a_bill(fills=2, goods=1))


def _bill_thrown_away(counter: Counter) -> None:
    counter.sales.cancel(counter.a_bill(fills=1, goods=1).id, counter.cashier)


def _bill_changed_before_it_is_paid(counter: Counter) -> None:
    bill = counter.a_bill(fills=1, goods=1)
    bill = counter.sales.set_quantity(bill.id, bill.lines[-1].id, 5, counter.cashier)
    if len(bill.lines) > 1:
        bill = counter.sales.remove_line(bill.id, bill.lines[0].id, counter.cashier)
    counter.cash_for(bill)


def _part_by_code_and_the_rest_in_cash(counter: Counter) -> None:
    bill = counter.a_bill(fills=1, goods=1)
    bill = counter.payments.take_code(
        bill.id, counter.payer_code(), counter.cashier, amount=_a_part(counter, bill.due)
    )
    if bill.due > ZERO and bill.payments[-1].state is PaymentState.CAPTURED:
        counter.cash_for(bill)


def _bank_card_and_cash(counter: Counter) -> None:
    bill = counter.a_bill(goods=1)
    part = _a_part(counter, bill.due)
    counter.cash_for(counter.payments.take_bank_card(bill.id, part, _slip(counter), counter.cashier))


def _set_aside_and_taken_up_again(counter: Counter) -> None:
    bill = counter.a_bill(goods=2)
    counter.sales.hold(bill.id, "去拿钱包", counter.cashier)
    _goods_for_cash(counter)
    counter.cash_for(counter.sales.recall(bill.id, counter.cashier))


def _rounded_down(counter: Counter) -> None:
    bill = counter.a_bill(fills=1, goods=1)
    counter.cash_for(counter.sales.round_off(bill.id, RoundTo.JIAO, counter.cashier))


def _one_piece_given_back(counter: Counter) -> None:
    """The manager, who needs nobody's leave, takes a piece of a recent bill back."""
    for bill in _clear_ones(counter):
        lines = [line for line, left in bill.left.items() if left.quantity]
        if lines:
            wanted = [Wanted(lines[0], 1)]
            refund = counter.refunds.refund(
                bill.sale.id, wanted, RefundReason.GOODS_RETURNED, counter.manager
            )
            _with_slips(counter, refund)
            return


def _last_bill_voided(counter: Counter) -> None:
    shift = counter.shifts.current()
    for bill in _clear_ones(counter):
        if shift is not None and bill.sale.shift == shift.id and bill.rest:
            refund = counter.refunds.void(
                bill.sale.id, RefundReason.WRONG_ITEM, counter.manager, reinstate=False
            )
            _with_slips(counter, refund)
            return


def _clear_ones(counter: Counter) -> Sequence[SoldBill]:
    """Recent bills of which no money is on its way back."""
    return [bill for bill in counter.refunds.recent(5) if all(refund.is_settled for refund in bill.refunds)]


def _with_slips(counter: Counter, refund: Refund) -> None:
    """What the bank's terminal gave back is written down by its slip."""
    for leg in refund.legs:
        if leg.state is LegState.PENDING and leg.tender is Tender.BANK_CARD:
            counter.refunds.confirm_slip(leg.id, _slip(counter), counter.manager)


def _slip(counter: Counter) -> str:
    return f"{counter.chance.getrandbits(39):012d}"


def _a_part(counter: Counter, due: Money) -> Money:
    return Money(counter.chance.randrange(1, max(2, due.fen)))


def _hand_over(counter: Counter) -> None:
    """The shift is counted and the next one opened; not while something blocks it."""
    with suppress(ShiftHasOpenWork):
        close_shift(counter)
        open_shift(counter)


def open_shift(counter: Counter) -> Shift:
    """Begin a shift with the usual float."""
    return counter.shifts.open(FLOAT, counter.cashier)


def close_shift(counter: Counter) -> Shift:
    """Count the drawer, some fen off, and close. Raises ShiftHasOpenWork."""
    return counter.shifts.close(cash_count(Money(60_000 + counter.chance.randrange(100))), counter.cashier)


# Each deed and how often it comes up.
DEEDS: Sequence[tuple[Callable[[Counter], None], int]] = (
    (_goods_for_cash, 6),
    (_fuel_for_cash, 6),
    (_fuel_and_goods_by_code, 4),
    (_two_fills_in_one_bill, 2),
    (_bill_thrown_away, 1),
    (_bill_changed_before_it_is_paid, 2),
    (_part_by_code_and_the_rest_in_cash, 2),
    (_bank_card_and_cash, 2),
    (_set_aside_and_taken_up_again, 2),
    (_rounded_down, 2),
    (_one_piece_given_back, 2),
    (_last_bill_voided, 1),
    (_hand_over, 1),
)


def work(counter: Counter, deeds: int) -> None:
    """So many deeds by chance; whatever a deed is refused goes to the caller."""
    names, weights = zip(*DEEDS, strict=True)
    for deed in counter.chance.choices(names, weights, k=deeds):
        pick_up_where_it_stopped(counter)
        deed(counter)


def pick_up_where_it_stopped(counter: Counter) -> None:
    """What a crash left on the counter is finished first, as a cashier would."""
    if counter.shifts.current() is None:
        open_shift(counter)
    for refund in counter.refunds.unsettled():
        with suppress(Refusal):
            _with_slips(counter, refund)
    bill = counter.sales.current(counter.cashier)
    if bill is not None and bill.lines:
        with suppress(Refusal):
            counter.finish(bill)
