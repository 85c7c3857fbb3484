"""Charge a payer's code, ask, cancel; the answer may be that there is no answer yet."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from core.domain.ids import PaymentId, SaleId
from core.domain.money import Money
from core.domain.payment import PaymentState, Tender


@dataclass(frozen=True, slots=True)
class ChargeAnswer:
    """What the cloud knows of a charge. PENDING says who is being waited for."""

    state: PaymentState
    tender: Tender
    provider_ref: str = ""
    reason: str = ""
    waiting_for: str = ""
    available: Money | None = (
        None  # what a balance or card holds: after the charge, or where it is too little
    )


@dataclass(frozen=True, slots=True)
class QrAnswer:
    """What the payer scans, and until when the provider takes money for it."""

    url: str
    until: datetime


class RefundState(StrEnum):
    """pending -> done | refused."""

    PENDING = "pending"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RefundAnswer:
    """What the cloud knows of a refund; `reason` is the code of why it was refused."""

    state: RefundState
    provider_ref: str = ""
    reason: str = ""


class PaymentGateway(Protocol):
    """Charges through the cloud. The payment's id is the idempotency key: the same id is never charged twice.

    Raises CloudUnreachable (nothing arrived), CloudAnswerLost (it may have), StationNotEnrolled, NotAPaymentCode.
    """

    def charge(
        self, payment: PaymentId, sale: SaleId, amount: Money, payer_code: str, description: str
    ) -> ChargeAnswer:
        """Charge the payer whose code this is."""
        ...

    def query(self, payment: PaymentId) -> ChargeAnswer | None:
        """What became of it; None where the cloud never heard of it (so nothing was charged)."""
        ...

    def cancel(self, payment: PaymentId) -> ChargeAnswer:
        """Reverse until clear: unpaid is closed, paid is given back. May answer PENDING still.

        Raises PaymentNotFound where the cloud never heard of it: a charge of this id that comes later is not made.
        """
        ...

    def start_qr(
        self, payment: PaymentId, sale: SaleId, tender: Tender, amount: Money, description: str
    ) -> QrAnswer:
        """Prepare a code that the payer scans from our display. The same id again answers with the same code.

        What comes of it is asked by `query`; `cancel` closes the code.
        """
        ...

    def refund(self, refund: PaymentId, payment: PaymentId, amount: Money, reason: str) -> RefundAnswer:
        """Give so much of a captured payment back. `refund` is the idempotency key: the same id gives back once.

        Raises PaymentNotFound, and what every call raises.
        """
        ...

    def query_refund(self, refund: PaymentId) -> RefundAnswer | None:
        """What became of it; None where the cloud never heard of it (so nothing went back)."""
        ...
