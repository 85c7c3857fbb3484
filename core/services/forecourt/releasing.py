"""Carry out what was asked of the pumps, and find out how it stands where the answer was lost."""

import logging
from dataclasses import replace
from datetime import timedelta

from core.domain.events.orders import OrderMoved
from core.domain.events.prepays import PrepayMoved, PrepayNotReleased, PrepayStayed
from core.domain.events.pumps import PumpAuthorisationEnded, PumpAuthorised
from core.domain.faults import Fault, PumpAnswerLost
from core.domain.ids import AuthorisationId, PumpNumber
from core.domain.prepay import DELIVERING
from core.domain.pump import Authorisation, AuthorisationState, EndedFill, PumpState
from core.domain.refusals.pumps import PumpBusy, PumpsStopped
from core.domain.refusals.refusal import Refusal
from core.domain.station_order import ServiceState
from core.ports import forecourt as port
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.unit_of_work import UnitOfWork, Work
from core.protocol import from_station
from core.protocol.codec import wrap
from core.services.forecourt.booking import Booking, known_fill
from core.services.forecourt.price_gate import check_prices

_log = logging.getLogger(__name__)

# So long may it take from the commit of a request to the moment in which its owner hears of it.
_ON_ITS_WAY = timedelta(seconds=10)


class Releasing:
    """What only the program that owns the pumps does with them."""

    def __init__(
        self, work: UnitOfWork, clock: Clock, ids: Identity, pumps: port.Forecourt, booking: Booking
    ) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids
        self._pumps = pumps
        self._booking = booking
        self._asked: set[AuthorisationId] = set()
        self._unclear: set[AuthorisationId] = set()
        self._unwanted: dict[PumpNumber, int] = {}  # promised after it was taken back here -> its transaction

    def take_over(self) -> None:
        """Before the pumps are polled: what is open now may have been asked for by a program that is gone."""
        with self._work.reading() as work:
            self._booking.sent.update(authorisation.id for authorisation in work.authorisations.open_ones())

    def carry_out(self, authorisation_id: AuthorisationId) -> None:
        """Ask the controller for what was written down, once. An unclear answer is found out by `reconcile`."""
        if authorisation_id in self._asked:
            return
        self._asked.add(authorisation_id)
        with self._work.reading() as work:
            authorisation = work.authorisations.get(authorisation_id)
            stopped = work.forecourt.stopped() is not None
        if authorisation.state is not AuthorisationState.PENDING:
            return
        try:
            if stopped:  # pressed after it was asked for, or asked for without a person
                raise PumpsStopped
            self._check_prices(authorisation)
            self._clear_of_others(authorisation.pump)
            self._booking.sent.add(authorisation_id)
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

    def carry_out_release(self) -> None:
        """Tell the controller that the emergency is over, unless another one stands by now."""
        with self._work.reading() as work:
            if work.forecourt.stopped() is not None:
                return
        self._pumps.release_all()

    def reconcile(self) -> None:
        """At start and when the controller is back: find out how every open authorisation stands.

        Nothing is ever authorised here: what the controller does not know of is taken back.
        """
        self._take_back_unwanted()
        with self._work.reading() as work:
            promised = work.authorisations.open_ones()
        for authorisation in promised:
            in_hand = authorisation.id in self._asked and authorisation.id not in self._unclear
            on_its_way = authorisation.id not in self._asked and self._is_on_its_way(authorisation)
            if authorisation.state is AuthorisationState.PENDING and (in_hand or on_its_way):
                continue  # carry_out is asking just now, or is about to
            try:
                self._find_out(authorisation)
            except Fault as fault:
                _log.info("pump %s cannot be asked yet: %s", authorisation.pump, fault.code)

    def find_out_unclear(self) -> None:
        """Chore: ask again about authorisations whose answer was lost."""
        if self._unclear or self._unwanted:
            self.reconcile()

    def close_ended(self, ended: EndedFill) -> None:
        """Only after it is booked: tell the controller so."""
        self._pumps.close(ended.pump, ended.transaction)

    def _clear_of_others(self, pump: PumpNumber) -> None:
        """Nothing older may stand on the pump when it is asked: should the answer be lost, it would look like ours."""
        before = self._pumps.promised(pump)
        if before is None:
            return
        if before.ended is None:
            raise PumpBusy(pump, PumpState.AUTHORISED)
        self._booking.record_ended(before.ended)
        self._pumps.close(pump, before.transaction)

    def _check_prices(self, authorisation: Authorisation) -> None:
        """A nozzle may have been blocked since it was asked for, and not everybody who asks looks at that."""
        with self._work.reading() as work:
            pump = work.forecourt.pump(authorisation.pump)
            check_prices(work, pump, authorisation.nozzle, keeps_its_own=authorisation.price is not None)

    def _is_ours(self, authorisation: Authorisation, status: port.TransactionStatus) -> bool:
        if authorisation.transaction is not None:
            return authorisation.transaction == status.transaction
        if status.ended is None:
            return authorisation.id in self._booking.sent
        with self._work.reading() as work:
            booked = known_fill(work, status.ended)
        return booked is None or booked.authorisation == authorisation.id

    def _may_be_of(self, authorisation: Authorisation, ended: EndedFill) -> bool:
        """Unless its number is that of an older fill: a controller that was restarted begins with them anew."""
        with self._work.reading() as work:
            booked = known_fill(work, ended)
        return booked is None or booked.authorisation == authorisation.id

    def _find_out(self, authorisation: Authorisation) -> None:
        self._unclear.add(authorisation.id)
        status = self._pumps.promised(authorisation.pump)
        if status is not None and self._is_ours(authorisation, status):
            if status.ended is not None:
                self._booking.record_ended(status.ended)
            else:
                self._authorised(authorisation, status.transaction)
            self._unclear.discard(authorisation.id)
            return
        if authorisation.transaction is not None:
            past = self._pumps.transaction(authorisation.pump, authorisation.transaction)
            if past is not None and past.ended is not None and self._may_be_of(authorisation, past.ended):
                self._booking.record_ended(past.ended)
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

    def _is_on_its_way(self, authorisation: Authorisation) -> bool:
        """Asked for while this program owned the pumps, and so lately that the news of it may still be under way."""
        was_open_before = authorisation.id in self._booking.sent
        return not was_open_before and abs(self._clock.now() - authorisation.requested_at) < _ON_ITS_WAY

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
