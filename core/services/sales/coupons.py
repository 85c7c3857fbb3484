"""Coupons on bills: held at the cloud while they stand on one, used up or freed afterwards."""

import logging
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from core.domain.coupon import CouponUse, CouponUseState, discount_for
from core.domain.events.sales import SaleChanged
from core.domain.faults import Fault
from core.domain.ids import CouponUseId, LineId, SaleId, StaffId
from core.domain.offer import StepKind, customer_of
from core.domain.refusals.offers import CouponAlreadyOnBill, CouponBelowFloor, CouponHoldGone
from core.domain.refusals.refusal import Refusal
from core.domain.sale import Sale
from core.domain.scan import cleaned
from core.domain.staff import Permission
from core.ports.unit_of_work import Work
from core.services.sales.bills import RENEW_EVERY, Bills
from core.services.sales.holds import settle

_log = logging.getLogger(__name__)

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class CouponHolds(Bills):
    """One coupon a bill."""

    def __init__(self, *outside: Any, **ours: Any) -> None:
        super().__init__(*outside, **ours)
        self._being_held: set[CouponUseId] = set()
        self._held_at: dict[CouponUseId, datetime] = {}

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
                return self._changed(sale, by, lambda work, bill: self._with_held(work, bill, use))
            except Refusal as refusal:
                self._take_off(use, CouponUseState.RELEASED, refusal, by)
                self._being_held.discard(use.id)
                self.settle_coupons()  # at once: the next try may come before the chore
                raise
        finally:
            self._being_held.discard(use.id)

    def remove_coupon(self, sale: SaleId, by: StaffId) -> Sale:
        """The coupon off the bill and free again; the cloud hears of it at once or as soon as it is back."""
        changed = self._changed(sale, by, lambda _work, bill: bill.with_coupon_use(None))
        self.settle_coupons()
        return changed

    def settle_coupons(self) -> None:
        """Chore: tell the cloud which coupons were used up and which are free again."""
        with self._work.reading() as work:
            uses = work.coupon_uses.to_settle()

        def tell(use: CouponUse) -> None:
            if use.state is CouponUseState.REDEEMED:
                self._coupons.redeem(use.id, use.sale, use.discount)
            else:
                # Where the cloud was away when the hold was asked for, it may never have heard of it.
                with suppress(CouponHoldGone):
                    self._coupons.release(use.id)

        def settled(use: CouponUse) -> None:
            with self._work() as work:
                work.coupon_uses.settled(use.id)

        settle(uses, self._being_held, tell=tell, settled=settled)

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
            if now - self._held_at.get(use.id, _LONG_AGO) >= RENEW_EVERY:
                self._renew(use, now)

    def recover(self) -> None:
        """At start: a hold that was asked for before a power cut is taken back and its bill stands without it."""
        with self._work.reading() as work:
            uses = [use for use in work.coupon_uses.to_settle() if use.state is CouponUseState.PENDING]
        for use in uses:
            if use.id not in self._being_held:
                self._take_off(use, CouponUseState.RELEASED, None, StaffId(""))

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
            self._saved(work, bill.with_coupon_use(None))
            work.coupon_uses.save(replace(use, state=CouponUseState.REFUSED, reason=why.code))
            work.record(SaleChanged(bill.id), actor=bill.cashier)

    def _put_on(self, use: CouponUse, by: StaffId) -> None:
        with self._work() as work:
            work.staff.get(by).must(Permission.SELL)
            bill = self._ours(work, use.sale)
            if bill.coupon is not None:
                raise CouponAlreadyOnBill
            work.sales.save(bill.with_coupon_use(use))
            work.record(SaleChanged(bill.id), actor=by)

    def _take_off(self, use: CouponUse, state: CouponUseState, why: Refusal | None, by: StaffId) -> None:
        with self._work() as work:
            bill = work.sales.get(use.sale)
            if bill.coupon is not None and bill.coupon.id == use.id:
                self._saved(work, bill.with_coupon_use(None))
            work.coupon_uses.save(replace(use, state=state, reason=why.code if why else ""))
            work.record(SaleChanged(bill.id), actor=by)

    def _with_held(self, work: Work, bill: Sale, use: CouponUse) -> Sale:
        """The bill with the coupon. Raises the refusal that says why it would take nothing off."""
        changed = bill.with_coupon_use(use)
        found = self._reckoning(replace(changed, points=None), work.offers.book())
        step = found.step(StepKind.COUPON)
        if use.terms is not None and (step is None or not step.applied):
            left = [
                replace(line, amount=line.amount - found.discounts[LineId(line.key)])
                for line in bill.basket()
            ]
            now = self._clock.now().astimezone(self._zone)
            discount_for(use.terms, left, now, self._station, customer_of(bill.member))
            raise CouponBelowFloor
        return changed
