"""Authorise and stop pumps, book what they delivered, list unpaid fills, heal after silence."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.domain.events.orders import OrderMoved
from core.domain.events.prepays import PrepayMoved, PrepayNotReleased, PrepayStayed
from core.domain.events.pumps import (
    FillFinished,
    PumpAuthorisationEnded,
    PumpAuthorisationRequested,
    PumpAuthorised,
    PumpStopRequested,
)
from core.domain.faults import Fault, PumpAnswerLost
from core.domain.fill import Fill, FillState
from core.domain.ids import (
    AuthorisationId,
    FillId,
    GradeCode,
    NozzleId,
    NozzleNumber,
    OrderId,
    PumpNumber,
    StaffId,
    nozzle_id,
)
from core.domain.prepay import DELIVERING, Prepay, prepay_filled
from core.domain.price import UnitPrice
from core.domain.pump import (
    Authorisation,
    AuthorisationState,
    EndedFill,
    Preset,
    Pump,
    PumpReading,
    PumpState,
    check_free,
)
from core.domain.refusals.prepays import PumpIsPaidFor
from core.domain.refusals.pumps import PumpBusy, PumpHasUnpaidFills, PumpNotFound
from core.domain.refusals.refusal import Refusal
from core.domain.staff import Permission
from core.domain.station_order import ServiceState, StationOrder
from core.ports import forecourt as port
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.unit_of_work import UnitOfWork, Work
from core.protocol import from_station
from core.protocol.codec import wrap

_log = logging.getLogger(__name__)

UNPAID_LIMIT = 2  # IFSF's buffer: two unpaid fills a pump, then it waits
_SAVE_EVERY = timedelta(milliseconds=500)
_TELL_DRIVER_EVERY = timedelta(seconds=2)
UNKNOWN_GRADE = GradeCode("?")


@dataclass(frozen=True, slots=True)
class PumpView:
    """A pump with all that a screen shows of it."""

    pump: Pump
    reading: PumpReading | None
    authorisation: Authorisation | None
    unpaid: tuple[Fill, ...]
    prices: Mapping[NozzleNumber, UnitPrice]
    prepay: Prepay | None = None  # an open one whose customer is there


class ForecourtDesk:
    """The pumps. Anyone may ask (`request`, `cancel`, `stop_all` write it down); only the program that owns the
    pumps is built with `pumps` and carries it out."""

    def __init__(
        self, work: UnitOfWork, clock: Clock, ids: Identity, pumps: port.Forecourt | None = None
    ) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids
        self._pumps = pumps
        self._asked: set[AuthorisationId] = set()
        self._sent: set[AuthorisationId] = (
            set()
        )  # the controller may know of them, and may not have told its number
        self._unclear: set[AuthorisationId] = set()
        self._unwanted: dict[PumpNumber, int] = {}  # promised after it was taken back here -> its transaction
        self._saved: dict[PumpNumber, PumpReading] = {}
        self._told: dict[OrderId, datetime] = {}

    # --- looking -----------------------------------------------------------------------------------------------------

    def wall(self) -> Sequence[PumpView]:
        """Every pump, by number."""
        with self._work.reading() as work:
            readings = work.forecourt.readings()
            promised = {
                authorisation.pump: authorisation for authorisation in work.authorisations.open_ones()
            }
            unpaid = work.fills.unpaid()
            prices = work.prices.nozzle_prices()
            prepaid = {prepay.pump: prepay for prepay in work.prepays.open_ones() if not prepay.deposit}
            return [
                PumpView(
                    pump,
                    readings.get(pump.number),
                    promised.get(pump.number),
                    tuple(fill for fill in unpaid if fill.pump == pump.number),
                    _prices_of(pump, prices),
                    prepaid.get(pump.number),
                )
                for pump in work.forecourt.pumps()
            ]

    def unpaid(self) -> Sequence[Fill]:
        """Fills that wait at the counter, oldest first."""
        with self._work.reading() as work:
            return work.fills.unpaid()

    # --- asking ------------------------------------------------------------------------------------------------------

    def request(
        self, pump: PumpNumber, nozzle: NozzleNumber | None, preset: Preset, by: StaffId
    ) -> Authorisation:
        """Write down that the pump may fill; its owner asks the controller as soon as this is committed.

        Raises PumpBusy, PumpHasUnpaidFills, PumpIsPaidFor, PumpNotFound, NotAllowed.
        """
        with self._work() as work:
            work.staff.get(by).must(Permission.AUTHORISE_PUMP)
            fuelling_point = work.forecourt.pump(pump)
            if nozzle is not None and fuelling_point.nozzle(nozzle) is None:
                raise PumpNotFound(pump, nozzle)
            unpaid = sum(1 for fill in work.fills.unpaid() if fill.pump == pump)
            if unpaid >= UNPAID_LIMIT:
                raise PumpHasUnpaidFills(pump, UNPAID_LIMIT)
            check_free(pump, work.authorisations.open_on(pump), work.forecourt.readings().get(pump))
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
        """Emergency: every pump. No right is needed."""
        with self._work() as work:
            work.record(PumpStopRequested(0, by), actor=by)

    # --- the owner of the pumps ----------------------------------------------------------------------------------------

    def take_over(self) -> None:
        """Before the pumps are polled: what is open now may have been asked for by a program that is gone."""
        with self._work.reading() as work:
            self._sent.update(authorisation.id for authorisation in work.authorisations.open_ones())

    def carry_out(self, authorisation_id: AuthorisationId) -> None:
        """Ask the controller for what was written down, once. An unclear answer is found out by `reconcile`."""
        if self._pumps is None or authorisation_id in self._asked:
            return
        self._asked.add(authorisation_id)
        with self._work.reading() as work:
            authorisation = work.authorisations.get(authorisation_id)
        if authorisation.state is not AuthorisationState.PENDING:
            return
        try:
            self._clear_of_others(authorisation.pump)
            self._sent.add(authorisation_id)
            transaction = self._pumps.authorise(authorisation)
        except PumpAnswerLost:
            _log.info("pump %s did not confirm authorisation %s", authorisation.pump, authorisation_id)
            self._unclear.add(authorisation_id)
            self._find_out(authorisation)
        except Refusal as refusal:
            self._end(authorisation, refusal.code, refused=True)
        else:
            self._authorised(authorisation, transaction)

    def carry_out_stop(self, pump: PumpNumber, *, only_promise: bool = False) -> None:
        """Take back the pump's promise or end its fill; pump 0 is every pump at once.

        With `only_promise` a fill that has begun goes on.
        """
        if self._pumps is None:
            return
        if only_promise and self._has_begun(pump):
            return
        if pump == 0:
            self._pumps.stop_all()
        else:
            self._pumps.cancel(pump)
        with self._work.reading() as work:
            promised = [a for a in work.authorisations.open_ones() if pump in (0, a.pump)]
        for authorisation in promised:
            self._find_out(authorisation)

    def reconcile(self) -> None:
        """At start and when the controller is back: find out how every open authorisation stands.

        Nothing is ever authorised here: what the controller does not know of is taken back.
        """
        if self._pumps is None:
            return
        self._take_back_unwanted()
        with self._work.reading() as work:
            promised = work.authorisations.open_ones()
        for authorisation in promised:
            in_hand = authorisation.id in self._asked and authorisation.id not in self._unclear
            if authorisation.state is AuthorisationState.PENDING and in_hand:
                continue  # carry_out is asking just now
            try:
                self._find_out(authorisation)
            except Fault as fault:
                _log.info("pump %s cannot be asked yet: %s", authorisation.pump, fault.code)

    def find_out_unclear(self) -> None:
        """Chore: ask again about authorisations whose answer was lost."""
        if self._unclear or self._unwanted:
            self.reconcile()

    def record_reading(self, reading: PumpReading) -> None:
        """Keep what a pump is doing (at most twice a second while nothing changes) and tell a waiting driver."""
        before = self._saved.get(reading.pump)
        if before is not None and before.state is reading.state and reading.at - before.at < _SAVE_EVERY:
            return
        if before is not None and replace(before, at=reading.at) == reading:
            return
        with self._work() as work:
            work.forecourt.save_reading(reading)
            if reading.state is PumpState.FUELLING:
                authorisation = work.authorisations.open_on(reading.pump)
                if authorisation is not None and authorisation.order is not None:
                    self._fuelling(work, authorisation.order, reading)
        self._saved[reading.pump] = reading

    def record_ended(self, ended: EndedFill) -> Fill:
        """Book a fill from the controller's final record, once however often it is told."""
        now = self._clock.now()
        with self._work() as work:
            known = _known(work, ended)
            if known is not None:
                return known
            authorisation = self._promise_of(work, ended)
            order = work.orders.find(authorisation.order) if authorisation and authorisation.order else None
            prepay = _prepay_of(work, ended, authorisation)
            fill = self._fill(work, ended, authorisation, now)
            if prepay is not None:
                fill = replace(fill, state=FillState.FOR_PREPAY, sale=prepay.sale)
                prepay = prepay.filled(fill)
                fill = fill if prepay.is_open else fill.settled()
            work.fills.save(fill)
            if authorisation is not None:
                work.authorisations.save(authorisation.finished(fill.id))
            if prepay is not None:
                work.prepays.fill(prepay, fill)
                for told in prepay_filled(prepay):
                    work.record(told, actor=prepay.by)
                work.messages.post(wrap(from_station.PrepaidFilled.of(prepay, fill), self._ids(), now))
            if order is not None:
                order = replace(order.moved(ServiceState.FILLED), fill=fill.id)
                work.orders.save(order)
                work.record(OrderMoved(order.id, order.state))
            work.record(
                FillFinished(
                    fill.id,
                    fill.pump,
                    fill.nozzle,
                    fill.volume.millilitres,
                    fill.amount.fen,
                    fill.agrees(),
                )
            )
        if not fill.agrees():
            _log.info("pump %s: amount and litres times price differ by more than 0.01 L", fill.pump)
        return fill

    def close_ended(self, ended: EndedFill) -> None:
        """Only after it is booked: tell the controller so."""
        if self._pumps is not None:
            self._pumps.close(ended.pump, ended.transaction)

    # --- within ------------------------------------------------------------------------------------------------------

    def _fill(self, work: Work, ended: EndedFill, authorisation: Authorisation | None, now: datetime) -> Fill:
        nozzle = work.forecourt.pump(ended.pump).nozzle(ended.nozzle)
        shift = work.shifts.current()
        order = authorisation.order if authorisation else None
        if order is not None:
            state = FillState.FOR_ORDER
        elif not ended.volume and not ended.amount:
            state = FillState.EMPTY
        else:
            state = FillState.UNPAID
        return Fill(
            FillId(self._ids()),
            ended.pump,
            ended.nozzle,
            # A fill is booked whatever else is wrong; a nozzle that we do not know shows as such.
            nozzle.grade if nozzle else UNKNOWN_GRADE,
            ended.transaction,
            ended.volume,
            ended.price,
            ended.amount,
            ended.started_at,
            ended.ended_at,
            now,
            shift=shift.id if shift else None,
            authorisation=authorisation.id if authorisation else None,
            order=order,
            state=state,
            totaliser=ended.totaliser,
        )

    def _promise_of(self, work: Work, ended: EndedFill) -> Authorisation | None:
        """The open authorisation that allowed this fill."""
        promised = work.authorisations.open_on(ended.pump)
        if promised is None:
            return None
        if promised.transaction is None:
            # What ended before the controller was asked is somebody else's.
            return promised if promised.id in self._sent else None
        return promised if promised.transaction == ended.transaction else None

    def _clear_of_others(self, pump: PumpNumber) -> None:
        """Nothing older may stand on the pump when it is asked: should the answer be lost, it would look like ours."""
        assert self._pumps is not None
        before = self._pumps.promised(pump)
        if before is None:
            return
        if before.ended is None:
            raise PumpBusy(pump, PumpState.AUTHORISED)
        self.record_ended(before.ended)
        self._pumps.close(pump, before.transaction)

    def _is_ours(self, authorisation: Authorisation, status: port.TransactionStatus) -> bool:
        if authorisation.transaction is not None:
            return authorisation.transaction == status.transaction
        if status.ended is None:
            return authorisation.id in self._sent
        with self._work.reading() as work:
            booked = _known(work, status.ended)
        return booked is None or booked.authorisation == authorisation.id

    def _find_out(self, authorisation: Authorisation) -> None:
        assert self._pumps is not None
        self._unclear.add(authorisation.id)
        status = self._pumps.promised(authorisation.pump)
        if status is not None and self._is_ours(authorisation, status):
            if status.ended is not None:
                self.record_ended(status.ended)
            else:
                self._authorised(authorisation, status.transaction)
            self._unclear.discard(authorisation.id)
            return
        if authorisation.transaction is not None:
            past = self._pumps.transaction(authorisation.pump, authorisation.transaction)
            if past is not None and past.ended is not None:
                self.record_ended(past.ended)
                self._unclear.discard(authorisation.id)
                return
            if past is not None and past.running:
                # The pump cannot be heard just now, and what it was promised still stands.
                self._unclear.discard(authorisation.id)
                return
        # Whoever pressed release while no program owned the pumps must hear that nothing came of it.
        asked = authorisation.id in self._asked or authorisation.transaction is not None
        self._end(authorisation, "not_promised" if asked else "pump_not_asked")
        self._unclear.discard(authorisation.id)

    def _authorised(self, authorisation: Authorisation, transaction: int) -> None:
        with self._work() as work:
            current = work.authorisations.get(authorisation.id)
            if current.state is AuthorisationState.PENDING:
                self._note_authorised(work, current, transaction)
        if current.state in (AuthorisationState.CANCELLED, AuthorisationState.REFUSED):
            # Taken back here while the controller was being asked: nobody waits for this fill.
            self._unwanted[current.pump] = transaction
            self._take_back_unwanted()

    def _note_authorised(self, work: Work, current: Authorisation, transaction: int) -> None:
        work.authorisations.save(current.authorised(transaction))
        work.record(PumpAuthorised(current.id, current.pump), actor=current.requested_by)
        if current.order is not None:
            order = work.orders.get(current.order).moved(ServiceState.AUTHORISED)
            work.orders.save(order)
            work.record(OrderMoved(order.id, order.state), actor=current.requested_by)
            work.messages.post(
                wrap(from_station.OrderAuthorised(order_id=order.id), self._ids(), self._clock.now())
            )

    def _take_back_unwanted(self) -> None:
        assert self._pumps is not None
        for pump, transaction in list(self._unwanted.items()):
            try:
                status = self._pumps.promised(pump)
                if status is not None and status.transaction == transaction and status.ended is None:
                    self._pumps.cancel(pump)
            except (Fault, PumpBusy) as refusal:
                _log.info("pump %s cannot be taken back yet: %s", pump, refusal.code)
            else:
                self._unwanted.pop(pump, None)

    def _end(self, authorisation: Authorisation, reason: str, refused: bool = False) -> None:
        with self._work() as work:
            current = work.authorisations.get(authorisation.id)
            if current.state not in (AuthorisationState.PENDING, AuthorisationState.AUTHORISED):
                return
            ended = (
                current.refused(reason)
                if refused and current.state is AuthorisationState.PENDING
                else current.cancelled(reason)
            )
            work.authorisations.save(ended)
            work.record(PumpAuthorisationEnded(current.id, current.pump, reason), actor=current.requested_by)
            if current.prepay is not None:
                self._prepay_waits(work, current, reason)
            if current.order is not None:
                order = work.orders.get(current.order)
                if order.state in (ServiceState.AUTHORISING, ServiceState.AUTHORISED):
                    order = replace(
                        order.moved(ServiceState.PLATE_CHECKED), authorisation=None, reason=reason
                    )
                    work.orders.save(order)
                    work.record(OrderMoved(order.id, order.state), actor=current.requested_by)

    def _prepay_waits(self, work: Work, ended: Authorisation, reason: str) -> None:
        """Nothing was filled of what was paid for: it waits for another release, or has moved."""
        assert ended.prepay is not None
        prepay = work.prepays.get(ended.prepay)
        if prepay.is_of(ended) and prepay.is_released:
            waiting = prepay.taken_back(reason, self._clock.now())
            work.prepays.save(waiting)
            moved = PrepayMoved(waiting.id, waiting.number, prepay.pump, waiting.pump)
            waits = PrepayNotReleased(waiting.id, waiting.number, waiting.pump, reason)
            work.record(moved if prepay.is_moving else waits, actor=ended.requested_by)

    def _has_begun(self, pump: PumpNumber) -> bool:
        """Whether fuel flows there; a prepay that was to leave the pump then stays."""
        with self._work() as work:
            reading = work.forecourt.readings().get(pump)
            if reading is None or reading.state not in DELIVERING:
                return False
            for prepay in work.prepays.open_on(pump):
                if prepay.pump == pump and prepay.is_moving:
                    work.prepays.save(prepay.staying())
                    work.record(PrepayStayed(prepay.id, prepay.number, pump))
        return True

    def _fuelling(self, work: Work, order_id: OrderId, reading: PumpReading) -> None:
        order: StationOrder = work.orders.get(order_id)
        if order.state in (ServiceState.AUTHORISING, ServiceState.AUTHORISED):
            order = order.moved(ServiceState.FUELLING)
            work.orders.save(order)
            work.record(OrderMoved(order.id, order.state))
        told = self._told.get(order_id)
        if told is None or reading.at - told >= _TELL_DRIVER_EVERY:
            self._told[order_id] = reading.at
            message = from_station.OrderFuelling(
                order_id=order_id,
                volume_ml=reading.volume.millilitres,
                amount_fen=reading.amount.fen,
                at=reading.at,
            )
            work.messages.post(wrap(message, self._ids(), self._clock.now()))


def _prepay_of(work: Work, ended: EndedFill, promised: Authorisation | None) -> Prepay | None:
    """The prepay that paid for this fill, also where its release was given up and it was filled all the same."""
    if promised is None:
        return work.prepays.waiting_for(ended.pump, ended.transaction)
    prepay = work.prepays.get(promised.prepay) if promised.prepay is not None else None
    return prepay if prepay is not None and prepay.is_of(promised) else None


def _known(work: Work, ended: EndedFill) -> Fill | None:
    """The fill as it was booked before, if it was."""
    known = work.fills.find(ended.pump, ended.transaction, ended.ended_at)
    if known is None and not ended.timed:
        newest = work.fills.newest(ended.pump, ended.transaction)
        return newest if newest is not None and newest.is_told_again_by(ended) else None
    return known


def _prices_of(pump: Pump, prices: Mapping[NozzleId, UnitPrice]) -> dict[NozzleNumber, UnitPrice]:
    known = {nozzle.number: prices.get(nozzle_id(pump.number, nozzle.number)) for nozzle in pump.nozzles}
    return {number: price for number, price in known.items() if price is not None}
