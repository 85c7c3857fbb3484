"""When an order cannot simply be served: another car, another pump, a driver who changed his mind, a broken pump."""

from dataclasses import replace

from core.domain.events.orders import (
    TO_ANOTHER_PUMP,
    OrderAtAnotherPump,
    OrderCarAnswered,
    OrderCarDiffers,
    OrderTurning,
)
from core.domain.events.pumps import PumpStopRequested
from core.domain.ids import NozzleNumber, OrderId, PumpNumber, StaffId
from core.domain.order import CancelReason
from core.domain.pump import check_free
from core.domain.refusals.orders import NozzleOfAnotherFuel, OrderStateUnfit
from core.domain.refusals.pumps import PumpNotFound
from core.domain.staff import Permission
from core.domain.station_order import ServiceState, StationOrder
from core.ports.clock import Clock
from core.ports.unit_of_work import UnitOfWork, Work
from core.protocol import from_cloud, from_station
from core.services.orders.steps import NOBODY, Ends, save

_S = ServiceState
_MOVABLE = (_S.ACCEPTED, _S.OTHER_CAR, _S.PLATE_CHECKED)
_RETURNABLE = (_S.WAITING, *_MOVABLE)
NOT_THIS_CAR = "not_this_car"
"""Why an order waits for its car again: the driver says that the one at the pump is another's."""


