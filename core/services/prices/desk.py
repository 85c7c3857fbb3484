"""Plan prices, agree to them, take them back, and say how they stand; guide prices and what a person has to look at."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from core.domain.approval import Leave
from core.domain.events.prices import (
    GuidePriceSet,
    NozzleTriedAgain,
    PriceApproved,
    PriceChecked,
    PriceProposed,
    PriceScheduled,
    PriceWithdrawn,
)
from core.domain.guide_price import GuidePrice, ceilings
from core.domain.ids import ApprovalId, GradeCode, GuidePriceId, NozzleId, PriceChangeId, StaffId
from core.domain.price import (
    HIGHEST_LI,
    LOWEST_LI,
    PriceChange,
    PriceChangeState,
    UnitPrice,
    check_new_change,
)
from core.domain.price_paper import CheckPoint, PriceCheck
from core.domain.price_view import PriceRules, PriceView, WindowReminder
from core.domain.price_window import price_window
from core.domain.refusals.prices import GuidePriceUnfit, NothingToTryAgain
from core.domain.refusals.pumps import GradeNotFound, PriceChangeClosed, PriceOutOfRange
from core.domain.staff import Permission
from core.ports.clock import Clock
from core.ports.forecourt import Forecourt
from core.ports.identity import Identity
from core.ports.together import Together, one_after_another
from core.ports.unit_of_work import UnitOfWork, Work
from core.services.prices.switching import AHEAD, PriceSwitching
from core.services.prices.telling import tell_cloud
from core.wording.formats import STATION_ZONE

_RECENT = 20
_A_DAY = timedelta(days=1)


class PriceDesk:
    """Prices. Anyone with the right plans; only the program that owns the pumps is built with `pumps`."""

    def __init__(
        self,
        work: UnitOfWork,
        clock: Clock,
        ids: Identity,
        pumps: Forecourt | None = None,
        rules: PriceRules | None = None,
        *,
        together: Together = one_after_another,
    ) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids
        self._rules = rules or PriceRules()
        self._switching = (
            PriceSwitching(work, clock, ids, pumps, self._rules.take_back_after, together=together)
            if pumps
            else None
        )

    # --- looking -----------------------------------------------------------------------------------------------------

    def view(self) -> PriceView:
        """Board, changes and what each nozzle has."""
        with self._work.reading() as work:
            confirmed = work.prices.nozzle_prices()
            changes = tuple(work.prices.recent_changes(_RECENT))
            return PriceView(
                tuple(work.forecourt.grades()),
                work.prices.board(),
                changes,
                tuple(
                    (nozzle, confirmed.get(nozzle.id))
                    for pump in work.forecourt.pumps()
                    for nozzle in pump.nozzles
                ),
                {change.id: tuple(work.prices.switches(change.id)) for change in changes},
                work.prices.blocks(),
                tuple(work.prices.guides()),
                {key: tuple(work.prices.checks(key)) for key in {change.together for change in changes}},
            )

    def coming(self) -> tuple[PriceChange, ...]:
        """What changes within the next half hour, soonest first: a till that opens now has not heard of it."""
        now = self._clock.now()
        with self._work.reading() as work:
            changes = [
                change
                for change in work.prices.open_changes()
                if change.state is PriceChangeState.SCHEDULED and now < change.due_at <= now + AHEAD
            ]
        return tuple(sorted(changes, key=lambda change: (change.due_at, change.grade)))

    def reminder(self) -> WindowReminder | None:
        """Of the ten-working-day window; None for a station that does not want it."""
        today = self._clock.now().astimezone(STATION_ZONE).date()
        calendar = self._rules.calendar
        if calendar is None:
            return None
        window = price_window(calendar, self._rules.known_window, today)
        with self._work.reading() as work:
            last = max((guide.set_at for guide in work.prices.guides()), default=None)
        keyed = last is not None and last.astimezone(STATION_ZONE).date() >= window.last
        return WindowReminder(today, window, keyed)

    # --- planning ----------------------------------------------------------------------------------------------------

    def schedule(
        self,
        grade: GradeCode,
        price: UnitPrice,
        due_at: datetime | None,
        by: StaffId,
        approval: ApprovalId | None = None,
    ) -> PriceChange:
        """Plan one grade's new price, as `plan` does."""
        return self.plan({grade: price}, due_at, by, approval)[0]

    def plan(
        self,
        prices: Mapping[GradeCode, UnitPrice],
        due_at: datetime | None,
        by: StaffId,
        approval: ApprovalId | None = None,
    ) -> tuple[PriceChange, ...]:
        """Plan new prices at one go, all or none; no moment is at once. An agreement is for these grades and prices.

        Only proposed, until a second person agrees, where the station wants two or a price is above its guide price;
        an agreement on the spot is that. Raises PriceChangeInThePast, PriceChangeTwice, PriceOutOfRange, GradeNotFound,
        ApprovalNeeded, ApprovalNotValid.
        """
        now = self._clock.now()
        subject = ", ".join(f"{grade} {price.li}" for grade, price in prices.items())
        with self._work() as work:
            leave = work.rights.check(by, Permission.SCHEDULE_PRICES, approval, subject)
            sold = {known.code for known in work.forecourt.grades()}
            open_ones = tuple(work.prices.open_changes())
            guides = ceilings(work.prices.guides(), due_at or now)
            changes: list[PriceChange] = []
            for grade, price in prices.items():
                if grade not in sold:
                    raise GradeNotFound(grade)
                check_new_change(grade, price, due_at or now, now, open_ones)
                guide = guides.get(grade)
                made = PriceChange(
                    PriceChangeId(self._ids()),
                    grade,
                    price,
                    due_at or now,
                    by,
                    now,
                    at_once=due_at is None,
                    over=guide.price if guide is not None and price > guide.price else None,
                )
                together = changes[0].together if changes else made.id
                changes.append(replace(made, together=together))
            alone = leave.approver is None
            if alone and (self._rules.second_person or any(change.over for change in changes)):
                changes = [replace(change, state=PriceChangeState.PROPOSED) for change in changes]
            elif not alone:
                changes = [replace(change, approved_by=leave.approver, approved_at=now) for change in changes]
            for change in changes:
                work.prices.save(change)
                _record_plan(work, change, leave)
            tell_cloud(work, self._ids, now)
        return tuple(changes)

    def approve(
        self, together: str, by: StaffId, approval: ApprovalId | None = None
    ) -> tuple[PriceChange, ...]:
        """The second person agrees to what was proposed at one go. Who proposed it needs another's agreement.

        Raises PriceChangeClosed (agreed to, taken back, too late), PriceChangeOwn, ApprovalNeeded, ApprovalNotValid.
        """
        now = self._clock.now()
        with self._work() as work:
            proposed = [
                change
                for change in work.prices.together(together)
                if change.state is PriceChangeState.PROPOSED
            ]
            if not proposed:
                raise PriceChangeClosed(together, "unknown")
            maker = proposed[0].scheduled_by
            leave = work.rights.check(
                by, Permission.SCHEDULE_PRICES, approval, together, second_person=by == maker
            )
            agreed = tuple(change.agreed(leave.approver or by, now) for change in proposed)
            for change in agreed:
                work.prices.save(change)
                work.record(
                    PriceApproved(change.id, change.grade, change.price.li, maker),
                    actor=by,
                    approver=leave.approver,
                )
            tell_cloud(work, self._ids, now)
        return agreed

    def withdraw(self, change: PriceChangeId, by: StaffId, approval: ApprovalId | None = None) -> PriceChange:
        """Take a planned change back before its moment. Raises PriceChangeClosed, ApprovalNeeded, ApprovalNotValid."""
        with self._work() as work:
            leave = work.rights.check(by, Permission.SCHEDULE_PRICES, approval, change)
            withdrawn = work.prices.change(change).withdrawn()
            work.prices.save(withdrawn)
            work.record(PriceWithdrawn(change), actor=by, approver=leave.approver)
            tell_cloud(work, self._ids, self._clock.now())
        return withdrawn

    def set_guides(
        self,
        prices: Mapping[GradeCode, UnitPrice],
        since: datetime,
        by: StaffId,
        approval: ApprovalId | None = None,
    ) -> None:
        """Write down the highest prices that the province allows from then on.

        Raises GuidePriceUnfit for a moment that is over by more than a day, PriceOutOfRange, GradeNotFound,
        ApprovalNeeded, ApprovalNotValid.
        """
        now = self._clock.now()
        with self._work() as work:
            leave = work.rights.check(by, Permission.SCHEDULE_PRICES, approval, since.isoformat())
            if since < now - _A_DAY:
                raise GuidePriceUnfit
            sold = {known.code for known in work.forecourt.grades()}
            for grade, price in prices.items():
                if grade not in sold:
                    raise GradeNotFound(grade)
                if not LOWEST_LI <= price.li <= HIGHEST_LI:
                    raise PriceOutOfRange(price.li, LOWEST_LI, HIGHEST_LI)
                work.prices.add_guide(GuidePrice(GuidePriceId(self._ids()), grade, price, since, by, now))
                told = GuidePriceSet(grade, price.li, since.isoformat())
                work.record(told, actor=by, approver=leave.approver)

    # --- nozzles and the list ----------------------------------------------------------------------------------------

    def try_again(self, nozzle: NozzleId, by: StaffId) -> None:
        """Have a blocked nozzle asked once more; the owner of the pumps does it. Raises NothingToTryAgain, NotAllowed."""
        with self._work() as work:
            work.staff.get(by).must(Permission.AUTHORISE_PUMP)
            block = work.prices.blocks().get(nozzle)
            if block is None:
                raise NothingToTryAgain(nozzle)
            work.prices.save_block(replace(block, again=True))
            work.record(NozzleTriedAgain(nozzle), actor=by)

    def tick_off(self, together: str, point: CheckPoint, by: StaffId) -> None:
        """A person has looked: it shows the new prices. Ticking twice keeps the first. Raises NotAllowed."""
        with self._work() as work:
            work.staff.get(by).must(Permission.AUTHORISE_PUMP)
            if any(known.point is point for known in work.prices.checks(together)):
                return
            work.prices.add_check(PriceCheck(together, point, by, self._clock.now()))
            work.record(PriceChecked(together, point), actor=by)

    # --- the owner of the pumps ----------------------------------------------------------------------------------------

    def apply_due(self) -> None:
        """Chore of the pumps' owner: give every idle pump the prices it should have by now."""
        if self._switching is not None:
            self._switching.apply_due()

    def read_confirmed(self) -> None:
        """At start: ask every pump what prices are in it, so that one that was changed behind us is set right."""
        if self._switching is not None:
            self._switching.read_confirmed()


def _record_plan(work: Work, change: PriceChange, leave: Leave) -> None:
    due_at, li = change.due_at.isoformat(), change.price.li
    if change.state is PriceChangeState.PROPOSED:
        guide = change.over.li if change.over else 0
        work.record(PriceProposed(change.id, change.grade, li, due_at, guide), actor=leave.by)
    else:
        told = PriceScheduled(change.id, change.grade, li, due_at)
        work.record(told, actor=leave.by, approver=leave.approver)
