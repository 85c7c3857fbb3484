"""Bills that wait: open at this till after a restart, set aside for the next customer, or open at another till."""

from collections.abc import Sequence

from core.domain.events.sales import SaleHeld, SaleRecalled
from core.domain.ids import ApprovalId, SaleId, StaffId
from core.domain.refusals.sales import SaleInUse, TooManyHeld
from core.domain.sale import HeldBill, Sale
from core.domain.staff import Permission
from core.ports.unit_of_work import Work
from core.services.sales.bills import Bills

MOST_HELD = 50


class HeldBills(Bills):
    """Recalling locks a bill to this till and this person; it is never taken out of where it is kept."""

    def open_bills(self, by: StaffId) -> Sequence[Sale]:
        """The bills that this person has open at this till, oldest first; also after a power cut."""
        with self._work.reading() as work:
            return self._open_here(work, by)

    def current(self, by: StaffId) -> Sale | None:
        """The newest of them that has something on it, or else the newest."""
        mine = self.open_bills(by)
        begun = [bill for bill in mine if bill.lines or bill.payments or bill.member is not None]
        return next(reversed(begun or mine), None)

    def held(self) -> Sequence[HeldBill]:
        """Every bill of the open shift that has something on it and is not paid, oldest first."""
        with self._work.reading() as work:
            shift = work.shifts.current()
            if shift is None:
                return []
            found = []
            names: dict[StaffId, str] = {}
            for bill in work.sales.open_ones(shift.id):
                if not bill.lines:
                    continue
                if bill.cashier not in names:
                    names[bill.cashier] = work.staff.get(bill.cashier).name
                elsewhere = "" if bill.is_held or bill.place in ("", self._place) else bill.place
                found.append(HeldBill(bill, names[bill.cashier], elsewhere))
            return found

    def hold(self, sale: SaleId, label: str, by: StaffId) -> Sale:
        """Set the bill aside under this name. Raises SaleIsEmpty, SaleHasMoney, TooManyHeld."""
        with self._work() as work:
            work.staff.get(by).must(Permission.SELL)
            bill = self._ours(work, sale)
            if sum(other.is_held for other in work.sales.open_ones(bill.shift)) >= MOST_HELD:
                raise TooManyHeld(MOST_HELD)
            held = bill.held(self._clock.now(), label)
            work.sales.save(held)
            work.record(SaleHeld(sale, held.held_label), actor=by)
        return held

    def recall(self, sale: SaleId, by: StaffId, approval: ApprovalId | None = None) -> Sale:
        """Take the bill up at this till. A held one is anybody's; one that is open needs HAND_OVER_OTHERS.

        Raises SaleInUse (open at another till), ApprovalNeeded (in another person's hands), SaleIsClosed.
        """
        with self._work() as work:
            actor = work.staff.get(by)
            actor.must(Permission.SELL)
            bill = work.sales.get(sale)
            approver: StaffId | None = None
            here = bill.place in ("", self._place)
            if not bill.is_held and not (here and bill.cashier == by):
                if not here and approval is None and not actor.may(Permission.HAND_OVER_OTHERS):
                    raise SaleInUse(sale, bill.place, work.staff.get(bill.cashier).name)
                approver = work.rights.check(by, Permission.HAND_OVER_OTHERS, approval, sale).approver
            recalled = bill.recalled(by, self._place)
            # Offers may have begun or ended since; a bill with money in it stands as it was paid.
            saved = recalled
            if recalled.is_changeable:
                saved = self._saved(work, recalled)
            else:
                work.sales.save(recalled)
            work.record(SaleRecalled(sale, bill.cashier), actor=by, approver=approver)
        return saved

    def _open_here(self, work: Work, by: StaffId) -> list[Sale]:
        shift = work.shifts.current()
        if shift is None:
            return []
        return [
            bill
            for bill in work.sales.open_ones(shift.id)
            if bill.cashier == by and not bill.is_held and bill.place in ("", self._place)
        ]