class TurningDesk:
    """Leads an order to another pump or back to its driver. What a pump was promised is taken back first, and only as
    long as no fuel has flowed: from then on the order is filled where it stands."""

    def __init__(self, work: UnitOfWork, clock: Clock, ends: Ends) -> None:
        self._work = work
        self._clock = clock
        self._ends = ends

    # --- another car -----------------------------------------------------------------------------------------------------

    def car_differs(self, order: OrderId, differs: str, by: StaffId) -> StationOrder:
        """Ask the driver about the car at the pump. `differs` is the places of the characters that the attendant reads
        otherwise, "1" the first; empty where it is another car altogether."""
        now = self._clock.now()
        with self._work() as work:
            work.staff.get(by).must(Permission.SERVE_ORDERS)
            before = work.orders.get(order)
            places = "".join(sorted({each for each in differs if each.isdigit()}))
            asked = replace(before.moved(_S.OTHER_CAR), differs=places, reason="")
            if before.state is _S.OTHER_CAR:
                return before
            save(work, asked, by)
            work.record(OrderCarDiffers(order, asked.plate, places), actor=by)
            told = from_station.OrderCarDiffers(order_id=order, differs=[int(p) for p in places], at=now)
            self._ends.tell(work, told)
        return asked

    def car_answered(self, work: Work, answered: from_cloud.OrderCarAnswered) -> None:
        """The driver's answer, inside the mailbox's transaction; one that comes too late changes nothing."""
        order = work.orders.find(OrderId(answered.order_id))
        if order is None or order.state is not _S.OTHER_CAR:
            return
        state, reason = (_S.PLATE_CHECKED, "") if answered.mine else (_S.ACCEPTED, NOT_THIS_CAR)
        save(work, replace(order.moved(state), differs="", reason=reason), NOBODY)
        work.record(OrderCarAnswered(order.id, answered.mine))

    def back_asked(self, work: Work, asked: from_cloud.OrderBackAsked) -> None:
        """The driver wants an accepted order back, inside the mailbox's transaction: given as long as no fuel has flowed."""
        order = work.orders.find(OrderId(asked.order_id))
        if order is None or order.state in (_S.DECLINED, _S.WITHDRAWN):
            return
        try:
            self.give_back_in(work, order, CancelReason.DRIVER_CHANGED_MIND, NOBODY)
        except OrderStateUnfit:
            told = from_station.OrderBackDeclined(order_id=order.id, at=self._clock.now())
            self._ends.tell(work, told)

    # --- another pump ----------------------------------------------------------------------------------------------------

    def move(self, order: OrderId, pump: PumpNumber, nozzle: NozzleNumber, by: StaffId) -> StationOrder:
        """Serve the order at another nozzle of the same fuel, at the price and up to the amount that were paid for.

        A released pump is taken back first; should its fill begin meanwhile, the order stays. Raises PumpNotFound,
        NozzleOfAnotherFuel, PumpBusy, OrderStateUnfit.
        """
        with self._work() as work:
            work.staff.get(by).must(Permission.SERVE_ORDERS)
            served = work.orders.get(order)
            self._check_nozzle(work, served, pump, nozzle)
            if (served.pump, served.nozzle) == (pump, nozzle):
                return served
            if pump != served.pump:
                check_free(pump, work.authorisations.open_on(pump), work.forecourt.readings().get(pump))
            if served.state is _S.AUTHORISED:
                turning = replace(served, to_pump=pump, to_nozzle=nozzle, leaving="", served_by=by)
                return self._take_back(work, turning, by)
            if served.state not in _MOVABLE:
                served.moved(_S.WAITING)  # refused as a step that cannot be taken
            return self._at(work, replace(served, to_pump=pump, to_nozzle=nozzle), by)

    # --- back to the driver ----------------------------------------------------------------------------------------------

    def give_back(self, order: OrderId, reason: CancelReason, by: StaffId) -> StationOrder:
        """The order is not served, and everything goes back to the driver; a released pump is taken back first.

        Raises OrderStateUnfit once fuel has flowed: then it is charged what has flowed.
        """
        with self._work() as work:
            work.staff.get(by).must(Permission.SERVE_ORDERS)
            return self.give_back_in(work, work.orders.get(order), reason, by)

    def give_back_in(
        self, work: Work, order: StationOrder, reason: CancelReason, by: StaffId
    ) -> StationOrder:
        """The same inside a transaction; nobody (an empty `by`) is the station's own rule."""
        if order.state is _S.DECLINED:
            return order
        if order.state is _S.AUTHORISED:
            turning = replace(order, leaving=reason, to_pump=None, to_nozzle=None)
            return self._take_back(work, turning, by)
        if order.state is _S.FILLED and order.fill is not None and not work.fills.get(order.fill).amount:
            return self._ends.give_back(work, order, CancelReason.NOTHING_FILLED, by)
        if order.state not in _RETURNABLE:
            order.moved(_S.WAITING)
        return self._ends.give_back(work, order, reason, by)

    # --- once the pump is back -------------------------------------------------------------------------------------------

    def go_on(self, order: OrderId) -> None:
        """The pump's promise is back: do what it was taken back for. Does nothing where nothing waits for that."""
        with self._work() as work:
            turning = work.orders.get(order)
            if not turning.is_turning:
                return
            by = turning.served_by or NOBODY
            if turning.state is _S.PLATE_CHECKED and turning.leaving:
                self._ends.give_back(work, turning, CancelReason(turning.leaving), by)
            elif turning.state is _S.PLATE_CHECKED:
                self._at(work, turning, by)
            elif turning.state is _S.AUTHORISED:
                # Whoever owned the pumps then is gone, or could not reach the controller.
                work.record(PumpStopRequested(turning.pump, by, only_promise=True), actor=by)

    # --- within ----------------------------------------------------------------------------------------------------------

    def _take_back(self, work: Work, turning: StationOrder, by: StaffId) -> StationOrder:
        work.orders.save(turning)
        work.record(OrderTurning(turning.id, turning.pump, turning.leaving or TO_ANOTHER_PUMP), actor=by)
        work.record(PumpStopRequested(turning.pump, by, only_promise=True), actor=by)
        return turning

    def _at(self, work: Work, turning: StationOrder, by: StaffId) -> StationOrder:
        assert turning.to_pump is not None
        assert turning.to_nozzle is not None
        there = replace(
            turning, pump=turning.to_pump, nozzle=turning.to_nozzle, to_pump=None, to_nozzle=None, reason=""
        )
        save(work, there, by)
        work.record(OrderAtAnotherPump(there.id, turning.pump, there.pump, there.nozzle), actor=by)
        told = from_station.OrderAtPump(order_id=there.id, pump=there.pump, nozzle=there.nozzle)
        self._ends.tell(work, told)
        return there

    def _check_nozzle(self, work: Work, order: StationOrder, pump: PumpNumber, nozzle: NozzleNumber) -> None:
        found = work.forecourt.pump(pump).nozzle(nozzle)
        if found is None:
            raise PumpNotFound(pump, nozzle)
        if found.grade != order.grade:
            raise NozzleOfAnotherFuel(order.id, pump, nozzle)
