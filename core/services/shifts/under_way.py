"""What is under way while a shift ends: what a person has to decide about first, then what goes on by itself."""

from collections.abc import Sequence

from core.domain.blocker import Blocker, BlockerKind
from core.domain.ids import StaffId
from core.domain.money import total
from core.domain.refusals.shifts import ShiftHasOpenWork
from core.domain.shift import Shift
from core.ports.unit_of_work import Work
from core.services.shifts.cut import is_running


def under_way(work: Work, shift: Shift) -> list[Blocker]:
    """Everything, with whose it is."""
    return [
        *_bills(work, shift),
        *_money(work),
        *_prepays(work),
        *_fills(work),
        *_by_themselves(work),
    ]


def refuse_open_work(found: Sequence[Blocker]) -> None:
    """Bills and money in the air let no shift end by itself. Raises ShiftHasOpenWork."""
    bills = sum(each.kind in (BlockerKind.OPEN_BILL, BlockerKind.HELD_BILL) for each in found)
    payments = sum(each.kind in (BlockerKind.UNCLEAR_PAYMENT, BlockerKind.PENDING_REFUND) for each in found)
    if bills or payments:
        raise ShiftHasOpenWork(bills, payments)


def _bills(work: Work, shift: Shift) -> list[Blocker]:
    found = []
    for sale in work.sales.open_ones(shift.id):
        if sale.is_blank:
            continue
        whose = work.staff.get(sale.cashier).name
        if sale.is_held:
            found.append(
                Blocker(BlockerKind.HELD_BILL, sale.id, sale.held_label or whose, sale.total, owner=whose)
            )
        else:
            found.append(Blocker(BlockerKind.OPEN_BILL, sale.id, whose, sale.total, owner=whose))
    return found


def _money(work: Work) -> list[Blocker]:
    found = [
        Blocker(
            BlockerKind.UNCLEAR_PAYMENT,
            payment.id,
            payment.tender,
            payment.amount,
            owner=_name(work, payment.taken_by),
        )
        for payment in work.sales.unclear_payments()
    ]
    found += [
        Blocker(
            BlockerKind.PENDING_REFUND,
            refund.id,
            refund.number,
            total(leg.amount for leg in refund.legs if not leg.is_paid),
            owner=_name(work, refund.by),
        )
        for refund in work.refunds.unsettled()
    ]
    return found


def _prepays(work: Work) -> list[Blocker]:
    return [
        Blocker(
            BlockerKind.PREPAY_OVERRUN if prepay.owed else BlockerKind.OPEN_PREPAY,
            prepay.id,
            str(prepay.pump),
            prepay.owed or prepay.to_return,
            owner=_name(work, prepay.by),
        )
        for prepay in work.prepays.open_ones()
    ]


def _fills(work: Work) -> list[Blocker]:
    found = [
        Blocker(BlockerKind.UNPAID_FILL, fill.id, str(fill.pump), fill.amount) for fill in work.fills.unpaid()
    ]
    found += [
        Blocker(BlockerKind.RUNNING_FILL, str(reading.pump), str(reading.pump), reading.amount)
        for reading in work.forecourt.readings().values()
        if is_running(reading)
    ]
    return found


def _by_themselves(work: Work) -> list[Blocker]:
    found = []
    papers = work.printing.open_count()
    if papers:
        found.append(Blocker(BlockerKind.WAITING_PAPER, label=str(papers)))
    unsent = work.messages.waiting_count()
    if unsent:
        found.append(Blocker(BlockerKind.UNSENT, label=str(unsent)))
    return found


def _name(work: Work, staff: StaffId) -> str:
    return work.staff.get(staff).name if staff else ""
