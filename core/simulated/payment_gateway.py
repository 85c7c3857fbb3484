"""Pays, declines, gives back, stays silent, on request."""

from datetime import UTC, datetime, timedelta

from core.domain.faults import CloudAnswerLost, CloudUnreachable
from core.domain.ids import PaymentId, SaleId
from core.domain.money import ZERO, Money
from core.domain.payment import PaymentState, Tender
from core.domain.refusals.payments import PaymentNotFound
from core.domain.scan import CodeKind, what_is
from core.ports.payment_gateway import ChargeAnswer, QrAnswer, RefundAnswer, RefundState

_TENDERS = {
    CodeKind.WECHAT: Tender.WECHAT,
    CodeKind.ALIPAY: Tender.ALIPAY,
    CodeKind.UNIONPAY: Tender.UNIONPAY,
    CodeKind.MEMBER: Tender.WALLET,
    CodeKind.RECHARGE_CARD: Tender.RECHARGE_CARD,
}


class MemoryPaymentGateway:
    """Implements core.ports.payment_gateway.PaymentGateway; `charged` is the truth about whose money moved, and `returned`
    about what went back of it.

    `next_state` is given to the next charge, `next_refund` to the next refund; `lose_answer` does what was asked and then
    does not answer; `lose_question` is one that is on its way for ever; `down` never hears.
    """

    def __init__(self) -> None:
        self.charged: dict[PaymentId, Money] = {}
        self.answers: dict[PaymentId, ChargeAnswer] = {}
        self.returned: dict[PaymentId, tuple[PaymentId, Money]] = {}
        self.refunds: dict[PaymentId, RefundAnswer] = {}
        self.next_state = PaymentState.CAPTURED
        self.next_reason = ""
        self.next_available: Money | None = None
        self.next_refund = RefundState.DONE
        self.lose_answer = False
        self.lose_question = False
        self.called_off: set[PaymentId] = set()
        self.down = False

    def charge(
        self, payment: PaymentId, sale: SaleId, amount: Money, payer_code: str, description: str
    ) -> ChargeAnswer:
        """Charge once, whatever is asked."""
        self._hear()
        tender = _TENDERS.get(what_is(payer_code), Tender.WECHAT)
        if payment in self.called_off:
            return ChargeAnswer(PaymentState.CANCELLED, tender, reason="cancelled_at_counter")
        if payment not in self.answers:
            waiting = "payer" if self.next_state is PaymentState.PENDING else ""
            self.answers[payment] = ChargeAnswer(
                self.next_state, tender, f"ref-{payment[-4:]}", self.next_reason, waiting, self.next_available
            )
            if self.next_state is PaymentState.CAPTURED:
                self.charged[payment] = amount
        self._answer()
        return self.answers[payment]

    def start_qr(
        self, payment: PaymentId, sale: SaleId, tender: Tender, amount: Money, description: str
    ) -> QrAnswer:
        """A code that waits for a payer."""
        self._hear()
        if payment not in self.called_off:
            self.answers.setdefault(
                payment,
                ChargeAnswer(PaymentState.PENDING, tender, f"ref-{payment[-4:]}", waiting_for="payer"),
            )
        self._answer()
        until = datetime(2026, 11, 22, tzinfo=UTC) + timedelta(days=1)
        return QrAnswer(f"weixin://wxpay/bizpayurl?pr={payment[-8:]}", until)

    def query(self, payment: PaymentId) -> ChargeAnswer | None:
        """What became of it."""
        if self.down:
            raise CloudUnreachable
        return self.answers.get(payment)

    def cancel(self, payment: PaymentId) -> ChargeAnswer:
        """Give it back."""
        if self.down:
            raise CloudUnreachable
        known = self.answers.get(payment)
        if known is None:
            self.called_off.add(payment)
            raise PaymentNotFound(payment)
        if known.state is PaymentState.PENDING:
            self.charged.pop(payment, None)
            known = ChargeAnswer(PaymentState.CANCELLED, known.tender, reason="cancelled_at_counter")
            self.answers[payment] = known
        return known

    def refund(self, refund: PaymentId, payment: PaymentId, amount: Money, reason: str) -> RefundAnswer:
        """Give back once, whatever is asked, and never more than was charged."""
        self._hear()
        if payment not in self.charged:
            raise PaymentNotFound(payment)
        if refund not in self.refunds:
            state = self.next_refund
            if self.returned_of(payment) + amount > self.charged[payment]:
                state = RefundState.REFUSED
            why = "not_enough_left" if state is RefundState.REFUSED else ""
            self.refunds[refund] = RefundAnswer(state, f"back-{refund[-4:]}", why)
            if state is not RefundState.REFUSED:
                self.returned[refund] = (payment, amount)
        self._answer()
        return self.refunds[refund]

    def query_refund(self, refund: PaymentId) -> RefundAnswer | None:
        """What became of it."""
        if self.down:
            raise CloudUnreachable
        return self.refunds.get(refund)

    def payer_pays(self, payment: PaymentId, amount: Money) -> None:
        """The payer has typed his password."""
        waiting = self.answers[payment]
        self.answers[payment] = ChargeAnswer(PaymentState.CAPTURED, waiting.tender, waiting.provider_ref)
        self.charged[payment] = amount

    def refund_arrives(self, refund: PaymentId) -> None:
        """A refund that was being worked on has reached the payer."""
        self.refunds[refund] = RefundAnswer(RefundState.DONE, self.refunds[refund].provider_ref)

    def refund_fails(self, refund: PaymentId) -> None:
        """A refund that was being worked on cannot be made."""
        self.returned.pop(refund, None)
        self.refunds[refund] = RefundAnswer(RefundState.REFUSED, reason="account_closed")

    def returned_of(self, payment: PaymentId) -> Money:
        """What went back of this payment in all."""
        return sum((amount for of, amount in self.returned.values() if of == payment), ZERO)

    def _hear(self) -> None:
        if self.down:
            raise CloudUnreachable
        if self.lose_question:
            self.lose_question = False
            raise CloudAnswerLost

    def _answer(self) -> None:
        if self.lose_answer:
            self.lose_answer = False
            raise CloudAnswerLost
