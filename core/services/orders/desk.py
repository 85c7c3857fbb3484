"""Receive, accept, check, authorise, confirm or decline an online order."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.domain.events.orders import OrderReceived
from core.domain.events.pumps import PumpAuthorisationRequested
from core.domain.faults import CloudAnswerLost, Fault
from core.domain.ids import AuthorisationId, GradeCode, NozzleNumber, OrderId, PumpNumber, StaffId
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.order import CancelReason
from core.domain.price import UnitPrice
from core.domain.pump import Authorisation, check_free
from core.domain.refusals.orders import OrderNoLongerWaiting, OrderNotFound
from core.domain.refusals.refusal import Refusal
from core.domain.staff import Permission
from core.domain.station_order import OrderRules, ServiceState, StationOrder
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.order_desk import OrderDesk as CloudOrderDesk
from core.ports.unit_of_work import UnitOfWork, Work
from core.protocol import from_cloud, from_station
from core.protocol.codec import Message
from core.services.orders.standing import StandingOrders
from core.services.orders.steps import NOBODY, Ends, save
from core.services.orders.turning import TurningDesk

_log = logging.getLogger(__name__)

_DECLINABLE = (
    ServiceState.WAITING,
    ServiceState.ACCEPTED,
    ServiceState.OTHER_CAR,
    ServiceState.PLATE_CHECKED,
    ServiceState.FILLED,
)


class OrderDesk:
    """The attendant's side of online orders. The cloud says whether an order may be served; the station serves it.

    `turning` leads an order elsewhere or back, `standing` is what the clock does with those that stand still.
    """

    def __init__(
        self,
        work: UnitOfWork,
        clock: Clock,
        ids: Identity,
        cloud: CloudOrderDesk,
        rules: OrderRules | None = None,
    ) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids
        self._cloud = cloud
        self._being_claimed: set[OrderId] = set()
        self.rules = rules or OrderRules()
        self._ends = Ends(clock, ids)
        self.turning = TurningDesk(work, clock, self._ends)
        self.standing = StandingOrders(work, clock, self.rules, self._ends, self.turning)

    def open_orders(self) -> Sequence[StationOrder]:
        """Orders that need somebody, oldest paid first."""
        with self._work.reading() as work:
            return work.orders.open_ones()

    def recent(self, limit: int) -> Sequence[StationOrder]:
        """Ended ones, newest first."""
        with self._work.reading() as work:
            return work.orders.recent(limit)

    def get(self, order: OrderId) -> StationOrder:
        """One order. Raises OrderNotFound."""
        with self._work.reading() as work:
            return work.orders.get(order)

    @property
    def takers(self) -> Mapping[type[Message], Callable[[Work, Any], None]]:
        """Who takes in which message of the cloud."""
        return {
            from_cloud.OrderPlaced: self.receive,
            from_cloud.OrderWithdrawn: self.withdraw,
            from_cloud.OrderCarAnswered: self.turning.car_answered,
            from_cloud.OrderBackAsked: self.turning.back_asked,
        }

    # --- from the cloud ------------------------------------------------------------------------------------------------

    def receive(self, work: Work, placed: from_cloud.OrderPlaced) -> None:
        """Take in a paid order, once however often it comes; inside the mailbox's transaction.

        A cloud that was set back to a copy of before tells it again, and hears again how it ended here.
        """
        known = work.orders.find(OrderId(placed.order_id))
        if known is not None:
            self._ends.tell_again(work, known)
            return
        order = StationOrder(
            OrderId(placed.order_id),
            placed.code,
            PumpNumber(placed.pump),
            NozzleNumber(placed.nozzle),
            GradeCode(placed.grade),
            UnitPrice(placed.price_li),
            placed.by == "volume",
            Money(placed.amount_fen),
            Litres(placed.volume_ml or 0),
            Money(placed.discount_fen),
            Money(placed.paid_fen),
            placed.plate,
            placed.car,
            placed.driver_phone_masked,
            placed.paid_at,
            self._clock.now(),
        )
        work.orders.save(order)
        work.record(OrderReceived(order.id, order.pump))

    def withdraw(self, work: Work, withdrawn: from_cloud.OrderWithdrawn) -> None:
        """The driver or the clock took the order back; inside the mailbox's transaction."""
        order = work.orders.find(OrderId(withdrawn.order_id))
        if order is not None and order.state in (ServiceState.WAITING, ServiceState.CLAIMING):
            ended = replace(
                order.moved(ServiceState.WITHDRAWN), reason=withdrawn.reason, ended_at=self._clock.now()
            )
            save(work, ended, NOBODY)

    # --- what the attendant does -----------------------------------------------------------------------------------------

    def accept(self, order: OrderId, by: StaffId) -> StationOrder:
        """Claim the order at the cloud, so that its driver can no longer cancel it.

        Raises OrderNoLongerWaiting (it is gone), CloudUnreachable or CloudAnswerLost (try again: nothing is doubled).
        """
        self._being_claimed.add(order)
        try:
            return self._claimed(order, by)
        finally:
            self._being_claimed.discard(order)

    def _claimed(self, order: OrderId, by: StaffId) -> StationOrder:
        with self._work() as work:
            work.staff.get(by).must(Permission.SERVE_ORDERS)
            claiming = work.orders.get(order)
            asked_before = claiming.state is ServiceState.CLAIMING
            if not asked_before:
                claiming = claiming.moved(ServiceState.CLAIMING)
            # A second try after an unclear answer must carry the first one's claim.
            claiming = replace(claiming, claim=claiming.claim or self._ids(), served_by=by)
            save(work, claiming, by)
        try:
            self._cloud.claim(order, claiming.claim)
        except OrderNoLongerWaiting as gone:
            self._after_claim(order, ServiceState.WITHDRAWN, by, reason=gone.state)
            raise
        except OrderNotFound as gone:
            # The cloud was set back to a copy from before it was placed; nobody would ever settle it.
            self._after_claim(order, ServiceState.WITHDRAWN, by, reason=gone.code)
            raise
        except CloudAnswerLost:
            raise  # It stays claiming: the same claim is asked again.
        except Fault:
            if not asked_before:  # else the first one may have arrived, and it is still unclear
                self._after_claim(order, ServiceState.WAITING, by)
            raise
        return self._after_claim(order, ServiceState.ACCEPTED, by)

    def settle_claims(self) -> None:
        """Chore: ask again for claims whose answer was lost."""
        with self._work.reading() as work:
            unclear = [o for o in work.orders.open_ones() if o.state is ServiceState.CLAIMING]
        for order in unclear:
            if order.served_by is None or order.id in self._being_claimed:
                continue
            try:
                self.accept(order.id, order.served_by)
            except Fault:
                return  # The cloud is away; the next chore goes on here.
            except Refusal as refusal:
                _log.info("order %s could not be claimed: %s", order.id, refusal)

    def check_plate(self, order: OrderId, by: StaffId) -> StationOrder:
        """The attendant has seen the car: it is the one on the order, also where the driver was asked about it."""
        with self._work() as work:
            work.staff.get(by).must(Permission.SERVE_ORDERS)
            before = work.orders.get(order)
            moved = before.moved(ServiceState.PLATE_CHECKED)
            if moved is before:
                return before
            moved = replace(moved, reason="", differs="")
            save(work, moved, by)
            if before.state is ServiceState.OTHER_CAR:
                self._ends.tell(work, from_station.OrderCarSettled(order_id=order))
        return moved

    def authorise(self, order: OrderId, by: StaffId) -> StationOrder:
        """Write down that the order's pump may fill what was ordered; its owner carries it out. Raises PumpBusy."""
        with self._work() as work:
            work.staff.get(by).must(Permission.SERVE_ORDERS)
            served = work.orders.get(order).moved(ServiceState.AUTHORISING)
            check_free(
                served.pump,
                work.authorisations.open_on(served.pump),
                work.forecourt.readings().get(served.pump),
            )
            authorisation = Authorisation(
                AuthorisationId(self._ids()),
                served.pump,
                served.nozzle,
                served.preset,
                served.price,  # what the driver was promised, even if the board has changed since
                by,
                self._clock.now(),
                order=order,
            )
            work.authorisations.save(authorisation)
            served = replace(served, authorisation=authorisation.id, reason="")
            save(work, served, by)
            work.record(PumpAuthorisationRequested(authorisation.id, served.pump), actor=by)
        return served

    def confirm(self, order: OrderId, by: StaffId) -> StationOrder:
        """The fill is done: complete the order with the pump's figures; with nothing filled it goes back whole."""
        with self._work() as work:
            work.staff.get(by).must(Permission.SERVE_ORDERS)
            served = work.orders.get(order)
            if served.state is ServiceState.COMPLETED:
                return served
            return self._ends.complete(work, served, by)

    def decline(self, order: OrderId, reason: CancelReason, by: StaffId) -> StationOrder:
        """The order is not served; everything goes back to the driver. A released pump must be taken back first."""
        with self._work() as work:
            work.staff.get(by).must(Permission.SERVE_ORDERS)
            served = work.orders.get(order)
            if served.state is ServiceState.DECLINED:
                return served
            if served.state is ServiceState.FILLED and served.fill is not None:
                if work.fills.get(served.fill).amount:
                    served.moved(
                        ServiceState.WAITING
                    )  # fuel has flowed: refused as a step that cannot be taken
                reason = CancelReason.NOTHING_FILLED
            elif served.state not in _DECLINABLE:
                served.moved(ServiceState.WAITING)
            return self._ends.give_back(work, served, reason, by)

    # --- within ------------------------------------------------------------------------------------------------------

    def _after_claim(
        self, order: OrderId, state: ServiceState, by: StaffId, reason: str = ""
    ) -> StationOrder:
        """Where the claim leads, unless the chore, another hand or the mailbox has led the order on meanwhile."""
        now = self._clock.now()
        with self._work() as work:
            before = work.orders.get(order)
            if before.state is not ServiceState.CLAIMING:
                return before
            moved = replace(before.moved(state), reason=reason)
            if state is ServiceState.ACCEPTED:
                moved = replace(moved, accepted_at=now, reminded_at=None)
            if state is ServiceState.WITHDRAWN:
                moved = replace(moved, ended_at=now)
            save(work, moved, by)
        return moved
