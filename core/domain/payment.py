"""Payment: pending, then captured, declined or voided, once only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.card_numbers import refuse_card_number
from core.domain.copying import replace
from core.domain.ids import AccountId, MemberId, PaymentId, SaleId, StaffId
from core.domain.money import ZERO, Money
from core.domain.refusals.payments import (
    AmountOverDue,
    NotEnoughCash,
    PaymentIsFinal,
    PaymentNotInBill,
    SlipNumberUnfit,
)
from core.domain.refusals.typed import AmountUnfit

_MOST = Money(100_000_000)


class Tender(StrEnum):
    """What a customer pays with."""

    CASH = "cash"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    UNIONPAY = "unionpay"
    WALLET = "wallet"  # the member's balance at the cloud
    RECHARGE_CARD = "recharge_card"
    BANK_CARD = "bank_card"  # taken on a terminal of its own; only its slip's number is known here
    CREDIT = "credit"  # an account customer, who pays later


# Moved by somebody outside whom the cloud asks; its answer may come late.
ELECTRONIC = frozenset({Tender.WECHAT, Tender.ALIPAY, Tender.UNIONPAY, Tender.WALLET, Tender.RECHARGE_CARD})
# What a customer can pay by scanning a code that the till shows.
SHOWN_AS_QR = (Tender.WECHAT, Tender.ALIPAY)


class PaymentState(StrEnum):
    """pending -> captured | declined | cancelled."""

    PENDING = "pending"
    CAPTURED = "captured"
    DECLINED = "declined"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment of one sale. A retry is a new payment; this one has one end.

    A payment that `reverses` another of the same unfinished bill gives that one back: its amount is negative.
    """

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
    slip: str = ""  # number of the bank terminal's slip; never a card's number
    account: AccountId | None = None  # who owes it, bought on credit
    plate: str = ""  # the car it was bought for, on credit
    member: MemberId | None = None
    qr: str = ""  # what the customer display shows as a QR code for this payment
    reverses: PaymentId | None = None
    remaining: Money | None = None  # what the member's balance or the card holds after it, where it was told

    def captured(self, provider_ref: str = "", remaining: Money | None = None) -> "Payment":
        """The money is ours; `remaining` is what the balance or card holds that it came from."""
        ended = self._ended(PaymentState.CAPTURED, provider_ref=provider_ref, reason="")
        return ended if remaining is None else replace(ended, remaining=remaining)

    def declined(self, reason: str) -> "Payment":
        """The payer's provider said no; nothing was charged."""
        return self._ended(PaymentState.DECLINED, reason=reason)

    def cancelled(self, reason: str) -> "Payment":
        """Taken back before or after the charge; the payer has the money."""
        return self._ended(PaymentState.CANCELLED, reason=reason)

    def waiting(self, waiting_for: str, qr: str = "") -> "Payment":
        """Still no clear answer; who is being waited for, and the code that the payer is to scan."""
        if self.state is not PaymentState.PENDING:
            raise PaymentIsFinal(self.id, self.state)
        return replace(self, waiting_for=waiting_for, qr=qr or self.qr)

    def by_code(self, masked_code: str) -> "Payment":
        """Asked for by the payer's code, of which only the masked form is kept."""
        return replace(self, payer_code=masked_code)

    def on_slip(self, slip: str) -> "Payment":
        """Made on a bank terminal, whose slip has this number."""
        return replace(self, slip=slip)

    def owed_by(self, account: AccountId, plate: str) -> "Payment":
        """Bought on credit for this car."""
        return replace(self, account=account, plate=plate)

    def _ended(self, state: PaymentState, provider_ref: str = "", reason: str = "") -> "Payment":
        if self.state is state:
            return self
        if self.state is not PaymentState.PENDING:
            raise PaymentIsFinal(self.id, self.state)
        return replace(
            self, state=state, provider_ref=provider_ref or self.provider_ref, reason=reason, waiting_for=""
        )


def cash_payment(
    payment: PaymentId,
    sale: SaleId,
    due: Money,
    *,
    tendered: Money,
    at: datetime,
    taken_by: StaffId,
    amount: Money | None = None,
) -> Payment:
    """Cash for `amount`, or for the whole of what is due, with its change.

    Raises NotEnoughCash, AmountUnfit, AmountOverDue.
    """
    if not 0 < tendered.fen < _MOST.fen:
        raise AmountUnfit(tendered.fen)
    part = part_of(due, amount)
    if tendered.fen < part.fen:
        raise NotEnoughCash(part.fen, tendered.fen)
    return Payment(
        payment,
        sale,
        Tender.CASH,
        part,
        at,
        taken_by,
        state=PaymentState.CAPTURED,
        tendered=tendered,
        change=tendered - part,
    )


def part_of(due: Money, amount: Money | None) -> Money:
    """The part of what is due that is to be paid now; all of it when no part is named.

    Raises AmountUnfit for nothing or less, AmountOverDue for more than is due.
    """
    if amount is None:
        return due
    if amount <= ZERO:
        raise AmountUnfit(amount.fen)
    if amount > due:
        raise AmountOverDue(due.fen, amount.fen)
    return amount


def reversal_of(payment: Payment, reversal: PaymentId, *, at: datetime, by: StaffId) -> Payment:
    """The entry that gives a captured payment of an unfinished bill back.

    Cash, a card slip and credit are given back at once; whatever the cloud moves is pending until it has.
    Raises PaymentNotInBill for one that never came in or is itself a reversal.
    """
    if payment.state is not PaymentState.CAPTURED or payment.reverses is not None:
        raise PaymentNotInBill(payment.id)
    asked = payment.tender in ELECTRONIC
    return Payment(
        reversal,
        payment.sale,
        payment.tender,
        -payment.amount,
        at,
        by,
        state=PaymentState.PENDING if asked else PaymentState.CAPTURED,
        slip=payment.slip,
        account=payment.account,
        plate=payment.plate,
        member=payment.member,
        reverses=payment.id,
        waiting_for="provider" if asked else "",
    )


def slip_number(text: str) -> str:
    """A terminal slip's number as it is kept. Raises SlipNumberUnfit, CardNumberRefused."""
    slip = refuse_card_number(text).upper()
    bare = slip.replace("-", "")
    if not (0 < len(slip) <= 32 and bare.isascii() and bare.isalnum()):
        raise SlipNumberUnfit
    return slip
