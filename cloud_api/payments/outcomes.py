"""What an answer of a provider does to our rows, each in one transaction. Nothing here asks a provider."""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from cloud_api.clock import Clock
from cloud_api.database import Work
from cloud_api.payments import repository
from cloud_api.payments.provider import ProviderAnswer, RefundAnswer, RefundStanding, Standing
from cloud_api.payments.repository import (
    CANCELLED,
    CAPTURED,
    FAILED,
    PENDING,
    REFUNDED,
    PaymentRow,
    RefundRow,
)

_log = logging.getLogger(__name__)

# order_id, payment_id, amount_fen, provider, paid_at -> whether the order still takes the money.
OnCaptured = Callable[[Work, str, str, int, str, datetime], Literal["taken", "late"]]
# order_id, and who paid it by the provider's own name
OnPayer = Callable[[Work, str, str], None]
# order_id, refund_id, amount_fen
OnRefunded = Callable[[Work, str, str, int], None]

# How soon to ask again: at first, and at most. A code's payer stands at the counter.
_CODE = (3.0, 15.0)
_PAGE = (10.0, 60.0)
_REFUND = (2.0, 600.0)


@dataclass(frozen=True, slots=True)
class Paid:
    """What became of news that a payment was paid."""

    payment: PaymentRow
    # The refund with which money that came too late goes back.
    refund_id: str | None = None
    is_mismatch: bool = False


