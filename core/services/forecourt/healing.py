"""After silence: what the controller keeps is matched against the books, and what only counters tell is proposed."""

import logging
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from core.domain.controller import Totals
from core.domain.counter import CounterSnapshot, CounterWhy, Finding, NozzleCount, compared
from core.domain.events.pumps import MissingFillProposed
from core.domain.faults import Fault
from core.domain.fill import FillSource
from core.domain.ids import CounterSnapshotId, MissingFillId, NozzleNumber, PumpNumber
from core.domain.litres import Litres
from core.domain.missing_fill import MissingFill
from core.domain.money import ZERO
from core.domain.price import UnitPrice
from core.domain.pump import Nozzle, Pump, PumpState
from core.domain.refusals.refusal import Refusal
from core.ports import forecourt as port
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.unit_of_work import UnitOfWork, Work
from core.services.forecourt.booking import Booking, known_fill

_log = logging.getLogger(__name__)

# A fill that ended before the one that was booked last may have been told to nobody.
_OVERLAP = timedelta(hours=24)
# What ended a moment ago is on its way through the pump's own report.
_TOLD_WITHIN = timedelta(seconds=15)
# Once all of that was read, what is stored meanwhile is all there is, but for clocks that are not the same.
_OVERLAP_AGAIN = timedelta(hours=1)
_AHEAD = timedelta(hours=1)  # as far as a controller's clock may be before ours
_AT_REST = (PumpState.IDLE, PumpState.CALLING)


