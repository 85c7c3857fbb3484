"""Keep offers, floors and rules for bills, and the points on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.domain.ids import GradeCode, OfferId, PointsUseId, StaffId
from core.domain.offer import BillRules, LitreOffer, OfferBook
from core.domain.points import PointsUse
from core.domain.price import UnitPrice


@dataclass(frozen=True, slots=True)
class OfferEntry:
    """One line of their history: what held from when until when; `key` is an offer's id or a floor's grade."""

    key: str
    what: LitreOffer | UnitPrice | BillRules
    since: datetime
    set_by: StaffId
    ended_at: datetime | None
    ended_by: StaffId | None


class Offers(Protocol):
    """What comes off bills at this station. Nothing is changed in place: what held stays, with its end."""

    def book(self) -> OfferBook:
        """All that holds now, in one read."""
        ...

    def save_offer(self, offer: LitreOffer, by: StaffId, at: datetime) -> None:
        """Add an offer, or put it in the place of the one of its id."""
        ...

    def end_offer(self, offer: OfferId, by: StaffId, at: datetime) -> None:
        """Take an offer back. Raises OfferNotFound."""
        ...

    def set_floor(self, grade: GradeCode, price: UnitPrice | None, by: StaffId, at: datetime) -> None:
        """The least that a litre of the grade may cost after all discounts; None lifts it."""
        ...

    def set_rules(self, rules: BillRules, by: StaffId, at: datetime) -> None:
        """The station's rules for bills."""
        ...

    def history(self, limit: int) -> Sequence[OfferEntry]:
        """What was set, newest first."""
        ...


class PointsUses(Protocol):
    """What is still to be told to the cloud about points."""

    def to_settle(self) -> Sequence[PointsUse]:
        """Uses to redeem or release at the cloud, and pending ones whose hold has no answer."""
        ...

    def get(self, use: PointsUseId) -> PointsUse:
        """Raises PointsHoldGone."""
        ...

    def save(self, use: PointsUse) -> None:
        """Insert or update the use."""
        ...

    def settled(self, use: PointsUseId) -> None:
        """The cloud knows how this use ended."""
        ...
