"""Port payment_gateway over the client."""

from core.cloud_link.answers import Answer, AnswerUnfit
from core.cloud_link.client import CloudClient
from core.domain.ids import PaymentId, SaleId
from core.domain.money import Money
from core.domain.payment import PaymentState, Tender
from core.domain.refusals.payments import PaymentNotFound
from core.ports.payment_gateway import ChargeAnswer, QrAnswer, RefundAnswer, RefundState

_PATH = "/v1/station/payments"
_REFUNDS = "/v1/station/refunds"
_REFUND_STATES = {
    "pending": RefundState.PENDING,
    "refunded": RefundState.DONE,
    "failed": RefundState.REFUSED,
}


class CloudPaymentGateway:
    """Charges through the cloud, which holds the providers' keys. The payment's id is the idempotency key."""

    def __init__(self, client: CloudClient) -> None:
        self._client = client

    def charge(
        self, payment: PaymentId, sale: SaleId, amount: Money, payer_code: str, description: str
    ) -> ChargeAnswer:
        """Charge the payer whose code this is.

        Raises NotAPaymentCode, CloudUnreachable (nothing was charged), CloudAnswerLost (query it), StationNotEnrolled.
        """
        asked = {
            "payment_id": payment,
            "sale_id": sale,
            "amount_fen": amount.fen,
            "auth_code": payer_code,
            "description": description,
        }
        return self._client.post(_PATH, asked, lambda answer: _charge_answer(answer, payment, amount))

    def query(self, payment: PaymentId) -> ChargeAnswer | None:
        """What became of it; None where the cloud never heard of it (so nothing was charged)."""
        try:
            return self._client.get(f"{_PATH}/{payment}", lambda answer: _charge_answer(answer, payment))
        except PaymentNotFound:
            return None

    def cancel(self, payment: PaymentId) -> ChargeAnswer:
        """Reverse until clear. May answer PENDING still.

        Raises PaymentNotFound where the cloud never heard of it; a charge that comes after this is not made.
        """
        return self._client.post(
            f"{_PATH}/{payment}/cancel", {}, lambda answer: _charge_answer(answer, payment)
        )

    def start_qr(
        self, payment: PaymentId, sale: SaleId, tender: Tender, amount: Money, description: str
    ) -> QrAnswer:
        """A code that the payer scans from our display. The same id again answers with the same code.

        Raises ProviderNotOffered, ProviderUnreachable, CloudUnreachable, CloudAnswerLost (ask again), StationNotEnrolled.
        """
        asked = {
            "payment_id": payment,
            "sale_id": sale,
            "amount_fen": amount.fen,
            "provider": tender.value,
            "description": description,
        }
        return self._client.post(f"{_PATH}/qr", asked, lambda answer: _qr_answer(answer, payment, amount))

    def refund(self, refund: PaymentId, payment: PaymentId, amount: Money, reason: str) -> RefundAnswer:
        """Give so much of a captured payment back.

        Raises PaymentNotFound, PaymentIsFinal (never captured), RefundTooLarge, CloudUnreachable, CloudAnswerLost.
        """
        asked = {"refund_id": refund, "amount_fen": amount.fen, "reason": reason}
        return self._client.post(
            f"{_PATH}/{payment}/refunds", asked, lambda answer: _refund_answer(answer, refund)
        )

    def query_refund(self, refund: PaymentId) -> RefundAnswer | None:
        """What became of it; None where the cloud never heard of it (so nothing went back)."""
        try:
            return self._client.get(f"{_REFUNDS}/{refund}", lambda answer: _refund_answer(answer, refund))
        except PaymentNotFound:
            return None


def _qr_answer(answer: Answer, payment: PaymentId, amount: Money) -> QrAnswer:
    if answer.named("payment_id") != payment or answer.whole("amount_fen") != amount.fen:
        raise AnswerUnfit("payment_id")
    return QrAnswer(answer.named("qr"), answer.moment("until"))


def _refund_answer(answer: Answer, refund: PaymentId) -> RefundAnswer:
    if answer.named("refund_id") != refund:
        raise AnswerUnfit("refund_id")
    state = _REFUND_STATES.get(answer.named("state"))
    if state is None:
        raise AnswerUnfit("state")
    return RefundAnswer(state, reason=answer.text("reason"))


def _charge_answer(answer: Answer, payment: PaymentId, amount: Money | None = None) -> ChargeAnswer:
    if answer.named("payment_id") != payment:
        raise AnswerUnfit("payment_id")
    if amount is not None and answer.whole("amount_fen") != amount.fen:
        raise AnswerUnfit("amount_fen")
    try:
        state, tender = PaymentState(answer.named("state")), Tender(answer.named("provider"))
    except ValueError as error:
        raise AnswerUnfit(str(error)) from error
    return ChargeAnswer(
        state,
        tender,
        provider_ref=answer.text("provider_ref"),
        reason=answer.text("reason"),
        waiting_for=answer.text("waiting_for"),
        available=Money(available_fen) if (available_fen := answer.whole("available_fen", -1)) >= 0 else None,
    )
