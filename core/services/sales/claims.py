"""Fills that open bills have claimed, whose they are, and how another till gets one free."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.events.pumps import FillReleased
from core.domain.events.sales import SaleChanged
from core.domain.fill import Fill, FillState
from core.domain.fill_step import FillEntry, FillStep
from core.domain.ids import ApprovalId, FillEntryId, FillId, SaleId, StaffId
from core.domain.refusals.pumps import FillNotClaimed
from core.domain.refusals.sales import SaleHasMoney
from core.domain.sale import Sale, SaleState
from core.domain.staff import Permission
from core.services.sales.bills import Bills

# A customer who pays does it within that time: what is claimed for longer belongs to a till that is gone.
STALE_AFTER = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Claim:
    """A fill on an open bill: at which till, and whose."""

    fill: Fill
    sale: SaleId
    place: str
    cashier: str
    since: datetime
    ours: bool
    has_money: bool  # the bill must be paid to its end, or its money given back, where it is
    is_stale: bool  # anybody who sells may have it


class ClaimedFills(Bills):
    """One till has a fill at a time; the bill that it is on is its lock, which outlives a restart."""

    def claims(self) -> Sequence[Claim]:
        """Every fill that an open bill has claimed, oldest first."""
        found = []
        with self._work.reading() as work:
            for fill in work.fills.apart():
                if fill.state is FillState.IN_SALE and fill.sale is not None:
                    bill = work.sales.get(fill.sale)
                    found.append(self._claim(fill, bill, work.staff.get(bill.cashier).name))
        return found

    def release_fill(self, fill: FillId, by: StaffId, approval: ApprovalId | None = None) -> Fill:
        """Take a fill off the open bill that has it: it waits at the counter again.

        At another till it needs UNLOCK_FILL, unless that bill was left alone for half an hour. Raises FillNotClaimed,
        SaleHasMoney, ApprovalNeeded.
        """
        with self._work() as work:
            work.staff.get(by).must(Permission.SELL)
            claimed = work.fills.get(fill)
            if claimed.state is not FillState.IN_SALE or claimed.sale is None:
                raise FillNotClaimed(fill)
            bill = work.sales.get(claimed.sale)
            line = next((line for line in bill.lines if line.fill == fill), None)
            if bill.state is not SaleState.OPEN or line is None:
                raise FillNotClaimed(fill)
            cashier = work.staff.get(bill.cashier).name
            claim = self._claim(claimed, bill, cashier)
            if claim.has_money:
                raise SaleHasMoney(bill.id)
            approver: StaffId | None = None
            if not claim.ours and not claim.is_stale:
                approver = work.rights.check(by, Permission.UNLOCK_FILL, approval, subject=fill).approver
            free = claimed.given_back(bill.id)
            work.fills.save(free)
            self._saved(work, bill.without_line(line.id))
            shift = work.shifts.current()
            entry = FillEntry(
                FillEntryId(self._ids()),
                fill,
                FillStep.RELEASED,
                self._clock.now(),
                by,
                free.grade,
                free.volume,
                free.amount,
                shift.id if shift else None,
                reason=bill.place[:200],
            )
            work.fill_steps.add(entry)
            work.record(FillReleased(fill, free.pump, bill.id, cashier), actor=by, approver=approver)
            work.record(SaleChanged(bill.id), actor=by)
        return free

    def _claim(self, fill: Fill, bill: Sale, cashier: str) -> Claim:
        since = bill.opened_at
        return Claim(
            fill,
            bill.id,
            bill.place,
            cashier,
            since,
            ours=not bill.place or bill.place == self._place,
            has_money=bool(bill.payments),
            is_stale=self._clock.now() - since >= STALE_AFTER,
        )
