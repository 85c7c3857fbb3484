"""Pays, declines, stays silent, on request."""

from core.domain.faults import CloudAnswerLost, CloudUnreachable
from core.domain.ids import PaymentId, SaleId
from core.domain.money import Money
from core.domain.payment import PaymentState, Tender
from core.domain.refusals import PaymentNotFound
from core.domain.scan import CodeKind, what_is
from core.ports.payment_gateway import ChargeAnswer


class MemoryPaymentGateway:
    """Implements core.ports.payment_gateway.PaymentGateway; `charged` is the truth about whose money moved.

    `next_state` is given to the next charge; `lose_answer` charges and then does not answer; `lose_question` is one that
    is on its way for ever; `down` never hears.
    """

    def __init__(self) -> None:
        self.charged: dict[PaymentId, Money] = {}
        self.answers: dict[PaymentId, ChargeAnswer] = {}
        self.next_state = PaymentState.CAPTURED
        self.next_reason = ""
        self.lose_answer = False
        self.lose_question = False
        self.called_off: set[PaymentId] = set()
        self.down = False

    def charge(
        self, payment: PaymentId, sale: SaleId, amount: Money, payer_code: str, description: str
    ) -> ChargeAnswer:
        """Charge once, whatever is asked."""
        if self.down:
            raise CloudUnreachable
        if self.lose_question:
            self.lose_question = False
            raise CloudAnswerLost
        if payment in self.called_off:
            return ChargeAnswer(PaymentState.CANCELLED, Tender.WECHAT, reason="cancelled_at_counter")
        if payment not in self.answers:
            tender = Tender.ALIPAY if what_is(payer_code) is CodeKind.ALIPAY else Tender.WECHAT
            waiting = "payer" if self.next_state is PaymentState.PENDING else ""
            self.answers[payment] = ChargeAnswer(
                self.next_state, tender, f"ref-{payment[-4:]}", self.next_reason, waiting
            )
            if self.next_state is PaymentState.CAPTURED:
                self.charged[payment] = amount
        if self.lose_answer:
            self.lose_answer = False
            raise CloudAnswerLost
        return self.answers[payment]

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

    def payer_pays(self, payment: PaymentId, amount: Money) -> None:
        """The payer has typed his password."""
        waiting = self.answers[payment]
        self.answers[payment] = ChargeAnswer(PaymentState.CAPTURED, waiting.tender, waiting.provider_ref)
        self.charged[payment] = amount
