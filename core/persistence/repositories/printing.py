"""The print queues: one a printer, worked in the order in which papers were caused."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from core.domain.ids import PrintJobId, StaffId
from core.domain.print_job import OPEN_PRINT_STATES, PaperKind, PrintJob, PrintState
from core.domain.refusals.papers import PrintJobNotFound
from core.persistence.column_types import is_word, one_of
from core.persistence.rows import RowsOf, saved
from core.persistence.tables.printing import print_jobs, print_places
from core.persistence.transaction import Command, Query, Transaction
from core.persistence.words import bindparam, delete, func, select
from core.ports.clock import Clock
from core.ports.identity import Identity

_ROWS = RowsOf(print_jobs, PrintJob)
_OURS = print_jobs.c.printer == bindparam("printer")
_ORDER = [print_jobs.c.posted_at, print_jobs.c.id]
_BY_ID = _ROWS.where(print_jobs.c.id == bindparam("job"))
_OPEN = _ROWS.where(_OURS, one_of(print_jobs.c.state, OPEN_PRINT_STATES), order=_ORDER, limited=True)
_NEXT = _ROWS.where(_OURS, is_word(print_jobs.c.state, PrintState.WAITING), order=_ORDER, limited=True)
_UNDER_WAY = _ROWS.where(_OURS, is_word(print_jobs.c.state, PrintState.PRINTING), order=_ORDER)
_WAITING_FOR = _ROWS.where(
    _OURS,
    one_of(print_jobs.c.state, OPEN_PRINT_STATES),
    print_jobs.c.kind == bindparam("kind", type_=print_jobs.c.kind.type),
    print_jobs.c.subject == bindparam("subject"),
    order=_ORDER,
)
_COUNT = Query(
    select(func.count()).select_from(print_jobs).where(_OURS, one_of(print_jobs.c.state, OPEN_PRINT_STATES)),
    int,
)


_PLACE = saved(print_places, ["place", "printer", "since"])
_PRINTER_AT = Query(select(print_places.c.printer).where(print_places.c.place == bindparam("place")), str)
_FORGET = Command(delete(print_places).where(print_places.c.since < bindparam("before")), asks=("before",))
# Longer than any program runs, and than any bill stays open.
_REMEMBERED = timedelta(days=400)


class SqlPrinting:
    """Port Printing. `printer` names the queue of this program's printer, at `place`; without one nothing is posted."""

    def __init__(
        self, transaction: Transaction, printer: str, clock: Clock, identity: Identity, place: str = ""
    ) -> None:
        self._transaction = transaction
        self._printer = printer
        self._place = place
        self._clock = clock
        self._identity = identity

    def announce(self) -> None:
        now = self._clock.now()
        self._transaction.run(_FORGET, now - _REMEMBERED)
        self._transaction.run(_PLACE, self._place, self._printer, now)

    def add(self, kind: PaperKind, subject: str, by: StaffId, place: str = "") -> PrintJob | None:
        printer = self._printer_at(place)
        if not printer:
            return None
        job = PrintJob(PrintJobId(self._identity()), printer, kind, subject, self._clock.now(), by)
        self._transaction.run(_ROWS.insert, *_ROWS.of(job))
        return job

    def is_here(self, place: str) -> bool:
        return self._printer_at(place) == self._printer

    def get(self, job: PrintJobId) -> PrintJob:
        found = self._transaction.first(_BY_ID, job)
        if found is None:
            raise PrintJobNotFound(job)
        return found

    def save(self, job: PrintJob) -> None:
        self._transaction.run(_ROWS.save, *_ROWS.of(job))

    def next(self) -> PrintJob | None:
        found: Sequence[Any] = self._transaction.all(_NEXT, self._printer, 1)
        return found[0] if found else None

    def under_way(self) -> Sequence[PrintJob]:
        return self._transaction.all(_UNDER_WAY, self._printer)

    def open_ones(self, limit: int) -> Sequence[PrintJob]:
        return self._transaction.all(_OPEN, self._printer, limit)

    def open_count(self) -> int:
        return self._transaction.first(_COUNT, self._printer) or 0

    def open_for(self, kind: PaperKind, subject: str) -> PrintJob | None:
        return self._transaction.first(_WAITING_FOR, self._printer, kind, subject)

    def ended(self, job: PrintJob) -> PrintJob:
        printed = job.printed(self._clock.now())
        self.save(printed)
        return printed

    def cancelled(self, job: PrintJob, fault: str = "") -> PrintJob:
        gone = job.cancelled(self._clock.now(), fault)
        self.save(gone)
        return gone

    def _printer_at(self, place: str) -> str:
        if place in {"", self._place}:
            return self._printer
        found = self._transaction.first(_PRINTER_AT, place)
        return self._printer if found is None else found
