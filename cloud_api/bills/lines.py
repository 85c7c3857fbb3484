"""What a provider's bill says, in our words; and where it differs from our books: pure."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

PAYMENT, REFUND = "payment", "refund"
# A bill's standing of a line; a reversal gives a code payment back under the payment's own number.
PAID, REFUNDED, UNDER_WAY, NOT_ARRIVED, REVERSED = "paid", "refunded", "under_way", "not_arrived", "reversed"
_NEAR_MIDNIGHT = timedelta(minutes=10)


class BillUnfit(Exception):
    """The file is not what such a bill looks like, or does not add up."""


@dataclass(frozen=True, slots=True)
class Line:
    """One payment or refund as the provider billed it; the amount is never negative."""

    subject: str
    our_id: str
    payment_id: str
    provider_ref: str
    amount_fen: int
    fee_fen: int
    standing: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Ours:
    """The same in our books: a payment (paid, pending, declined, cancelled) or a refund (pending, refunded, failed)."""

    subject: str
    our_id: str
    payment_id: str
    amount_fen: int
    state: str
    at: datetime
    provider_ref: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the two books say differently, and what may be behind it."""

    subject: str
    kind: str
    our_id: str
    payment_id: str
    provider_ref: str
    cause: str
    ours_fen: int | None = None
    theirs_fen: int | None = None
    ours_state: str | None = None
    theirs_state: str | None = None

    def id(self, provider: str, day: str) -> str:
        """The same difference found again has the same id; on whichever day, but where just the day is what is wrong."""
        name = f"{provider} {self.subject} {self.kind} {self.our_id} {self.cause == 'twice'}"
        if self.cause == "billed_before":
            name += f" {day}"
        return hashlib.sha256(name.encode()).hexdigest()[:32]


Known = Mapping[tuple[str, str], Ours]


@dataclass(frozen=True, slots=True)
class Billed:
    """Numbers, by subject, that stand on the bills of earlier days and of later ones."""

    before: frozenset[tuple[str, str]] = frozenset()
    after: frozenset[tuple[str, str]] = frozenset()


def compare(
    lines: Sequence[Line],
    known: Known,
    expected: Sequence[Ours],
    elsewhere: Billed,
    ends_at: datetime,
) -> list[Difference]:
    """A day's bill against our books.

    `known` is ours of every number on the bill, of whatever day; `expected` is ours that became final on that day;
    `elsewhere` is what of both stands on the bills of other days, too. The day ends at `ends_at`.
    """
    reversed_fen = {line.payment_id: line.amount_fen for line in lines if line.standing == REVERSED}
    found: list[Difference] = []
    seen: Counter[tuple[str, str]] = Counter()
    for line in lines:
        key = (line.subject, line.our_id)
        seen[key] += 1
        if seen[key] > 1:
            found.append(_theirs_only(line, "twice"))
        elif key in elsewhere.before and line.standing != REVERSED:
            found.append(_theirs_only(line, "billed_before"))
        elif line.standing == REVERSED:
            found += _of_reversal(line, known.get((PAYMENT, line.payment_id)))
        else:
            ours = known.get(key)
            differs = _theirs_only(line, _why_unknown(line)) if ours is None else _of_both(line, ours)
            if differs is not None and not _was_reversed(line, ours, reversed_fen):
                found.append(differs)
    for ours in expected:
        key = (ours.subject, ours.our_id)
        # A refund may be begun days before it arrives, and stands on the bill of its beginning.
        if key not in seen and key not in elsewhere.before | elsewhere.after and _is_final(ours):
            found.append(_ours_only(ours, ends_at))
    return found


def _of_both(line: Line, ours: Ours) -> Difference | None:
    if line.amount_fen != ours.amount_fen:
        return _differs(line, ours, "amount", "amount_differs")
    if line.subject == PAYMENT and ours.state != PAID:
        cause = "not_heard" if ours.state == "pending" else "paid_after_end"
        return _differs(line, ours, "state", cause)
    if line.subject == REFUND and ours.state == "failed" and line.standing in (REFUNDED, UNDER_WAY):
        return _differs(line, ours, "state", "refund_went_after_all")
    if line.subject == REFUND and ours.state == "refunded" and line.standing == NOT_ARRIVED:
        return _differs(line, ours, "state", "refund_not_arrived")
    return None


def _of_reversal(line: Line, ours: Ours | None) -> list[Difference]:
    if ours is None:
        return [_theirs_only(line, "not_ours")]
    if ours.state == PAID:
        return [_differs(line, ours, "state", "reversed_there")]
    return []


def _was_reversed(line: Line, ours: Ours | None, reversed_fen: Mapping[str, int]) -> bool:
    """A code payment that the counter took back was paid for a moment: theirs shows both, ours neither."""
    is_ended = ours is not None and ours.state in ("cancelled", "declined")
    return is_ended and line.subject == PAYMENT and reversed_fen.get(line.our_id) == line.amount_fen


def _is_final(ours: Ours) -> bool:
    return ours.state == (PAID if ours.subject == PAYMENT else "refunded")


def _why_unknown(line: Line) -> str:
    return "not_ours" if line.subject == PAYMENT else "refunded_elsewhere"


def _ours_only(ours: Ours, ends_at: datetime) -> Difference:
    from_edge = min(ends_at - ours.at, ours.at - (ends_at - timedelta(days=1)))
    cause = "day_edge" if from_edge <= _NEAR_MIDNIGHT else "not_at_provider"
    return Difference(
        ours.subject,
        "ours_only",
        ours.our_id,
        ours.payment_id,
        ours.provider_ref,
        cause,
        ours_fen=ours.amount_fen,
        ours_state=ours.state,
    )


def _theirs_only(line: Line, cause: str) -> Difference:
    return Difference(
        line.subject,
        "theirs_only",
        line.our_id,
        line.payment_id,
        line.provider_ref,
        cause,
        theirs_fen=line.amount_fen,
        theirs_state=line.standing,
    )


def _differs(line: Line, ours: Ours, kind: str, cause: str) -> Difference:
    return Difference(
        line.subject,
        kind,
        line.our_id,
        line.payment_id,
        line.provider_ref,
        cause,
        ours_fen=ours.amount_fen,
        theirs_fen=line.amount_fen,
        ours_state=ours.state,
        theirs_state=line.standing,
    )
