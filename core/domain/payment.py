"""Payment: pending, then captured, declined or voided, once only."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from core.domain.ids import PaymentId, SaleId, StaffId
from core.domain.money import ZERO, Money
from core.domain.refusals import AmountUnfit, NotEnoughCash, PaymentIsFinal


class Tender(StrEnum):
    """What a customer pays with."""

    CASH = "cash"
    WECHAT = "wechat"
    ALIPAY = "alipay"


class PaymentState(StrEnum):
    """pending -> captured | declined | cancelled."""

    PENDING = "pending"
    CAPTURED = "captured"
    DECLINED = "declined"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment of one sale. A retry is a new payment; this one has one end."""

    id: PaymentId
    sale: SaleId
    tender: Tender
    amount: Money
    at: datetime
    taken_by: StaffId
    state: PaymentState = PaymentState.PENDING
    tendered: Money = ZERO  # cash handed over
    change: Money = ZERO  # cash given back
    payer_code: str = ""  # masked
    provider_ref: str = ""
    waiting_for: str = ""  # "payer" or "provider" while pending
    reason: str = ""  # code of why it was declined or cancelled

    def captured(self, provider_ref: str = "") -> "Payment":
        """The money is ours."""
        return self._ended(PaymentState.CAPTURED, provider_ref=provider_ref, reason="")

    def declined(self, reason: str) -> "Payment":
        """The payer's provider said no; nothing was charged."""
        return self._ended(PaymentState.DECLINED, reason=reason)

    def cancelled(self, reason: str) -> "Payment":
        """Taken back before or after the charge; the payer has the money."""
        return self._ended(PaymentState.CANCELLED, reason=reason)

    def waiting(self, waiting_for: str) -> "Payment":
        """Still no clear answer; who is being waited for."""
        if self.state is not PaymentState.PENDING:
            raise PaymentIsFinal(self.id, self.state)
        return replace(self, waiting_for=waiting_for)

    def _ended(self, state: PaymentState, provider_ref: str = "", reason: str = "") -> "Payment":
        if self.state is state:
            return self
        if self.state is not PaymentState.PENDING:
            raise PaymentIsFinal(self.id, self.state)
        return replace(
            self, state=state, provider_ref=provider_ref or self.provider_ref, reason=reason, waiting_for=""
        )


def cash_payment(
    payment: PaymentId, sale: SaleId, due: Money, *, tendered: Money, at: datetime, taken_by: StaffId
) -> Payment:
    """Cash for the whole of what is due, with its change. Raises NotEnoughCash or AmountUnfit."""
    if not 0 < tendered.fen < 100_000_000:
        raise AmountUnfit(tendered.fen)
    if tendered < due:
        raise NotEnoughCash(due.fen, tendered.fen)
    return Payment(
        payment,
        sale,
        Tender.CASH,
        due,
        at,
        taken_by,
        state=PaymentState.CAPTURED,
        tendered=tendered,
        change=tendered - due,
    )
