"""Deliveries from the order to what was received."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from core.domain.events.tanks import (
    DeliveryBegan,
    DeliveryCancelled,
    DeliveryOrdered,
    DeliveryReceived,
    DeliveryUnloaded,
)
from core.domain.ids import ApprovalId, DeliveryId, GradeCode, StaffId, StockEntryId, TankNumber
from core.domain.litres import NO_LITRES, Litres
from core.domain.refusals.pumps import GradeNotFound
from core.domain.refusals.tanks import (
    DeliveryStateUnfit,
    DeliveryUnfit,
    TankNotMeasured,
    TankStillSettling,
    TankTakesDelivery,
)
from core.domain.staff import Permission
from core.domain.tanks.delivery import (
    IN_THE_TANK,
    LONGEST_WORD,
    SETTLING_TIME,
    Delivery,
    DeliveryState,
    Filling,
    Measure,
    Part,
    check_fits,
    measure_of,
)
from core.domain.tanks.reading import TankReading
from core.domain.tanks.rules import TankRules
from core.domain.tanks.tank import Tank, Vessel, tank_of, vessels
from core.domain.words import one_line
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.unit_of_work import UnitOfWork, Work
from core.services.tanks.book import FRESH, begins, fresh, movements, running

# How far the console's clock may be from ours for its delivery to be taken for this one.
_GAUGE_CLOCK = timedelta(minutes=10)
_MOST = Litres(200_000_000)  # no truck brings more


class TankDeliveries:
    """Fuel that comes by truck. Everything is written down before and after; what was received never changes."""

    def __init__(self, work: UnitOfWork, clock: Clock, ids: Identity, rules: TankRules) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids
        self._rules = rules

    def order(
        self,
        grade: GradeCode,
        supplier: str,
        ordered: Litres,
        by: StaffId,
        approval: ApprovalId | None = None,
    ) -> Delivery:
        """Write down what was ordered. Raises GradeNotFound, DeliveryUnfit, ApprovalNeeded."""
        supplier = one_line(supplier)
        if not supplier or len(supplier) > LONGEST_WORD:
            raise DeliveryUnfit("supplier")
        if not NO_LITRES < ordered <= _MOST:
            raise DeliveryUnfit("volume")
        with self._work() as work:
            leave = work.rights.check(by, Permission.KEEP_TANKS, approval, supplier)
            if grade not in {tank.grade for tank in work.tanks.all()}:
                raise GradeNotFound(grade)
            delivery = Delivery(DeliveryId(self._ids()), grade, supplier, ordered, by, self._clock.now())
            work.tanks.save_delivery(delivery)
            told = DeliveryOrdered(delivery.id, grade, supplier, ordered.millilitres)
            work.record(told, actor=by, approver=leave.approver)
        return delivery

    def cancel(
        self, delivery: DeliveryId, remark: str, by: StaffId, approval: ApprovalId | None = None
    ) -> Delivery:
        """The truck does not come, or was sent away full. Raises DeliveryStateUnfit, DeliveryNotFound, ApprovalNeeded."""
        with self._work() as work:
            leave = work.rights.check(by, Permission.KEEP_TANKS, approval, delivery)
            ended = work.tanks.delivery(delivery).cancelled(remark)
            work.tanks.save_delivery(ended)
            work.record(DeliveryCancelled(delivery, ended.remark), actor=by, approver=leave.approver)
        return ended

    def begin(  # noqa: PLR0917 - what the truck's papers say
        self,
        delivery: DeliveryId,
        note_number: str,
        plate: str,
        parts: Sequence[Part],
        by: StaffId,
        approval: ApprovalId | None = None,
    ) -> Delivery:
        """Let a truck unload: its papers, what goes where, and what lies there now.

        Raises DeliveryDoesNotFit (nothing must be unloaded), TankNotMeasured, TankTakesDelivery, DeliveryUnfit,
        DeliveryStateUnfit, DeliveryNotFound, TankNotFound, ApprovalNeeded.
        """
        now = self._clock.now()
        with self._work() as work:
            leave = work.rights.check(by, Permission.KEEP_TANKS, approval, delivery)
            noted = work.tanks.delivery(delivery).noted_truck(note_number, plate, parts)
            tanks = work.tanks.all()
            given = _vessels_of(noted, tanks)
            _are_free(work, noted, given)
            readings, dipped = _measured(work, given, now, now - FRESH)
            check_fits(noted, tanks, readings)
            fillings = [
                Filling(
                    vessel.number,
                    _noted(noted, vessel),
                    measure_of(vessel, readings, dipped=vessel.number in dipped),
                    flowing=running(work, vessel),
                )
                for vessel in given
            ]
            begun = noted.began(fillings, by, now)
            work.tanks.save_delivery(begun)
            work.record(
                DeliveryBegan(
                    begun.id,
                    begun.note_number,
                    begun.plate,
                    begun.noted.millilitres,
                    _names(begun),
                    " ".join(sorted(nozzle for vessel in given for nozzle in vessel.nozzles)),
                ),
                actor=by,
                approver=leave.approver,
            )
        return begun

    def unloaded(self, delivery: DeliveryId, by: StaffId, approval: ApprovalId | None = None) -> Delivery:
        """The truck is empty: from now on the tanks settle. Raises DeliveryStateUnfit, ApprovalNeeded."""
        with self._work() as work:
            leave = work.rights.check(by, Permission.KEEP_TANKS, approval, delivery)
            settling = work.tanks.delivery(delivery).unloaded(self._clock.now())
            work.tanks.save_delivery(settling)
            told = DeliveryUnloaded(delivery, settling.note_number, _names(settling))
            work.record(told, actor=by, approver=leave.approver)
        return settling

    def measure(self, delivery: DeliveryId, by: StaffId, approval: ApprovalId | None = None) -> Delivery:
        """Measure after the tanks have settled, with what their nozzles sold meanwhile.

        Raises TankStillSettling, TankNotMeasured, DeliveryStateUnfit, ApprovalNeeded.
        """
        now = self._clock.now()
        with self._work() as work:
            work.rights.check(by, Permission.KEEP_TANKS, approval, delivery)
            known = work.tanks.delivery(delivery)
            settled = _is_settled(known, now)
            given = _vessels_of(known, work.tanks.all())
            readings, dipped = _measured(work, given, now, max(settled, now - FRESH))
            after: dict[TankNumber, tuple[Measure, Litres]] = {}
            before = {filling.book: filling.before for filling in known.fillings}
            for vessel in given:
                measure = measure_of(vessel, readings, dipped=vessel.number in dipped)
                moved = movements(work, vessel, before[vessel.number].at, measure.at)
                # What was flowing at either measurement was out of the tank and in no booked fill.
                sold = moved.sold - moved.returned - moved.transferred + running(work, vessel)
                after[vessel.number] = (measure, sold)
            measured = known.measured(after, now)
            work.tanks.save_delivery(measured)
        return measured

    def measure_by_gauge(
        self, delivery: DeliveryId, by: StaffId, approval: ApprovalId | None = None
    ) -> Delivery:
        """Take what the gauge noticed of it by itself in place of our own measurements.

        Raises TankStillSettling, TankNotMeasured where it noticed nothing, DeliveryStateUnfit, ApprovalNeeded.
        """
        now = self._clock.now()
        with self._work() as work:
            work.rights.check(by, Permission.KEEP_TANKS, approval, delivery)
            known = work.tanks.delivery(delivery)
            _is_settled(known, now)
            found = by_gauge(work, known)
            if found is None:
                raise TankNotMeasured(known.fillings[0].book)
            work.tanks.save_delivery(found)
        return found

    def receive(
        self,
        delivery: DeliveryId,
        by: StaffId,
        remark: str = "",
        approval: ApprovalId | None = None,
        *,
        by_note: bool = False,
    ) -> Delivery:
        """Take it into the stock book, by measure, or by note with a remark. Raises DeliveryUnfit, DeliveryStateUnfit."""
        with self._work() as work:
            leave = work.rights.check(by, Permission.KEEP_TANKS, approval, delivery)
            known = work.tanks.delivery(delivery)
            beyond = known.is_beyond(self._rules.delivery_difference)
            if beyond and not one_line(remark):
                raise DeliveryUnfit("remark")
            taken = known.taken(by, self._clock.now(), by_note=by_note, remark=remark)
            for entry in taken.entries(StockEntryId(self._ids()) for _filling in taken.fillings):
                work.tanks.add(entry)
            work.tanks.save_delivery(taken)
            received, difference = taken.received or NO_LITRES, taken.difference or NO_LITRES
            work.record(
                DeliveryReceived(
                    taken.id,
                    taken.note_number,
                    taken.noted.millilitres,
                    received.millilitres,
                    difference.millilitres,
                    by_note,
                    beyond,
                    taken.remark,
                ),
                actor=by,
                approver=leave.approver,
            )
        return taken


def by_gauge(work: Work, delivery: Delivery) -> Delivery | None:
    """The delivery by what the gauge noticed of it; None where it missed one of its tanks, or its clock is far from ours."""
    began, unloaded = delivery.began_at, delivery.unloaded_at
    if delivery.state is not DeliveryState.SETTLING or began is None or unloaded is None:
        return None
    noticed = work.tanks.noticed(began - _GAUGE_CLOCK, unloaded + _GAUGE_CLOCK)
    found: dict[TankNumber, tuple[Measure, Measure, Litres]] = {}
    for vessel in _vessels_of(delivery, work.tanks.all()):
        parts = [[each for each in noticed if each.tank == tank.number] for tank in vessel.tanks]
        if not all(parts):
            return None
        # A console takes each compartment for a delivery of its own; between two of them the fuel lies still.
        begun = min(each[0].began_at for each in parts)
        ended = max(each[-1].ended_at for each in parts)
        if ended > unloaded + _GAUGE_CLOCK + SETTLING_TIME:
            return None
        before = Litres(sum(each[0].before.millilitres for each in parts))
        after = Litres(sum(each[-1].after.millilitres for each in parts))
        moved = movements(work, vessel, begun, ended)
        sold = moved.sold - moved.returned - moved.transferred
        found[vessel.number] = (Measure(begun, before), Measure(ended, after), sold)
    return delivery.by_gauge(found)


def _is_settled(delivery: Delivery, now: datetime) -> datetime:
    """Since when its tanks have come to rest. Raises TankStillSettling, DeliveryStateUnfit."""
    if delivery.state is not DeliveryState.SETTLING:
        raise DeliveryStateUnfit(delivery.id, delivery.state)
    settled = delivery.settled_at()
    if settled is None or now < settled:
        left = (settled - now).total_seconds() if settled is not None else 0
        raise TankStillSettling(delivery.fillings[0].book, max(1, -(-int(left) // 60)))
    return settled


def _vessels_of(delivery: Delivery, tanks: Sequence[Tank]) -> list[Vessel]:
    books = {tank_of(tanks, part.tank).book for part in delivery.parts}
    return [vessel for vessel in vessels(tanks) if vessel.number in books]


def _are_free(work: Work, delivery: Delivery, given: Sequence[Vessel]) -> None:
    """Two trucks on one tank at a time could never be told apart by measure."""
    wanted = {vessel.number for vessel in given}
    for other in work.tanks.open_deliveries():
        if other.id == delivery.id or other.state not in IN_THE_TANK:
            continue
        for filling in other.fillings:
            if filling.book in wanted:
                raise TankTakesDelivery(filling.book)
    for vessel in given:
        if begins(work, vessel) is None:
            raise TankNotMeasured(vessel.number)


def _measured(
    work: Work, given: Sequence[Vessel], now: datetime, not_before: datetime
) -> tuple[Mapping[TankNumber, TankReading], frozenset[TankNumber]]:
    """The newest reading of every tank of these vessels, and which vessels were dipped. Raises TankNotMeasured."""
    latest, readings = work.tanks.latest(), dict[TankNumber, TankReading]()
    dipped: set[TankNumber] = set()
    for vessel in given:
        for tank in vessel.tanks:
            kept = fresh(latest, tank.number, now)
            if kept is None or kept.reading.at < not_before:
                raise TankNotMeasured(tank.number)
            readings[tank.number] = kept.reading
            if kept.by is not None:
                dipped.add(vessel.number)
    return readings, frozenset(dipped)


def _noted(delivery: Delivery, vessel: Vessel) -> Litres:
    numbers = {tank.number for tank in vessel.tanks}
    return Litres(sum(part.volume.millilitres for part in delivery.parts if part.tank in numbers))


def _names(delivery: Delivery) -> str:
    return " ".join(str(number) for number in sorted({part.tank for part in delivery.parts}))