class Healing:
    """What only the program that owns the pumps does to bring the books up to what flowed."""

    def __init__(
        self, work: UnitOfWork, clock: Clock, ids: Identity, pumps: port.Forecourt, booking: Booking
    ) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids
        self._pumps = pumps
        self._booking = booking
        # An odd counter is believed when it is read a second time: a pump that is starting up may tell anything.
        self._odd: dict[tuple[PumpNumber, NozzleNumber], Litres] = {}
        self._read_until: datetime | None = None  # everything stored before is in the books

    def heal(self, why: CounterWhy = CounterWhy.CHECK) -> None:
        """Book what the controller has stored and nobody has booked; then hold every counter against the books."""
        if why is not CounterWhy.CHECK:
            self._read_until = None
        told_soon = self.read_history()
        with self._work.reading() as work:
            pumps = work.forecourt.pumps()
        for pump in pumps:
            if pump.number in told_soon:
                continue
            try:
                self._check(pump, why)
            except (Fault, Refusal) as fault:
                _log.info("pump %s cannot be counted just now: %s", pump.number, fault.code)

    def read_history(self) -> AbstractSet[PumpNumber]:
        """Book what nobody has booked, and say whose pumps' last fills are about to be told anyway.

        Nothing from before this station began to count is taken.
        """
        since, now = self._look_from(), self._clock.now()
        if since is None:
            return frozenset()
        try:
            stored = self._pumps.history(since, now + _AHEAD)
        except (Fault, Refusal) as fault:
            _log.info("the controller does not tell what it has stored: %s", fault.code)
            return frozenset()
        told_soon = set()
        with self._work.reading() as work:
            unknown = [ended for ended in stored if known_fill(work, ended) is None]
            asked = {promise.pump: promise for promise in work.authorisations.open_ones()}
        for ended in unknown:
            promise = asked.get(ended.pump)
            unclear = (
                promise is not None and promise.transaction is None and ended.ended_at >= promise.requested_at
            )
            if unclear or now - ended.ended_at < _TOLD_WITHIN:
                told_soon.add(
                    ended.pump
                )  # the pump itself, or the answer that is still awaited, says whose it is
            else:
                self._booking.record_ended(ended, FillSource.HISTORY)
        if not told_soon:
            self._read_until = now
        return told_soon

    def count(
        self, pump: PumpNumber, nozzle: NozzleNumber, totals: Totals, why: CounterWhy, at: datetime
    ) -> None:
        """Write down what a counter shows."""
        with self._work() as work:
            self._note(work, pump, nozzle, totals, why, at)

    # --- within ------------------------------------------------------------------------------------------------------

    def _look_from(self) -> datetime | None:
        with self._work.reading() as work:
            newest, began = work.fills.newest_end(), work.counters.began_at()
        if newest is None:
            return began
        since = newest if began is None else max(began, newest - _OVERLAP)
        return since if self._read_until is None else max(since, self._read_until - _OVERLAP_AGAIN)

    def _check(self, pump: Pump, why: CounterWhy) -> None:
        with self._work.reading() as work:
            reading = work.forecourt.readings().get(pump.number)
            busy = work.authorisations.open_on(pump.number) is not None
            before = {each.number: work.counters.explained(pump.number, each.number) for each in pump.nozzles}
        if busy or reading is None or reading.state not in _AT_REST:
            return
        if self._pumps.promised(pump.number) is not None:
            return  # a fill is still to be told; afterwards it is looked at again
        totals = self._pumps.totals(pump.number)
        at = self._clock.now()
        if self._pumps.promised(pump.number) is not None:
            return
        for nozzle in pump.nozzles:
            shown = totals.get(nozzle.number)
            if shown is not None:
                self._compare(nozzle, before[nozzle.number], shown, why, at)

    def _compare(
        self, nozzle: Nozzle, before: NozzleCount | None, totals: Totals, why: CounterWhy, at: datetime
    ) -> None:
        counter = totals.volume
        with self._work() as work:
            if work.counters.explained(nozzle.pump, nozzle.number) != before:
                return  # something was booked meanwhile
            if before is not None:
                finding, ahead = compared(before.explained, counter)
                if not self._is_believed(nozzle, finding, counter):
                    return
                if finding is not Finding.AGREES:
                    self._propose(work, nozzle, finding, ahead, before, counter, at)
            work.counters.save_explained(NozzleCount(nozzle.pump, nozzle.number, counter, counter, at))
            if why is not CounterWhy.CHECK or before is None or before.explained != counter:
                self._note(work, nozzle.pump, nozzle.number, totals, why, at)

    def _is_believed(self, nozzle: Nozzle, finding: Finding, counter: Litres) -> bool:
        place = (nozzle.pump, nozzle.number)
        if finding in (Finding.AGREES, Finding.MISSING):
            self._odd.pop(place, None)
            return True
        if self._odd.get(place) == counter:
            del self._odd[place]
            return True
        self._odd[place] = counter
        return False

    def _propose(  # noqa: PLR0917 - the nozzle, what it shows, and what the books say
        self,
        work: Work,
        nozzle: Nozzle,
        finding: Finding,
        ahead: Litres,
        before: NozzleCount,
        counter: Litres,
        at: datetime,
    ) -> None:
        price = _price_of(work, nozzle)
        amount = price.amount_for(ahead) if finding is Finding.MISSING else ZERO
        missing = MissingFill(
            MissingFillId(self._ids()),
            nozzle.pump,
            nozzle.number,
            nozzle.grade,
            finding,
            ahead,
            price,
            amount,
            before.at,
            at,
            counter,
            before.agreed,
        )
        work.missing_fills.save(missing)
        figures = (ahead.millilitres, amount.fen, finding)
        work.record(MissingFillProposed(missing.id, nozzle.pump, nozzle.number, *figures))

    def _note(  # noqa: PLR0917 - a counter, and why it was looked at
        self,
        work: Work,
        pump: PumpNumber,
        nozzle: NozzleNumber,
        totals: Totals,
        why: CounterWhy,
        at: datetime,
    ) -> None:
        shift = work.shifts.current()
        work.counters.add(
            CounterSnapshot(
                CounterSnapshotId(self._ids()),
                pump,
                nozzle,
                at,
                totals.volume,
                why,
                totals.amount,
                shift=shift.id if shift else None,
            )
        )


def _price_of(work: Work, nozzle: Nozzle) -> UnitPrice:
    """In force at the nozzle, or on the board; nothing where neither is known, which a person sees."""
    told = work.prices.nozzle_prices().get(nozzle.id)
    return told or work.prices.board().of(nozzle.grade) or UnitPrice(0)
