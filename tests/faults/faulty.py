"""A disk that fails at the n-th thing of a kind, once or from then on, until it is mended."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.faults import DatabaseBusy, DatabaseFault, DatabaseReadOnly, DatabaseUnavailable, DiskFull
from tests.faults.disk import SQLITE_OK, Kind, Operation

_BUSY, _READONLY, _FULL = 5, 8, 13
_READ, _SHORT_READ, _WRITE, _FSYNC, _TRUNCATE = (
    10 + 256 * kind for kind in (1, 2, 3, 4, 6)
)  # SQLITE_IOERR_…


@dataclass(frozen=True, slots=True)
class Failure:
    """One way in which a disk fails, and what the till must call it."""

    name: str
    kind: Kind
    code: int
    fault: type[DatabaseFault]
    lasting: bool = False
    short: bool = False  # half of the write reaches the disk


FAILURES: Sequence[Failure] = (
    Failure("write fails", Kind.WRITE, _WRITE, DatabaseUnavailable),
    Failure("write comes short", Kind.WRITE, _WRITE, DatabaseUnavailable, short=True),
    Failure("disk fills up", Kind.WRITE, _FULL, DiskFull, lasting=True, short=True),
    Failure("sync fails", Kind.SYNC, _FSYNC, DatabaseUnavailable),
    Failure("sync fails for good", Kind.SYNC, _FSYNC, DatabaseUnavailable, lasting=True),
    Failure("truncation fails", Kind.TRUNCATE, _TRUNCATE, DatabaseUnavailable),
    Failure("read fails", Kind.READ, _READ, DatabaseUnavailable),
    # A file that ends too early looks like a damaged one.
    Failure("read comes short", Kind.READ, _SHORT_READ, DatabaseFault, lasting=True),
    Failure("somebody else writes", Kind.SHARED_LOCK, _BUSY, DatabaseBusy, lasting=True),
    Failure("read-only", Kind.WRITE, _READONLY, DatabaseReadOnly, lasting=True),
)


class FaultyDisk:
    """A watcher of tests.faults.disk; all is well until `break_at`."""

    def __init__(self) -> None:
        self._failure: Failure | None = None
        self._left = 0
        self.struck = False
        self.asked = 0  # how often it could have failed since the last `break_at`

    def break_at(self, place: int, failure: Failure) -> None:
        """From now on, fail at the place-th thing of the failure's kind, counted from 1."""
        self._failure, self._left, self.struck, self.asked = failure, place, False, 0

    def mend(self) -> None:
        """All is well again; `struck` tells whether anything had failed."""
        self._failure = None

    def before(self, operation: Operation) -> int:
        failure = self._failure
        if failure is None or operation.kind is not failure.kind:
            return SQLITE_OK
        if operation.kind is Kind.SHARED_LOCK and operation.offset != 0:
            return SQLITE_OK  # only the first of the shared locks is the writer's
        self._left -= 1
        self.asked += 1
        if self._left > 0 or (self._left < 0 and not failure.lasting):
            return SQLITE_OK
        self.struck = True
        return failure.code

    def cut_short(self, operation: Operation) -> int:
        failure = self._failure
        return len(operation.content) // 2 if failure is not None and failure.short else 0
