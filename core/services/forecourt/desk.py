"""The pumps: anyone asks, only the program that owns them carries it out."""

from collections.abc import Sequence

from core.domain.controller import Totals
from core.domain.counter import CounterWhy
from core.domain.emergency import EmergencyStop
from core.domain.events.pumps import PumpAuthorisationRequested, PumpsReleased, PumpStopRequested
from core.domain.fill import Fill
from core.domain.ids import AuthorisationId, EmergencyId, NozzleNumber, PumpNumber, StaffId
from core.domain.pump import Authorisation, EndedFill, Preset, PumpReading, check_free
from core.domain.refusals.prepays import PumpIsPaidFor
from core.domain.refusals.pumps import PumpHasUnpaidFills, PumpNotFound, PumpsStopped
from core.domain.staff import Permission
from core.ports import forecourt as port
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.unit_of_work import UnitOfWork
from core.services.forecourt.booking import Booking
from core.services.forecourt.healing import Healing
from core.services.forecourt.price_gate import check_prices
from core.services.forecourt.readings import Readings
from core.services.forecourt.releasing import Releasing
from core.services.forecourt.wall import PumpView, pump_wall

UNPAID_LIMIT = 2  # IFSF's buffer: two unpaid fills a pump, then it waits


class ForecourtDesk:
    """The pumps. Anyone may ask (`request`, `cancel`, `stop_all` write it down); only the program that owns the
    pumps is built with `pumps` and carries it out."""

    def __init__(
        self,
        work: UnitOfWork,
        clock: Clock,
        ids: Identity,
        pumps: port.Forecourt | None = None,
        *,
        unpaid_limit: int = UNPAID_LIMIT,
    ) -> None:
        self._unpaid_limit = unpaid_limit
        self._work = work
        self._clock = clock
        self._ids = ids
        self._booking = Booking(work, clock, ids)
        self._readings = Readings(work, clock, ids)
        self._releasing = Releasing(work, clock, ids, pumps, self._booking) if pumps is not None else None
        self._healing = Healing(work, clock, ids, pumps, self._booking) if pumps is not None else None

    # --- looking -----------------------------------------------------------------------------------------------------

    def wall(self) -> Sequence[PumpView]:
        """Every pump, by number."""
        with self._work.reading() as work:
            return pump_wall(work)

    def stopped(self) -> EmergencyStop | None:
        """The emergency stop that stands, if one does."""
        with self._work.reading() as work:
            return work.forecourt.stopped()

    def unpaid(self) -> Sequence[Fill]:
        """Fills that wait at the counter, oldest first."""
        with self._work.reading() as work:
            return work.fills.unpaid()

    # --- asking ------------------------------------------------------------------------------------------------------

    def request(
        self, pump: PumpNumber, nozzle: NozzleNumber | None, preset: Preset, by: StaffId
    ) -> Authorisation:
        """Write down that the pump may fill; its owner asks the controller as soon as this is committed.

        Raises PumpsStopped, PumpBusy, PumpHasUnpaidFills, PumpIsPaidFor, PumpNotFound, NotAllowed.
        """
        with self._work() as work:
            work.staff.get(by).must(Permission.AUTHORISE_PUMP)
            if work.forecourt.stopped() is not None:
                raise PumpsStopped
            fuelling_point = work.forecourt.pump(pump)
            if nozzle is not None and fuelling_point.nozzle(nozzle) is None:
                raise PumpNotFound(pump, nozzle)
            unpaid = sum(1 for fill in work.fills.unpaid() if fill.pump == pump)
            if unpaid >= self._unpaid_limit:
                raise PumpHasUnpaidFills(pump, self._unpaid_limit)
            check_free(pump, work.authorisations.open_on(pump), work.forecourt.readings().get(pump))
            check_prices(work, fuelling_point, nozzle)
            for prepay in work.prepays.open_on(pump):
                if prepay.is_awaited:
                    raise PumpIsPaidFor(pump, prepay.number)
            authorisation = Authorisation(
                AuthorisationId(self._ids()), pump, nozzle, preset, None, by, self._clock.now()
            )
            work.authorisations.save(authorisation)
            work.record(PumpAuthorisationRequested(authorisation.id, pump), actor=by)
        return authorisation

    def cancel(self, pump: PumpNumber, by: StaffId) -> None:
        """Write down that the pump's promise is to be taken back, or its running fill ended."""
        with self._work() as work:
            work.staff.get(by).must(Permission.AUTHORISE_PUMP)
            work.forecourt.pump(pump)
            work.record(PumpStopRequested(pump, by), actor=by)

    def stop_all(self, by: StaffId) -> None:
        """Emergency: every pump, and none is released until somebody ends it. No right is needed."""
        with self._work() as work:
            if work.forecourt.stopped() is None:
                work.forecourt.save_stop(EmergencyStop(EmergencyId(self._ids()), self._clock.now(), by))
            work.record(PumpStopRequested(0, by), actor=by)

    def release_all(self, by: StaffId) -> None:
        """The emergency is over: pumps may be released again, and nothing starts by itself. Raises NotAllowed."""
        with self._work() as work:
            work.staff.get(by).must(Permission.AUTHORISE_PUMP)
            standing = work.forecourt.stopped()
            if standing is None:
                return
            work.forecourt.save_stop(standing.ended(by, self._clock.now()))
            work.record(PumpsReleased(by), actor=by)

    # --- the owner of the pumps ----------------------------------------------------------------------------------------

    def take_over(self) -> None:
        """Before the pumps are polled: what is open now may have been asked for by a program that is gone."""
        if self._releasing is not None:
            self._releasing.take_over()

    def carry_out(self, authorisation_id: AuthorisationId) -> None:
        """Ask the controller for what was written down, once. An unclear answer is found out by `reconcile`."""
        if self._releasing is not None:
            self._releasing.carry_out(authorisation_id)

    def carry_out_stop(self, pump: PumpNumber, *, only_promise: bool = False) -> None:
        """Take back the pump's promise or end its fill; pump 0 is every pump at once.

        With `only_promise` a fill that has begun goes on.
        """
        if self._releasing is not None:
            self._releasing.carry_out_stop(pump, only_promise=only_promise)

    def carry_out_release(self) -> None:
        """Tell the controller that the emergency is over, unless another one stands by now."""
        if self._releasing is not None:
            self._releasing.carry_out_release()

    def keep_stopped(self) -> None:
        """At taking over: an emergency stop that stands holds for this program as well."""
        if self._releasing is not None and self.stopped() is not None:
            self._releasing.carry_out_stop(PumpNumber(0))

    def reconcile(self) -> None:
        """At start and when the controller is back: find out how every open authorisation stands.

        Nothing is ever authorised here: what the controller does not know of is taken back.
        """
        if self._releasing is not None:
            self._releasing.reconcile()

    def find_out_unclear(self) -> None:
        """Chore: ask again about authorisations whose answer was lost."""
        if self._releasing is not None:
            self._releasing.find_out_unclear()

    def heal(self, why: CounterWhy = CounterWhy.CHECK) -> None:
        """Book what the controller has stored and nobody has booked, and propose what only the counters tell of."""
        if self._healing is not None:
            self._healing.heal(why)

    def record_counted(self, pump: PumpNumber, nozzle: NozzleNumber, totals: Totals, why: CounterWhy) -> None:
        """Keep what a nozzle's counter showed."""
        if self._healing is not None:
            self._healing.count(pump, nozzle, totals, why, self._clock.now())

    def record_reading(self, reading: PumpReading) -> None:
        """Keep what a pump is doing (at most twice a second while nothing changes) and tell a waiting driver."""
        self._readings.record_reading(reading)

    def record_readings(self, readings: Sequence[PumpReading]) -> None:
        """The same for what many pumps are doing, each its newest, in one go."""
        self._readings.record_readings(readings)

    def record_ended(self, ended: EndedFill) -> Fill:
        """Book a fill from the controller's final record, once however often it is told."""
        return self._booking.record_ended(ended)

    def close_ended(self, ended: EndedFill) -> None:
        """Only after it is booked: tell the controller so."""
        if self._releasing is not None:
            self._releasing.close_ended(ended)
