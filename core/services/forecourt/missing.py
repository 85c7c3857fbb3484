"""Missing fills that a person decides about: one tap books the fill, another says why there was none."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.domain.events.pumps import FillFinished, MissingFillAccepted, MissingFillRejected
from core.domain.fill import Fill, FillSource
from core.domain.ids import ApprovalId, FillId, MissingFillId, StaffId
from core.domain.missing_fill import MissingFill
from core.domain.refusals.typed import ReasonMissing
from core.domain.staff import Permission
from core.domain.words import one_line
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.unit_of_work import UnitOfWork, Work

LONGEST_REASON = 200


class MissingDesk:
    """What counters tell of and nobody has booked."""

    def __init__(self, work: UnitOfWork, clock: Clock, ids: Identity) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids

    def proposed(self) -> Sequence[MissingFill]:
        """Those that wait for a person, oldest first."""
        with self._work.reading() as work:
            return work.missing_fills.open_ones()

    def recent(self, limit: int) -> Sequence[MissingFill]:
        """All, newest first."""
        with self._work.reading() as work:
            return work.missing_fills.recent(limit)

    def accept(self, missing: MissingFillId, by: StaffId, approval: ApprovalId | None = None) -> Fill:
        """Book it as a fill that waits at the counter like any other, marked as found out afterwards.

        Raises MissingFillClosed, CounterNotFill, ApprovalNeeded.
        """
        now = self._clock.now()
        with self._work() as work:
            gap = work.missing_fills.get(missing)
            accepted = gap.accepted(FillId(self._ids()), now, by)
            leave = work.rights.check(by, Permission.BOOK_MISSING, approval, subject=missing)
            shift = work.shifts.current()
            assert accepted.fill is not None
            fill = Fill(
                accepted.fill,
                gap.pump,
                gap.nozzle,
                gap.grade,
                # No controller has a number for it.
                -gap.nozzle,
                gap.volume,
                gap.price,
                gap.amount,
                gap.since,
                _free_moment(work, gap),
                now,
                shift=shift.id if shift else None,
                source=FillSource.COUNTER,
                timed=False,
            )
            work.fills.save(fill)
            work.missing_fills.save(accepted)
            figures = (gap.volume.millilitres, gap.amount.fen)
            finished = FillFinished(fill.id, fill.pump, fill.nozzle, *figures, fill.agrees())
            work.record(finished, actor=by, approver=leave.approver)
            told = MissingFillAccepted(gap.id, fill.id, gap.pump, gap.nozzle, *figures)
            work.record(told, actor=by, approver=leave.approver)
        return fill

    def reject(
        self, missing: MissingFillId, reason: str, by: StaffId, approval: ApprovalId | None = None
    ) -> MissingFill:
        """It was no fill, and this is what it was. Raises MissingFillClosed, ReasonMissing, ApprovalNeeded."""
        why = one_line(reason)[:LONGEST_REASON]
        if not why:
            raise ReasonMissing
        with self._work() as work:
            rejected = work.missing_fills.get(missing).rejected(why, self._clock.now(), by)
            leave = work.rights.check(by, Permission.BOOK_MISSING, approval, subject=missing)
            work.missing_fills.save(rejected)
            told = MissingFillRejected(
                rejected.id, rejected.pump, rejected.nozzle, rejected.volume.millilitres, why
            )
            work.record(told, actor=by, approver=leave.approver)
        return rejected


def _free_moment(work: Work, gap: MissingFill) -> datetime:
    """By nozzle and moment there is one fill at most."""
    moment = gap.until
    while work.fills.find(gap.pump, -gap.nozzle, moment) is not None:
        moment += timedelta(microseconds=1)
    return moment
