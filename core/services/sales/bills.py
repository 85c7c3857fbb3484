"""What every use case on a bill begins and ends with: load it, see that it is ours, change it, reckon it anew, save it."""

from collections.abc import Callable
from datetime import UTC, timedelta, tzinfo

from core.domain.coupon import CouponUseState
from core.domain.events.pumps import FillChanged
from core.domain.events.sales import SaleChanged
from core.domain.ids import FillId, SaleId, StaffId, StationId
from core.domain.member import PointsRule
from core.domain.offer import OfferBook, PointsAsked, Reckoning, reckon
from core.domain.refusals.sales import SaleInUse
from core.domain.sale import Sale
from core.domain.staff import Permission
from core.ports.clock import Clock
from core.ports.coupon_desk import CouponDesk
from core.ports.identity import Identity
from core.ports.member_desk import MemberDesk
from core.ports.points_desk import PointsDesk
from core.ports.unit_of_work import UnitOfWork, Work

# A third of the time for which the cloud holds a coupon or points.
RENEW_EVERY = timedelta(minutes=5)


class Bills:
    """`place` is this till's name, which locks the bills that are open at it; `zone` is the station's, for offers' hours."""

    def __init__(  # noqa: PLR0917 - the outside of a bill
        self,
        work: UnitOfWork,
        clock: Clock,
        ids: Identity,
        coupons: CouponDesk,
        station: StationId,
        members: MemberDesk | None = None,
        points: PointsDesk | None = None,
        *,
        place: str = "",
        zone: tzinfo = UTC,
    ) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids
        self._coupons = coupons
        self._station = station
        self._members = members
        self._points = points
        self._place = place
        self._zone = zone

    def _changed(self, sale: SaleId, by: StaffId, change: Callable[[Work, Sale], Sale]) -> Sale:
        with self._work() as work:
            work.staff.get(by).must(Permission.SELL)
            bill = self._saved(work, change(work, self._ours(work, sale)))
            work.record(SaleChanged(sale), actor=by)
        return bill

    def _saved(self, work: Work, bill: Sale) -> Sale:
        """The bill reckoned anew and saved."""
        reckoned = bill.reckoned(self._reckoning(bill, work.offers.book()))
        work.sales.save(reckoned)
        return reckoned

    def _ours(self, work: Work, sale: SaleId) -> Sale:
        """The bill, unless it is set aside or open at another till. Raises SaleInUse."""
        bill = work.sales.get(sale)
        if bill.is_held or (bill.place and self._place and bill.place != self._place):
            raise SaleInUse(sale, bill.place, work.staff.get(bill.cashier).name)
        return bill

    def _reckoning(self, bill: Sale, book: OfferBook) -> Reckoning:
        use, rules = bill.coupon, book.rules
        held = use is not None and use.state is CouponUseState.HELD
        asked = bill.points_asked
        if asked is not None and asked.rule.most_percent > rules.points_most_percent:
            rule = PointsRule(asked.rule.points_per_yuan_off, rules.points_most_percent)
            asked = PointsAsked(asked.points, rule)
        return reckon(
            bill.basket(),
            moment=self._clock.now().astimezone(self._zone),
            station=self._station,
            member=bill.member,
            offers=book.offers,
            coupon_terms=use.terms if use is not None and held else None,
            coupon_title=use.title if use is not None else "",
            points=asked,
            round_off=rules.round_to if bill.round_to is None else bill.round_to,
            floors=book.floors,
            manual=bill.by_hand,
        )

    @staticmethod
    def _give_back(work: Work, fill: FillId, sale: SaleId, by: StaffId) -> None:
        """The fill waits at the counter again."""
        returned = work.fills.get(fill).given_back(sale)
        work.fills.save(returned)
        work.record(FillChanged(fill, returned.state), actor=by)
