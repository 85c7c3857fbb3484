"""Port payment_gateway over the client."""

from core.cloud_link.answers import Answer, AnswerUnfit
from core.cloud_link.client import CloudClient
from core.domain.ids import PaymentId, SaleId
from core.domain.money import Money
from core.domain.payment import PaymentState, Tender
from core.domain.refusals import PaymentNotFound
from core.ports.payment_gateway import ChargeAnswer

_PATH = "/v1/station/payments"


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
    )