class Outcomes:
    """Writes down what the providers say; tells the orders in the same transaction."""

    def __init__(
        self,
        clock: Clock,
        on_captured: OnCaptured,
        on_refunded: OnRefunded,
        on_payer: OnPayer = lambda _work, _order_id, _payer: None,
    ) -> None:
        self._clock, self._on_captured, self._on_refunded = clock, on_captured, on_refunded
        self._on_payer = on_payer

    def paid(self, work: Work, payment_id: str, answer: ProviderAnswer) -> Paid:
        """The provider has the money. Counts once, whoever says it and how often."""
        row, now = self._locked(work, payment_id), self._clock.now()
        if row.paid_at is not None:
            return Paid(row)
        if answer.amount_fen != row.amount_fen:
            _log.error("payment %s: %s fen were paid, not %s", row.id, answer.amount_fen, row.amount_fen)
            self._note(work, row, "amount_mismatch", f"{answer.amount_fen} fen")
            return Paid(self._look_again(work, row, None), is_mismatch=True)
        if row.is_code and row.state == PENDING and row.cancel_asked_at is not None:
            # The counter has asked for it back before it was told that it was paid: it stays undecided until reversed.
            self._note(work, row, "paid_while_cancelling")
            return Paid(row)
        return self._taken(work, row, answer, now)

    def _taken(self, work: Work, row: PaymentRow, answer: ProviderAnswer, now: datetime) -> Paid:
        paid_at = answer.paid_at or now
        facts = {
            "paid_at": paid_at,
            "provider_ref": answer.provider_ref,
            "look_at": None,
            "waiting_for": None,
            "available_fen": answer.available_fen,
        }
        if row.order_id is not None:
            repository.change_payment(
                work.connection, row.id, **facts, state=CAPTURED, reason=None, ended_at=now
            )
            verdict = self._on_captured(work, row.order_id, row.id, row.amount_fen, row.provider, paid_at)
            if answer.payer:
                self._on_payer(work, row.order_id, f"{row.provider} {answer.payer}")
        elif row.state == PENDING and row.cancel_asked_at is not None:
            # The payer scanned in the very moment in which the counter took the code away: it goes back by itself.
            repository.change_payment(
                work.connection,
                row.id,
                **facts,
                state=CANCELLED,
                reason="cancelled_at_counter",
                ended_at=now,
            )
            verdict = "late"
        elif row.state == PENDING:
            repository.change_payment(
                work.connection, row.id, **facts, state=CAPTURED, reason=None, ended_at=now
            )
            verdict = "taken"
        else:
            # The counter was told that nothing was charged and has gone on: its payment stays as it ended.
            repository.change_payment(work.connection, row.id, **facts)
            verdict = "late"
        self._note(work, row, "captured" if verdict == "taken" else "paid_too_late", f"{answer.provider_ref}")
        refund_id = None if verdict == "taken" else self._give_back_late(work, row, now)
        return Paid(self._locked(work, row.id), refund_id)

    def _give_back_late(self, work: Work, row: PaymentRow, now: datetime) -> str:
        # Always the same id for the same payment: it goes back once.
        refund_id = hashlib.sha256(f"too late {row.id}".encode()).hexdigest()[:32]
        if not repository.reserve_refund(work.connection, row.id, row.amount_fen):
            raise RuntimeError(f"payment {row.id} was given back before it was paid")
        refund = RefundRow(refund_id, row.id, "us", row.amount_fen, "支付超时，自动退款", now, look_at=now)
        repository.add_refund(work.connection, refund)
        return refund_id

    def ended(
        self,
        work: Work,
        payment_id: str,
        state: str,
        reason: str | None,
        *,
        watch: bool = False,
        available_fen: int | None = None,
    ) -> PaymentRow:
        """Declined or cancelled, for good. `watch`: ask once more much later, since the provider knew nothing of it."""
        row, now = self._locked(work, payment_id), self._clock.now()
        if row.state != PENDING:
            return row
        look_at = max(now + timedelta(minutes=10), row.expires_at + timedelta(minutes=1)) if watch else None
        values = {
            "state": state,
            "reason": reason,
            "waiting_for": None,
            "ended_at": now,
            "look_at": look_at,
            "available_fen": available_fen,
        }
        repository.change_payment(work.connection, row.id, **values)
        self._note(work, row, state, reason or "")
        return self._locked(work, row.id)

    def waiting(
        self, work: Work, payment_id: str, standing: Standing, *, look_at: datetime | None = None
    ) -> PaymentRow:
        """Neither paid nor ended: who is being waited for, and when to ask again."""
        row = self._locked(work, payment_id)
        if row.state != PENDING:
            return row
        for_payer = standing is Standing.WAITING or (not row.is_code and standing is not Standing.PAID)
        reason = "cancelling" if row.cancel_asked_at is not None and row.at_counter else None
        values = {"waiting_for": "payer" if for_payer else "provider", "reason": reason}
        repository.change_payment(work.connection, row.id, **values)
        return self._look_again(work, row, look_at)

    def silent(self, work: Work, payment_id: str, why: str) -> PaymentRow:
        """The provider gave no answer that can be trusted: everything stays as it is, and it is asked again."""
        row = self._locked(work, payment_id)
        self._note(work, row, "no_answer", why)
        if row.state == PENDING:
            repository.change_payment(work.connection, row.id, waiting_for="provider")
        return self._look_again(work, row, None) if row.look_at is not None else row

    def no_longer_watched(self, work: Work, payment_id: str) -> PaymentRow:
        """An ended payment was asked about once more, and it is still not paid."""
        repository.change_payment(work.connection, payment_id, look_at=None)
        return self._locked(work, payment_id)

    def refund_answered(
        self, work: Work, refund_id: str, answer: RefundAnswer | None, why: str = ""
    ) -> RefundRow:
        """What the provider says of a refund; None where it said nothing that can be trusted."""
        row, now = self._locked_refund(work, refund_id), self._clock.now()
        if row.state != PENDING:
            return row
        payment = self._locked(work, row.payment_id)
        standing = RefundStanding.PENDING if answer is None else answer.standing
        if answer is not None and answer.amount_fen not in (None, row.amount_fen):
            _log.error(
                "refund %s: the provider says %s fen, not %s", row.id, answer.amount_fen, row.amount_fen
            )
            standing = RefundStanding.PENDING
        if standing is RefundStanding.REFUNDED:
            repository.change_refund(
                work.connection, row.id, state=REFUNDED, trouble=None, ended_at=now, look_at=None
            )
            if row.wanted_by == "order" and payment.order_id is not None:
                self._on_refunded(work, payment.order_id, row.id, row.amount_fen)
        elif standing in (RefundStanding.STUCK, RefundStanding.CLOSED):
            trouble = answer.reason if answer is not None else None
            _log.error("refund %s of payment %s failed: %s", row.id, payment.id, trouble)
            repository.change_refund(
                work.connection, row.id, state=FAILED, trouble=trouble, ended_at=now, look_at=None
            )
            if standing is RefundStanding.CLOSED:
                repository.release_refund(work.connection, payment.id, row.amount_fen)
        else:
            look_at = _later(now, row.looks, _REFUND)
            values = {
                "looks": row.looks + 1,
                "look_at": look_at,
                "trouble": "no_answer" if answer is None else None,
            }
            repository.change_refund(work.connection, row.id, **values)
        repository.record(work.connection, payment.id, now, f"refund_{standing}", why, refund_id=row.id)
        return self._locked_refund(work, row.id)

    def _look_again(self, work: Work, row: PaymentRow, look_at: datetime | None) -> PaymentRow:
        look_at = look_at or _later(self._clock.now(), row.looks, _CODE if row.at_counter else _PAGE)
        repository.change_payment(work.connection, row.id, look_at=look_at, looks=row.looks + 1)
        return self._locked(work, row.id)

    def _note(self, work: Work, row: PaymentRow, what: str, detail: str = "") -> None:
        repository.record(work.connection, row.id, self._clock.now(), what, detail)

    def _locked(self, work: Work, payment_id: str) -> PaymentRow:
        row = repository.payment(work.connection, payment_id, lock=True)
        if row is None:
            raise KeyError(payment_id)
        return row

    def _locked_refund(self, work: Work, refund_id: str) -> RefundRow:
        row = repository.refund(work.connection, refund_id, lock=True)
        if row is None:
            raise KeyError(refund_id)
        return row


def end_reason(row: PaymentRow) -> str:
    """Why a payment that was not paid is being cancelled."""
    if row.cancel_asked_at is None:
        return "not_paid_in_time"
    return "cancelled_at_counter" if row.at_counter else "order_closed"


def first_look(now: datetime, *, is_code: bool) -> datetime:
    """When to ask for the first time, should nobody else have asked by then."""
    return _later(now, 0, _CODE if is_code else _PAGE)


def _later(now: datetime, looks: int, pace: tuple[float, float]) -> datetime:
    first, most = pace
    return now + timedelta(seconds=min(first * 2 ** min(looks, 20), most))
