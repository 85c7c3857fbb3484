"""Refund or void a completed bill; what the provider has to give back is asked until it is clear."""

import logging
import re
from collections.abc import Sequence

from core.domain.approval import Leave
from core.domain.events.prepays import PrepayReturned
from core.domain.events.pumps import FillChanged
from core.domain.events.sales import SaleRefunded
from core.domain.faults import Fault
from core.domain.ids import ApprovalId, FillId, PaymentId, PrepayId, RefundId, SaleId, StaffId
from core.domain.money import total
from core.domain.payment import Tender
from core.domain.plate import plate_of
from core.domain.prepay import Prepay, PrepayState
from core.domain.print_job import PaperKind
from core.domain.refund import (
    Refund,
    RefundKind,
    RefundPlan,
    RefundReason,
    SoldBill,
    Wanted,
    everything_left,
    planned,
    written,
)
from core.domain.refusals.prepays import PrepayIsOpen
from core.domain.refusals.refunds import RefundNotFound, RefundWaits
from core.domain.refusals.refusal import Refusal
from core.domain.refusals.sales import BillNotFound, SaleNotFound, SaleOfAnotherShift
from core.domain.refusals.shifts import NoShiftOpen
from core.domain.refusals.typed import PlateUnfit
from core.domain.sale import Sale, SaleState
from core.domain.staff import Permission
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.payment_gateway import PaymentGateway
from core.ports.unit_of_work import UnitOfWork, Work
from core.services.refunds.carrying_out import CarryingOut

_log = logging.getLogger(__name__)

_BILL_NUMBER = re.compile(r"(?<!\d)(\d{8}-\d{4,6})(?!\d)")
_REFUND_NUMBER = re.compile(r"T\d{8}-\d{4,6}", re.IGNORECASE)
# Far enough back for the last digits alone; by number, car or trade number every bill is found.
_LOOKED_THROUGH = 300
_MOST_SHOWN = 100
_SHORTEST_TRADE = 6


