"""Take money in every way, any of them repeated on one bill; settle the pending, take back what an unfinished bill holds."""

import logging
from datetime import timedelta

from core.domain.faults import Fault
from core.domain.ids import AccountId, ApprovalId, PaymentId, SaleId, StaffId
from core.domain.money import ZERO, Money
from core.domain.payment import (
    SHOWN_AS_QR,
    Payment,
    PaymentState,
    Tender,
    cash_payment,
    part_of,
    reversal_of,
    slip_number,
)
from core.domain.plate import plate_of
from core.domain.refusals.payments import (
    NotAPaymentCode,
    NothingDue,
    PaymentNotInBill,
    SlipNumberUsed,
    TenderUnfit,
)
from core.domain.refusals.refusal import Refusal
from core.domain.refusals.sales import SaleIsClosed, SaleIsEmpty
from core.domain.sale import Sale, SaleState
from core.domain.scan import CodeKind, cleaned, masked, what_is
from core.domain.staff import Permission
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.payment_gateway import PaymentGateway
from core.ports.unit_of_work import UnitOfWork, Work
from core.services.payments.booking import Booking
from core.services.payments.charging import Charging, is_qr

_log = logging.getLogger(__name__)

_TENDERS = {
    CodeKind.WECHAT: Tender.WECHAT,
    CodeKind.ALIPAY: Tender.ALIPAY,
    CodeKind.UNIONPAY: Tender.UNIONPAY,
    CodeKind.MEMBER: Tender.WALLET,
    CodeKind.RECHARGE_CARD: Tender.RECHARGE_CARD,
}
# WeChat itself gives a payer 45 s to type his password; after this the charge is reversed.
PATIENCE = timedelta(seconds=90)
# Somebody who scans our code has to find his phone first.
QR_PATIENCE = timedelta(minutes=5)
# A bank terminal begins its slips anew with each batch, so a number is only ever the same by mistake within hours.
_SLIP_STANDS = timedelta(hours=12)


