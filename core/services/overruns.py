"""What a pump delivered beyond a prepay: paid on a bill, or waived; never both."""

from datetime import datetime

from core.domain.events import FillChanged, PrepayOverrunPaid
from core.domain.ids import PrepayId, StaffId
from core.domain.prepay import Prepay
from core.domain.refusals import OverrunOnBill
from core.domain.sale import Sale
from core.ports.unit_of_work import Work


def pay_overrun(work: Work, sale: Sale, prepay: PrepayId, at: datetime, by: StaffId) -> None:
    """That completed bill has paid it."""
    owing = work.prepays.get(prepay)
    end_overrun(work, owing.overrun_paid(sale.id, at), by)
    work.record(PrepayOverrunPaid(owing.id, owing.number, sale.id, owing.owed.fen), actor=by)


def end_overrun(work: Work, ended: Prepay, by: StaffId) -> None:
    """Nothing is owed for it any more, and its fill is settled."""
    work.prepays.save(ended)
    if ended.fill is not None:
        fill = work.fills.get(ended.fill).settled()
        work.fills.save(fill)
        work.record(FillChanged(fill.id, fill.state), actor=by)


def refuse_on_a_bill(work: Work, owing: Prepay, *, besides: Sale | None = None) -> None:
    """Refuse with OverrunOnBill where an open bill has what is owed for this prepay."""
    shift = work.shifts.current()
    for bill in work.sales.open_ones(shift.id) if shift is not None else ():
        if (besides is None or bill.id != besides.id) and any(
            line.overrun == owing.id for line in bill.lines
        ):
            raise OverrunOnBill(owing.number, work.staff.get(bill.cashier).name)
