"""Open a sale, add goods or a fill, change prices, round, cancel."""

from collections.abc import Sequence

from core.domain.events.pumps import FillChanged
from core.domain.events.sales import (
    LineDiscounted,
    LineRepriced,
    LineVoided,
    SaleCancelled,
    SaleChanged,
    SaleRounded,
)
from core.domain.ids import ApprovalId, FillId, LineId, SaleId, StaffId
from core.domain.money import Money
from core.domain.offer import RoundTo
from core.domain.product import Goods
from core.domain.refusals.sales import RoundingTooFar
from core.domain.refusals.shifts import NoShiftOpen
from core.domain.refusals.typed import ReasonMissing
from core.domain.sale import Sale
from core.domain.scan import cleaned
from core.domain.staff import Permission
from core.domain.words import one_line
from core.ports.unit_of_work import Work
from core.services.sales.claims import ClaimedFills
from core.services.sales.coupons import CouponHolds
from core.services.sales.held import HeldBills
from core.services.sales.members import MemberPoints
from core.services.sales.prepaid import PrepaidLines

_FOUND_AT_ONCE = 60


class SaleDesk(CouponHolds, MemberPoints, HeldBills, PrepaidLines, ClaimedFills):
    """The bill at the counter, until money comes into it.

    Every change reckons the bill anew by core.domain.offer.reckon; a use case that needs a right takes an approval and
    raises ApprovalNeeded where it has to come from somebody else.
    """

    def get(self, sale: SaleId) -> Sale:
        """The bill as it stands. Raises SaleNotFound."""
        with self._work.reading() as work:
            return work.sales.get(sale)

    def recent(self, limit: int) -> Sequence[Sale]:
        """The last completed bills, newest first."""
        with self._work.reading() as work:
            return work.sales.recent(limit)

    def open(self, by: StaffId) -> Sale:
        """A fresh bill, or the open one that is still empty. Raises NoShiftOpen, NotAllowed."""
        with self._work() as work:
            work.staff.get(by).must(Permission.SELL)
            shift = work.shifts.current()
            if shift is None:
                raise NoShiftOpen
            for sale in self._open_here(work, by):
                if not (sale.lines or sale.payments or sale.coupon or sale.member):
                    return sale
            sale = Sale(SaleId(self._ids()), shift.id, by, self._clock.now(), place=self._place)
            work.sales.save(sale)
            work.record(SaleChanged(sale.id), actor=by)
        return sale

    # --- lines -----------------------------------------------------------------------------------------------------------

    def add_goods(self, sale: SaleId, barcode: str, quantity: int, by: StaffId) -> Sale:
        """Goods onto the bill. Raises GoodsNotFound, QuantityUnfit, SaleIsClosed, SaleHasMoney."""

        def change(work: Work, bill: Sale) -> Sale:
            goods = work.catalogue.by_barcode(cleaned(barcode))
            return bill.with_goods(LineId(self._ids()), goods, quantity)

        return self._changed(sale, by, change)

    def add_keyed(self, sale: SaleId, title: str, price: Money, quantity: int, by: StaffId) -> Sale:
        """Goods without a place in the catalogue onto the bill. Raises TitleMissing, AmountUnfit, QuantityUnfit."""
        line = LineId(self._ids())
        return self._changed(sale, by, lambda _work, bill: bill.with_keyed(line, title, price, quantity))

    def add_fill(self, sale: SaleId, fill: FillId, by: StaffId) -> Sale:
        """A finished fill onto the bill. Raises FillNotFound, FillTaken."""

        def change(work: Work, bill: Sale) -> Sale:
            taken = work.fills.get(fill).taken_into(bill.id)
            changed = bill.with_fill(LineId(self._ids()), taken)
            work.fills.save(taken)
            work.record(FillChanged(fill, taken.state), actor=by)
            return changed

        return self._changed(sale, by, change)

    def set_quantity(self, sale: SaleId, line: LineId, quantity: int, by: StaffId) -> Sale:
        """Another number of pieces. Raises LineNotFound, QuantityUnfit."""
        return self._changed(sale, by, lambda _work, bill: bill.with_quantity(line, quantity))

    def override_price(  # noqa: PLR0917 - a change of price names all of them
        self,
        sale: SaleId,
        line: LineId,
        price: Money,
        reason: str,
        by: StaffId,
        approval: ApprovalId | None = None,
    ) -> Sale:
        """Another price a piece for goods on this bill. Raises ReasonMissing, LineUnfit, AmountUnfit, ApprovalNeeded."""
        if not one_line(reason):
            raise ReasonMissing

        def change(work: Work, bill: Sale) -> Sale:
            leave = work.rights.check(by, Permission.PRICE_OVERRIDE, approval, sale)
            changed = bill.with_price(line, price, reason)
            title, listed = bill.line(line).title, bill.line(line).piece_price
            repriced = LineRepriced(sale, title, listed.fen, price.fen, one_line(reason))
            work.record(repriced, actor=by, approver=leave.approver)
            return changed

        return self._changed(sale, by, change)

    def discount_line(  # noqa: PLR0917 - a discount names all of them
        self,
        sale: SaleId,
        line: LineId,
        off: Money,
        reason: str,
        by: StaffId,
        approval: ApprovalId | None = None,
    ) -> Sale:
        """So much off this line by hand; nothing takes it back. Raises ReasonMissing, DiscountUnfit, ApprovalNeeded."""
        if off and not one_line(reason):
            raise ReasonMissing

        def change(work: Work, bill: Sale) -> Sale:
            leave = work.rights.check(by, Permission.DISCOUNT, approval, sale)
            changed = bill.with_line_discount(line, off, reason)
            taken_off = LineDiscounted(sale, bill.line(line).title, off.fen, one_line(reason))
            work.record(taken_off, actor=by, approver=leave.approver)
            return changed

        return self._changed(sale, by, change)

    def remove_line(
        self, sale: SaleId, line: LineId, by: StaffId, approval: ApprovalId | None = None
    ) -> Sale:
        """One line off the bill; its fill waits at the counter again.

        Where the station guards it, a bill with fuel, or one that was held or about to be paid, needs VOID_LINE.
        """

        def change(work: Work, bill: Sale) -> Sale:
            gone = bill.line(line)
            approver: StaffId | None = None
            if bill.is_well_begun and work.offers.book().rules.guard_line_void:
                approver = work.rights.check(by, Permission.VOID_LINE, approval, sale).approver
            changed = bill.without_line(line)
            if gone.fill is not None:
                self._give_back(work, gone.fill, bill.id, by)
            work.record(LineVoided(sale, gone.title, gone.gross.fen), actor=by, approver=approver)
            return changed

        return self._changed(sale, by, change)

    # --- the whole bill ----------------------------------------------------------------------------------------------------

    def round_off(
        self, sale: SaleId, to: RoundTo | None, by: StaffId, approval: ApprovalId | None = None
    ) -> Sale:
        """Round the total down so far, or leave it to the station's rule again. Raises RoundingTooFar, ApprovalNeeded."""
        with self._work() as work:
            work.staff.get(by).must(Permission.SELL)
            bill = self._ours(work, sale)
            leave = work.rights.check(by, Permission.ROUND_OFF, approval, sale)
            if to is not None and to.fen > work.offers.book().rules.hand_round_to.fen:
                raise RoundingTooFar(to)
            rounded = self._saved(work, bill.with_rounding(to))
            work.record(SaleRounded(sale, rounded.rounding.fen), actor=by, approver=leave.approver)
            work.record(SaleChanged(sale), actor=by)
        return rounded

    def cancel(self, sale: SaleId, by: StaffId) -> Sale:
        """Throw the bill away; fills wait again, coupon and points are free again. Raises SaleHasMoney."""
        with self._work() as work:
            work.staff.get(by).must(Permission.SELL)
            bill = self._ours(work, sale)
            cancelled = bill.cancelled(self._clock.now())
            for line in bill.lines:
                if line.fill is not None:
                    self._give_back(work, line.fill, bill.id, by)
            work.sales.save(cancelled)
            work.record(SaleCancelled(sale), actor=by)
        return cancelled

    # --- goods to choose from ------------------------------------------------------------------------------------------------

    def search(self, text: str) -> Sequence[Goods]:
        """Goods with this in their name, barcode or pinyin initials, by name."""
        with self._work.reading() as work:
            return work.catalogue.search(text, _FOUND_AT_ONCE)

    def quick_keys(self) -> Sequence[Goods]:
        """Goods with a place among the quick keys, in their order."""
        with self._work.reading() as work:
            return work.catalogue.quick_keys()

    # --- chores --------------------------------------------------------------------------------------------------------------

    def settle_coupons(self) -> None:
        """Chore: tell the cloud which coupons and points were used up and which are free again."""
        super().settle_coupons()
        self.settle_points()

    def renew_holds(self) -> None:
        """Chore: coupons and points on bills that stay open for long are asked for again before their hold ends."""
        super().renew_holds()
        self.renew_points()

    def recover(self) -> None:
        """At start: what was asked of the cloud before a power cut is taken back and its bill stands without it."""
        super().recover()
        self.recover_points()