class RefundDesk:
    """Money back for completed bills. A second person agrees where the station or the person's role wants it."""

    def __init__(self, work: UnitOfWork, clock: Clock, ids: Identity, gateway: PaymentGateway) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids
        self._carrying_out = CarryingOut(work, clock, ids, gateway)
        self._in_flight: set[RefundId] = set()

    # --- finding -----------------------------------------------------------------------------------------------------

    def find(self, text: str) -> Sequence[SoldBill]:
        """Completed bills by number (whole, or its last digits of today), by a scan of the receipt or of the payer's own
        trade number, by a refund's number, or by plate; newest first. Raises BillNotFound where there is none."""
        asked = text.strip()
        with self._work.reading() as work:
            found = self._found(work, asked)
            if not found:
                raise BillNotFound(asked[:40])
            return [self._with_refunds(work, sale) for sale in found]

    def recent(self, limit: int) -> Sequence[SoldBill]:
        """The last completed bills, newest first."""
        with self._work.reading() as work:
            return [self._with_refunds(work, sale) for sale in work.sales.recent(limit)]

    def get(self, sale: SaleId) -> SoldBill:
        """One bill again. Raises SaleNotFound."""
        with self._work.reading() as work:
            return self._with_refunds(work, work.sales.get(sale))

    def unsettled(self) -> Sequence[Refund]:
        """Refunds of which the customer does not have everything yet, oldest first."""
        with self._work.reading() as work:
            return work.refunds.unsettled()

    def preview(self, sale: SaleId, wanted: Sequence[Wanted]) -> RefundPlan:
        """What this refund would give back, and to which payments. Raises as `refund`; nothing is changed."""
        with self._work.reading() as work:
            return planned(work.sales.get(sale), work.refunds.of_sale(sale), wanted)

    # --- giving back -------------------------------------------------------------------------------------------------

    def refund(
        self,
        sale: SaleId,
        wanted: Sequence[Wanted],
        reason: RefundReason,
        by: StaffId,
        approval: ApprovalId | None = None,
        *,
        note: str = "",
        reinstate: bool = False,
    ) -> Refund:
        """Give these lines back. With `reinstate` their fills wait at the counter again, to be sold anew.

        Cash is counted out now; what a provider gives back may still be pending in the answer, and goes on by itself.
        Raises ApprovalNeeded, NoShiftOpen, RefundWaits, and what `core.domain.refund.planned` raises.
        """
        with self._work() as work:
            refund = self._write_down(
                work, sale, wanted, RefundKind.REFUND, reason, by, approval, note=note, reinstate=reinstate
            )
        return self._carried_out(refund, by)

    def void(
        self,
        sale: SaleId,
        reason: RefundReason,
        by: StaffId,
        approval: ApprovalId | None = None,
        *,
        note: str = "",
        reinstate: bool = True,
    ) -> Refund:
        """Take a whole bill of the open shift back. Raises SaleOfAnotherShift, and as `refund`."""
        with self._work() as work:
            bill = work.sales.get(sale)
            shift = work.shifts.current()
            if shift is None:
                raise NoShiftOpen
            if bill.shift != shift.id:
                raise SaleOfAnotherShift(bill.number)
            wanted = everything_left(bill, work.refunds.of_sale(sale))
            refund = self._write_down(
                work, sale, wanted, RefundKind.VOID, reason, by, approval, note=note, reinstate=reinstate
            )
        return self._carried_out(refund, by)

    def return_prepaid(self, prepay: PrepayId, by: StaffId, approval: ApprovalId | None = None) -> Refund:
        """Give back what is left of a prepay: what its pump did not deliver, or all of it before anything was filled.

        What the pump says needs nobody's agreement; before filling it is a refund like any other. Raises PrepayNotFound,
        PrepayIsReleased, PrepayIsClosed, PrepayOwes, and as `refund`.
        """
        with self._work() as work:
            paid = work.prepays.get(prepay)
            paid.must_have_rest()
            left = paid.to_return
            whole = left == paid.amount
            refund = self._write_down(
                work,
                paid.sale,
                [Wanted(paid.line, 1) if whole else Wanted(paid.line, 0, left)],
                RefundKind.PREPAY_RETURN,
                RefundReason.NOT_FILLED,
                by,
                approval,
                note="",
                reinstate=False,
                prepay=paid,
            )
            self._settle(work, paid, refund, by)
        return self._carried_out(refund, by)

    # --- until it is clear -------------------------------------------------------------------------------------------

    def confirm_slip(self, leg: PaymentId, slip: str, by: StaffId) -> Refund:
        """The bank terminal has given this leg back; its slip's number. Raises SlipNumberUnfit, CardNumberRefused."""
        return self._carrying_out.confirm_slip(leg, slip, by)

    def pay_in_cash(self, leg: PaymentId, by: StaffId, approval: ApprovalId | None = None) -> Refund:
        """Pay a leg from the drawer that its provider refused. Raises ApprovalNeeded, RefundIsFinal, NoShiftOpen."""
        return self._carrying_out.pay_in_cash(leg, by, approval)

    def ask_again(self, refund: RefundId, by: StaffId) -> Refund:
        """Ask now what became of its pending legs."""
        with self._work.reading() as work:
            known = work.refunds.get(refund)
        return self._carried_out(known, by, fresh=False)

    def settle_pending(self) -> None:
        """Chore: carry on with every refund that has a pending leg."""
        with self._work.reading() as work:
            waiting = work.refunds.unsettled()
        for refund in waiting:
            if refund.id in self._in_flight:
                continue
            try:
                self._carrying_out.carry_on(refund, refund.by)
            except Fault:
                return  # The cloud is away; the next chore goes on here.
            except Refusal as refusal:
                _log.warning("refund %s could not be carried on: %s", refund.number, refusal)

    def _carried_out(self, refund: Refund, by: StaffId, *, fresh: bool = True) -> Refund:
        """What the world makes of it now; without the cloud it stays pending and the chore goes on."""
        self._in_flight.add(refund.id)
        try:
            return self._carrying_out.carry_on(refund, by, fresh=fresh)
        except Fault as fault:
            _log.info("refund %s waits: %s", refund.number, fault)
            with self._work.reading() as work:
                return work.refunds.get(refund.id)
        finally:
            self._in_flight.discard(refund.id)

    def _write_down(  # noqa: PLR0917 - all that a refund needs
        self,
        work: Work,
        sale: SaleId,
        wanted: Sequence[Wanted],
        kind: RefundKind,
        reason: RefundReason,
        by: StaffId,
        approval: ApprovalId | None,
        *,
        note: str,
        reinstate: bool,
        prepay: Prepay | None = None,
    ) -> Refund:
        leave = self._leave(work, sale, kind, by, approval, prepay)
        shift = work.shifts.current()
        if shift is None:
            raise NoShiftOpen
        bill, earlier = work.sales.get(sale), work.refunds.of_sale(sale)
        plan = planned(bill, earlier, wanted)
        if prepay is None:
            _refuse_open_prepays(work, bill, plan)
        waiting = next((known for known in earlier if not known.is_settled), None)
        if waiting is not None:
            raise RefundWaits(waiting.number)
        now = self._clock.now()
        refund = written(
            plan,
            refund=RefundId(self._ids()),
            legs=[PaymentId(self._ids()) for _leg in plan.legs],
            number=work.refunds.next_number(now),
            shift=shift.id,
            kind=kind,
            reason=reason,
            note=note,
            by=by,
            approver=leave.approver,
            at=now,
            reinstate=_fills(bill, plan) if reinstate else (),
        )
        work.refunds.add(refund, bill)
        self._put_back(work, bill, refund, by)
        cash = total(leg.amount for leg in refund.legs if leg.tender is Tender.CASH)
        told = SaleRefunded(refund.id, sale, refund.number, kind, refund.total.fen, cash.fen)
        work.record(told, actor=by, approver=leave.approver)
        work.printing.add(PaperKind.REFUND_SLIP, refund.id, by)
        if refund.is_settled:
            self._carrying_out.tell(work, refund, bill)
        return refund

    @staticmethod
    def _leave(  # noqa: PLR0917 - who, what and by whose leave
        work: Work,
        sale: SaleId,
        kind: RefundKind,
        by: StaffId,
        approval: ApprovalId | None,
        prepay: Prepay | None,
    ) -> Leave:
        if prepay is not None and prepay.state is PrepayState.FILLED:
            work.staff.get(by).must(Permission.SELL)  # the pump itself says what goes back
            return Leave(by)
        permission = Permission.VOID_SALE if kind is RefundKind.VOID else Permission.REFUND
        return work.rights.check(by, permission, approval, subject=sale)

    def _settle(self, work: Work, prepay: Prepay, refund: Refund, by: StaffId) -> None:
        work.prepays.save(prepay.given_back(self._clock.now()))
        if prepay.fill is not None:
            fill = work.fills.get(prepay.fill).settled()
            work.fills.save(fill)
            work.record(FillChanged(fill.id, fill.state), actor=by)
        told = PrepayReturned(prepay.id, prepay.number, refund.id, refund.total.fen)
        work.record(told, actor=by, approver=refund.approver)

    @staticmethod
    def _put_back(work: Work, bill: Sale, refund: Refund, by: StaffId) -> None:
        for part in refund.lines:
            line = bill.line(part.line)
            if line.goods is not None and part.quantity:
                work.catalogue.take_stock(line.goods, -part.quantity)
        for fill_id in refund.reinstate:
            fill = work.fills.get(fill_id).reinstated(bill.id)
            work.fills.save(fill)
            work.record(FillChanged(fill.id, fill.state), actor=by)

    def _found(self, work: Work, asked: str) -> Sequence[Sale]:
        refund = _REFUND_NUMBER.fullmatch(asked)
        if refund:
            try:
                return [work.sales.get(work.refunds.by_number(asked.upper()).sale)]
            except RefundNotFound:
                return []
        number = _BILL_NUMBER.search(asked)
        if number:
            found = work.sales.by_number(number.group(1))
            return [found] if found is not None else []
        if asked.isascii() and asked.isdigit() and len(asked) <= 6:
            lately = work.sales.recent(_LOOKED_THROUGH)
            ending = f"-{asked.zfill(4)}"
            of_the_day = work.sales.by_number(lately[0].number.partition("-")[0] + ending) if lately else None
            return [of_the_day] if of_the_day else [s for s in lately if s.number.endswith(ending)][:1]
        try:
            return work.sales.of_car(plate_of(asked), _MOST_SHOWN)
        except PlateUnfit:
            return work.sales.paid_by(asked) if len(asked) >= _SHORTEST_TRADE else []

    @staticmethod
    def _with_refunds(work: Work, sale: Sale) -> SoldBill:
        if sale.state is not SaleState.COMPLETED:
            raise SaleNotFound(sale.id)
        return SoldBill(sale, tuple(work.refunds.of_sale(sale.id)))


def _refuse_open_prepays(work: Work, bill: Sale, plan: RefundPlan) -> None:
    """Money that may still become fuel goes back from its prepay only."""
    for part in plan.lines:
        prepaid = bill.line(part.line).prepay
        if prepaid is not None:
            prepay = work.prepays.get(prepaid)
            if prepay.is_open:
                raise PrepayIsOpen(prepay.number)


def _fills(bill: Sale, plan: RefundPlan) -> tuple[FillId, ...]:
    """The fills that go back whole."""
    whole = [bill.line(part.line).fill for part in plan.lines if part.quantity]
    return tuple(fill for fill in whole if fill is not None)