class PaymentDesk:
    """Money for bills.

    Each way to pay takes `amount`, a part of what is due, or without it all that is due; the payment that leaves nothing
    due completes the bill. Only cash gives change. While one payment is unclear nothing else is charged: PaymentUnclear.
    """

    def __init__(self, work: UnitOfWork, clock: Clock, ids: Identity, gateway: PaymentGateway) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids
        self._booking = Booking(clock, ids)
        self._charging = Charging(work, clock, self._booking, gateway)
        self._in_flight: set[PaymentId] = set()

    # --- money that is here at once ----------------------------------------------------------------------------------

    def take_cash(self, sale: SaleId, tendered: Money, by: StaffId, *, amount: Money | None = None) -> Sale:
        """Cash, with its change. Raises NotEnoughCash, AmountUnfit, AmountOverDue, PaymentUnclear."""
        with self._work() as work:
            bill, due = self._payable(work, sale, by)
            payment = cash_payment(
                PaymentId(self._ids()),
                sale,
                due,
                tendered=tendered,
                at=self._clock.now(),
                taken_by=by,
                amount=amount,
            )
            return self._booking.enter(work, bill, payment, by)

    def take_bank_card(self, sale: SaleId, amount: Money | None, slip: str, by: StaffId) -> Sale:
        """A card payment that the bank's own terminal has made; only its slip's number is written down.

        Raises SlipNumberUnfit, SlipNumberUsed, CardNumberRefused, AmountOverDue, PaymentUnclear.
        """
        number = slip_number(slip)
        now = self._clock.now()
        with self._work() as work:
            bill, due = self._payable(work, sale, by)
            if work.sales.slip_stands(number, now - _SLIP_STANDS):
                raise SlipNumberUsed(number)
            payment = self._payment(bill, part_of(due, amount), Tender.BANK_CARD, by)
            taken = payment.on_slip(number).captured()
            return self._booking.enter(work, bill, taken, by)

    def take_on_credit(  # noqa: PLR0917 - what a sale on credit needs
        self,
        sale: SaleId,
        account: AccountId,
        amount: Money | None,
        plate: str,
        by: StaffId,
        approval: ApprovalId | None = None,
    ) -> Sale:
        """An account customer pays later.

        Raises AccountNotFound, AccountIsClosed, PlateNotOnAccount, PlateUnfit, AccountLimitReached, ApprovalNeeded.
        """
        with self._work() as work:
            leave = work.rights.check(by, Permission.SELL_ON_CREDIT, approval, subject=sale)
            bill, due = self._payable(work, sale, by)
            payment = self._payment(bill, part_of(due, amount), Tender.CREDIT, by)
            car = plate_of(plate) if plate.strip() else ""
            work.accounts.get(account).charged(payment.amount, car)
            taken = payment.owed_by(account, car).captured()
            return self._booking.enter(work, bill, taken, by, leave.approver)

    def finish_free(self, sale: SaleId, by: StaffId) -> Sale:
        """Complete a bill that a discount has brought to zero. Raises SaleIsEmpty, PaymentUnclear."""
        with self._work() as work:
            work.staff.get(by).must(Permission.SELL)
            bill = work.sales.get(sale)
            bill.check_payable()
            if bill.due > ZERO:
                raise SaleIsEmpty
            return self._booking.complete(work, bill, by)

    # --- money that somebody outside moves ---------------------------------------------------------------------------

    def take_code(self, sale: SaleId, payer_code: str, by: StaffId, *, amount: Money | None = None) -> Sale:
        """Charge the payer whose code was scanned: WeChat, Alipay, UnionPay, a member's balance or a recharge card.

        The last payment of the returned bill says how it went: captured, declined, or pending with who is being waited
        for. Raises NotAPaymentCode, CloudUnreachable (nothing was charged), PaymentUnclear, AmountOverDue.
        """
        code = cleaned(payer_code)
        tender = _TENDERS.get(what_is(code))
        if tender is None:
            raise NotAPaymentCode
        payment_id = PaymentId(self._ids())
        self._in_flight.add(payment_id)
        try:
            with self._work() as work:
                bill, due = self._payable(work, sale, by)
                payment = self._payment(bill, part_of(due, amount), tender, by, payment_id).by_code(
                    masked(code)
                )
                self._booking.enter(work, bill, payment, by)
            return self._charging.charge(payment, code, by)
        finally:
            self._in_flight.discard(payment_id)

    def available(self, payment: PaymentId) -> Money | None:
        """What the balance or card holds that was too little for this payment, as far as it was told just now."""
        return self._charging.available.get(payment)

    def start_qr(self, sale: SaleId, by: StaffId, *, tender: Tender, amount: Money | None = None) -> Sale:
        """Have a code made that the customer display shows and the payer scans: the pending payment's `qr`.

        Raises TenderUnfit, CloudUnreachable (there is no code), PaymentUnclear, AmountOverDue.
        """
        if tender not in SHOWN_AS_QR:
            raise TenderUnfit(tender)
        payment_id = PaymentId(self._ids())
        self._in_flight.add(payment_id)
        try:
            with self._work() as work:
                bill, due = self._payable(work, sale, by)
                payment = self._payment(bill, part_of(due, amount), tender, by, payment_id)
                self._booking.enter(work, bill, payment, by)
            return self._charging.start_qr(payment, by)
        finally:
            self._in_flight.discard(payment_id)

    def check(self, payment: PaymentId, by: StaffId) -> Sale:
        """Ask now what became of a pending payment."""
        return self._charging.settle(self._found(payment), by)

    def cancel(self, payment: PaymentId, by: StaffId) -> Sale:
        """Take a pending payment back; what was charged after all is returned by its provider.

        The answer may still be pending. Raises CloudUnreachable, CloudAnswerLost.
        """
        return self._charging.cancel(self._found(payment), by)

    def take_back(self, payment: PaymentId, by: StaffId, approval: ApprovalId | None = None) -> Sale:
        """Give a payment of an unfinished bill back, by an entry of its own.

        Raises ApprovalNeeded, PaymentNotInBill, PaymentUnclear, CloudUnreachable: then it is written down and goes on by
        itself when the cloud is back.
        """
        reversal_id = PaymentId(self._ids())
        self._in_flight.add(reversal_id)
        try:
            with self._work() as work:
                taken = work.sales.payment(payment)
                bill = work.sales.get(taken.sale)
                if bill.state is not SaleState.OPEN:
                    raise SaleIsClosed(bill.id)
                if payment not in {leg.id for leg in bill.legs}:
                    raise PaymentNotInBill(payment)
                leave = work.rights.check(by, Permission.VOID_SALE, approval, subject=bill.id)
                reversal = reversal_of(taken, reversal_id, at=self._clock.now(), by=by)
                changed = self._booking.enter(work, bill, reversal, by, leave.approver)
            if reversal.state is not PaymentState.PENDING:
                return changed
            return self._charging.give_back(reversal, by)
        finally:
            self._in_flight.discard(reversal_id)

    def settle_pending(self) -> None:
        """Chore: ask about every pending payment; reverse one that has been unclear for too long."""
        with self._work.reading() as work:
            pending = work.sales.unclear_payments()
        for payment in pending:
            if payment.id in self._in_flight:
                continue
            try:
                self._charging.settle(payment, payment.taken_by)
                if self._clock.now() - payment.at > (QR_PATIENCE if is_qr(payment) else PATIENCE):
                    self._give_up(payment)
            except Fault:
                return  # The cloud is away; the next chore goes on here.
            except Refusal as refusal:
                _log.warning("payment %s could not be settled: %s", payment.id, refusal)

    def _give_up(self, payment: Payment) -> None:
        """Asked a moment ago, and it may have been answered: only one that is still pending is taken back."""
        current = self._found(payment.id)
        if current.state is PaymentState.PENDING and current.reverses is None:
            self._charging.cancel(current, payment.taken_by)

    def _found(self, payment: PaymentId) -> Payment:
        with self._work.reading() as work:
            return work.sales.payment(payment)

    @staticmethod
    def _payable(work: Work, sale: SaleId, by: StaffId) -> tuple[Sale, Money]:
        """The bill and what is due."""
        work.staff.get(by).must(Permission.SELL)
        bill = work.sales.get(sale)
        due = bill.check_payable()
        if due.fen <= 0:
            raise NothingDue
        return bill, due

    def _payment(
        self,
        bill: Sale,
        part: Money,
        tender: Tender,
        by: StaffId,
        payment: PaymentId | None = None,
    ) -> Payment:
        member = bill.member.id if bill.member is not None and tender is Tender.WALLET else None
        return Payment(
            payment or PaymentId(self._ids()), bill.id, tender, part, self._clock.now(), by, member=member
        )
