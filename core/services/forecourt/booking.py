"""Book what the pumps delivered, each fill once however often it is told."""

import logging
from dataclasses import replace
from datetime import datetime

from core.domain.events.orders import OrderMoved
from core.domain.events.pumps import FillFinished, FillOverPreset, FillRecovered
from core.domain.fill import Fill, FillSource, FillState
from core.domain.ids import AuthorisationId, FillId, GradeCode
from core.domain.missing_fill import MissingFill, MissingState
from core.domain.prepay import Prepay, prepay_filled
from core.domain.pump import Authorisation, EndedFill, PresetKind
from core.domain.station_order import ServiceState
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.unit_of_work import UnitOfWork, Work
from core.protocol import from_station
from core.protocol.codec import wrap
from core.services.forecourt.counting import count_fill, missing_of, note_told, snapshot_of

_log = logging.getLogger(__name__)

_SAME_NUMBER = 5  # so many fills of one number are looked through
UNKNOWN_GRADE = GradeCode("?")


class Booking:
    """Turns the controller's final records into fills."""

    def __init__(self, work: UnitOfWork, clock: Clock, ids: Identity) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids
        # The controller may know of them, and may not have told its number.
        self.sent: set[AuthorisationId] = set()

    def record_ended(self, ended: EndedFill, source: FillSource = FillSource.PUMP) -> Fill:
        """Book a fill from the controller's final record, once however often it is told."""
        now = self._clock.now()
        with self._work() as work:
            known = known_fill(work, ended)
            if known is not None:
                return known
            missing = missing_of(work, ended)
            if missing is not None and missing.state is MissingState.ACCEPTED and missing.fill is not None:
                return self._already_accepted(work, missing, missing.fill, ended)
            authorisation = self._promise_of(work, ended)
            order = work.orders.find(authorisation.order) if authorisation and authorisation.order else None
            prepay = _prepay_of(work, ended, authorisation)
            fill = self._fill(work, ended, authorisation, now, source)
            if prepay is not None:
                fill = replace(fill, state=FillState.FOR_PREPAY, sale=prepay.sale)
                prepay = prepay.filled(fill)
                fill = fill if prepay.is_open else fill.settled()
            work.fills.save(fill)
            if missing is None:
                count_fill(work, fill, self._ids)
            else:
                note_told(work, missing, ended, fill)
                snapshot_of(work, fill, self._ids)
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
            _tell_what_is_odd(work, fill, authorisation)
        if not fill.agrees():
            _log.info("pump %s: amount and litres times price differ by more than 0.01 L", fill.pump)
        return fill

    def _already_accepted(self, work: Work, missing: MissingFill, fill: FillId, ended: EndedFill) -> Fill:
        """A person has booked it before its own record came: there is no second one."""
        booked = work.fills.get(fill)
        note_told(work, missing, ended, booked)
        authorisation = self._promise_of(work, ended)
        if authorisation is not None and authorisation.order is None and authorisation.prepay is None:
            work.authorisations.save(authorisation.finished(fill))
        return booked

    def _fill(
        self,
        work: Work,
        ended: EndedFill,
        authorisation: Authorisation | None,
        now: datetime,
        source: FillSource,
    ) -> Fill:
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
            source=FillSource.HISTORY if ended.offline else source,
            timed=ended.timed,
        )

    def _promise_of(self, work: Work, ended: EndedFill) -> Authorisation | None:
        """The open authorisation that allowed this fill."""
        promised = work.authorisations.open_on(ended.pump)
        if promised is None:
            return None
        if promised.transaction is None:
            # What ended before the controller was asked is somebody else's.
            return promised if promised.id in self.sent else None
        return promised if promised.transaction == ended.transaction else None


def _prepay_of(work: Work, ended: EndedFill, promised: Authorisation | None) -> Prepay | None:
    """The prepay that paid for this fill, also where its release was given up and it was filled all the same."""
    if promised is None:
        return work.prepays.waiting_for(ended.pump, ended.transaction)
    prepay = work.prepays.get(promised.prepay) if promised.prepay is not None else None
    return prepay if prepay is not None and prepay.is_of(promised) else None


def _tell_what_is_odd(work: Work, fill: Fill, authorisation: Authorisation | None) -> None:
    if fill.is_recovered:
        figures = (fill.volume.millilitres, fill.amount.fen, fill.source)
        work.record(FillRecovered(fill.id, fill.pump, fill.nozzle, *figures))
    preset = authorisation.preset if authorisation is not None else None
    # A prepay has a state of its own for that.
    if (
        preset is not None
        and authorisation is not None
        and authorisation.prepay is None
        and fill.is_over(preset)
    ):
        asked = str(preset.amount.fen if preset.kind is PresetKind.AMOUNT else preset.volume.millilitres)
        told = f"{preset.kind} {asked}"
        work.record(FillOverPreset(fill.id, fill.pump, told, fill.volume.millilitres, fill.amount.fen))


def known_fill(work: Work, ended: EndedFill) -> Fill | None:
    """The fill as it was booked before, if it was."""
    known = work.fills.find(ended.pump, ended.transaction, ended.ended_at)
    if known is not None:
        return known
    before = work.fills.newest(ended.pump, ended.transaction, _SAME_NUMBER)
    return next((fill for fill in before if fill.is_told_again_by(ended)), None)
