"""What is asked of the gateway about one payment, with no transaction open, and what its answer makes of the payment."""

from datetime import timedelta

from core.domain.faults import CloudAnswerLost, CloudUnreachable
from core.domain.ids import PaymentId, StaffId
from core.domain.money import Money
from core.domain.payment import ELECTRONIC, Payment, PaymentState
from core.domain.refusals.payments import PaymentNotFound
from core.domain.refusals.refusal import Refusal
from core.domain.sale import Sale
from core.ports.clock import Clock
from core.ports.payment_gateway import ChargeAnswer, PaymentGateway, RefundAnswer, RefundState
from core.ports.unit_of_work import UnitOfWork
from core.services.payments.booking import Booking
from core.wording.catalogue import _

# Longer than a charge is usually on its way: only then is one that the cloud never heard of taken back.
_ON_ITS_WAY = timedelta(seconds=30)
_ENDS = {
    RefundState.DONE: PaymentState.CAPTURED,
    RefundState.REFUSED: PaymentState.DECLINED,
    RefundState.PENDING: PaymentState.PENDING,
}


class Charging:
    """Pending payments and the outside world. Whatever was asked is asked again with the same id: nothing happens twice."""

    def __init__(self, work: UnitOfWork, clock: Clock, booking: Booking, gateway: PaymentGateway) -> None:
        self._work = work
        self._clock = clock
        self._booking = booking
        self._gateway = gateway
        # What a balance or card holds that was too little; only good for an offer to pay a part, so it is not kept.
        self.available: dict[PaymentId, Money] = {}

    def charge(self, payment: Payment, code: str, by: StaffId) -> Sale:
        """Charge the payer whose code this is. Raises CloudUnreachable and refusals: nothing was charged then."""
        try:
            answer = self._gateway.charge(payment.id, payment.sale, payment.amount, code, _("Fuel and goods"))
        except CloudAnswerLost:
            answer = _no_answer(payment)
        except CloudUnreachable as fault:
            self._end(payment, PaymentState.CANCELLED, fault, by)
            raise
        except Refusal as refusal:
            self._end(payment, PaymentState.DECLINED, refusal, by)
            raise
        if answer.available is not None:
            self.available = {payment.id: answer.available}
        return self._take(payment.id, answer, by)

    def start_qr(self, payment: Payment, by: StaffId) -> Sale:
        """Have a code made that the payer scans. Raises CloudUnreachable and refusals: there is no code then."""
        try:
            qr = self._gateway.start_qr(
                payment.id, payment.sale, payment.tender, payment.amount, _("Fuel and goods")
            )
        except CloudAnswerLost:
            return self._take(payment.id, _no_answer(payment), by)
        except CloudUnreachable as fault:
            self._end(payment, PaymentState.CANCELLED, fault, by)
            raise
        except Refusal as refusal:
            self._end(payment, PaymentState.DECLINED, refusal, by)
            raise
        waiting = ChargeAnswer(PaymentState.PENDING, payment.tender, waiting_for="payer")
        return self._take(payment.id, waiting, by, qr.url)

    def settle(self, payment: Payment, by: StaffId) -> Sale:
        """Ask what became of it."""
        if payment.reverses is not None:
            return self.give_back(payment, by)
        answer = self._gateway.query(payment.id)
        if answer is None:
            if self._clock.now() - payment.at >= _ON_ITS_WAY:
                return self.cancel(payment, by)
            answer = _no_answer(payment)
        if answer.state is PaymentState.PENDING and is_qr(payment) and not payment.qr:
            # The answer with the code was lost; the same id has the same code.
            return self.start_qr(payment, by)
        return self._take(payment.id, answer, by)

    def cancel(self, payment: Payment, by: StaffId) -> Sale:
        """Take it back: unpaid is closed, paid is returned. One that gives back cannot be taken back itself: it is asked."""
        if payment.reverses is not None:
            return self.give_back(payment, by)
        try:
            answer = self._gateway.cancel(payment.id)
        except PaymentNotFound:
            # Not charged; and should the charge still be on its way, the cloud remembers not to make it.
            answer = ChargeAnswer(PaymentState.CANCELLED, payment.tender, reason="never_charged")
        return self._take(payment.id, answer, by)

    def give_back(self, reversal: Payment, by: StaffId) -> Sale:
        """Give a captured payment of an unfinished bill back. Without a clear answer it stays pending.

        Raises CloudUnreachable; the reversal stays pending then and is asked again by the chore.
        """
        assert reversal.reverses is not None
        try:
            answer = self._gateway.refund(reversal.id, reversal.reverses, -reversal.amount, "taken_back")
        except CloudAnswerLost:
            answer = RefundAnswer(RefundState.PENDING)
        except CloudUnreachable:
            raise
        except Refusal as refusal:
            answer = RefundAnswer(RefundState.REFUSED, reason=refusal.code)
        state = _ENDS[answer.state]
        told = ChargeAnswer(state, reversal.tender, answer.provider_ref, answer.reason, "provider")
        return self._take(reversal.id, told, by)

    def _end(self, payment: Payment, state: PaymentState, why: Refusal, by: StaffId) -> None:
        self._take(payment.id, ChargeAnswer(state, payment.tender, reason=why.code), by)

    def _take(self, payment_id: PaymentId, answer: ChargeAnswer, by: StaffId, qr: str = "") -> Sale:
        with self._work() as work:
            payment = work.sales.payment(payment_id)
            bill = work.sales.get(payment.sale)
            if payment.state is not PaymentState.PENDING:
                return bill  # The chore or the other button was first.
            answered = _answered(payment, answer, qr)
            return bill if answered == payment else self._booking.enter(work, bill, answered, by)


def is_qr(payment: Payment) -> bool:
    """Whether the payer scans our code, rather than we his."""
    return payment.tender in ELECTRONIC and not payment.payer_code and payment.reverses is None


def _no_answer(payment: Payment) -> ChargeAnswer:
    return ChargeAnswer(PaymentState.PENDING, payment.tender, waiting_for="provider")


def _answered(payment: Payment, answer: ChargeAnswer, qr: str) -> Payment:
    match answer.state:
        case PaymentState.CAPTURED:
            return payment.captured(answer.provider_ref, answer.available)
        case PaymentState.DECLINED:
            return payment.declined(answer.reason)
        case PaymentState.CANCELLED:
            return payment.cancelled(answer.reason)
        case PaymentState.PENDING:
            return payment.waiting(answer.waiting_for, qr)
