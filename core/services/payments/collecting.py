"""A fill that somebody owed is paid on a bill like any other: its debt ends with it."""

from core.domain.debt import DebtState
from core.domain.events.pumps import DebtCollected
from core.domain.fill import Fill
from core.domain.fill_step import FillEntry, FillStep
from core.domain.ids import FillEntryId, StaffId
from core.domain.sale import Sale
from core.ports.identity import Identity
from core.ports.unit_of_work import Work


def collect(work: Work, fill: Fill, sale: Sale, by: StaffId, ids: Identity) -> None:
    """End the debt of a fill that this completed sale has paid; nothing for one that nobody owed."""
    if fill.debt is None or sale.completed_at is None:
        return
    debt = work.debts.get(fill.debt)
    if debt.state is not DebtState.OPEN:
        return
    shift = work.shifts.current()
    work.debts.save(debt.ended(DebtState.COLLECTED, sale.completed_at, sale=sale.id))
    work.fill_steps.add(
        FillEntry(
            FillEntryId(ids()),
            fill.id,
            FillStep.COLLECTED,
            sale.completed_at,
            by,
            fill.grade,
            fill.volume,
            fill.amount,
            shift.id if shift else sale.shift,
            debt=debt.id,
        )
    )
    work.record(DebtCollected(debt.number, sale.id, debt.amount.fen), actor=by)
