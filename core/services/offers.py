"""Keep litre offers, floor prices and the rules for bills."""

from collections.abc import Sequence
from dataclasses import replace

from core.domain.events.prices import OffersChanged
from core.domain.ids import ApprovalId, GradeCode, OfferId, StaffId
from core.domain.offer import BillRules, LitreOffer, OfferBook, StepKind
from core.domain.price import HIGHEST_LI, UnitPrice
from core.domain.refusals.offers import OfferUnfit
from core.domain.refusals.pumps import PriceOutOfRange
from core.domain.staff import Permission
from core.domain.words import one_line
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.offers import OfferEntry
from core.ports.unit_of_work import UnitOfWork

_HISTORY = 200
# Five yuan a litre is a slip of the finger, not an offer.
_MOST_OFF_LI = 5_000
_LONGEST_TITLE = 30


class OfferDesk:
    """What comes off bills at this station, and how far."""

    def __init__(self, work: UnitOfWork, clock: Clock, ids: Identity) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids

    def book(self) -> OfferBook:
        """All that holds now."""
        with self._work.reading() as work:
            return work.offers.book()

    def history(self) -> Sequence[OfferEntry]:
        """What was set, by whom, until when; newest first."""
        with self._work.reading() as work:
            return work.offers.history(_HISTORY)

    def new_id(self) -> OfferId:
        """For an offer that is to be added."""
        return OfferId(self._ids())

    def save(self, offer: LitreOffer, by: StaffId, approval: ApprovalId | None = None) -> None:
        """Add the offer or change it; bills from now on reckon by it. Raises OfferUnfit, ApprovalNeeded."""
        offer = replace(offer, title=one_line(offer.title))
        _check(offer)
        with self._work() as work:
            leave = work.rights.check(by, Permission.MANAGE_OFFERS, approval, offer.id)
            work.offers.save_offer(offer, by, self._clock.now())
            work.record(OffersChanged(offer.title), actor=by, approver=leave.approver)

    def end(self, offer: OfferId, by: StaffId, approval: ApprovalId | None = None) -> None:
        """Take the offer back. Raises OfferNotFound, ApprovalNeeded."""
        with self._work() as work:
            leave = work.rights.check(by, Permission.MANAGE_OFFERS, approval, offer)
            title = next((known.title for known in work.offers.book().offers if known.id == offer), offer)
            work.offers.end_offer(offer, by, self._clock.now())
            work.record(OffersChanged(title), actor=by, approver=leave.approver)

    def set_floor(
        self, grade: GradeCode, price: UnitPrice | None, by: StaffId, approval: ApprovalId | None = None
    ) -> None:
        """The least that a litre may cost; None lifts it. Raises PriceOutOfRange, ApprovalNeeded."""
        if price is not None and not 1 <= price.li <= HIGHEST_LI:
            raise PriceOutOfRange(price.li, 1, HIGHEST_LI)
        with self._work() as work:
            leave = work.rights.check(by, Permission.MANAGE_OFFERS, approval, grade)
            work.offers.set_floor(grade, price, by, self._clock.now())
            work.record(OffersChanged(grade), actor=by, approver=leave.approver)

    def set_rules(self, rules: BillRules, by: StaffId, approval: ApprovalId | None = None) -> None:
        """The station's rules for bills. Raises OfferUnfit, ApprovalNeeded."""
        if not 0 <= rules.points_most_percent <= 100:
            raise OfferUnfit("points_most_percent")
        with self._work() as work:
            leave = work.rights.check(by, Permission.MANAGE_OFFERS, approval)
            work.offers.set_rules(rules, by, self._clock.now())
            work.record(OffersChanged("rules"), actor=by, approver=leave.approver)


def _check(offer: LitreOffer) -> None:
    wrong = {
        "title": not offer.title or len(offer.title) > _LONGEST_TITLE,
        "kind": offer.kind not in (StepKind.MEMBER, StepKind.CAMPAIGN),
        "off_li": not 1 <= offer.off_li <= _MOST_OFF_LI,
        "valid_until": offer.valid_until is not None and offer.valid_until <= offer.valid_from,
        "weekdays": not all(0 <= day <= 6 for day in offer.weekdays),
        "month_days": not all(1 <= day <= 31 for day in offer.month_days),
        "hours": not (0 <= offer.from_hour <= 23 and 1 <= offer.until_hour <= 24),
    }
    for field, is_wrong in wrong.items():
        if is_wrong:
            raise OfferUnfit(field)
