"""Lots: what a balance consists of, in which order it is spent, and where what is given back goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Lot:
    """So much that came at one time: money of one top-up, its bonus, the points of one month. `left` in fen or points."""

    id: str
    left: int
    at: datetime
    is_bonus: bool = False
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """So much taken out of one lot, and so much of it given back since; `position` is its turn in the spending."""

    lot_id: str
    is_bonus: bool
    position: int
    taken: int
    returned: int = 0


def in_spend_order(lots: Sequence[Lot]) -> list[Lot]:
    """Principal before bonus, so that what is left can be paid out as long as possible; then what ends first, then the
    oldest."""
    return sorted(lots, key=lambda lot: (lot.is_bonus, lot.ends_at or _NEVER, lot.at, lot.id))


def spent(lots: Sequence[Lot], amount: int) -> tuple[Part, ...]:
    """Out of which lots an amount is taken. The lots hold at least that much, or nothing may be taken: ValueError."""
    if amount < 0 or sum(lot.left for lot in lots) < amount:
        raise ValueError(f"{amount} is not in these lots")
    parts: list[Part] = []
    for lot in in_spend_order(lots):
        taken = min(lot.left, amount)
        if taken:
            parts.append(Part(lot.id, lot.is_bonus, len(parts), taken))
            amount -= taken
    return tuple(parts)


def given_back(parts: Sequence[Part], amount: int) -> dict[str, int]:
    """How much of an amount goes back into which lot.

    Principal and bonus in the proportion in which they were taken, exact at the end; within each, what was taken last comes
    back first. ValueError where more comes back than was taken.
    """
    taken, returned = sum(part.taken for part in parts), sum(part.returned for part in parts)
    if amount < 0 or returned + amount > taken:
        raise ValueError(f"{amount} is more than is left of {taken - returned}")
    all_bonus = sum(part.taken for part in parts if part.is_bonus)
    bonus_back = sum(part.returned for part in parts if part.is_bonus)
    bonus = all_bonus * (returned + amount) // taken - bonus_back if taken else 0
    return {
        **_back_into([part for part in parts if not part.is_bonus], amount - bonus),
        **_back_into([part for part in parts if part.is_bonus], bonus),
    }


def _back_into(parts: Sequence[Part], amount: int) -> dict[str, int]:
    back: dict[str, int] = {}
    for part in sorted(parts, key=lambda part: part.position, reverse=True):
        into = min(part.taken - part.returned, amount)
        if into:
            back[part.lot_id] = into
            amount -= into
    return back
