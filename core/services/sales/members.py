"""The member on a bill, and his points as money: set aside at the cloud while they stand on it, spent or freed afterwards."""

import logging
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from core.domain.combination import BestCoupon, best_coupon
from core.domain.events.sales import SaleChanged
from core.domain.faults import CloudUnreachable, Fault
from core.domain.ids import ConfirmationId, MemberId, PointsUseId, SaleId, StaffId
from core.domain.member import Member, SaleMember
from core.domain.points import PointsUse, PointsUseState
from core.domain.refusals.members import MemberNotProven, NoMemberOnBill, PointsAlreadyOnBill, PointsUnfit
from core.domain.refusals.refusal import Refusal
from core.domain.sale import Sale
from core.domain.staff import Permission
from core.services.sales.bills import RENEW_EVERY, Bills
from core.services.sales.holds import settle

_log = logging.getLogger(__name__)


class ConfirmedMember(NamedTuple):
    """A member who told the digits: the bill on which he is proven, he as he is now, and what pays from his balance once."""

    sale: Sale
    member: Member
    spending_code: str


class MemberPoints(Bills):
    """One member a bill, and points of his once."""

    def __init__(self, *outside: Any, **ours: Any) -> None:
        super().__init__(*outside, **ours)
        self._points_being_held: set[PointsUseId] = set()
        self._points_held_at: dict[PointsUseId, datetime] = {}

    def find_member(self, text: str) -> Member:
        """Whose code, phone number or plate this is. Raises MemberNotFound, MemberNeedsChoice, CloudUnreachable."""
        if self._members is None:
            raise CloudUnreachable
        return self._members.find(text)

    def member_now(self, member: MemberId) -> Member:
        """The member as he is now. Raises MemberNotFound, CloudUnreachable."""
        if self._members is None:
            raise CloudUnreachable
        return self._members.get(member)

    def set_member(self, sale: SaleId, member: Member, by: StaffId, plate: str = "") -> Sale:
        """His prices from now on. Points of another member come off the bill."""

        def change(_work: object, bill: Sale) -> Sale:
            kept = bill.points if bill.points is not None and bill.points.member == member.id else None
            known = member.on_bill(plate)
            if kept is not None and bill.member is not None:
                known = replace(
                    known, points=bill.member.points
                )  # what he has now is without those set aside
            return bill.with_member(known).with_points(kept)

        return self._changed(sale, by, change)

    def send_confirmation(self, sale: SaleId, by: StaffId) -> ConfirmationId:
        """Have six digits sent to the phone of the member on the bill, who has only been named so far.

        Raises NoMemberOnBill, TooManyTries, SmsUnreachable, CloudUnreachable, CloudAnswerLost (they may have been sent).
        """
        if self._members is None:
            raise CloudUnreachable
        member = self._member_on(sale, by)
        confirmation = ConfirmationId(self._ids())
        self._members.send_confirmation(confirmation, member.id, sale)
        return confirmation

    def confirm_member(
        self, sale: SaleId, confirmation: ConfirmationId, digits: str, by: StaffId
    ) -> ConfirmedMember:
        """He has told the digits: his points may be spent on this bill, and what is answered pays from his balance, once.

        Raises NoMemberOnBill, SignInCodeWrong, SignInCodeExpired, CloudUnreachable, CloudAnswerLost.
        """
        if self._members is None:
            raise CloudUnreachable
        member = self._member_on(sale, by)
        code = self._members.confirm(confirmation, member.id, digits)
        now = replace(self._members.get(member.id), proven=True)
        return ConfirmedMember(self.set_member(sale, now, by, member.plate), now, code)

    def _member_on(self, sale: SaleId, by: StaffId) -> SaleMember:
        with self._work.reading() as work:
            work.staff.get(by).must(Permission.SELL)
            bill = self._ours(work, sale)
        if bill.member is None:
            raise NoMemberOnBill
        return bill.member

    def clear_member(self, sale: SaleId, by: StaffId) -> Sale:
        """Nobody known; his points come off the bill."""
        return self._changed(sale, by, lambda _work, bill: bill.with_points(None).with_member(None))

    def best_offer(self, sale: SaleId, member: Member) -> BestCoupon | None:
        """Which of his coupons saves most on this bill, or what the nearest one needs; None where he has none."""
        with self._work.reading() as work:
            bill = work.sales.get(sale)
            book = work.offers.book()
        return best_coupon(
            member.coupons,
            bill.basket(),
            moment=self._clock.now().astimezone(self._zone),
            station=self._station,
            member=bill.member,
            offers=book.offers,
            floors=book.floors,
            manual=bill.by_hand,
        )

    def use_points(self, sale: SaleId, points: int, by: StaffId) -> Sale:
        """Set the points aside at the cloud and take their worth off the bill; what it cannot bear stays unspent.

        Raises NoMemberOnBill, MemberNotProven, PointsUnfit, PointsNotEnough, CloudUnreachable; the bill then stands as
        before.
        """
        if points < 1:
            raise PointsUnfit(points)
        if self._points is None:
            raise CloudUnreachable
        use_id = PointsUseId(self._ids())
        self._points_being_held.add(use_id)
        try:
            use = self._points_put_on(use_id, sale, points, by)
            try:
                self._points.hold(use.id, sale, use.member, points)
            except Fault as fault:
                self._points_off(use, PointsUseState.RELEASED, fault, by)
                raise
            except Refusal as refusal:
                self._points_off(use, PointsUseState.REFUSED, refusal, by)
                raise
            use = replace(use, state=PointsUseState.HELD)
            try:
                bill = self._changed(sale, by, lambda _work, bill: bill.with_points(use))
            except Refusal as refusal:
                self._points_off(use, PointsUseState.RELEASED, refusal, by)
                raise
            if bill.points is not None and not bill.points.worth:
                self._points_off(bill.points, PointsUseState.RELEASED, PointsUnfit(points), by)
                self._points_being_held.discard(use_id)
                self.settle_points()  # at once: the next try may come before the chore
                raise PointsUnfit(points)
            return bill
        finally:
            self._points_being_held.discard(use_id)

    def drop_points(self, sale: SaleId, by: StaffId) -> Sale:
        """The points off the bill and free again; the cloud hears of it at once or as soon as it is back."""
        changed = self._changed(sale, by, lambda _work, bill: bill.with_points(None))
        self.settle_points()
        return changed

    def settle_points(self) -> None:
        """Chore: tell the cloud which points were spent and which are free again."""
        desk = self._points
        if desk is None:
            return
        with self._work.reading() as work:
            uses = work.points_uses.to_settle()

        def tell(use: PointsUse) -> None:
            if use.state is PointsUseState.REDEEMED:
                desk.redeem(use.id, use.sale, use.points)
            else:
                desk.release(use.id)

        def settled(use: PointsUse) -> None:
            with self._work() as work:
                work.points_uses.settled(use.id)

        settle(uses, self._points_being_held, tell=tell, settled=settled)

    def renew_points(self) -> None:
        """Chore: points on a bill that stays open for long are asked for again, as their hold ends by itself.

        Points that were spent elsewhere meanwhile come off their bill before anybody pays.
        """
        if self._points is None:
            return
        now = self._clock.now()
        with self._work.reading() as work:
            shift = work.shifts.current()
            bills = work.sales.open_ones(shift.id) if shift is not None else ()
        on_bills = [bill.points for bill in bills if bill.points is not None and not bill.payments]
        uses = [use for use in on_bills if use.state is PointsUseState.HELD]
        self._points_held_at = {
            use.id: self._points_held_at[use.id] for use in uses if use.id in self._points_held_at
        }
        for use in uses:
            if now - self._points_held_at.setdefault(use.id, now) < RENEW_EVERY:
                continue
            try:
                self._points.hold(use.id, use.sale, use.member, use.asked)
            except Fault:
                return  # The cloud is away, and nobody else can spend them there either.
            except Refusal as refusal:
                _log.info("points use %s is no longer held: %s", use.id, refusal.code)
                self._points_off(use, PointsUseState.REFUSED, refusal, StaffId(""))
                continue
            self._points_held_at[use.id] = now

    def recover_points(self) -> None:
        """At start: points that were asked for before a power cut are freed and their bill stands without them."""
        with self._work.reading() as work:
            uses = [use for use in work.points_uses.to_settle() if use.state is PointsUseState.PENDING]
        for use in uses:
            if use.id not in self._points_being_held:
                self._points_off(use, PointsUseState.RELEASED, None, StaffId(""))

    def _points_put_on(self, use: PointsUseId, sale: SaleId, points: int, by: StaffId) -> PointsUse:
        with self._work() as work:
            work.staff.get(by).must(Permission.SELL)
            bill = self._ours(work, sale)
            if bill.member is None:
                raise NoMemberOnBill
            if not bill.member.proven:
                raise MemberNotProven
            if bill.points is not None:
                raise PointsAlreadyOnBill
            rule = bill.member.points_rule
            pending = PointsUse(
                use, sale, bill.member.id, points, rule.points_per_yuan_off, rule.most_percent
            )
            work.sales.save(bill.with_points(pending))
            work.record(SaleChanged(sale), actor=by)
        return pending

    def _points_off(self, use: PointsUse, state: PointsUseState, why: Refusal | None, by: StaffId) -> None:
        with self._work() as work:
            bill = work.sales.get(use.sale)
            if bill.points is not None and bill.points.id == use.id:
                self._saved(work, bill.with_points(None))
            work.points_uses.save(replace(use, state=state, reason=why.code if why else ""))
            work.record(SaleChanged(bill.id), actor=by)
