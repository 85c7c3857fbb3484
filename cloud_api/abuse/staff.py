"""Staff abuse: what a station's messages say about who rang up what for whom, counted by day and judged at each."""

from dataclasses import asdict

from cloud_api.abuse import repository
from cloud_api.abuse.repository import CaseRow
from cloud_api.clock import Clock
from cloud_api.coupons.driver_days import day_of
from cloud_api.database import Work
from cloud_api.identifiers import new_id
from core.domain.abuse import STAFF_RULES, SoftAction, verdict
from core.protocol.from_station import RefundCompleted, SaleCompleted, ShiftClosed

_LONGEST_NAME = 40
_MOST_TOLD = 10_000
_RULES = {
    "member": "same_member_again",
    "coupon": "coupons_for_same_member",
    "manual": "discounts_by_hand",
    "refund": "refunds",
    "void": "bills_thrown_away",
}


class StaffWatch:
    """Takes what stations tell, in the transaction that keeps it; each message is told once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def take_sale(self, work: Work, station_id: str, sale: SaleCompleted) -> None:
        """Own card: the same person rings up the same member again and again; discounts by hand."""
        cashier = sale.cashier[:_LONGEST_NAME]
        if not cashier:
            return
        day, member = day_of(sale.completed_at), sale.member_id or ""
        deeds = [("sale", "", sale.total_fen)]
        if member:
            deeds.append(("member", member, sale.total_fen))
        if sale.coupon_use_id is not None:
            deeds.append(("coupon", member, sale.discount_fen))
        if sale.by_hand_fen:
            deeds.append(("manual", "", sale.by_hand_fen))
        for what, whom, amount_fen in deeds:
            repository.add_deed(work.connection, station_id, cashier, day, what, whom, amount_fen)
        self._judge(work, station_id, cashier, day)

    def take_refund(self, work: Work, station_id: str, refund: RefundCompleted) -> None:
        """Money given back, by whom."""
        cashier = refund.cashier[:_LONGEST_NAME]
        if cashier:
            day = day_of(refund.completed_at)
            repository.add_deed(work.connection, station_id, cashier, day, "refund", "", refund.total_fen)
            self._judge(work, station_id, cashier, day)

    def take_shift(self, work: Work, station_id: str, shift: ShiftClosed) -> None:
        """Bills thrown away and lines taken off, as the closed shift counted them for each person."""
        day = day_of(shift.closed_at)
        for one in shift.voids:
            cashier = one.cashier[:_LONGEST_NAME]
            if not cashier or not one.count:
                continue
            times = min(one.count, _MOST_TOLD)
            repository.add_deed(work.connection, station_id, cashier, day, "void", "", 0, times=times)
            self._judge(work, station_id, cashier, day)

    def _judge(self, work: Work, station_id: str, staff: str, day: str) -> None:
        connection, now = work.connection, self._clock.now()
        deeds = repository.deeds_of(connection, station_id, staff, day)
        found = verdict(STAFF_RULES, {rule: deeds.get(what, 0) for what, rule in _RULES.items()})
        if found.action is SoftAction.ALLOW:
            return
        reasons = [asdict(reason) for reason in found.reasons]
        known = repository.case_of_staff(connection, station_id, staff, f"day {day}")
        if known is None:
            row = CaseRow(
                new_id(now), now, "staff", staff, station_id, f"day {day}", found.score,
                SoftAction.REVIEW.value, reasons, None, None, "open",
            )  # fmt: skip
            repository.add_case(connection, row)
        elif known.answered_at is None:
            repository.change_case(connection, known.id, score=found.score, reasons=reasons)
