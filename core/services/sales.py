"""Open a sale, add goods or a fill, apply a coupon, cancel."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.domain.coupon import CouponUse, CouponUseState, discount_for
from core.domain.events import FillChanged, SaleCancelled, SaleChanged
from core.domain.faults import Fault
from core.domain.ids import CouponUseId, FillId, LineId, SaleId, StaffId, StationId
from core.domain.refusals import CouponAlreadyOnBill, NoShiftOpen, Refusal
from core.domain.sale import Sale
from core.domain.scan import cleaned
from core.domain.staff import Permission
from core.ports.clock import Clock
from core.ports.coupon_desk import CouponDesk
from core.ports.identity import Identity
from core.ports.unit_of_work import UnitOfWork, Work

_log = logging.getLogger(__name__)

# A third of the time for which the cloud holds a coupon.
_RENEW_EVERY = timedelta(minutes=5)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class SaleDesk:
    """The bill at the counter, until money comes into it."""

    def __init__(
        self, work: UnitOfWork, clock: Clock, ids: Identity, coupons: CouponDesk, station: StationId
    ) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids
        self._coupons = coupons
        self._station = station
        self._being_held: set[CouponUseId] = set()
        self._held_at: dict[CouponUseId, datetime] = {}

    def get(self, sale: SaleId) -> Sale:
        """The bill as it stands. Raises SaleNotFound."""
        with self._work.reading() as work:
            return work.sales.get(sale)

    def recent(self, limit: int) -> Sequence[Sale]:
        """The last completed bills, newest first."""
        with self._work.reading() as work:
            return work.sales.recent(limit)

    def current(self, by: StaffId) -> Sale | None:
        """The bill that this person has open, also after a power cut."""
        with self._work.reading() as work:
            shift = work.shifts.current()
            if shift is None:
                return None
            mine = [sale for sale in work.sales.open_ones(shift.id) if sale.cashier == by]
            return mine[-1] if mine else None

    def open(self, by: StaffId) -> Sale:
        """A fresh bill, or the open one that is still empty. Raises NoShiftOpen, NotAllowed."""
        with self._work() as work:
            work.staff.get(by).must(Permission.SELL)
            shift = work.shifts.current()
            if shift is None:
                raise NoShiftOpen
            for sale in work.sales.open_ones(shift.id):
                if sale.cashier == by and not (sale.lines or sale.payments or sale.coupon):
                    return sale
            sale = Sale(SaleId(self._ids()), shift.id, by, self._clock.now())
            work.sales.save(sale)
            work.record(SaleChanged(sale.id), actor=by)
        return sale

    def add_goods(self, sale: SaleId, barcode: str, quantity: int, by: StaffId) -> Sale:
        """Goods onto the bill. Raises GoodsNotFound, QuantityUnfit, SaleIsClosed, SaleHasMoney."""

        def change(work: Work, bill: Sale) -> Sale:
            goods = work.catalogue.by_barcode(cleaned(barcode))
            return bill.with_goods(LineId(self._ids()), goods, quantity)

        return self._changed(sale, by, change)

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

    def remove_line(self, sale: SaleId, line: LineId, by: StaffId) -> Sale:
        """One line off the bill; its fill waits at the counter again."""

        def change(work: Work, bill: Sale) -> Sale:
            fill = bill.line(line).fill
            changed = bill.without_line(line)
            if fill is not None:
                self._give_back(work, fill, bill.id, by)
            return changed

        return self._changed(sale, by, change)

    def cancel(self, sale: SaleId, by: StaffId) -> Sale:
        """Throw the bill away; fills wait again, a coupon is free again. Raises SaleHasMoney."""
        with self._work() as work:
            work.staff.get(by).must(Permission.SELL)
            bill = work.sales.get(sale)
            coupon = bill.coupon
            cancelled = bill.cancelled(self._clock.now())
            for line in bill.lines:
                if line.fill is not None:
                    self._give_back(work, line.fill, bill.id, by)
            if coupon is not None:
                work.coupon_uses.save(replace(coupon, state=CouponUseState.RELEASED))
            work.sales.save(cancelled)
            work.record(SaleCancelled(sale), actor=by)
        return cancelled

    def apply_coupon(self, sale: SaleId, code: str, by: StaffId) -> Sale:
        """Hold the coupon at the cloud and take its discount off the bill.

        Raises the coupon refusals, CloudUnreachable, CloudAnswerLost; the bill then stands as before.
        """
        use = CouponUse(CouponUseId(self._ids()), sale, cleaned(code))
        self._being_held.add(use.id)
        try:
            self._put_on(use, by)
            try:
                held = self._coupons.hold(use.id, sale, use.code)
            except Fault as fault:
                # The hold may have arrived: released, the chore tells the cloud so.
                self._take_off(use, CouponUseState.RELEASED, fault, by)
                raise
            except Refusal as refusal:
                self._take_off(use, CouponUseState.REFUSED, refusal, by)
                raise
            use = use.held(held.title, held.terms)
            self._held_at[use.id] = self._clock.now()
            try:
                return self._changed(sale, by, lambda _work, bill: self._with_held(bill, use))
            except Refusal as refusal:
                self._take_off(use, CouponUseState.RELEASED, refusal, by)
                raise
        finally:
            self._being_held.discard(use.id)

    def remove_coupon(self, sale: SaleId, by: StaffId) -> Sale:
        """The coupon off the bill and free again; the cloud hears of it at once or as soon as it is back."""
        with self._work() as work:
            bill = work.sales.get(sale)
            use = bill.coupon
            changed = bill.with_coupon(None, None)
            work.sales.save(changed)
            if use is not None:
                work.coupon_uses.save(replace(use, state=CouponUseState.RELEASED))
            work.record(SaleChanged(sale), actor=by)
        self.settle_coupons()
        return changed

    def settle_coupons(self) -> None:
        """Chore: tell the cloud which coupons were used up and which are free again."""
        with self._work.reading() as work:
            uses = work.coupon_uses.to_settle()
        for use in uses:
            if use.id in self._being_held or use.state is CouponUseState.PENDING:
                continue
            try:
                if use.state is CouponUseState.REDEEMED:
                    self._coupons.redeem(use.id, use.sale, use.discount)
                else:
                    self._coupons.release(use.id)
            except Fault:
                return  # The cloud is away; the next chore goes on here.
            except Refusal as refusal:
                _log.warning("coupon use %s could not be settled: %s", use.id, refusal)
            with self._work() as work:
                work.coupon_uses.settled(use.id)

    def renew_holds(self) -> None:
        """Chore: a hold ends by itself at the cloud, so one on a bill that stays open for long is asked for again.

        A coupon that has gone elsewhere meanwhile comes off its bill, with the reason, before anybody pays.
        """
        now = self._clock.now()
        with self._work.reading() as work:
            shift = work.shifts.current()
            bills = work.sales.open_ones(shift.id) if shift is not None else ()
        held = [bill.coupon for bill in bills if bill.coupon is not None and not bill.payments]
        uses = [use for use in held if use.state is CouponUseState.HELD]
        self._held_at = {use.id: self._held_at[use.id] for use in uses if use.id in self._held_at}
        for use in uses:
            if now - self._held_at.get(use.id, _LONG_AGO) >= _RENEW_EVERY:
                self._renew(use, now)

    def _renew(self, use: CouponUse, now: datetime) -> None:
        try:
            self._coupons.hold(use.id, use.sale, use.code)
        except Fault:
            return  # The cloud is away, and nobody else can have the coupon held there either.
        except Refusal as refusal:
            _log.info("coupon use %s is no longer held: %s", use.id, refusal.code)
            self._lost(use, refusal)
            return
        self._held_at[use.id] = now
        with self._work.reading() as work:
            current = work.coupon_uses.get(use.id)
        if current.state in (CouponUseState.RELEASED, CouponUseState.REFUSED):
            self._coupons.release(use.id)  # taken off the bill while we asked

    def _lost(self, use: CouponUse, why: Refusal) -> None:
        with self._work() as work:
            bill = work.sales.get(use.sale)
            if bill.coupon is None or bill.coupon.id != use.id or bill.payments:
                return
            work.sales.save(bill.with_coupon(None, None))
            work.coupon_uses.save(replace(use, state=CouponUseState.REFUSED, reason=why.code))
            work.record(SaleChanged(bill.id), actor=bill.cashier)

    def recover(self) -> None:
        """At start: a hold that was asked for before a power cut is taken back and its bill stands without it."""
        with self._work.reading() as work:
            uses = [use for use in work.coupon_uses.to_settle() if use.state is CouponUseState.PENDING]
        for use in uses:
            if use.id not in self._being_held:
                self._take_off(use, CouponUseState.RELEASED, None, StaffId(""))

    def _put_on(self, use: CouponUse, by: StaffId) -> None:
        with self._work() as work:
            work.staff.get(by).must(Permission.SELL)
            bill = work.sales.get(use.sale)
            if bill.coupon is not None:
                raise CouponAlreadyOnBill
            work.sales.save(bill.with_coupon(use, None))
            work.record(SaleChanged(bill.id), actor=by)

    def _take_off(self, use: CouponUse, state: CouponUseState, why: Refusal | None, by: StaffId) -> None:
        with self._work() as work:
            bill = work.sales.get(use.sale)
            if bill.coupon is not None and bill.coupon.id == use.id:
                work.sales.save(bill.with_coupon(None, None))
            work.coupon_uses.save(replace(use, state=state, reason=why.code if why else ""))
            work.record(SaleChanged(bill.id), actor=by)

    def _with_held(self, bill: Sale, use: CouponUse) -> Sale:
        assert use.terms is not None
        discount = discount_for(use.terms, bill.basket(), self._clock.now(), self._station)
        return bill.with_coupon(use, discount)

    def _changed(self, sale: SaleId, by: StaffId, change: Callable[[Work, Sale], Sale]) -> Sale:
        with self._work() as work:
            work.staff.get(by).must(Permission.SELL)
            bill = self._discounted(change(work, work.sales.get(sale)))
            work.sales.save(bill)
            work.record(SaleChanged(sale), actor=by)
        return bill

    def _discounted(self, bill: Sale) -> Sale:
        """The bill with its coupon's discount worked out anew; one that no longer qualifies stays on, with its reason."""
        use = bill.coupon
        if use is None or use.terms is None:
            return bill
        try:
            discount = discount_for(use.terms, bill.basket(), self._clock.now(), self._station)
        except Refusal as refusal:
            return bill.with_coupon(replace(use, reason=refusal.code), None)
        return bill.with_coupon(replace(use, reason=""), discount)

    def _give_back(self, work: Work, fill: FillId, sale: SaleId, by: StaffId) -> None:
        returned = work.fills.get(fill).given_back(sale)
        work.fills.save(returned)
        work.record(FillChanged(fill, returned.state), actor=by)
