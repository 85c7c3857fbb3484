"""Brings the legs of a written refund to their end: asks the provider, books on the account, takes a slip, pays cash."""

from dataclasses import replace

from core.domain.account import EntryKind, account_entry
from core.domain.events.sales import RefundLegChanged
from core.domain.faults import CloudAnswerLost, Fault
from core.domain.ids import AccountEntryId, ApprovalId, PaymentId, ShiftId, StaffId
from core.domain.payment import ELECTRONIC, Tender, slip_number
from core.domain.refund import LegState, Refund, RefundLeg, everything_left
from core.domain.refusals.payments import TenderUnfit
from core.domain.refusals.refunds import RefundIsFinal
from core.domain.refusals.refusal import Refusal
from core.domain.refusals.shifts import NoShiftOpen
from core.domain.sale import Sale
from core.domain.staff import Permission
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.payment_gateway import PaymentGateway, RefundAnswer, RefundState
from core.ports.unit_of_work import UnitOfWork, Work
from core.protocol.codec import wrap
from core.services.refunds.telling import message_of


class CarryingOut:
    """One leg at a time, each asked of the outside with its own id and no transaction open."""

    def __init__(self, work: UnitOfWork, clock: Clock, ids: Identity, gateway: PaymentGateway) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids
        self._gateway = gateway

    def carry_on(self, refund: Refund, by: StaffId, *, fresh: bool = False) -> Refund:
        """Bring its pending legs forward; a `fresh` one was never asked before.

        Raises the fault of a cloud that is away: what waits, waits on.
        """
        for leg in refund.legs:
            if leg.state is not LegState.PENDING:
                continue
            if leg.tender in ELECTRONIC:
                refund = self._answered(leg.id, self._ask(refund, leg, fresh), by)
            elif leg.tender is Tender.CREDIT:
                refund = self._off_the_account(leg.id, by)
        return refund

    def confirm_slip(self, leg: PaymentId, slip: str, by: StaffId) -> Refund:
        number = slip_number(slip)
        with self._work() as work:
            work.staff.get(by).must(Permission.SELL)
            refund = work.refunds.of_leg(leg)
            if refund.leg(leg).tender is not Tender.BANK_CARD:
                raise TenderUnfit(refund.leg(leg).tender)
            done = refund.leg(leg).done(self._clock.now(), _open_shift(work), slip=number)
            return self._save(work, refund, done, by)

    def pay_in_cash(self, leg: PaymentId, by: StaffId, approval: ApprovalId | None) -> Refund:
        with self._work() as work:
            refund = work.refunds.of_leg(leg)
            leave = work.rights.check(by, Permission.REFUND, approval, subject=refund.sale)
            paid = refund.leg(leg).to_cash(self._clock.now(), _open_shift(work))
            return self._save(work, refund, paid, by, leave.approver)

    def tell(self, work: Work, refund: Refund, sale: Sale) -> None:
        """The customer has everything: the cloud hears of it."""
        rest = everything_left(sale, work.refunds.of_sale(sale.id))
        message = message_of(refund, sale, self._clock.now(), gives_all_back=not rest)
        work.messages.post(wrap(message, self._ids(), self._clock.now()))

    def _ask(self, refund: Refund, leg: RefundLeg, fresh: bool) -> RefundAnswer:
        try:
            known = None if fresh else self._gateway.query_refund(leg.id)
            if known is not None:
                return known
            return self._gateway.refund(leg.id, leg.of, leg.amount, refund.reason)
        except CloudAnswerLost:
            return RefundAnswer(RefundState.PENDING)
        except Fault:
            raise
        except Refusal as refusal:
            return RefundAnswer(RefundState.REFUSED, reason=refusal.code)

    def _answered(self, leg_id: PaymentId, answer: RefundAnswer, by: StaffId) -> Refund:
        with self._work() as work:
            refund = work.refunds.of_leg(leg_id)
            leg = refund.leg(leg_id)
            if leg.state is not LegState.PENDING or answer.state is RefundState.PENDING:
                return refund
            now = self._clock.now()
            if answer.state is RefundState.REFUSED:
                return self._save(work, refund, leg.refused(now, answer.reason), by)
            return self._save(work, refund, leg.done(now, _shift(work), answer.provider_ref), by)

    def _off_the_account(self, leg_id: PaymentId, by: StaffId) -> Refund:
        with self._work() as work:
            refund = work.refunds.of_leg(leg_id)
            leg = refund.leg(leg_id)
            if leg.state is not LegState.PENDING:
                return refund
            payment = work.sales.payment(leg.of)
            if payment.account is None:
                raise RefundIsFinal(leg.id, leg.state)
            now = self._clock.now()
            account = work.accounts.get(payment.account)
            owing = account.given_back(leg.amount)
            number = work.accounts.next_number(account.id)
            entry = account_entry(
                AccountEntryId(self._ids()), account, owing, EntryKind.REFUND, number=number, at=now, by=by
            )
            about = replace(
                entry,
                shift=refund.shift,
                sale=refund.sale,
                payment=payment.id,
                refund=refund.id,
                plate=payment.plate,
            )
            work.accounts.enter(owing, about)
            return self._save(work, refund, leg.done(now, _shift(work)), by)

    def _save(
        self, work: Work, refund: Refund, leg: RefundLeg, by: StaffId, approver: StaffId | None = None
    ) -> Refund:
        work.refunds.save_leg(leg)
        refund = refund.with_leg(leg)
        work.record(RefundLegChanged(refund.id, leg.id, leg.state), actor=by, approver=approver)
        if refund.is_settled:
            self.tell(work, refund, work.sales.get(refund.sale))
        return refund


def _shift(work: Work) -> ShiftId:
    """The shift in which money moves now; between two shifts none."""
    shift = work.shifts.current()
    return shift.id if shift is not None else ShiftId("")


def _open_shift(work: Work) -> ShiftId:
    shift = work.shifts.current()
    if shift is None:
        raise NoShiftOpen
    return shift.id
